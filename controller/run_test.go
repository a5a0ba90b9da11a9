package controller_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slow is the real store behind a disk that can be made to stall or fail.
type slow struct {
	*store.Store
	stall atomic.Int64 // nanoseconds that the next commit takes
	fail  atomic.Bool
}

func (s *slow) Commit(ctx context.Context, c ledger.Change, e []journal.Entry) error {
	time.Sleep(time.Duration(s.stall.Swap(0)))
	if s.fail.Load() {
		return errors.New("no space left on device")
	}
	_, err := s.Store.Commit(ctx, c, e)
	return err
}

// live is a Controller that runs on real goroutines and virtual time, with a real SQLite file.
type live struct {
	*testing.T
	loop  *controller.Controller
	disk  *slow
	panel *sim.Panel
	turns atomic.Int64
	end   func() error
}

// onTheDoor runs f beside a running daemon, in a bubble of virtual time.
func onTheDoor(t *testing.T, f func(l *live)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		clk, err := clock.Start()
		if err != nil {
			t.Fatal(err)
		}
		l := &live{T: t, disk: &slow{Store: newStore(t, dir, clk.Now())}, panel: sim.New(doors, clk.Now)}
		site := newSite()
		site.Hashes.Card = func(c device.Credential) access.Hash { return cardHash(card(c.Card)) }
		l.loop = controller.New(controller.NewState(site, "boot", newRoster(), persons, ledger.Snapshot{}), l.panel, l.disk, clk)
		l.loop.After = func(controller.Turned) { l.turns.Add(1) }
		ctx, stop := context.WithCancel(t.Context())
		var g errgroup.Group
		g.Go(func() error { return l.loop.Run(ctx, controller.Starting{}) })
		g.Go(func() error { return l.loop.Commit(context.Background()) })
		l.end = func() error {
			stop()
			return g.Wait()
		}
		l.pass(time.Second)
		f(l)
		if err := l.end(); err != nil {
			t.Error("Run: ", err)
		}
		if err := l.disk.Close(); err != nil {
			t.Error(err)
		}
	})
}

func newStore(t *testing.T, dir string, now device.Instant) *store.Store {
	t.Helper()
	origin := journal.Origin{Site: "site", Controller: "ctl", Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}
	keys, err := store.CreateKeys(filepath.Join(dir, "keys"), origin)
	if err != nil {
		t.Fatal(err)
	}
	first := journal.Entry{At: now, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(t.Context(), filepath.Join(dir, "data"), keys, origin, first); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "data"), keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pass lets virtual time pass, and everything settle that was due.
func (l *live) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (l *live) act(a sim.Act) {
	l.Helper()
	a.Door = "back"
	if a.Verb == "card" {
		a.Facility, a.Format = 1, "H10301"
	}
	if err := l.panel.Act(a); err != nil {
		l.Fatal(err)
	}
	synctest.Wait()
}

func (l *live) strike(want bool) {
	l.Helper()
	look, err := l.panel.Look("back")
	if err != nil || look.Strike != want {
		l.Errorf("the strike is driven: %v, want %v (%v)", look.Strike, want, err)
	}
}

// told counts the entries on disk whose bytes hold all the words.
func (l *live) told(words ...string) (n int) {
	l.Helper()
	rows, err := l.disk.Rows(l.Context(), 0, 1000)
	if err != nil {
		l.Fatal(err)
	}
	for _, r := range rows {
		all := true
		for _, w := range words {
			all = all && strings.Contains(string(r.Payload), w)
		}
		if all {
			n++
		}
	}
	return n
}

// A disk that stalls for eight seconds during the commit of a grant: the exit button works at once, the grant whose commit
// comes late opens nothing, both are on record.
func TestStalledCommit(t *testing.T) {
	onTheDoor(t, func(l *live) {
		l.act(sim.Act{Verb: "card", Card: 1})
		l.pass(100 * time.Millisecond)
		l.strike(true)
		l.pass(10 * time.Second)
		l.strike(false)

		l.disk.stall.Store(int64(8 * time.Second))
		l.act(sim.Act{Verb: "card", Card: 2})
		l.strike(false)
		l.pass(500 * time.Millisecond)
		l.act(sim.Act{Verb: "exit"})
		l.strike(true)
		if n := l.told("door.exit_requested"); n != 0 {
			t.Error("the disk does not stall at all")
		}
		l.pass(7 * time.Second)
		l.strike(false)
		l.pass(time.Second)
		l.strike(false)
		l.pass(5 * time.Second)
		l.strike(false)
		for _, want := range [][]string{
			{"access.granted", `"person":"baba"`}, {"door.exit_requested"}, {"access.not_taken", `"reason":"late"`, `"person":"baba"`},
			{`"type":"kidoban.system.degraded"`, "record_unavailable"}, {"system.recovered"},
		} {
			if n := l.told(want...); n != 1 {
				t.Errorf("%v: %d times on record", want, n)
			}
		}
		if n := l.told("lock.released"); n != 2 {
			t.Errorf("released %d times, want 2: the first card and the button", n)
		}
	})
}

// The loop turns, and so feeds the watchdog, while nothing happens and while the disk stalls.
func TestLoopTurnsWhateverTheDiskDoes(t *testing.T) {
	onTheDoor(t, func(l *live) {
		before := l.turns.Load()
		l.pass(2 * time.Second)
		idle := l.turns.Load() - before
		l.disk.stall.Store(int64(5 * time.Second))
		l.act(sim.Act{Verb: "card", Card: 1})
		before = l.turns.Load()
		l.pass(2 * time.Second)
		if stalled := l.turns.Load() - before; idle < 4 || idle > 100 || stalled < 4 || stalled > 100 {
			t.Errorf("turns in two seconds: %d idle, %d while the disk stalls", idle, stalled)
		}
		l.pass(5 * time.Second)
	})
}

// Answers: an order's when it is durable, or why it came to nothing; a question's at once, whatever was due in its turn.
func TestAnswers(t *testing.T) {
	onTheDoor(t, func(l *live) {
		clerk := controller.Account{Name: "clerk", Operate: true, Roster: true}
		release := controller.Request{Account: clerk, Ask: controller.ReleaseDoor{Door: "back"}}
		l.disk.stall.Store(int64(500 * time.Millisecond))
		began := time.Now()
		if a, err := l.loop.Ask(l.Context(), release); err != nil || a.Refusal != "" || time.Since(began) < 500*time.Millisecond {
			t.Errorf("a slow disk: %+v, %v after %v", a, err, time.Since(began))
		}
		synctest.Wait()
		l.strike(true)
		l.pass(10 * time.Second)

		l.disk.stall.Store(int64(4 * time.Second))
		if a, err := l.loop.Ask(l.Context(), release); err != nil || !strings.Contains(a.Refusal, "late") {
			t.Errorf("a disk that stalls: %+v, %v", a, err)
		}
		l.strike(false)

		l.disk.fail.Store(true)
		if a, err := l.loop.Ask(l.Context(), release); err != nil || !strings.Contains(a.Refusal, "record_unavailable") {
			t.Errorf("a disk that fails: %+v, %v", a, err)
		}
		l.disk.fail.Store(false)
		l.pass(3 * time.Second)
		l.strike(false)

		// A grant runs out in the very turn of the question.
		l.act(sim.Act{Verb: "card", Card: 1})
		for range 200 {
			time.Sleep(47 * time.Millisecond)
			a, err := l.loop.Ask(l.Context(), controller.Request{Ask: controller.AskStatus{}})
			if _, is := a.Value.(controller.Status); !is || err != nil {
				t.Fatalf("status: %+v, %v", a, err)
			}
		}
	})
}

// A stop while the disk stalls: nothing is released any more, and Run says that the end could not be recorded.
func TestStopWhileTheDiskStalls(t *testing.T) {
	onTheDoor(t, func(l *live) {
		l.act(sim.Act{Verb: "card", Card: 1})
		l.disk.stall.Store(int64(1500 * time.Millisecond))
		l.act(sim.Act{Verb: "card", Card: 2})
		if err := l.end(); err != nil {
			t.Error("a disk that answers in time: ", err)
		}
		l.strike(false)
		if n := l.told("access.not_taken", `"reason":"stopping"`); n != 2 {
			t.Errorf("%d grants ended by the stop, want 2", n)
		}
		if l.told("system.stopping") != 1 {
			t.Error("the stop is not on record")
		}
		l.end = func() error { return nil }
	})
	onTheDoor(t, func(l *live) {
		l.disk.stall.Store(int64(8 * time.Second))
		l.act(sim.Act{Verb: "card", Card: 1})
		began := time.Now()
		if err := l.end(); err == nil || !strings.Contains(err.Error(), "not durable") {
			t.Error("a disk that does not answer: ", err)
		}
		if d := time.Since(began); d > 9*time.Second {
			t.Errorf("the end took %v", d)
		}
		l.strike(false)
		l.end = func() error { return nil }
	})
}
