package overview_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/overview"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/health"
	"kidoban/controller/journal"
	"kidoban/controller/wire"
	"kidoban/device"
)

var now = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

// site is a shelf with one accepted controller.
type site struct {
	t     *testing.T
	shelf *shelf.Shelf
	name  string
}

func newSite(t *testing.T, where string) *site {
	t.Helper()
	s, err := shelf.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	x := &site{t, s, "kidoban/maizuru/main-ctl"}
	x.accept(x.name)
	return x
}

func (x *site) accept(name string) {
	x.t.Helper()
	_, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := x.shelf.Accept(x.t.Context(), public, now); err != nil {
		x.t.Fatal(err)
	}
}

func (x *site) journal(name string) (of shelf.Journal) {
	x.t.Helper()
	js, err := x.shelf.Journals(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	for _, j := range js {
		if strings.HasPrefix(j.Origin, name+"/") {
			of = j
		}
	}
	return of
}

func (x *site) say(h shelf.Health) {
	x.t.Helper()
	if h.Controller == "" {
		h.Controller = x.name
	}
	if err := x.shelf.KeepHealth(x.t.Context(), h); err != nil {
		x.t.Fatal(err)
	}
}

func (x *site) read(runs bool) overview.Report {
	x.t.Helper()
	r, err := overview.Read(context.Background(), x.shelf, overview.Known{Limits: health.Default(), Now: now, Runs: &runs})
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// central lets the central log speak for itself, well.
func (x *site) central() {
	x.say(shelf.Health{Controller: "kidoban/city/central", Status: wire.Marshal(wire.Status{Online: true, Mode: wire.CentralMode, Health: well()}), StatusAt: now})
}

func well() *wire.Health {
	return &wire.Health{Clock: wire.Clock{State: "synchronised"}, Disk: wire.Disk{Free: 50, Size: 100}}
}

func online(change func(*wire.Status)) []byte {
	s := wire.Status{Online: true, Version: "v1", Mode: "normal", Sequence: 6, Health: well()}
	if change != nil {
		change(&s)
	}
	return wire.Marshal(s)
}

// TestController: each thing that can be wrong with a controller has its word and its level, and the gravest wins.
func TestController(t *testing.T) {
	for _, c := range []struct {
		name    string
		say     shelf.Health
		state   string
		level   overview.Level
		backlog uint64
		problem string
	}{
		{"never heard", shelf.Health{}, "never heard", overview.Warning, 0, "nothing has come"},
		{"catching up", shelf.Health{Status: online(nil), StatusAt: now, Head: 7, HeadAt: now}, "catching up", overview.OK, 7, ""},
		{"far behind", shelf.Health{Status: online(func(s *wire.Status) { s.Sequence = 2000 }), StatusAt: now, Head: 7, HeadAt: now}, "catching up", overview.Warning, 2001, "2001 entries"},
		{"offline", shelf.Health{Status: []byte(wire.Offline), StatusAt: now, Head: 7, HeadAt: now}, "offline", overview.Warning, 7, "left the broker"},
		{"rolled back by its own word", shelf.Health{Status: online(func(s *wire.Status) { s.Mode = "rolled_back" }), StatusAt: now, HeadAt: now, Head: 1}, "rolled_back", overview.Critical, 7, "rolled_back"},
		{"an old word", shelf.Health{Status: online(nil), StatusAt: now.Add(-time.Hour), HeadAt: now, Head: 7}, "catching up", overview.Warning, 7, "1h0m0s old"},
		{"its clock", shelf.Health{Status: online(func(s *wire.Status) { s.Health.Clock.State = "unsynchronised" }), StatusAt: now, HeadAt: now, Head: 7}, "catching up", overview.Warning, 7, "clock"},
		{"its disk", shelf.Health{Status: online(func(s *wire.Status) { s.Health.Disk.Free = 3 }), StatusAt: now, HeadAt: now, Head: 7}, "catching up", overview.Warning, 7, "3% of the disk"},
		{"its alarms", shelf.Health{Status: online(func(s *wire.Status) { s.Alarms = 2 }), StatusAt: now, HeadAt: now, Head: 7}, "catching up", overview.Warning, 7, "2 alarms"},
		{"no status at all", shelf.Health{Status: []byte("nonsense"), StatusAt: now, HeadAt: now, Head: 7}, "catching up", overview.OK, 7, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newSite(t, shelftest.SQLite(t))
			x.central()
			if c.say.Status != nil {
				x.say(c.say)
			}
			r := x.read(true)
			got := r.Controllers[0]
			if got.State != c.state || got.Level != c.level || got.Backlog != c.backlog || r.Level != c.level || !r.Serving {
				t.Errorf("%+v", got)
			}
			if all := strings.Join(got.Problems, "\n"); !strings.Contains(all, c.problem) || c.problem == "" && all != "" {
				t.Errorf("problems: %s", all)
			}
		})
	}
}

// TestCentral: both databases; a fork is critical by name, and so is that nothing runs.
func TestCentral(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		x := newSite(t, where)
		x.central()
		x.say(shelf.Health{Status: online(nil), StatusAt: now, Head: 0, HeadAt: now})
		if r := x.read(false); r.Serving || r.Level != overview.Critical || !strings.Contains(fmt.Sprint(r.Problems), "no central log runs") {
			t.Errorf("%+v", r)
		}
		if err := x.shelf.Tally(t.Context(), map[shelf.Garbled]int64{{Controller: x.name, Kind: "malformed"}: 3, {Kind: "foreign"}: 2}, now); err != nil {
			t.Fatal(err)
		}
		r := x.read(true)
		if r.Controllers[0].Garbled["malformed"] != 3 || r.Strangers["foreign"] != 2 || r.Database == 0 {
			t.Errorf("%+v", r)
		}
		var text strings.Builder
		if err := r.Print(&text, false); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"central log city/central: runs", "3 malformed", "2 foreign", "maizuru/main-ctl"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("no %q in\n%s", want, text.String())
			}
		}
	})
}

// TestFindings: what the central log found has its word, is critical, and is the door's own: another of the same name at
// another site is well.
func TestFindings(t *testing.T) {
	for _, c := range []struct {
		state, problem string
		find           func(x *site, o shelf.Own, j shelf.Journal) error
	}{
		{"forked", "is confirmed no more: two heads", func(x *site, o shelf.Own, j shelf.Journal) error {
			return x.shelf.Find(x.t.Context(), o, j, shelf.Find{Entries: finding(o, j, journal.ControllerForked), Fatal: true, What: "two heads", At: now})
		}},
		{"rolled back", "less than was confirmed", func(x *site, o shelf.Own, j shelf.Journal) error {
			return x.shelf.Find(x.t.Context(), o, j, shelf.Find{Entries: finding(o, j, journal.ControllerRolledBack), What: "rolled back", At: now})
		}},
		{"silent", "silent since 2026-04-01T08:58:30Z", func(x *site, o shelf.Own, j shelf.Journal) error {
			return x.shelf.Hush(x.t.Context(), o, j, now.Add(-90*time.Second), finding(o, j, journal.ControllerSilent)...)
		}},
	} {
		for _, bad := range []string{"kidoban/maizuru/main-ctl", "kidoban/ayabe/main-ctl"} {
			t.Run(c.state+" "+bad, func(t *testing.T) {
				x := newSite(t, shelftest.SQLite(t))
				x.accept("kidoban/ayabe/main-ctl")
				x.central()
				for _, name := range []string{x.name, "kidoban/ayabe/main-ctl"} {
					x.say(shelf.Health{Controller: name, Status: online(func(s *wire.Status) { s.Sequence = 0 }), StatusAt: now, Head: 1, HeadAt: now})
				}
				if err := c.find(x, writer(t), x.journal(bad)); err != nil {
					t.Fatal(err)
				}
				for _, got := range x.read(true).Controllers {
					want, state, n := overview.OK, "catching up", 0
					if got.Controller == bad {
						want, state, n = overview.Critical, c.state, 1
					}
					if got.Level != want || got.State != state || got.Alarms != n || n > 0 && !strings.Contains(strings.Join(got.Problems, "\n"), c.problem) {
						t.Errorf("%+v", got)
					}
				}
			})
		}
	}
}

// writer is a central log of site maizuru.
func writer(t *testing.T) shelf.Own {
	t.Helper()
	o := journal.Origin{Site: "maizuru", Controller: "central", Boot: "0e6d2f0c", Zone: time.UTC}
	secret, public, err := note.GenerateKey(rand.Reader, o.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return shelf.Own{Origin: o, Key: public, Signer: signer, Central: signer}
}

// finding is an entry as the archive makes it.
func finding(o shelf.Own, j shelf.Journal, typ journal.Type) []journal.Entry {
	part := strings.Split(j.Origin, "/")
	return []journal.Entry{{At: device.Instant{Wall: now}, Synced: true, Type: typ, Severity: journal.Alert, Subject: "controller",
		Data: journal.Data{Controller: o.Origin.Called(part[1], part[2]), Journal: j.Origin}}}
}

func TestBar(t *testing.T) {
	for _, c := range []struct {
		left, most uint64
		want       string
	}{
		{0, 0, "[" + strings.Repeat("#", 30) + "] 0 to go"},
		{300, 300, "[" + strings.Repeat("-", 30) + "] 300 to go"},
		{100, 300, "[" + strings.Repeat("#", 20) + strings.Repeat("-", 10) + "] 100 to go"},
		{400, 300, "[" + strings.Repeat("-", 30) + "] 400 to go"},
	} {
		if got := overview.Bar(c.left, c.most); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
