package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/directory/bind"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/passkey/check"
	"kidoban/controller/people"
	"kidoban/controller/store"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a daemon with the demonstration site's door: the real loop, the real record, the real socket.
type office struct {
	*testing.T
	client *desk.Client
	store  *store.Store
	panel  *sim.Panel
	socket string
	disk   *disk
	deps   desk.Deps

	passwords map[string]desk.Password // by account
}

// disk is the store, which a test may break.
type disk struct {
	*store.Store
	mu  sync.Mutex
	bad bool
}

func (d *disk) Commit(ctx context.Context, c ledger.Change, e []journal.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bad {
		return errors.New("no space left on device")
	}
	_, err := d.Store.Commit(ctx, c, e)
	return err
}

func (d *disk) breaks(yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bad = yes
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// open opens an office in which whoever runs the tests has an account with these rights, or none.
func open(t *testing.T, change func(*config.Config), may ...string) *office {
	t.Helper()
	return openWith(t, change, nil, may...)
}

// openWith opens an office of a site with the people of a CSV file.
func openWith(t *testing.T, change func(*config.Config), staff []byte, may ...string) *office {
	t.Helper()
	dir := t.TempDir()
	conf := must(config.Parse("demo.toml", config.Demo()))(t)
	conf.Socket.Path = filepath.Join(dir, "s")
	if may != nil {
		conf.Accounts = []config.Account{{Name: "clerk", UID: os.Getuid(), May: may}}
	}
	if change != nil {
		change(conf)
	}
	clk := must(clock.Start())(t)
	origin := journal.Origin{Site: conf.Site, Controller: conf.Controller, Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}
	keys := must(store.CreateKeys(filepath.Join(dir, "keys"), origin))(t)
	first := journal.Entry{At: clk.Now(), Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	data := filepath.Join(dir, "data")
	if err := store.Create(t.Context(), data, keys, origin, first); err != nil {
		t.Fatal(err)
	}
	st := must(store.Open(t.Context(), data, keys, origin))(t)
	panel := sim.New([]string{"room"}, clk.Now)
	site := controller.NewSite(conf, controller.Hashes{Card: keys.CardHash, PIN: keys.PINHash, Tag: store.Tag, Salt: store.Salt})
	roster, persons := rosterOf(t, staff, keys)
	d := &disk{Store: st}
	loop := controller.New(controller.NewState(site, origin.Boot, roster, persons, ledger.Snapshot{}), panel, d, clk)
	deps := desk.Deps{
		Controller: loop, Store: st, Keys: keys, Config: conf, Clock: clk, Sim: panel, Learner: panel, Version: "test",
		Link: func() string { return "none" }, Log: slog.New(slog.DiscardHandler), Passkeys: check.Here{}, Directory: bind.Directory{Conf: conf.Directory},
	}
	run(t, st, loop, must(desk.New(deps))(t))
	o := &office{T: t, client: desk.Dial(conf.Socket.Path), store: st, panel: panel, socket: conf.Socket.Path, disk: d, deps: deps, passwords: map[string]desk.Password{}}
	t.Cleanup(o.client.Close)
	o.await()
	return o
}

func rosterOf(t *testing.T, staff []byte, keys store.Keys) (*access.Roster, []ledger.Person) {
	t.Helper()
	if staff == nil {
		roster, _ := access.NewRoster(1, access.Records{})
		return roster, nil
	}
	imp, problems := people.Parse("staff.csv", staff, keys.CardHash)
	whole, sum := imp.Merge(ledger.Roster{}, false)
	if problems = append(problems, sum.Problems...); len(problems) > 0 {
		t.Fatal(problems)
	}
	rec := whole.Records
	for _, p := range whole.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	roster, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	return roster, whole.People
}

// as opens another desk of the same daemon, where whoever runs the tests is a person of the roster.
func (o *office) as(person access.PersonID) *office {
	o.Helper()
	conf := *o.deps.Config
	conf.Socket.Path = filepath.Join(o.TempDir(), "s")
	conf.Accounts = []config.Account{{Name: "a-" + string(person), UID: os.Getuid(), Person: string(person), May: []string{"operate", "roster"}}}
	deps := o.deps
	deps.Config = &conf
	k := must(desk.New(deps))(o)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	next := *o
	next.client, next.socket = desk.Dial(conf.Socket.Path), conf.Socket.Path
	o.Cleanup(func() {
		next.client.Close()
		stop()
		if err := <-done; err != nil {
			o.Error(err)
		}
	})
	next.await()
	return &next
}

// run runs the parts until the test ends.
func run(t *testing.T, st *store.Store, loop *controller.Controller, k *desk.Desk) {
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return loop.Run(ctx, controller.Starting{}) })
	g.Go(func() error { return loop.Commit(context.Background()) })
	g.Go(func() error { return k.Run(ctx) })
	t.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
}

// await waits for the socket and for the start to be on record.
func (o *office) await() {
	o.Helper()
	for range 500 {
		var s desk.Status
		if o.client.Get(o.Context(), "status", nil, &s) == nil && len(o.told(journal.SystemStarted)) == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.Fatal("nobody opens the desk")
}

func (o *office) post(what string, order any) error {
	return o.client.Post(o.Context(), what, order, nil)
}

// done posts what must succeed.
func (o *office) done(what string, order any) {
	o.Helper()
	if err := o.post(what, order); err != nil {
		o.Fatalf("%s: %v", what, err)
	}
}

// refused posts what must be refused, with words.
func (o *office) refused(words, what string, order any) {
	o.Helper()
	if err := o.post(what, order); err == nil || !strings.Contains(err.Error(), words) {
		o.Errorf("%s %+v: %v, want %q", what, order, err, words)
	}
}

// entry is what the tests read of an entry.
type entry struct {
	Type string
	Data struct {
		Account, Person, Credential, Mode, Private, Reason, Direction, Door, Point string
	}
	row store.Row
}

// told are the entries of a type on record.
func (o *office) told(typ journal.Type) (out []entry) {
	o.Helper()
	for _, r := range must(o.store.Rows(o.Context(), 0, 100_000))(o) {
		var e entry
		if err := json.Unmarshal(r.Payload, &e); err != nil {
			o.Fatal(err)
		}
		if e.row = r; e.Type == "kidoban."+string(typ) {
			out = append(out, e)
		}
	}
	return out
}

// only is the one entry of a type.
func (o *office) only(typ journal.Type) entry {
	o.Helper()
	all := o.told(typ)
	if len(all) != 1 {
		o.Fatalf("%d entries of type %s", len(all), typ)
	}
	return all[0]
}

// staffed brings one clerk with one card in.
func (o *office) staffed() {
	o.Helper()
	o.done("edit", desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "p01", Kind: access.Staff}, Name: "青木 花子", Reading: "あおき はなこ", Affiliation: "市民課"}})
	o.done("edit", desk.Edit{Belonging: &access.Belonging{Person: "p01", Section: access.CivicAffairs}})
	o.done("edit", desk.Edit{Card: &desk.Card{ID: "c01", Person: "p01", Number: number(1603)}})
}

func number(n uint64) desk.Number {
	facility := uint64(118)
	return desk.Number{Format: "H10301", Facility: &facility, Card: n}
}

func (o *office) badge(n uint64) {
	o.Helper()
	o.done("sim", sim.Act{Verb: "card", Door: "room", Format: "H10301", Facility: 118, Card: n})
}

// eventually waits for what the loop does by itself.
func (o *office) eventually(what string, so func() bool) {
	o.Helper()
	for range 500 {
		if so() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.Fatal("never: ", what)
}

func (o *office) get(what string, q url.Values, v any) {
	o.Helper()
	if err := o.client.Get(o.Context(), what, q, v); err != nil {
		o.Fatalf("%s: %v", what, err)
	}
}
