package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// saves clicks on what hands out a file, and is the file as the browser keeps it, with the name that it gives it.
func (b *tab) saves(selector string) (name string, body []byte) {
	b.Helper()
	dir := b.TempDir()
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		info, err := cdp.Call(ctx, tab, target.GetTargetInfo, target.GetTargetInfoParams{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: info.TargetInfo.BrowserContextID, DownloadPath: dir,
		})
		return err
	})
	b.click(selector)
	var kept []string
	for end := time.Now().Add(patience); len(kept) != 1 || strings.HasSuffix(kept[0], ".crdownload"); time.Sleep(20 * time.Millisecond) {
		if kept, _ = filepath.Glob(filepath.Join(dir, "[^.]*")); time.Now().After(end) {
			b.Fatalf("no file is kept after %s, at %s: %s", selector, b.path(), b.said())
		}
	}
	body, err := os.ReadFile(kept[0])
	if err != nil {
		b.Fatal(err)
	}
	return filepath.Base(kept[0]), body
}

// sheets are the pages of a PDF: how large each is, and its text without white space.
type sheets struct {
	size []string
	text []string
}

var (
	white    = regexp.MustCompile(`[\s\x{3000}]+`)
	pageSize = regexp.MustCompile(`Page +\d+ size: +([\d.]+) x ([\d.]+)`)
)

// read reads a PDF; under a name its pictures are kept with those of the pages.
func (b *tab) read(pdf []byte, name string) (out sheets) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "a.pdf")
	run := func(args ...string) string {
		said, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			b.Fatalf("%q: %v %s", args, err, said)
		}
		return string(said)
	}
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		b.Fatal(err)
	}
	for _, m := range pageSize.FindAllStringSubmatch(run("pdfinfo", "-f", "1", "-l", "999", file), -1) {
		var w, h float64
		_, _ = fmt.Sscan(m[1]+" "+m[2], &w, &h)
		out.size = append(out.size, fmt.Sprintf("%.0fx%.0f mm", w*25.4/72, h*25.4/72))
	}
	for page := range bytes.SplitAfterSeq([]byte(strings.TrimSuffix(run("pdftotext", "-raw", file, "-"), "\f")), []byte("\f")) {
		out.text = append(out.text, white.ReplaceAllString(string(page), ""))
	}
	if *shots != "" && name != "" {
		run("pdftoppm", "-r", "70", "-png", file, filepath.Join(*shots, "paper-"+name+"-"+b.lang))
	}
	return out
}

// printed is the page as the browser prints it.
func (b *tab) printed(name string) sheets {
	b.Helper()
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		b.Fatal(err)
	}
	return b.read(pdf, name)
}
