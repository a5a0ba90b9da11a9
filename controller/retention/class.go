package retention

import (
	"fmt"
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Class is what sort of record something is to Article 25.
type Class uint8

// The classes. Permanent is what the others are read and proved by: it is never disposed of. Register is Article 25(3);
// the rest is 25(4), whose periods the site sets.
const (
	Permanent Class = iota // the journal's own beginning, its disposals and its holds
	Register               // 入退室管理簿: lines, and the entries that support one
	Permits                // permits (入室許可)
	Cards                  // cards: issued, lent, returned, lost, counted
	Refusals               // refused entries, grants that were not used
	Doors                  // doors and readers out of order: forced, held, tampered
	Alarms                 // alarms, emergencies and emergency entries, threat reports
	Accounts               // what accounts did, and changes of the roster
	System                 // configuration, clock, power, network, program
	classes
)

// Classes are all that can be disposed of.
func Classes() []Class {
	return []Class{Register, Permits, Cards, Refusals, Doors, Alarms, Accounts, System}
}

var classWords = [classes]struct{ word, ja, en string }{
	Permanent: {"permanent", "永久保存", "kept for ever"},
	Register:  {"register", "入退室管理簿", "register"},
	Permits:   {"permits", "入室許可", "permits"},
	Cards:     {"cards", "カード", "cards"},
	Refusals:  {"refusals", "入室不可", "refusals"},
	Doors:     {"doors", "扉・読取機の異常", "doors and readers"},
	Alarms:    {"alarms", "警報・緊急", "alarms and emergencies"},
	Accounts:  {"accounts", "利用者・名簿", "accounts and roster"},
	System:    {"system", "システム・構成", "system and configuration"},
}

// String is the class's word in the configuration and the record.
func (c Class) String() string {
	if c < classes {
		return classWords[c].word
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Name is the class's name to a person.
func (c Class) Name(l access.Language) string {
	switch {
	case c >= classes:
		return c.String()
	case l == access.English:
		return classWords[c].en
	}
	return classWords[c].ja
}

// Basis is the provision that sets its period.
func (c Class) Basis() string {
	switch c {
	case Permanent:
		return "運用基準"
	case Register:
		return "第25条第3号"
	}
	return "第25条第4号"
}

// ParseClass reads a class's word.
func ParseClass(s string) (Class, error) {
	var have []string
	for _, c := range Classes() {
		if s == c.String() {
			return c, nil
		}
		have = append(have, c.String())
	}
	return 0, fmt.Errorf("no class %q: one of %s", s, strings.Join(have, ", "))
}

// MarshalText writes the class's word.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads it.
func (c *Class) UnmarshalText(b []byte) (err error) {
	if string(b) == Permanent.String() {
		*c = Permanent
		return nil
	}
	*c, err = ParseClass(string(b))
	return err
}

// ClassOf is what an entry is. A type that nobody has placed is kept for ever.
func ClassOf(t journal.Type) Class {
	if c, named := entryClasses[t]; named {
		return c
	}
	return entryFamilies[t.Class()]
}

// entryClasses are the types that are not of their family's class. What a line of the register rests on is Register.
var entryClasses = map[journal.Type]Class{
	journal.AccessDenied: Refusals, journal.AccessNotTaken: Refusals, journal.AccessDuress: Alarms,
	journal.DoorOpened: Register, journal.DoorClosed: Register, journal.DoorExitRequested: Register,
	journal.VisitEmergency: Alarms,
	journal.JournalStarted: Permanent, journal.JournalPurged: Permanent, journal.JournalHoldChanged: Permanent,
	journal.JournalPurgeProposed: Permanent, journal.JournalPurgeEnded: Permanent,
}

// entryFamilies are the types' first words.
var entryFamilies = map[string]Class{
	"access": Register, "visit": Register, "register": Register, "lock": Register,
	"permit": Permits, "credential": Cards, "door": Doors, "reader": Doors, "fire": Alarms, "alarm": Alarms,
	"emergency": Alarms, "account": Accounts, "roster": Accounts, "config": System, "clock": System, "power": System,
	"link": System, "system": System, "journal": System, "certificate": System,
	"controller": System, "checkpoint": System, "notice": System, // of a central log
}

// Periods are the years that records of a class are kept, counted as in Article 25(3): from the fiscal year after theirs.
// 0 is unset: kept until somebody sets it.
type Periods [classes]int

// Of is the period of a class; ok is false where there is none, so that its records are kept.
func (p Periods) Of(c Class) (years int, ok bool) {
	switch {
	case c == Permanent || c >= classes:
		return 0, false
	case c == Register:
		return Years, true
	}
	return p[c], p[c] > 0
}

// Through is the last fiscal year whose records of a class may be disposed of on a day.
func (p Periods) Through(c Class, day Date) (year int, ok bool) {
	years, ok := p.Of(c)
	return day.FiscalYear() - 1 - years, ok
}

// Unset are the classes without a period.
func (p Periods) Unset() []Class {
	return slices.DeleteFunc(Classes(), func(c Class) bool { _, ok := p.Of(c); return ok })
}
