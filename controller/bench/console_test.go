package bench_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/device"
)

const openPages = 200

// readConsole is what people see: P13 how fast and how heavy the pages are with a register of P8's size behind them, P14 how
// long after its record an event is on an open page, and P15 what two hundred open pages cost the door. The console is the
// real program, at the door's socket.
func readConsole(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	people, n := count(10_000, 100), count(*lines, 200)
	s := build(t, filepath.Join(dir, "p13"), people, 0)
	disk := s.open(t)
	write(t, disk, n)
	record(t, disk, n)
	for _, f := range []func(context.Context) error{disk.Index, disk.Count, func(context.Context) error { return disk.Close() }} {
		if err := f(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	listen := free(t)
	s.append(t, fmt.Sprintf("\n[console]\nlisten = %q\n", listen))
	d := start(t, s, people, nil)
	serve(t, s, d)
	launch(t, filepath.Join(programs(t, dir), "kidoban"), "console", "--config", s.file)
	wait(t, "tcp", listen)
	_, port, _ := net.SplitHostPort(listen)
	b := &reader{t: t, at: "http://localhost:" + port}
	b.signIn(s)
	b.pages(n)
	b.delay(d)
	b.beside(d)
}

// append adds to the configuration.
func (s *site) append(t *testing.T, text string) {
	t.Helper()
	old, err := os.ReadFile(s.file)
	if err == nil {
		err = os.WriteFile(s.file, append(old, text...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.load(t)
}

// reader is a browser of the security officer.
type reader struct {
	t    *testing.T
	at   string
	http http.Client
}

var onceField = regexp.MustCompile(`name="once" value="([^"]*)"`)

// signIn makes cardholder 0 the security officer, with an account, and signs in.
func (b *reader) signIn(s *site) {
	ctx, client := context.Background(), desk.Dial(s.socket())
	defer client.Close()
	const first, own = "a first password for a day", "four words of my own"
	var in desk.SignedIn
	for _, step := range []func() error{
		func() error {
			return client.Post(ctx, "edit", desk.Edit{Incumbency: &access.Incumbency{Person: person(0), Post: access.SecurityOfficer, Span: access.Span{From: april}}}, nil)
		},
		func() error {
			return client.Post(ctx, "account", desk.Account{Name: "kacho", Person: person(0), Password: first}, nil)
		},
		func() error { return client.Post(ctx, "sign-in", desk.SignIn{Name: "kacho", Password: first}, &in) },
		func() error {
			return client.As(in.Token).Post(ctx, "account/password", desk.NewPassword{Old: first, New: own}, nil)
		},
	} {
		if err := step(); err != nil {
			b.t.Fatal(err)
		}
	}
	b.http.Jar, _ = cookiejar.New(nil)
	page, _ := b.get("/sign-in")
	form := url.Values{"account": {"kacho"}, "password": {own}, "once": {onceField.FindStringSubmatch(page)[1]}}
	resp, err := b.http.PostForm(b.at+"/sign-in", form)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.Request.URL.Path != "/" {
		b.t.Fatalf("not signed in, at %s", resp.Request.URL.Path)
	}
}

// get asks for a page and reads it; weight is what came over the wire, compressed.
func (b *reader) get(path string) (page string, weight int) {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, b.at+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if path != "/sign-in" {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
	}
	return string(body), len(body)
}

// pages is P13.
func (b *reader) pages(n int) {
	fixed := 0
	for _, file := range []string{"console.css", "draw.css", "console.js", "mark.svg"} {
		_, w := b.get("/static/" + file)
		fixed += w
	}
	heaviest, slowest, which := 0, time.Duration(0), ""
	for _, path := range []string{
		"/", "/permits", "/permits/ask", "/visits", "/register", "/register/forms", "/register/figures?month=2026-05", "/register/review",
		"/register/retention", "/alarms", "/alarms/muster", "/people", "/people/posts", "/people/cards", "/people/proposals", "/people/why",
		"/audit", "/audit/entries", "/audit/entry/100", "/audit/coverage", "/account", "/accounts", "/accounts/roles",
	} {
		took, weight := []time.Duration(nil), 0
		for range count(40, 2) {
			began := time.Now()
			_, w := b.get(path)
			took, weight = append(took, time.Since(began)), max(weight, w)
			time.Sleep(25 * time.Millisecond) // the console bears 40 requests a second
		}
		p95 := quantile(took, 95)
		show(line{"P13", "page " + path, short(p95), "50ms", "-", verdict(true, p95 <= 50*time.Millisecond, false),
			fmt.Sprintf("p95; p50 %s; %d octets; %d lines and entries behind it", short(quantile(took, 50)), weight, n)})
		if weight > heaviest {
			heaviest = weight
		}
		if p95 > slowest {
			slowest, which = p95, path
		}
	}
	kb := func(n int) string { return fmt.Sprintf("%.1fkB", float64(n)/1000) }
	show(line{"P13", "weight of the heaviest page, the first time", kb(fixed + heaviest), "150kB", "-", verdict(true, fixed+heaviest <= 150_000, false), "with sheet, script and mark"})
	show(line{"P13", "weight of the heaviest page, afterwards", kb(heaviest), "20kB", "-", verdict(true, heaviest <= 20_000, false),
		fmt.Sprintf("slowest page %s %s", which, short(slowest))})
}

// live opens a page's events; each part that comes is told.
func (b *reader) live(ctx context.Context, parts string, told func()) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.at+"/live?parts="+parts, nil)
	if err != nil {
		return err
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("live: %s", resp.Status)
	}
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 4<<20)
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "event: part") {
			told()
		}
	}
	return ctx.Err()
}

// delay is P14: from the moment that an entry's record is durable until it is on the page.
func (b *reader) delay(d *door) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	came := make(chan time.Time, 1024)
	go func() { _ = b.live(ctx, "events", func() { came <- time.Now() }) }()
	<-came // as it stands
	var took []time.Duration
	for range count(60, 2) {
		for time.Sleep(300 * time.Millisecond); len(came) > 0; {
			<-came
		}
		d.present()
		d.until(journal.LockReleased)
		d.events <- device.Event{At: d.clock.Now(), Kind: device.DoorOpened, Door: "room-1"}
		d.until(journal.LockSecured) // of one record with access.taken, which the page shows
		recorded := time.Now()
		took = append(took, (<-came).Sub(recorded))
		d.events <- device.Event{At: d.clock.Now(), Kind: device.DoorClosed, Door: "room-1"}
		d.until(journal.DoorClosed)
	}
	p95 := quantile(took, 95)
	show(line{"P14", "an entry is recorded -> an open page shows it, p95", short(p95), "200ms", "-", verdict(true, p95 <= 200*time.Millisecond, false),
		fmt.Sprintf("p50 %s, slowest %s", short(quantile(took, 50)), short(quantile(took, 100)))})
}

// beside is P15: what the software adds to a badge's commit with so many pages open, against the same with none.
func (b *reader) beside(d *door) {
	badges := func() (took []time.Duration) {
		for range count(200, 8) {
			x := d.badge()
			took = append(took, x.before+x.after)
		}
		return took
	}
	r := measure(b.t, func() round {
		alone := badges()
		ctx, stop := context.WithCancel(context.Background())
		var ready, done sync.WaitGroup
		for range count(openPages, 3) {
			time.Sleep(time.Duration(count(int(26*time.Millisecond), 0))) // the console bears 40 requests a second of one address
			ready.Add(1)
			done.Go(func() {
				first := sync.OnceFunc(ready.Done)
				defer first()
				if err := b.live(ctx, "state,events", first); err != nil && ctx.Err() == nil {
					b.t.Error(err)
				}
			})
		}
		ready.Wait()
		watched := badges()
		stop()
		done.Wait()
		return round{watched, alone}
	})
	show(line{"P15", fmt.Sprintf("software without the commit, %d open pages, p99", openPages), times(r.ratio(99)), "1.5x", "-",
		verdict(r.enough(), r.ratio(99) <= 1.5, false), fmt.Sprintf("p99 %s, without pages %s; p50 %s, %s; the pages' readers share the processors; %s",
			short(r.ours(99)), short(r.limit(99)), short(r.ours(50)), short(r.limit(50)), r.count())})
}
