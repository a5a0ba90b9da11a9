package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
)

// TestClock has a door's clock step, lose its source and come back from a start as a day of long ago, while people badge.
// What is granted is right at the time that was believed, or at the last that had been; every badge is on record, in order.
func TestClock(t *testing.T) {
	k := begin(t, "clock", 200, 10_000, 100_000)
	badges, granted := 0, 0
	for k.count < k.want && k.wrong+k.lost < sayMost {
		h, err := newClockHouse(k)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			h.fault()
			k.next()
			for range 1 + k.rnd.IntN(4) {
				h.badge()
			}
		}
		h.proved()
		h.store.Close()
		badges, granted = badges+h.badges, granted+h.granted
		k.more = fmt.Sprintf(" badges=%d granted=%d", badges, granted)
	}
}

// clockHouse is the real step on a real record, with a clock that cannot be relied on.
type clockHouse struct {
	k     *kind
	dir   string
	conf  *config.Config
	keys  store.Keys
	store *store.Store
	drive controller.Drive

	cards    []access.Credential
	truth    time.Time     // what a good clock would show
	off      time.Duration // how far the wall clock is from it
	mono     time.Duration
	boots    int
	synced   bool
	recorded time.Time // the last wall time that was believed and is on record
	heard    []journal.Entry

	badges, granted int
	size            int
}

func newClockHouse(k *kind) (*clockHouse, error) {
	h := &clockHouse{k: k, dir: memory(k.t), truth: time.Date(2026, 4, 1, 9, 0, 0, 0, jst), mono: time.Minute, synced: true}
	var err error
	if h.conf, err = config.Parse("demo.toml", config.Demo()); err != nil {
		return nil, err
	}
	h.conf.Zones[0].Antipass, h.conf.Doors[0].PIN, h.conf.Clock.Unchecked = "off", "never", false
	if h.keys, err = store.CreateKeys(filepath.Join(h.dir, "keys"), h.origin()); err != nil {
		return nil, err
	}
	first := journal.Entry{At: h.now(), Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(context.Background(), filepath.Join(h.dir, "data"), h.keys, h.origin(), first); err != nil {
		return nil, err
	}
	h.recorded, h.size = h.truth, 1
	h.enrol()
	return h, h.boot()
}

// enrol has cards that begin and end on some of these days.
func (h *clockHouse) enrol() {
	edge := func() time.Time {
		if h.k.rnd.IntN(4) == 0 {
			return time.Time{}
		}
		return h.truth.Add(time.Duration(h.k.rnd.Int64N(int64(60*24*time.Hour))) - 20*24*time.Hour)
	}
	for i := range 12 {
		c := access.Credential{ID: access.CredentialID(fmt.Sprint("C-", i)), Person: access.PersonID(fmt.Sprint("p-", i)), Format: "H10301",
			State: access.Active, Card: h.keys.CardHash(number(i)), Span: access.Span{From: edge(), Until: edge()}}
		if !c.From.IsZero() && !c.Until.IsZero() && !c.From.Before(c.Until) {
			c.From = time.Time{}
		}
		h.cards = append(h.cards, c)
	}
}

func number(i int) device.Credential {
	return device.Credential{Format: "H10301", Bits: 26, HasFacility: true, Facility: 118, Card: uint64(1000 + i)}
}

func (h *clockHouse) people() (rec access.Records, all []ledger.Person) {
	rec.Credentials = h.cards
	for i := range h.cards {
		p := access.Person{ID: access.PersonID(fmt.Sprint("p-", i)), Kind: access.Staff}
		rec.Persons = append(rec.Persons, p)
		rec.Belongings = append(rec.Belongings, access.Belonging{Person: p.ID, Section: access.CivicAffairs})
		all = append(all, ledger.Person{Person: p})
	}
	return rec, all
}

func (h *clockHouse) origin() journal.Origin {
	return journal.Origin{Site: h.conf.Site, Controller: h.conf.Controller, Boot: fmt.Sprint("boot-", h.boots), Zone: jst}
}

func (h *clockHouse) now() device.Instant {
	return device.Instant{Wall: h.truth.Add(h.off), Mono: h.mono}
}

// boot is a start on what is on disk.
func (h *clockHouse) boot() (err error) {
	h.boots++
	if h.store, err = store.Open(context.Background(), filepath.Join(h.dir, "data"), h.keys, h.origin()); err != nil {
		return err
	}
	snap, err := h.store.Snapshot(context.Background())
	if err != nil {
		return err
	}
	rec, all := h.people()
	roster, problems := access.NewRoster(1, rec)
	if len(problems) > 0 {
		return errors.New(problems[0].String())
	}
	site := controller.NewSite(h.conf, controller.Hashes{Card: h.keys.CardHash, PIN: h.keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: h.keys.Sign})
	h.drive = controller.Drive{State: controller.NewState(site, h.origin().Boot, roster, all, snap), Ledger: h, Do: func(device.Command) error { return nil }}
	was := h.synced
	h.synced = false
	h.turn(controller.Starting{Version: "test", Open: snap.Grants, Modes: snap.Modes, Crashed: h.boots > 1})
	h.synced = was
	h.turn(controller.ClockSynchronised{Yes: was})
	h.turn(controller.Happened{Event: device.Event{At: h.now(), Kind: device.DoorClosed, Door: h.door(), AtStart: true}})
	return nil
}

func (h *clockHouse) door() string { return h.conf.Doors[0].Name }

func (h *clockHouse) turn(in controller.Input) { h.drive.Turn(h.now(), in) }

// Commit is the ledger's.
func (h *clockHouse) Commit(ctx context.Context, c ledger.Change, entries []journal.Entry) error {
	if _, err := h.store.Commit(ctx, c, entries); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Synced {
			h.recorded = e.At.Wall
		}
	}
	h.heard = append(h.heard, entries...)
	h.size += len(entries)
	return nil
}

func (h *clockHouse) pass(d time.Duration) {
	h.truth, h.mono = h.truth.Add(d), h.mono+d
	h.drive.Pass(h.now())
}

func some(r *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(most)))
}

// fault does one thing to the clock. While its source is believed it shows the truth.
func (h *clockHouse) fault() {
	r := h.k.rnd
	h.pass(some(r, 3*time.Hour) + 10*time.Second)
	switch r.IntN(5) {
	case 0: // its source is gone, and it drifts or steps
		h.synced = false
		h.turn(controller.ClockSynchronised{Yes: false})
		h.step()
	case 1: // back again
		h.off, h.synced = 0, true
		h.turn(controller.ClockSynchronised{Yes: true})
	case 2:
		if !h.synced {
			h.step()
		}
	case 3: // a long while
		h.pass(some(r, 9*24*time.Hour))
	default: // off and on again, without a battery behind the clock
		if err := h.store.Close(); err != nil {
			h.k.t.Fatal(err)
		}
		h.truth = h.truth.Add(some(r, 2*24*time.Hour))
		h.mono, h.synced = time.Minute, r.IntN(3) == 0
		if h.off = 0; !h.synced {
			h.off = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Sub(h.truth)
			if r.IntN(2) == 0 {
				h.step()
			}
		}
		if err := h.boot(); err != nil {
			h.k.t.Fatal(err)
		}
	}
}

func (h *clockHouse) step() {
	h.off = some(h.k.rnd, 120*24*time.Hour) - 60*24*time.Hour
	h.turn(controller.Tick{})
}

// badge presents a card and judges what comes of it.
func (h *clockHouse) badge() {
	h.pass(10 * time.Second)
	i := h.k.rnd.IntN(len(h.cards))
	c := h.cards[i]
	h.heard = nil
	at, believed := h.recorded, "recorded"
	if h.synced {
		at, believed = h.truth, "true"
	}
	h.turn(controller.Happened{Event: device.Event{At: h.now(), Kind: device.CardRead, Door: h.door(), Direction: device.Entry,
		Credential: number(i)}})
	h.badges++
	said := 0
	for _, e := range h.heard {
		switch e.Type {
		case journal.AccessGranted:
			said++
			h.granted++
			if !c.Contains(at) {
				h.k.isWrong("%s was let in at %v (%s; the clock showed %v, synchronised %v), the card is of %v to %v", c.ID, at, believed, h.now().Wall, h.synced, c.From, c.Until)
			}
		case journal.AccessDenied:
			said++
		}
	}
	if said != 1 {
		h.k.isLost("a badge of %s has %d answers on record: %v", c.ID, said, h.heard)
	}
}

// proved reads the record: in order, whole.
func (h *clockHouse) proved() {
	rep, err := h.store.Verify(context.Background(), store.Verifying{})
	if err != nil || !rep.OK() || int(rep.Size) != h.size {
		h.k.isWrong("%d entries were recorded, verified %d: %v %v", h.size, rep.Size, rep.Problems, err)
	}
}
