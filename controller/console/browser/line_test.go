package browser_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// script lets pages run scripts from the next one on, or not.
func (b *tab) script(runs bool) {
	b.Helper()
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !runs})
		return err
	})
}

// hurry has the clocks of pages from the next one on run twenty times as fast.
func (b *tab) hurry() {
	b.Helper()
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.Enable, page.EnableParams{})
		if err == nil {
			_, err = cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
				Source: `(() => { const every = setInterval; window.setInterval = (f, ms) => every(f, ms / 20); })()`,
			})
		}
		return err
	})
}

// asks waits until the browser asks for an address by itself; do happens once it is watched.
func (b *tab) asks(at string, do func()) {
	b.Helper()
	asked := make(chan bool, 1)
	if err := chromedp.Listen(b.ctx, func(ev any) {
		if e, is := ev.(*network.EventRequestWillBeSent); is && e.Request.URL == b.base+at {
			select {
			case asked <- true:
			default:
			}
		}
	}); err != nil {
		b.Fatal(err)
	}
	do()
	select {
	case <-asked:
	case <-time.After(patience):
		b.Fatalf("never asks for %s", at)
	}
}

// line is the wire between a browser and the console: it can be cut.
type line struct {
	url, to string

	mu   sync.Mutex
	cut  bool
	ends map[net.Conn]bool
}

// wire lays a line to the site until the test ends.
func (s *stage) wire() *line {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	w := &line{url: "http://localhost:" + port, to: strings.TrimPrefix(s.URL, "http://"), ends: map[net.Conn]bool{}}
	s.Cleanup(func() { _ = l.Close(); w.set(true) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.join(c)
		}
	}()
	return w
}

// join carries one connection, unless the line is cut.
func (w *line) join(c net.Conn) {
	far, err := net.Dial("tcp", w.to)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil || w.cut {
		_ = c.Close()
		if err == nil {
			_ = far.Close()
		}
		return
	}
	w.ends[c], w.ends[far] = true, true
	for _, pair := range [][2]net.Conn{{c, far}, {far, c}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			_, _ = pair[0].Close(), pair[1].Close()
		}()
	}
}

// set cuts the line, or mends it.
func (w *line) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for c := range w.ends {
		_ = c.Close()
		delete(w.ends, c)
	}
}
