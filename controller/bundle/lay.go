package bundle

import (
	"cmp"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
)

// Standing is what a door has that a bundle must not take away.
type Standing struct {
	Roster ledger.Roster                // in force
	Keep   map[access.PersonID]bool     // who is inside, waits for something or holds a permit of this door
	Lent   map[access.CredentialID]bool // cards that are out for the day
	Lost   []Loss                       // reported for cards that this door did not have then
	Held   Held
	Now    time.Time
}

// Laid is what a door has once a bundle is in force.
type Laid struct {
	Roster  ledger.Roster
	Stopped []Stopped // to be held
	Kept    int       // cards that stay worse than the bundle has them
	Applied []Loss    // of Standing.Lost, now carried out
}

// Lay puts a bundle in the place of the roster in force. Its error is a *Refusal.
func Lay(s Standing, c Content) (Laid, error) {
	l := laying{Standing: s, out: Laid{Roster: c.Roster}}
	l.index()
	l.people()
	l.cards()
	l.stops()
	l.losses()
	l.out.Roster.Records.Credentials = l.next
	rec := l.out.Roster.Records
	rec.Persons = nil
	for _, p := range l.out.Roster.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	if _, bad := access.NewRoster(0, rec); len(bad) > 0 {
		return Laid{}, refuse(Contrary, "%s", bad[0].String())
	}
	return l.out, nil
}

type laying struct {
	Standing
	out   Laid
	known map[access.PersonID]bool // in the bundle
	byID  map[access.CredentialID]access.Credential
	next  []access.Credential
}

func (l *laying) index() {
	l.known = map[access.PersonID]bool{}
	for _, p := range l.out.Roster.People {
		l.known[p.ID] = true
	}
	l.out.Roster.People = slices.Clone(l.out.Roster.People)
	l.byID = map[access.CredentialID]access.Credential{}
	for _, x := range l.Roster.Records.Credentials {
		l.byID[x.ID] = x
	}
}

// people keeps those whom the bundle has not and the door still needs to know by name: without any right.
func (l *laying) people() {
	for _, p := range l.Roster.People {
		if !l.known[p.ID] && (l.Keep[p.ID] || p.ID == cards.Stock) {
			l.out.Roster.People = append(l.out.Roster.People, p)
		}
	}
}

// cards puts the door's own over the bundle's where they differ: what is lent stays in the borrower's hand, the stock in
// the drawer; what is stopped stays stopped and a PIN with its card.
func (l *laying) cards() {
	ids, hashes := map[access.CredentialID]bool{}, map[access.Hash]bool{}
	put := func(x access.Credential) {
		if !ids[x.ID] && !hashes[x.Card] {
			l.next = append(l.next, x)
		}
		ids[x.ID], hashes[x.Card] = true, true
	}
	for _, x := range l.Roster.Records.Credentials {
		if l.Lent[x.ID] {
			x.Schedule = l.schedule(x.Schedule)
			put(x)
		}
	}
	for _, x := range l.out.Roster.Records.Credentials {
		if ids[x.ID] { // lent here
			continue
		}
		l.next = append(l.next, l.merged(x))
		ids[x.ID], hashes[x.Card] = true, true
	}
	for _, x := range l.Roster.Records.Credentials {
		switch {
		case ids[x.ID]:
		case x.Person == cards.Stock:
			x.Schedule = l.schedule(x.Schedule)
			put(x)
		case l.Keep[x.Person] && !l.known[x.Person]: // so that the exit reader knows who leaves; it lets nobody in
			x.Span, x.Schedule, x.PIN, x.Duress = access.Span{Until: l.ended(x)}, "", access.Hash{}, access.Hash{}
			put(x)
		}
	}
}

func (l *laying) ended(x access.Credential) time.Time {
	if !x.Until.IsZero() && x.Until.Before(l.Now) {
		return x.Until
	}
	return l.Now
}

// schedule keeps the schedule of a card that stays, where the bundle has none of that name.
func (l *laying) schedule(id access.ScheduleID) access.ScheduleID {
	named := func(x access.Schedule) bool { return x.ID == id }
	rec := &l.out.Roster.Records
	if old := slices.IndexFunc(l.Roster.Records.Schedules, named); old >= 0 && !slices.ContainsFunc(rec.Schedules, named) {
		rec.Schedules = append(slices.Clone(rec.Schedules), l.Roster.Records.Schedules[old])
	}
	return id
}

// merged is a card of the bundle with the PIN that its holder set here.
func (l *laying) merged(x access.Credential) access.Credential {
	old, here := l.byID[x.ID]
	if !here || old.Card != x.Card || old.Person != x.Person {
		return x
	}
	x.PIN, x.Duress = old.PIN, old.Duress
	return x
}

var strictness = map[access.CardState]int{access.Active: 0, access.Blocked: 1, access.Lost: 2, access.Revoked: 3}

func worse(a, b access.CardState) bool { return strictness[a] > strictness[b] }

// stops carries over what was stopped here, under whatever id the card comes: what the bundle does not have is remembered
// until one has it again.
func (l *laying) stops() {
	index := map[access.CredentialID]int{}
	byCard := map[access.Hash]int{}
	for i, x := range l.next {
		index[x.ID], byCard[x.Card] = i, i
	}
	old := slices.Clone(l.Held.Stopped)
	for _, x := range l.Roster.Records.Credentials {
		if x.State != access.Active {
			old = append(old, Stopped{x.ID, x.Card, x.State})
		}
	}
	for _, s := range old {
		i, here := byCard[s.Card]
		if j, named := index[s.ID]; named && !here {
			i, here = j, l.next[j].Card == s.Card
		}
		switch {
		case !here:
			l.out.Stopped = append(l.out.Stopped, s)
		case worse(s.State, l.next[i].State):
			l.next[i].State = s.State
			l.out.Kept++
		}
	}
	slices.SortFunc(l.out.Stopped, func(a, b Stopped) int { return cmp.Compare(a.ID, b.ID) })
	l.out.Stopped = slices.CompactFunc(l.out.Stopped, func(a, b Stopped) bool { return a.ID == b.ID && a.Card == b.Card })
}

// losses stops the cards that were reported lost before this door knew them.
func (l *laying) losses() {
	for _, loss := range l.Lost {
		i := slices.IndexFunc(l.next, func(x access.Credential) bool { return x.ID == loss.Credential })
		if i < 0 {
			continue
		}
		if worse(loss.State(), l.next[i].State) {
			l.next[i].State = loss.State()
		}
		l.out.Applied = append(l.out.Applied, loss)
	}
}
