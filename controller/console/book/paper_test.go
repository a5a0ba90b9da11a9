package book_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kidoban/controller/console/consoletest"
)

// words of a page of PDF in the order in which they are drawn, without the white space that wrapping makes.
func drawn(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`[\s\x{3000}]+`).ReplaceAllString(string(out), "")
}

// order asks for a form, and is its answer.
func order(b *consoletest.Browser, as string, more url.Values) *consoletest.Browser {
	form := url.Values{"why": {"月次点検"}, "as": {as}}
	for k, v := range more {
		form[k] = v
	}
	return b.Get("/register/forms").Send("/register/print", form)
}

// cells are the boxes of the form on the last page, in order.
func cells(b *consoletest.Browser) (out []string) {
	for _, m := range regexp.MustCompile(`(?s)<t[dh][^>]*>(.*?)</t[dh]>`).FindAllStringSubmatch(b.Page, -1) {
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], "")
		text = regexp.MustCompile(`[\s\x{3000}]+`).ReplaceAllString(strings.NewReplacer("&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`).Replace(text), "")
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// TestThePrintedPageIsTheForm prints the register from a real browser, and finds in it, box by box and in the same order,
// what the form's own PDF has; on each page its columns and its foot.
func TestThePrintedPageIsTheForm(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens a browser")
	}
	site := shelved(t, 24)
	b := site.SignIn("officer")
	month := url.Values{"form": {"register"}, "month": {"2026-10"}, "zone": {"room"}}
	own := drawn(t, []byte(order(b, "pdf", month).Page))
	order(b, "page", month).Must("住基ネット管理室 入退室管理簿", "令和8年度 令和8年10月分", "第20条第3項・第4項", "印刷番号", "目的 月次点検", "以下余白")
	boxes := cells(b)
	if len(boxes) < 24*18 {
		t.Fatalf("%d boxes", len(boxes))
	}
	ctx := chrome(t, b, "ja")
	pdf := asPrinted(t, ctx, b.Page, site)
	page := drawn(t, pdf)
	at, ownAt := 0, 0
	for i, box := range boxes {
		if strings.HasPrefix(box, "舞鶴市") {
			continue // the foot
		}
		next, ownNext := strings.Index(page[at:], box), strings.Index(own[ownAt:], box)
		if next < 0 || ownNext < 0 {
			t.Fatalf("box %d, %q: on the page %d, in the form %d; %.200s", i, box, next, ownNext, page[at:])
		}
		at, ownAt = at+next, ownAt+ownNext
	}
	pages := strings.Count(page, "1連番")
	if feet := strings.Count(page, "印刷番号"); pages < 2 || feet < pages {
		t.Errorf("%d pages with the columns, %d with the foot", pages, feet)
	}
	for _, w := range []string{"サーバ点検サーバ定期点検", "―", "事後承諾(退室時未承諾)", "訂正者:事務四葉"} {
		if !strings.Contains(page, w) {
			t.Errorf("%q is not on paper", w)
		}
	}
	if strings.Contains(page, "サインアウト") || strings.Contains(page, "様式の一覧へ戻る") {
		t.Error("the frame of the page is on paper")
	}
}

// asPrinted is what the browser prints of a page that it is given as it came.
func asPrinted(t *testing.T, ctx context.Context, html string, site *consoletest.Site) []byte {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/register/forms")); err != nil {
		t.Fatal(err)
	}
	pdf, err := show(ctx, html)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "register.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return pdf
}
