package controller

import (
	"maps"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
)

// room is how everything stands, as far as an account may look.
func (s *State) room(a Account, ask AskRoom) Room {
	r := Room{Status: s.status(), Believed: s.believed()}
	r.Status.Doors = nil
	for _, g := range s.gates {
		r.Doors = append(r.Doors, s.doorNow(g))
	}
	if a.Name == "" || !s.looks(a) {
		return r
	}
	r.Looks, r.Muster, r.Visits = true, s.muster(), s.book.Lines(nil)
	r.Counts, r.Stirs = s.counts(), s.stirs
	r.Alarms, r.Incidents = s.alarms.Open(s.seesSilent(a)), s.incidents()
	for _, id := range slices.Sorted(maps.Keys(s.emergencies)) {
		r.Emergency = append(r.Emergency, s.emergencies[id])
	}
	r.Names = s.namesIn(r, ask.Persons)
	return r
}

// looks says that an account may look at how things stand, somewhere.
func (s *State) looks(a Account) bool {
	return slices.ContainsFunc(s.zones(), func(zone string) bool { return s.allows(a, account.Look, zone) })
}

// namesIn are the names of those who are wanted, and of those whom the rest speaks of by number.
func (s *State) namesIn(r Room, wanted []access.PersonID) map[access.PersonID]string {
	for _, e := range r.Emergency {
		wanted = append(wanted, e.LetIn)
	}
	out := map[access.PersonID]string{}
	for _, p := range wanted {
		if name := s.people.Of(p).Name; name != "" {
			out[p] = name
		}
	}
	for _, v := range r.Visits { // a line has the name as the permit says it
		out[v.Person] = v.Name
	}
	return out
}

func (s *State) doorNow(g *gate) DoorNow {
	d := DoorNow{
		DoorView: s.View(g.Name), Name: g.Name, Zone: g.Zone, Until: g.mode.Until, By: g.mode.Account, Incident: g.mode.Incident,
		Faulty: g.faulty(), Siren: g.siren.until > s.now.Mono,
	}
	for dir, p := range g.Points {
		switch {
		case p == nil:
		case g.stands[dir].offline:
			d.Readers[dir] = "offline"
		default:
			d.Readers[dir] = "online"
		}
	}
	for where := range g.spoiled {
		if !slices.Contains(d.Faults, where.point) {
			d.Faults = append(d.Faults, where.point)
		}
	}
	slices.Sort(d.Faults)
	return d
}
