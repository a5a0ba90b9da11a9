package book_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kidoban/controller/console/consoletest"
)

// chrome opens a real Chromium that has this browser's sign-in, until the test ends.
func chrome(t testing.TB, b *consoletest.Browser, lang string) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, done := chromedp.NewContext(ctx)
	t.Cleanup(done)
	home, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	cookies := []network.SetCookieParams{{Name: "kidoban-lang", Value: lang, URL: b.URL}}
	for _, k := range b.HTTP.Jar.Cookies(home) {
		if k.Name != "kidoban-lang" {
			cookies = append(cookies, network.SetCookieParams{Name: k.Name, Value: k.Value, URL: b.URL})
		}
	}
	if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		// A sign-in that turns up in another browser would be ended.
		if _, err := cdp.Call(ctx, tab, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Go-http-client/1.1"}); err != nil {
			return err
		}
		for _, k := range cookies {
			if _, err := cdp.Call(ctx, tab, network.SetCookie, k); err != nil {
				return err
			}
		}
		return nil
	})); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// show gives the tab a page as it came, with its stylesheets, and prints it.
func show(ctx context.Context, html string) ([]byte, error) {
	if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		tree, err := cdp.Call(ctx, tab, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, tab, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: html})
		return err
	})); err != nil {
		return nil, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise((done) => { const ready = () => [...document.querySelectorAll("link[rel=stylesheet]")].every((l) => l.sheet);
		const look = () => ready() ? done(true) : setTimeout(look, 20); look(); })`, chromedp.EvalAwaitPromise)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
}
