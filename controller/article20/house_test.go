package article20_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/article20"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// house is the real controller, with one door and a ledger in memory, beside the article read a second time and the
// site's settings of who waits for whom at the door. Every act is done to both.
type house struct {
	t     *rapid.T
	site  *article20.Site
	door  doorway
	set   controller.Visits
	drive controller.Drive
	disk  *disk
	now   device.Instant
	run   int

	synced bool      // the clock is believed
	past   time.Time // the last instant that could be believed and is on record
	strike bool      // as driven

	heard  []journal.Entry // durable since the last comparison
	due    []string        // what the model says must have followed
	words  []string        // what was done, as a scenario
	seen   map[*article20.Stay]*seen
	ids    map[*article20.Stay]string // their lines of the register
	permit map[*article20.Permit]string
	tally  map[string]int // what came about
}

// seen is what was told already of somebody who is inside.
type seen struct {
	alone bool
	over  map[article20.Overstay]bool
}

const (
	zone     = "room"
	grace    = 7 * 24 * time.Hour
	released = 5 * time.Second // the strike's time
)

func newHouse(t *rapid.T, tally map[string]int) *house {
	h := &house{
		t: t, tally: tally, disk: newDisk(), synced: true, seen: map[*article20.Stay]*seen{}, ids: map[*article20.Stay]string{},
		permit: map[*article20.Permit]string{},
	}
	h.drawSettings()
	h.drawCast()
	h.start()
	return h
}

func (h *house) say(form string, args ...any) { h.words = append(h.words, fmt.Sprintf(form, args...)) }

// boot is a start of the daemon on what is on disk.
func (h *house) boot(roster *access.Roster, people []ledger.Person) {
	h.run++
	snap := h.disk.snapshot()
	h.past, h.strike = snap.LastRecorded, false
	synced := h.synced
	h.synced = false
	h.drive = controller.Drive{
		State:  controller.NewState(h.controllerSite(), fmt.Sprintf("run-%04d", h.run), roster, people, snap),
		Ledger: h, Do: h.do,
	}
	h.turn(controller.Starting{Open: snap.Grants, Modes: snap.Modes, Crashed: h.run > 1})
	h.synced = synced
	h.turn(controller.ClockSynchronised{Yes: synced})
	h.turn(controller.Happened{Event: device.Event{At: h.now, Kind: device.DoorClosed, Door: zone, AtStart: true}})
}

func (h *house) controllerSite() controller.Site {
	s := controller.Site{
		GrantTTL: 2 * time.Second, PINWait: 10 * time.Second, KeyWait: 5 * time.Second, SecondWindow: 15 * time.Second,
		ClockGrace: grace, Visits: h.set,
		Hashes: controller.Hashes{Card: cardHash, Tag: func(access.Hash) string { return "00000000" }},
	}
	d := controller.Door{Name: zone, Zone: zone, HasExit: true, Times: door.Times{Release: released, Open: 20 * time.Second, HasContact: true}}
	for _, dir := range []device.Direction{device.Entry, device.Exit} {
		d.Points[dir] = &controller.Point{AccessPoint: access.AccessPoint{
			Door: zone, Direction: dir, Zone: zone, Place: access.ManagementRoom, Officer: access.SecurityOfficer,
			Section: access.CivicAffairs, Visitors: true,
		}}
	}
	s.Doors = []controller.Door{d}
	return s
}

func cardHash(c device.Credential) access.Hash { return access.Hash{1, byte(c.Card)} }

func card(n int) device.Credential {
	return device.Credential{Format: "H10301", Bits: 26, HasFacility: true, Facility: 118, Card: uint64(n)}
}

func (h *house) do(c device.Command) error {
	switch c.Action {
	case device.Release:
		h.strike = true
	case device.Secure:
		h.strike = false
	}
	return nil
}

// Commit is the ledger's.
func (h *house) Commit(ctx context.Context, c ledger.Change, entries []journal.Entry) error {
	h.heard = append(h.heard, entries...)
	if h.synced {
		h.past = h.now.Wall
	}
	return h.disk.Commit(ctx, c, entries)
}

func (h *house) turn(in controller.Input) controller.Outcome { return h.drive.Turn(h.now, in) }

func (h *house) event(kind device.Kind, dir device.Direction, credential device.Credential) {
	h.turn(controller.Happened{Event: device.Event{At: h.now, Kind: kind, Door: zone, Direction: dir, Credential: credential}})
}

// dated is the instant by which rights are judged: now, or the last that could be believed.
func (h *house) dated() time.Time {
	if h.synced {
		return h.now.Wall
	}
	return h.past
}

func (h *house) moment() article20.Moment {
	return article20.Moment{Wall: h.now.Wall, Steady: h.now.Mono, Run: h.run}
}

// must says what must be on record by the end of the step.
func (h *house) must(form string, args ...any) { h.due = append(h.due, fmt.Sprintf(form, args...)) }

// pass lets time go by, at once: what was due on the way is found at the end, as after a pause of the whole machine.
func (h *house) pass(d time.Duration) {
	h.now = h.now.Add(d)
	h.drive.Pass(h.now)
	h.tick()
}

// step compares what followed from an act, lets a second pass, in which whatever is an alert must be told, and compares.
func (h *house) step() {
	h.say("wait 1s")
	h.pass(time.Second)
	h.compare()
}

// transcript is what was done, as a scenario that can be played.
func (h *house) transcript() string { return "\n" + strings.Join(h.words, "\n") }

// disk is a ledger in memory.
type disk struct {
	occupants map[access.OccupantKey]access.Occupant
	grants    map[string]ledger.Grant
	alarms    map[string]ledger.Alarm
	permits   map[access.PermitID]ledger.Permit
	visits    map[string]ledger.Visit
	numbers   map[string]ledger.Number
	told      []journal.Entry // about visits
	opened    []string        // lines that nobody was told of yet, in order
	last      time.Time       // wall time of the last entry whose clock was synchronised
}

func newDisk() *disk {
	return &disk{
		map[access.OccupantKey]access.Occupant{}, map[string]ledger.Grant{}, map[string]ledger.Alarm{},
		map[access.PermitID]ledger.Permit{}, map[string]ledger.Visit{}, map[string]ledger.Number{}, nil, nil, time.Time{},
	}
}

func (d *disk) Commit(_ context.Context, c ledger.Change, entries []journal.Entry) error {
	for _, o := range c.Occupants {
		d.occupants[access.OccupantKey{Zone: o.Zone, Person: o.Person}] = o
	}
	for _, g := range c.Grants {
		put(d.grants, g.ID, g, g.Gone)
	}
	for _, a := range c.Alarms {
		put(d.alarms, a.ID, a, a.Gone)
	}
	for _, p := range c.Permits {
		put(d.permits, p.ID, p, p.Gone)
	}
	for _, v := range c.Visits {
		put(d.visits, v.ID, v, v.Gone)
	}
	for _, n := range c.Numbers {
		d.numbers[fmt.Sprint(n.Kind, n.Year)] = n
	}
	for _, e := range entries {
		if e.Type.Class() == "visit" {
			d.told = append(d.told, e)
		}
		if e.Type == journal.VisitOpened {
			d.opened = append(d.opened, e.Data.Visit)
		}
		if e.Synced {
			d.last = e.At.Wall
		}
	}
	return nil
}

func put[K comparable, V any](m map[K]V, k K, v V, gone bool) {
	if gone {
		delete(m, k)
		return
	}
	m[k] = v
}

func (d *disk) snapshot() ledger.Snapshot {
	s := ledger.Snapshot{LastRecorded: d.last}
	for _, o := range d.occupants {
		s.Occupants = append(s.Occupants, o)
	}
	for _, g := range d.grants {
		s.Grants = append(s.Grants, g)
	}
	for _, a := range d.alarms {
		s.Alarms = append(s.Alarms, a)
	}
	for _, p := range d.permits {
		s.Permits = append(s.Permits, p)
	}
	for _, v := range d.visits {
		if v.Inside() || v.Left.IsZero() || v.Consent.State == ledger.ConsentMissing {
			v.Escorts, v.Incidents = slices.Clone(v.Escorts), slices.Clone(v.Incidents)
			s.Visits = append(s.Visits, v)
		}
	}
	for _, n := range d.numbers {
		s.Numbers = append(s.Numbers, n)
	}
	return s
}
