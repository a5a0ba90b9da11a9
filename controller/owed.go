package controller

import (
	"maps"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// owed is what the records that could not even be kept in memory have changed: their entries are lost and counted, but
// what is true is not. It grows with the people and doors there are, not with what happens.
type owed struct {
	occupants map[access.OccupantKey]access.Occupant
	grants    map[string]ledger.Grant
	tries     map[access.CredentialID]ledger.Tries
	modes     map[string]ledger.Mode
	alarms    map[string]ledger.Alarm
}

func (o *owed) add(c ledger.Change) {
	if o.occupants == nil {
		*o = owed{
			map[access.OccupantKey]access.Occupant{}, map[string]ledger.Grant{}, map[access.CredentialID]ledger.Tries{},
			map[string]ledger.Mode{}, map[string]ledger.Alarm{},
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
}

func (o *owed) change() ledger.Change {
	return ledger.Change{
		Occupants: slices.Collect(maps.Values(o.occupants)), Grants: slices.Collect(maps.Values(o.grants)),
		Tries: slices.Collect(maps.Values(o.tries)), Modes: slices.Collect(maps.Values(o.modes)),
		Alarms: slices.Collect(maps.Values(o.alarms)),
	}
}
