package controller_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/door"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// The house of the model: a room with two doors, of which the front has a keypad, and a store whose door has no contact.
var doors = []string{"front", "back", "store"}

var zoneOf = map[string]string{"front": "room", "back": "room", "store": "store"}

// cards by number; 9 is one that nobody knows.
var cards = map[uint64]struct {
	id     access.CredentialID
	person access.PersonID
	state  access.CardState
}{
	1: {"A1", "aoki", access.Active}, 2: {"B1", "baba", access.Active}, 3: {"C1", "chiba", access.Active},
	4: {"D1", "doi", access.Active}, 5: {"A9", "aoki", access.Lost},
}

const pinOf, duressOf, wrongPIN = "271828", "314159", "111111"

func card(n uint64) device.Credential {
	return device.Credential{Format: "H10301", Bits: 26, HasFacility: true, Facility: 1, Card: n}
}

func cardHash(c device.Credential) access.Hash { return access.Hash{1, byte(c.Card)} }

func pinHash(id access.CredentialID, digits []byte) access.Hash {
	h := access.Hash{2}
	copy(h[1:], id)
	copy(h[8:], digits)
	return h
}

func newRoster() *access.Roster {
	rec := access.Records{}
	for _, p := range []access.PersonID{"aoki", "baba", "chiba"} {
		rec.Persons = append(rec.Persons, access.Person{ID: p, Kind: access.Staff})
		rec.Belongings = append(rec.Belongings, access.Belonging{Person: p, Section: access.CivicAffairs})
	}
	rec.Persons = append(rec.Persons, access.Person{ID: "doi", Kind: access.Contractor})
	for n, c := range cards {
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: c.id, Person: c.person, Format: "H10301", State: c.state, Card: cardHash(card(n)),
			PIN: pinHash(c.id, []byte(pinOf)), Duress: pinHash(c.id, []byte(duressOf)),
		})
	}
	r, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		panic(bad[0].String())
	}
	return r
}

var persons = []ledger.Person{
	{Person: access.Person{ID: "aoki", Kind: access.Staff}, Name: "青木"}, {Person: access.Person{ID: "baba", Kind: access.Staff}, Name: "馬場"},
	{Person: access.Person{ID: "chiba", Kind: access.Staff}, Name: "千葉"}, {Person: access.Person{ID: "doi", Kind: access.Contractor}, Name: "土井"},
}

const grantTTL = 2 * time.Second

func newSite() controller.Site {
	s := controller.Site{
		GrantTTL: grantTTL, PINWait: 10 * time.Second, KeyWait: 5 * time.Second, SecondWindow: 15 * time.Second,
		PINRule: access.PINRule{Tries: 3, Lockout: 10 * time.Minute}, ClockGrace: 7 * 24 * time.Hour, ClockBelieve: true,
		Hashes: controller.Hashes{Card: cardHash, PIN: pinHash, Tag: func(access.Hash) string { return "00000009" }},
	}
	for _, name := range doors {
		d := controller.Door{Name: name, Zone: zoneOf[name], Times: door.Times{
			Release: 5 * time.Second, ExtendedRelease: 10 * time.Second, Open: 20 * time.Second, ExtendedOpen: time.Minute,
			PreAlarm: 5 * time.Second, HasContact: name != "store",
		}}
		for _, dir := range []device.Direction{device.Entry, device.Exit} {
			p := access.AccessPoint{
				Door: name, Direction: dir, Zone: zoneOf[name], Place: access.ManagementRoom,
				Officer: access.SecurityOfficer, Section: access.CivicAffairs,
			}
			d.Points[dir] = &controller.Point{AccessPoint: p, Keypad: name == "front"}
		}
		s.Doors = append(s.Doors, d)
	}
	return s
}

// drawnSite varies what a site may set.
func drawnSite(t *rapid.T) controller.Site {
	s := newSite()
	pin := rapid.SampledFrom([]access.PINUse{access.PINNever, access.PINAlways}).Draw(t, "pin")
	two := rapid.IntRange(0, 3).Draw(t, "two-person") == 0
	apb := rapid.SampledFrom([]access.APB{access.APBOff, access.APBSoft, access.APBHard}).Draw(t, "antipassback")
	limit := rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "limit")
	if rapid.Bool().Draw(t, "duplicate use counts") {
		s.DuplicateUse = 10 * time.Second
	}
	relock := rapid.SampledFrom([]door.Relock{door.RelockOnOpen, door.RelockOnClose}).Draw(t, "relock")
	for i := range s.Doors {
		s.Doors[i].Times.Relock = relock
		for _, p := range s.Doors[i].Points {
			if p == nil {
				continue
			}
			p.AntiPass, p.Limit, p.TwoPerson = apb, limit, two
			if p.Keypad {
				p.PIN = pin
			}
		}
	}
	return s
}

// disk is a ledger in memory: rows and entries as the last commit left them.
type disk struct {
	occupants map[access.OccupantKey]access.Occupant
	grants    map[string]ledger.Grant
	tries     map[access.CredentialID]ledger.Tries
	modes     map[string]ledger.Mode
	alarms    map[string]ledger.Alarm
	numbers   map[string]ledger.Number
	documents map[string]ledger.Document
	entries   []journal.Entry
}

func newDisk() *disk {
	return &disk{
		map[access.OccupantKey]access.Occupant{}, map[string]ledger.Grant{}, map[access.CredentialID]ledger.Tries{},
		map[string]ledger.Mode{}, map[string]ledger.Alarm{}, map[string]ledger.Number{}, map[string]ledger.Document{}, nil,
	}
}

// Commit cannot fail: the tests decide what fails.
func (d *disk) Commit(_ context.Context, c ledger.Change, entries []journal.Entry) error {
	for _, o := range c.Occupants {
		d.occupants[access.OccupantKey{Zone: o.Zone, Person: o.Person}] = o
	}
	for _, g := range c.Grants {
		put(d.grants, g.ID, g, g.Gone)
	}
	for _, x := range c.Tries {
		put(d.tries, x.Credential, x, x.Gone)
	}
	for _, m := range c.Modes {
		put(d.modes, m.Door, m, m.Gone)
	}
	for _, a := range c.Alarms {
		put(d.alarms, a.ID, a, a.Gone)
	}
	for _, n := range c.Numbers {
		d.numbers[fmt.Sprint(n.Kind, n.Year)] = n
	}
	for _, x := range c.Documents {
		put(d.documents, x.Kind+x.ID, x, x.Gone)
	}
	d.entries = append(d.entries, slices.Clone(entries)...)
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
	s := ledger.Snapshot{
		Occupants: values(d.occupants), Grants: values(d.grants), Tries: values(d.tries), Modes: values(d.modes), Alarms: values(d.alarms),
		Numbers: values(d.numbers), Documents: values(d.documents),
	}
	if n := len(d.entries); n > 0 {
		s.LastRecorded = d.entries[n-1].At.Wall
	}
	return s
}

func values[K comparable, V any](m map[K]V) (out []V) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
