package controller

import (
	"fmt"
	"maps"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// The modes of a door.
const (
	modeNormal   = "normal"
	modeLockdown = "lockdown"
)

// ReleaseMost bounds a remote release; LockdownMost a lockdown.
const (
	ReleaseMost  = 5 * time.Minute
	LockdownMost = 31 * 24 * time.Hour
)

// answer answers a question or carries out an order. Orders are refused to accounts that may not give them, and while
// nothing can be recorded.
func (s *State) answer(r Request) *Answer {
	if a := s.ofCrisis(r); a != nil {
		return a
	}
	if a := s.ofPermits(r); a != nil {
		return a
	}
	if a := s.ofOffice(r); a != nil {
		return a
	}
	if a := s.ofBundles(r); a != nil {
		return a
	}
	switch ask := r.Ask.(type) {
	case AskStatus:
		return &Answer{Value: s.status()}
	case AskRoom:
		return &Answer{Value: s.room(r.Account, ask)}
	case AskAwaited:
		return &Answer{Value: s.awaited(r.Account)}
	case AskWho:
		return &Answer{Value: s.who()}
	case AskWiring:
		return s.wiring()
	case AskWhy:
		return s.why(ask)
	case AskCredential:
		if c, known := s.roster.Credential(ask.ID); known {
			return &Answer{Value: c}
		}
		return &Answer{Refusal: fmt.Sprintf("no card %s", ask.ID)}
	case AskLendings:
		return &Answer{Value: s.lent.Open()}
	case AskTries:
		return &Answer{Value: maps.Clone(s.tries)}
	}
	if no := s.mayNot(r); no != "" {
		return &Answer{Refusal: no}
	}
	if ask, is := r.Ask.(Printed); is {
		return s.printed(r.Account, ask)
	}
	if a := s.cardOrder(r); a != nil {
		return a
	}
	if a := s.onPermits(r.Account, r.Ask); a != nil {
		return a
	}
	if a := s.onVisits(r.Account, r.Ask); a != nil {
		return a
	}
	if a := s.inOffice(r.Account, r.Ask); a != nil {
		return a
	}
	if a := s.inCrisis(r.Account, r.Ask); a != nil {
		return a
	}
	if a := s.onWiring(r.Account, r.Ask); a != nil {
		return a
	}
	if a := s.onRetention(r.Account, r.Ask); a != nil {
		return a
	}
	if no := s.order(r); no != "" {
		return &Answer{Refusal: no}
	}
	return &Answer{}
}

func (s *State) order(r Request) (refusal string) {
	switch ask := r.Ask.(type) {
	case ReleaseDoor:
		return s.releaseDoor(r.Account, ask)
	case SetMode:
		return s.setMode(r.Account, ask)
	case SilenceSiren:
		return s.silence(r.Account, ask)
	case Forgive:
		return s.forgive(r.Account, ask)
	case UnblockPIN:
		if _, known := s.roster.Credential(ask.Credential); !known {
			return fmt.Sprintf("no card %s", ask.Credential)
		}
		s.keepTries(ask.Credential, access.Tries{})
		s.note(journal.CredentialUnblocked, journal.Notice, rosterSubject, journal.Data{
			Credential: string(ask.Credential), Account: r.Account.Name, Detail: "pin",
		})
	case EditRoster:
		return s.editRoster(r.Account, ask)
	case SwitchRoster:
		return s.switchRoster(r.Account, ask)
	case AcceptBundle:
		return s.acceptBundle(r.Account, ask)
	case Searched:
		return s.searched(r.Account, ask)
	case MayPrint:
		return s.mayPrint(r.Account, ask)
	case MayBackUp, MaySearch, MayVerify:
	case Verified:
		s.verified(r.Account, ask)
	case BackedUp:
		s.backedUp(r.Account.Name, ask)
	case Note:
		ask.Data.Account = r.Account.Name
		s.note(ask.Type, journal.Notice, "controller", ask.Data)
	default:
		return "unknown request"
	}
	return ""
}

// releaseDoor is a remote release: recorded first like any entry, good for one opening, and it replaces nobody's badge.
func (s *State) releaseDoor(a Account, ask ReleaseDoor) string {
	g := s.gate(ask.Door)
	switch {
	case g == nil:
		return s.noDoor(ask.Door)
	case ask.For < 0 || ask.For > ReleaseMost:
		return fmt.Sprintf("a release lasts at most %v", ReleaseMost)
	case g.mode.Mode == modeLockdown:
		return "the door is locked down: lift that first (door normal)"
	case g.faulty():
		return "the door is faulty: mend it first"
	}
	gr := grant{id: s.newGrant(), dir: device.Entry, account: a.Name, hold: ask.For, at: s.now}
	s.noteWith(journal.AccessGranted, journal.Notice, subject(g, device.Entry), journal.Data{
		Door: g.Name, Direction: "entry", Account: a.Name, Rule: "art11.6", Grant: gr.id, DurationMS: ask.For.Milliseconds(),
	}, ask.Private)
	s.out.Change.Grants = append(s.out.Change.Grants, gr.row(g))
	s.wait(waiting{gate: g, dir: device.Entry, grants: []grant{gr}})
	return ""
}

func (s *State) noDoor(name string) string {
	var have []string
	for _, g := range s.gates {
		have = append(have, g.Name)
	}
	return fmt.Sprintf("no door %q; the doors are %v", name, have)
}

func (s *State) setMode(a Account, ask SetMode) string {
	g := s.gate(ask.Door)
	switch {
	case g == nil:
		return s.noDoor(ask.Door)
	case ask.Mode == modeNormal:
		if g.mode.Mode == "" {
			return "the door is in normal mode already"
		}
		s.endModeBy(g, a.Name, ask.Private)
		return ""
	case ask.Mode != modeLockdown:
		return fmt.Sprintf("no mode %q", ask.Mode)
	case ask.For <= 0 || ask.For > LockdownMost:
		return fmt.Sprintf("a lockdown has an end, at most %d days away: --for", LockdownMost/24/time.Hour)
	}
	g.mode = ledger.Mode{Door: g.Name, Mode: ask.Mode, Until: s.now.Wall.Add(ask.For), Account: a.Name}
	g.modeEnd, g.guessed = s.now.Mono+ask.For, false
	s.out.Change.Modes = append(s.out.Change.Modes, g.mode)
	s.noteWith(journal.DoorModeChanged, journal.Alert, subject(g, device.NoDirection), journal.Data{
		Door: g.Name, Mode: ask.Mode, Until: jst(g.mode.Until).Format(time.RFC3339), Account: a.Name,
	}, ask.Private)
	return ""
}

func (s *State) endMode(g *gate, account string) { s.endModeBy(g, account, nil) }

func (s *State) endModeBy(g *gate, account string, private []byte) {
	row := g.mode
	row.Gone = true
	s.out.Change.Modes = append(s.out.Change.Modes, row)
	g.mode, g.modeEnd, g.guessed = ledger.Mode{}, 0, false
	s.noteWith(journal.DoorModeChanged, journal.Notice, subject(g, device.NoDirection), journal.Data{
		Door: g.Name, Mode: modeNormal, Account: account,
	}, private)
}

// forgive takes people out of the record of who is inside, each by an entry of its own.
func (s *State) forgive(a Account, ask Forgive) string {
	n := 0
	for _, in := range s.who() {
		if ask.Person != "" && in.Person != ask.Person || ask.Zone != "" && in.Zone != ask.Zone {
			continue
		}
		key := access.OccupantKey{Zone: in.Zone, Person: in.Person}
		o := s.inside[key]
		o.Inside, o.Unverified = false, false
		o.Since, o.Mono, o.Boot = time.Time{}, 0, ""
		s.occupy(key, o)
		s.leftUnrecorded(in.Zone, in.Person)
		s.noteWith(journal.RosterChanged, journal.Warning, "zone/"+in.Zone, journal.Data{
			Person: string(in.Person), Account: a.Name, Mode: "antipassback_forgiven",
		}, ask.Private)
		n++
	}
	if n == 0 {
		return "nobody of that description is inside: kidoban who"
	}
	return ""
}

func (s *State) why(ask AskWhy) *Answer {
	g := s.gate(ask.Door)
	if g == nil {
		return &Answer{Refusal: s.noDoor(ask.Door)}
	}
	if ask.Credential != "" {
		c, known := s.roster.Credential(ask.Credential)
		if !known {
			return &Answer{Refusal: fmt.Sprintf("no card %s", ask.Credential)}
		}
		ask.Card = c.Card
	}
	if ask.Direction == device.NoDirection {
		ask.Direction = device.Entry
	}
	q := s.question(g, ask.Direction, ask.Card)
	if !ask.At.IsZero() {
		q.At.Wall, q.At.Trusted, q.At.Boot = ask.At, true, ""
	}
	if ask.Person != "" {
		return &Answer{Value: access.ExplainPerson(s.roster, ask.Person, q, ask.Lang)}
	}
	return &Answer{Value: access.Explain(s.roster, q, ask.Lang)}
}
