package browser_test

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// shot keeps a picture of the page as it is, by flow, language and width.
func (b *tab) shot(flow string, px int) {
	b.Helper()
	if *shots == "" {
		return
	}
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		b.Fatal(err)
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%s-%d.png", flow, b.lang, px)), png, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// sheet is a page of all pictures, to be looked at.
func sheet() error {
	if *shots == "" {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(*shots, "*.png"))
	if err != nil || len(names) == 0 {
		return err
	}
	slices.Sort(names)
	var out strings.Builder
	out.WriteString("<!DOCTYPE html><meta charset=utf-8><title>kidoban: pages</title><style>body{font:14px sans-serif}figure{display:inline-block;vertical-align:top;" +
		"margin:8px;width:400px}img{width:100%;border:1px solid #888}</style>\n")
	for _, n := range names {
		name := html.EscapeString(filepath.Base(n))
		fmt.Fprintf(&out, "<figure><a href=\"%s\"><img loading=lazy src=\"%s\" alt=\"\"></a><figcaption>%s</figcaption></figure>\n", name, name, name)
	}
	return os.WriteFile(filepath.Join(*shots, "index.html"), []byte(out.String()), 0o644)
}
