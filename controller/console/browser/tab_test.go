package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"kidoban/controller/console/consoletest"
)

// patience bounds whatever is waited for: a busy machine is no fault of a page.
const patience = 30 * time.Second

// tab is somebody's browser: cookies of its own, a language, and whatever went wrong in it.
type tab struct {
	testing.TB
	ctx  context.Context //nolint:containedctx // chromedp's handle of the tab
	base string
	lang string

	mu      sync.Mutex
	wrong   []string
	dialogs chan struct{}
}

// open opens a tab at a site in a language, until the test ends.
func open(t testing.TB, base, lang string) *tab {
	t.Helper()
	if shared.ctx == nil {
		t.Skip("needs -chromium")
	}
	ctx, end := chromedp.NewContext(shared.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{TB: t, ctx: ctx, base: base, lang: lang, dialogs: make(chan struct{}, 16)}
	if err := chromedp.Listen(ctx, b.heard); err != nil {
		t.Fatal(err)
	}
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		for _, enable := range []cdp.Command[cdp.Empty, cdp.Empty]{log.Enable, runtime.Enable} {
			if _, err := cdp.Call(ctx, tab, enable, cdp.Empty{}); err != nil {
				return err
			}
		}
		_, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{})
		return err
	})
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.SetCookie, network.SetCookieParams{Name: "kidoban-lang", Value: lang, URL: base})
		return err
	})
	go b.answer()
	b.width(1280)
	t.Cleanup(b.clean)
	return b
}

// viewer is where Chromium's own viewer of PDF files lies.
const viewer = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"

// heard keeps what a page does that it must not: errors, what the policy forbids, other hosts.
func (b *tab) heard(ev any) {
	fault := ""
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		if expected := strings.Contains(e.Entry.Text, "status of 4"); (e.Entry.Level == "error" || e.Entry.Level == "warning") && !expected {
			fault = "the console says: " + e.Entry.Text + " " + e.Entry.URL
		}
	case *runtime.EventExceptionThrown:
		fault = "the script failed: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			fault = "the script says: " + string(e.Type)
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.base+"/") && !strings.HasPrefix(u, "about:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, viewer) {
			fault = "asks another site: " + u
		}
	case *page.EventJavascriptDialogOpening:
		b.dialogs <- struct{}{}
	}
	if fault != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wrong = append(b.wrong, fault)
	}
}

// answer presses OK where a page asks whether somebody is sure.
func (b *tab) answer() {
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-b.dialogs:
			_ = chromedp.Do(b.ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
				_, err := cdp.Call(ctx, tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
				return err
			}))
		}
	}
}

// clean reports what went wrong, once.
func (b *tab) clean() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		b.Error(w)
	}
	b.wrong = nil
}

func (b *tab) call(f func(context.Context, *chromedp.Target) error) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Func(f)); err != nil {
		b.Fatal(err)
	}
}

// width makes the window so wide.
func (b *tab) width(px int64) {
	b.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(px, 900)); err != nil {
		b.Fatal(err)
	}
}

// tries is an expression's value, an error while the page is on its way.
func tries[T any](b *tab, expression string) (T, error) {
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// value is an expression's value.
func value[T any](b *tab, expression string) T {
	b.Helper()
	v, err := tries[T](b, expression)
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits until an expression is true.
func (b *tab) until(what, expression string) {
	b.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is, err := tries[bool](b, expression); err == nil && is {
			return
		}
	}
	b.Fatalf("never: %s (%s), at %s: %s", what, expression, b.path(), b.said())
}

// get goes to a page by its address, as a bookmark does.
func (b *tab) get(path string) *tab {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.base+path)); err != nil {
		b.Fatalf("%s: %v", path, err)
	}
	return b
}

func (b *tab) path() string {
	where, _ := tries[string](b, "location.href")
	if u, err := url.Parse(where); err == nil {
		return u.RequestURI()
	}
	return where
}

func (b *tab) said() string {
	s, _ := tries[string](b, "document.querySelector('main, body').innerText")
	if r := []rune(s); len(r) > 1200 {
		s = string(r[:1200])
	}
	return strings.Join(strings.Fields(s), " ")
}

// point is where the first seen element of a selector is, scrolled into view; what lies over it there is said.
const point = `(() => { for (const el of document.querySelectorAll(%s)) {
	if (!el.checkVisibility({visibilityProperty: true, opacityProperty: true}) || el.disabled) continue;
	el.scrollIntoView({block: "center", behavior: "instant"});
	for (const r of el.getClientRects()) { if (r.width < 2 || r.height < 2) continue;
		const x = r.x + r.width / 2, y = r.y + r.height / 2, over = document.elementFromPoint(x, y);
		return {x, y, over: over && (el.contains(over) || over.contains(el) || over.closest("label")?.contains(el)) ? "" : (over ? over.outerHTML.slice(0, 200) : "nothing")}; } }
	return null; })()`

// place is a point, and what lies over what was looked for there.
type place struct {
	X, Y float64
	Over string
}

// click presses the mouse's left button on what a selector finds, and on nothing that is hidden or covered.
func (b *tab) click(selector string) {
	b.Helper()
	quoted, _ := json.Marshal(selector)
	find := fmt.Sprintf(point, quoted)
	at, err := tries[place](b, find)
	for end := time.Now().Add(patience); err != nil && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		at, err = tries[place](b, find) // also while the page shows itself anew
	}
	if err != nil {
		b.Fatalf("there is no %s at %s: %s", selector, b.path(), b.said())
	}
	if at.Over != "" {
		b.Fatalf("%s at %s is covered by %s", selector, b.path(), at.Over)
	}
	if err = chromedp.Do(b.ctx, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		b.Fatal(err)
	}
}

// follow clicks on what leads to another page, and waits for that.
func (b *tab) follow(selector string) *tab {
	b.Helper()
	value[bool](b, "window.before = true")
	b.click(selector)
	b.until("another page after "+selector, "!window.before && document.readyState === 'complete'")
	if fault, _ := tries[string](b, "document.querySelector('main .note.fault:not([hidden])')?.innerText ?? ''"); fault != "" && !strings.HasPrefix(b.path(), "/demo") {
		b.Logf("%s after %s says: %s", b.path(), selector, fault)
	}
	return b
}

// signIn types a name and the tests' password.
func (b *tab) signIn(name string) *tab {
	b.Helper()
	b.get("/sign-in")
	for field, text := range map[string]string{"account": name, "password": consoletest.Password} {
		if err := chromedp.Do(b.ctx, chromedp.SendKeys(`main input[name="`+field+`"]`, text)); err != nil {
			b.Fatal(err)
		}
	}
	b.follow(`main form[action="/sign-in"] button:not([type=button])`)
	if strings.HasPrefix(b.path(), "/sign-in") {
		b.Fatalf("%s is not let in: %s", name, b.said())
	}
	return b
}
