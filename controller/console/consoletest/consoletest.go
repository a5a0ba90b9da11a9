// Package consoletest opens a whole small site for tests of the pages: the real control loop, record, desk and console of the
// demonstration's room in one process, with one account for each role.
package consoletest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console"
	"kidoban/controller/desk"
	"kidoban/controller/directory/bind"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/passkey"
	"kidoban/controller/passkey/check"
	"kidoban/controller/people"
	"kidoban/controller/store"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

//go:embed people.csv
var staff []byte

// Password is every account's.
const Password = "only for tests of pages"

// Accounts are the sites' accounts, by name: each has one role, but for officers and staff, whom their post makes staff too.
func Accounts() map[string]access.PersonID {
	return map[string]access.PersonID{
		"ciso": "0101", "officer": "0102", "manager": "0103", "west": "0104", "staff": "0201", "staff2": "0202", "maintenance": "0301",
		"designee": "0401", "deputy": "0402", "auditor": "0403", "clerk": "0404", "nobody": "0302",
	}
}

// Site is a running one.
type Site struct {
	testing.TB
	URL     string // of the console
	Config  *config.Config
	Desk    *desk.Client // as the installer, an account of the configuration
	Store   *store.Store
	Panel   *sim.Panel
	Console *console.Console
	Broken  *Broken

	accounts map[string]access.PersonID
}

// Broken is what a test has fail around the door.
type Broken struct {
	Disk atomic.Bool // nothing can be recorded
	Link atomic.Bool // the central log is not reached; it is there once this was set
}

// Open opens one until the test ends; change may change its configuration.
func Open(t testing.TB, change ...func(*config.Config)) *Site {
	t.Helper()
	return OpenSince(t, time.Time{}, change...)
}

// OpenSince opens one whose journal began then; the zero time is now.
func OpenSince(t testing.TB, began time.Time, change ...func(*config.Config)) *Site {
	t.Helper()
	return open(t, began, Accounts(), [][]byte{staff, people.Demo()}, change)
}

// OpenEmpty opens one that nobody has set up: no people, no accounts but the installer's of the machine.
func OpenEmpty(t testing.TB, change ...func(*config.Config)) *Site {
	t.Helper()
	return open(t, time.Time{}, nil, nil, change)
}

func open(t testing.TB, began time.Time, accounts map[string]access.PersonID, roster [][]byte, change []func(*config.Config)) *Site {
	t.Helper()
	dir, err := os.MkdirTemp("", "kidoban") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	conf, err := config.Parse("demo.toml", config.Demo())
	if err != nil {
		t.Fatal(err)
	}
	conf.Socket.Path = filepath.Join(dir, "s")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conf.Console.Listen, conf.Console.Name = l.Addr().String(), "localhost"
	conf.Accounts = []config.Account{{Name: "installer", UID: os.Getuid(), May: []string{"operate", "roster"}}}
	for _, f := range change {
		f(conf)
	}
	s := &Site{TB: t, Config: conf, Desk: desk.Dial(conf.Socket.Path), Broken: &Broken{}, accounts: accounts}
	t.Cleanup(s.Desk.Close)
	s.daemon(dir, began)
	s.await()
	for _, csv := range roster {
		s.bring(csv)
	}
	if s.Console, err = console.New(conf, nil, slog.New(slog.NewTextHandler(logger{t}, nil))); err != nil {
		t.Fatal(err)
	}
	s.serve(l)
	return s
}

// logger shows what the console logs with the test.
type logger struct{ testing.TB }

func (l logger) Write(b []byte) (int, error) {
	l.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// daemon runs the control loop, the committer and the desk until the test ends.
func (s *Site) daemon(dir string, began time.Time) {
	clk, err := clock.Start()
	s.fatal(err)
	origin := journal.Origin{Site: s.Config.Site, Controller: s.Config.Controller, Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}
	keys, err := store.CreateKeys(filepath.Join(dir, "keys"), origin)
	s.fatal(err)
	first := journal.Entry{At: clk.Now(), Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if !began.IsZero() {
		first.At.Wall = began
	}
	data := filepath.Join(dir, "data")
	s.fatal(store.Create(context.Background(), data, keys, origin, first))
	s.Store, err = store.Open(context.Background(), data, keys, origin)
	s.fatal(err)
	var doors []string
	for _, d := range s.Config.Doors {
		doors = append(doors, d.Name)
	}
	s.Panel = sim.New(doors, clk.Now)
	site := controller.NewSite(s.Config, controller.Hashes{Card: keys.CardHash, PIN: keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: keys.Sign})
	roster, _ := access.NewRoster(1, access.Records{})
	loop := controller.New(controller.NewState(site, origin.Boot, roster, nil, s.snapshot()), s.Panel, ledgerOf{s.Store, s.Broken}, clk)
	k, err := desk.New(desk.Deps{
		Controller: loop, Store: s.Store, Keys: keys, Config: s.Config, Clock: clk, Sim: s.Panel, Learner: s.Panel, Version: "test", Passkeys: within{},
		Directory: bind.Directory{Conf: s.Config.Directory},
		Link:      s.link, Log: slog.New(slog.NewTextHandler(logger{s.TB}, nil)),
	})
	s.fatal(err)
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return loop.Run(ctx, controller.Starting{}) })
	g.Go(func() error { return loop.Commit(context.Background()) })
	g.Go(func() error { return k.Run(ctx) })
	g.Go(func() error { return k.Dispose(ctx) })
	s.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			s.Error(err)
		}
		if err := s.Store.Close(); err != nil {
			s.Error(err)
		}
	})
}

func (s *Site) link() string {
	if s.Broken.Link.Load() {
		return "lost"
	}
	return "none"
}

type ledgerOf struct {
	*store.Store
	broken *Broken
}

func (l ledgerOf) Commit(ctx context.Context, c ledger.Change, e []journal.Entry) error {
	if l.broken.Disk.Load() {
		return errors.New("the test's disk is full")
	}
	_, err := l.Store.Commit(ctx, c, e)
	return err
}

// within checks passkeys in this process.
type within struct{}

func (within) Do(ctx context.Context, r passkey.Request) (a passkey.Answer, err error) {
	var in, out bytes.Buffer
	if err = json.NewEncoder(&in).Encode(r); err == nil {
		err = check.Serve(ctx, &in, &out)
	}
	if err == nil {
		err = json.NewDecoder(&out).Decode(&a)
	}
	return a, err
}

// snapshot has the accounts, with a password that is cheap to try.
func (s *Site) snapshot() (snap ledger.Snapshot) {
	hash := account.Hash(Password, [16]byte{1}, account.Cost{Memory: 64, Time: 1, Threads: 1})
	for name, person := range s.accounts {
		body, err := json.Marshal(controller.AccountRow{Name: name, Person: person, Hash: hash, Since: time.Now()})
		s.fatal(err)
		snap.Documents = append(snap.Documents, ledger.Document{Kind: "account", ID: name, Body: body})
	}
	return snap
}

func (s *Site) await() {
	for range 500 {
		var st desk.Status
		if s.Desk.Get(context.Background(), "status", nil, &st) == nil && st.Entries > 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatal("the daemon does not answer")
}

func (s *Site) bring(csv []byte) {
	var got desk.Import
	s.fatal(s.Desk.Send(context.Background(), "import", url.Values{"name": {"people.csv"}}, csv, &got))
	if len(got.Problems) > 0 {
		s.Fatal(strings.Join(got.Problems, "\n"))
	}
}

// serve serves the pages at localhost until the test ends.
func (s *Site) serve(l net.Listener) {
	srv := httptest.NewUnstartedServer(s.Console.Handler())
	_ = srv.Listener.Close() // its own
	srv.Listener = l
	ctx, stop := context.WithCancel(context.Background())
	srv.Config.BaseContext = nil
	srv.Start()
	done := make(chan error, 1)
	go func() { done <- s.Console.Work(ctx) }()
	s.URL = strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
	s.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.Error(err)
		}
		srv.CloseClientConnections()
		srv.Close()
	})
}

// Act does something at the simulated door.
func (s *Site) Act(acts ...sim.Act) {
	s.Helper()
	for _, a := range acts {
		if a.Door == "" {
			a.Door = "room"
		}
		s.fatal(s.Panel.Act(a))
	}
}

// Card is the badge of a card of facility 118.
func Card(number uint64, side string) sim.Act {
	return sim.Act{Verb: "card", Side: side, Format: "H10301", Facility: 118, Card: number}
}

// Eventually waits until something is so.
func (s *Site) Eventually(what string, so func() bool) {
	s.Helper()
	for range 400 {
		if so() {
			return
		}
		time.Sleep(30 * time.Millisecond) // the console bears 40 requests a second
	}
	s.Fatal(fmt.Sprint("never: ", what))
}

func (s *Site) fatal(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// Told counts the entries of a type.
func (s *Site) Told(typ journal.Type) (n int) {
	s.Helper()
	rows, err := s.Store.Rows(context.Background(), 0, 100000)
	s.fatal(err)
	for _, r := range rows {
		if journal.TypeOf(r.Payload) == typ {
			n++
		}
	}
	return n
}
