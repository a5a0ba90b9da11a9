package live_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/console"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// page is an open page: what it was sent last of each part, and how often.
type page struct {
	testing.TB
	mu     sync.Mutex
	parts  map[string]string
	events map[string]int
	away   string
	close  func()
	done   chan struct{}
}

// look opens the events of a signed-in browser.
func look(b *consoletest.Browser, query string) *page {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+"/live?"+query, nil)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := b.HTTP.Do(req) //nolint:bodyclose // the goroutine below closes it
	if err != nil {
		b.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		b.Fatalf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	p := &page{TB: b.TB, parts: map[string]string{}, events: map[string]int{}, close: cancel, done: make(chan struct{})}
	b.Cleanup(func() { cancel(); <-p.done })
	go func() {
		defer func() { _ = resp.Body.Close() }()
		p.read(resp.Body)
	}()
	return p
}

func (p *page) read(body io.Reader) {
	defer close(p.done)
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 4<<20)
	kind := ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			kind = value
		case "data":
			p.take(kind, value)
		}
	}
}

func (p *page) take(kind, data string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events[kind]++
	switch kind {
	case "part":
		var part struct{ Part, HTML string }
		if err := json.Unmarshal([]byte(data), &part); err != nil {
			p.Error(err)
		}
		p.parts[part.Part] = part.HTML
	case "away":
		p.away = data
	}
}

func (p *page) shows(part, words string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Contains(p.parts[part], words)
}

func (p *page) had(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events[kind]
}

// What happens at the door is on every open page, in its language; a part that is as it was is not sent again.
func TestPagesFollowTheDoor(t *testing.T) {
	site := consoletest.Open(t)
	ja, en := look(site.SignIn("officer"), "parts=state,health"), look(site.SignIn("clerk", "en"), "parts=state")
	site.Eventually("both pages have their state", func() bool { return ja.shows("state", "異常はありません") && en.shows("state", "All is well") })
	began := time.Now()
	site.Act(sim.Act{Verb: "force"})
	site.Eventually("the door is forced on both pages", func() bool { return ja.shows("state", "不正開扉") && en.shows("state", "door forced") })
	t.Logf("on both pages %v after the door was forced", time.Since(began).Round(time.Millisecond))
	if en.shows("health", "") && en.parts["health"] != "" {
		t.Error("a part that was not asked for")
	}
	if ja.shows("state", "name=\"once\"") {
		t.Error("a part for all holds somebody's token")
	}
}

// A page that was made of all there is gets nothing until something happens.
func TestNothingTwice(t *testing.T) {
	site := consoletest.Open(t)
	var now desk.Now
	if err := site.Desk.Get(t.Context(), "now", nil, &now); err != nil {
		t.Fatal(err)
	}
	first := look(site.SignIn("officer"), "parts=state")
	site.Eventually("a state", func() bool { return first.shows("state", "異常") })
	b := site.SignIn("officer")
	fresh := look(b, "parts=state&at="+url.QueryEscape("99999"))
	site.Eventually("a beat", func() bool { return fresh.had("beat") > 0 })
	site.Act(sim.Act{Verb: "force"})
	site.Eventually("forced", func() bool { return fresh.shows("state", "不正開扉") })
	if n := fresh.had("part"); n > 3 { // the door, its alarm and its siren may come one after the other
		t.Errorf("%d parts", n)
	}
}

// Whose sign-in ends is told so, and sees nothing more; the others go on.
func TestSignedOut(t *testing.T) {
	site := consoletest.Open(t)
	b, other := site.SignIn("officer").Get("/"), site.SignIn("ciso")
	gone, stays := look(b, "parts=state"), look(other, "parts=state")
	site.Eventually("both look", func() bool { return gone.shows("state", "異常") && stays.shows("state", "異常") })
	b.Send("/sign-out", nil)
	stays.close()
	site.Eventually("told of the end", func() bool {
		site.Act(consoletest.Card(1, "entry")) // an entry, so that somebody is asked
		return gone.had("ended") == 1
	})
	<-gone.done
}

// Who may not look is given nothing.
func TestWhoMayLook(t *testing.T) {
	site := consoletest.Open(t)
	for name, want := range map[string]int{"auditor": http.StatusOK, "nobody": http.StatusForbidden} {
		b := site.SignIn(name)
		ctx, cancel := context.WithCancel(t.Context())
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+"/live?parts=state", nil)
		resp, err := b.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
		cancel()
		_ = resp.Body.Close()
	}
	if b := site.Browse().Get("/live?parts=state"); b.Path != "/sign-in" {
		t.Errorf("a stranger: %d %s", b.Code, b.Path)
	}
}

// Duress is on the pages of those who may know of it, at once, and on nobody else's.
func TestDuressIsSilent(t *testing.T) {
	site := consoletest.Open(t, func(c *config.Config) { c.Doors[0].PIN, c.Duties.FourEyes = "always", false })
	for _, p := range []desk.PIN{
		{Credential: "C-0201", Digits: desk.Digits("271828")}, {Credential: "C-0201", Digits: desk.Digits("314159"), Duress: true},
	} {
		if err := site.Desk.Post(t.Context(), "pin", p, nil); err != nil {
			t.Fatal(err)
		}
	}
	officer, staff := look(site.SignIn("officer"), "parts=state,alarms,events"), look(site.SignIn("staff2"), "parts=state,alarms,events")
	site.Eventually("both look", func() bool { return officer.shows("state", "異常") && staff.shows("state", "異常") })
	site.Act(consoletest.Card(1201, "entry"), sim.Act{Verb: "keys", Keys: "314159#"})
	site.Eventually("the door is released", func() bool { return site.Told(journal.LockReleased) == 1 })
	site.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
	site.Eventually("the officer is told", func() bool { return officer.shows("state", "非常通報") && officer.shows("alarms", "access.duress") })
	site.Eventually("staff see the entry", func() bool { return staff.shows("events", "入室しました") })
	staff.mu.Lock()
	defer staff.mu.Unlock()
	for name, html := range staff.parts {
		if strings.Contains(html, "非常通報") || strings.Contains(html, "duress") {
			t.Errorf("%s tells staff: %s", name, html)
		}
	}
}

// wire lies between a console and the daemon: it counts who follows, and can be cut.
type wire struct {
	path    string
	follows atomic.Int32
	mu      sync.Mutex
	is      bool // cut
	open    map[net.Conn]bool
}

func lay(t *testing.T, to string) *wire {
	dir, err := os.MkdirTemp("", "kidoban")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{path: filepath.Join(dir, "s"), open: map[net.Conn]bool{}}
	l, err := net.Listen("unix", w.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); w.cut(true); _ = os.RemoveAll(dir) })
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("unix", to)
			if err != nil || !w.keep(a, b) {
				_ = a.Close()
				continue
			}
			go w.pass(b, a)
			go w.pass(a, b)
		}
	}()
	return w
}

func (w *wire) keep(all ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range all {
		if w.is {
			_ = c.Close()
			continue
		}
		w.open[c] = true
	}
	return !w.is
}

func (w *wire) pass(to, from net.Conn) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if bytes.HasPrefix(b[:n], []byte("GET /journal?")) {
			w.follows.Add(1)
		}
		if n > 0 {
			_, _ = to.Write(b[:n])
		}
		if err != nil {
			_, _ = to.Close(), from.Close()
			return
		}
	}
}

func (w *wire) cut(is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.is = is
	for c := range w.open {
		_ = c.Close()
	}
	w.open = map[net.Conn]bool{}
}

// behind is a second console of a site, at the end of a wire.
func behind(t *testing.T, site *consoletest.Site) (*consoletest.Site, *wire) {
	w := lay(t, site.Config.Socket.Path)
	conf := *site.Config
	conf.Socket.Path = w.path
	k, err := console.New(&conf, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(k.Handler())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- k.Work(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		srv.CloseClientConnections()
		srv.Close()
	})
	far := *site
	far.URL, far.Console = strings.Replace(srv.URL, "127.0.0.1", "localhost", 1), k
	return &far, w
}

// However many pages are open, the daemon has one follower, and one for those who may know of silent alarms.
func TestOneFollower(t *testing.T) {
	site, w := behind(t, consoletest.Open(t))
	var pages []*page
	b, officer := site.SignIn("clerk"), site.SignIn("officer")
	for range 20 {
		pages = append(pages, look(b, "parts=state"), look(officer, "parts=state"))
	}
	site.Act(sim.Act{Verb: "force"})
	site.Eventually("on all of them", func() bool {
		for _, p := range pages {
			if !p.shows("state", "不正開扉") {
				return false
			}
		}
		return true
	})
	if n := w.follows.Load(); n != 2 {
		t.Errorf("%d follow the journal", n)
	}
}

// While the daemon does not answer the page says so; when it does again, the page shows what has happened meanwhile.
func TestDaemonAway(t *testing.T) {
	site, w := behind(t, consoletest.Open(t))
	b := site.SignIn("clerk")
	p := look(b, "parts=state")
	site.Eventually("a state", func() bool { return p.shows("state", "異常はありません") })
	w.cut(true)
	is := func(away string) func() bool {
		return func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.away == away }
	}
	site.Eventually("the page says that it is old", is("1"))
	b.Get("/").Must("扉は単独で動作を続けています") // and asks again by itself
	if b.Code != http.StatusServiceUnavailable || b.Head.Get("Refresh") == "" {
		t.Errorf("%d %v", b.Code, b.Head)
	}
	site.Act(sim.Act{Verb: "force"})
	w.cut(false)
	site.Eventually("the page is new again", is("0"))
	site.Eventually("and shows what happened", func() bool { return p.shows("state", "不正開扉") })
	b.Get("/").Must("不正開扉")
}
