package controller

import (
	"maps"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// owed is what the records that could not even be kept in memory have changed: their entries are lost and counted, but
// what is true is not. It grows with the people and doors there are and with the lines of the register that are opened,
// not with what else happens.
type owed struct {
	occupants map[access.OccupantKey]access.Occupant
	grants    map[string]ledger.Grant
	tries     map[access.CredentialID]ledger.Tries
	modes     map[string]ledger.Mode
	alarms    map[string]ledger.Alarm
	permits   map[access.PermitID]ledger.Permit
	visits    map[string]ledger.Visit
	emergency map[string]ledger.EmergencyEntry
	numbers   map[numberKey]ledger.Number
	documents map[documentKey]ledger.Document
}

type numberKey struct {
	kind string
	year int
}

type documentKey struct{ kind, id string }

func (o *owed) add(c ledger.Change) {
	if o.occupants == nil {
		*o = owed{
			map[access.OccupantKey]access.Occupant{}, map[string]ledger.Grant{}, map[access.CredentialID]ledger.Tries{},
			map[string]ledger.Mode{}, map[string]ledger.Alarm{}, map[access.PermitID]ledger.Permit{},
			map[string]ledger.Visit{}, map[string]ledger.EmergencyEntry{}, map[numberKey]ledger.Number{},
			map[documentKey]ledger.Document{},
		}
	}
	for _, x := range c.Occupants {
		o.occupants[access.OccupantKey{Zone: x.Zone, Person: x.Person}] = x
	}
	for _, x := range c.Grants {
		if had, here := o.grants[x.ID]; here && x.Gone && !had.Gone {
			delete(o.grants, x.ID) // came and went unrecorded
			continue
		}
		o.grants[x.ID] = x
	}
	for _, x := range c.Tries {
		o.tries[x.Credential] = x
	}
	for _, x := range c.Modes {
		o.modes[x.Door] = x
	}
	for _, x := range c.Alarms {
		o.alarms[x.ID] = x
	}
	o.book(c)
}

func (o *owed) book(c ledger.Change) {
	for _, x := range c.Permits {
		o.permits[x.ID] = x
	}
	for _, x := range c.Visits {
		o.visits[x.ID] = x
	}
	for _, x := range c.Emergency {
		o.emergency[x.ID] = x
	}
	for _, x := range c.Numbers {
		o.numbers[numberKey{x.Kind, x.Year}] = x
	}
	for _, x := range c.Documents {
		o.documents[documentKey{x.Kind, x.ID}] = x
	}
}

func (o *owed) change() ledger.Change {
	return ledger.Change{
		Occupants: slices.Collect(maps.Values(o.occupants)), Grants: slices.Collect(maps.Values(o.grants)),
		Tries: slices.Collect(maps.Values(o.tries)), Modes: slices.Collect(maps.Values(o.modes)),
		Alarms: slices.Collect(maps.Values(o.alarms)), Permits: slices.Collect(maps.Values(o.permits)),
		Visits: slices.Collect(maps.Values(o.visits)), Emergency: slices.Collect(maps.Values(o.emergency)),
		Numbers: slices.Collect(maps.Values(o.numbers)), Documents: slices.Collect(maps.Values(o.documents)),
	}
}
