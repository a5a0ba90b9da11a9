package browser_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	wanted  = flag.Bool("chromium", false, "try the pages in Chromium")
	shots   = flag.String("shots", "", "`directory` for a picture of each page")
	running = flag.String("demo", "", "the `address` of a demonstration that runs already: http://localhost:8080")
	axe     = flag.String("axe", "", "axe-core's `file` (.ci/axe prints it)")
)

// chromium is the one that all tests share, nil without -chromium.
type chromium struct{ ctx context.Context } //nolint:containedctx // the browser's own: its tabs end with it

var shared chromium

func TestMain(m *testing.M) {
	flag.Parse()
	if !*wanted {
		os.Exit(m.Run())
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "ja"), chromedp.WindowSize(1280, 900))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, end := chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "chromium does not start:", err)
		os.Exit(1)
	}
	shared.ctx = ctx
	code := m.Run()
	if err := sheet(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	end()
	stop()
	os.Exit(code)
}
