package controller

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/bundle"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// Bundled is the word of roster.changed for a bundle of the office's.
const Bundled = "bundle"

// The kinds of the documents: what is held, under heldID, and each report of a lost card.
const (
	rosterDocument = "roster"
	heldID         = "held"
	lossDocument   = "loss"
)

// Office is whether the roster is kept at the office, and how old it may be.
type Office struct {
	Roster     bool
	StaleAfter time.Duration
}

func newOfficeSite(c config.Roster) Office {
	return Office{Roster: c.Key != "", StaleAfter: c.StaleAfter.Std()}
}

// officeRoster is what the step keeps of it.
type officeRoster struct {
	held   bundle.Held
	losses map[string]loss // by bundle.Loss.Key
}

// loss is a report, and whether it was carried out: then what the card is is up to the people here.
type loss struct {
	bundle.Loss
	Done bool `json:"done"`
}

func newOfficeRoster(snap ledger.Snapshot) officeRoster {
	o := officeRoster{losses: map[string]loss{}}
	for _, d := range snap.Documents {
		switch {
		case d.Kind == rosterDocument && d.ID == heldID:
			var h bundle.Held
			if json.Unmarshal(d.Body, &h) == nil {
				o.held = h
			}
		case d.Kind == lossDocument:
			var l loss
			if json.Unmarshal(d.Body, &l) == nil && l.Key() == d.ID {
				o.losses[d.ID] = l
			}
		}
	}
	return o
}

// ofBundles answers what concerns the office's roster; nil where it is another.
func (s *State) ofBundles(r Request) *Answer {
	switch ask := r.Ask.(type) {
	case AskStanding:
		return &Answer{Value: s.standingRows()}
	case AskHeld:
		return &Answer{Value: HeldView{Office: s.site.Office.Roster, Held: s.central.held, Stopped: len(s.central.held.Stopped), Losses: len(s.central.losses)}}
	case TakeBundle:
		return &Answer{Refusal: s.takeBundle(ask)}
	case RefuseBundle:
		return &Answer{Refusal: s.refuseBundle(ask)}
	case TakeLosses:
		return &Answer{Refusal: s.takeLosses(ask)}
	}
	return nil
}

// standingRows is what a bundle must not take away.
func (s *State) standingRows() Standing {
	out := Standing{Base: s.version, Busy: !s.backlog.ok || s.change.ticket != 0, Keep: s.keeps(), Lent: map[access.CredentialID]bool{}, Held: s.central.held}
	for _, l := range s.lent.Open() {
		if l.Day() {
			out.Lent[l.Card] = true
		}
	}
	for _, l := range s.central.losses {
		if !l.Done {
			out.Lost = append(out.Lost, l.Loss)
		}
	}
	slices.SortFunc(out.Lost, func(a, b bundle.Loss) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Credential, b.Credential)) })
	return out
}

// keeps are those whom the door must go on knowing by name: who is inside, stands in a line that waits for something, has a
// card for the day or is named on a permit of this door that is not over.
func (s *State) keeps() map[access.PersonID]bool {
	out := map[access.PersonID]bool{}
	for _, o := range s.inside {
		out[o.Person] = out[o.Person] || o.Inside
	}
	for _, v := range s.book.Lines(nil) {
		out[v.Person] = true
		for _, e := range v.Escorts {
			out[e.Person] = true
		}
	}
	for _, l := range s.lent.Open() {
		if l.Day() {
			out[l.Person] = true
		}
	}
	for _, p := range s.permits.rows {
		if !p.Expired && p.State != access.NotPermitted && p.State != access.Withdrawn && !bundle.PermitPattern.MatchString(string(p.ID)) {
			for _, h := range p.Holders {
				out[h.Person] = true
			}
		}
	}
	return out
}

// takeBundle makes the office's roster the one in force, whole or not at all.
func (s *State) takeBundle(ask TakeBundle) string {
	if !s.backlog.ok || s.change.ticket != 0 || ask.Switch.Base != s.version {
		return Again
	}
	for id, keep := range s.keeps() {
		_, known := s.people.Find(id)
		if _, stays := ask.Switch.People.Find(id); keep && known && !stays { // came in while it was read
			return Again
		}
	}
	if nothing, no := s.central.held.Judge(&ask.Manifest); nothing || no != nil {
		return Again // another one was taken while it was read
	}
	held := s.central.held
	s.change = change{
		ticket: s.backlog.next, version: s.version, roster: s.roster, people: s.people, cards: s.lent.Clone(), held: &held,
	}
	s.roster, s.people, s.version = ask.Switch.Roster, ask.Switch.People, s.version+1
	s.out.Change.Switch = ask.Switch.Generation
	s.followImport(Account{})
	s.central.held = held.Took(&ask.Manifest, s.now.Wall)
	s.central.held.Stopped = ask.Laid.Stopped
	s.keepHeld()
	for _, l := range ask.Laid.Applied {
		s.keepLoss(loss{l, true})
	}
	s.note(journal.RosterChanged, journal.Notice, rosterSubject, journal.Data{
		Mode: Bundled, Version: ask.Manifest.Version, Digest: ask.Manifest.Digest, Count: int64(s.people.Len()), Journal: ask.Manifest.Journal,
		From: jst(ask.Manifest.Made).Format(time.RFC3339), Detail: keptText(ask.Laid.Kept),
	})
	s.officePermits(ask.Permits)
	return ""
}

func keptText(n int) string {
	if n == 0 {
		return ""
	}
	return "cards stopped here stay stopped"
}

func (s *State) keepHeld() { s.file(rosterDocument, heldID, s.central.held) }

func (s *State) keepLoss(l loss) {
	s.central.losses[l.Key()] = l
	s.file(lossDocument, l.Key(), l)
}

// refuseBundle tells of what was refused: of each bundle once for each reason.
func (s *State) refuseBundle(ask RefuseBundle) string {
	if ask.Digest != "" {
		if s.central.held.Told(ask.Digest, ask.Why.Reason) {
			return ""
		}
		s.central.held.Tell(ask.Digest, ask.Why.Reason)
		s.keepHeld()
	}
	s.note(journal.RosterRefused, journal.Alert, rosterSubject, journal.Data{
		Mode: Bundled, Version: ask.Version, Digest: ask.Digest, Reason: string(ask.Why.Reason), Detail: cut(ask.Why.Detail),
	})
	return ""
}

// acceptBundle lets a version in that is not newer than the one held: somebody of this door answers for it.
func (s *State) acceptBundle(a Account, ask AcceptBundle) string {
	if no := s.may(a, s.accepting(), ""); no != "" {
		return no
	}
	switch {
	case !s.site.Office.Roster:
		return "the roster is this door's own: there is no roster.key in its configuration"
	case ask.Version < 1 || ask.Version > s.central.held.Version:
		return "only a version up to the one held has to be accepted; a newer one is taken by itself (kidoban roster status)"
	}
	s.central.held.Accept = ask.Version
	s.keepHeld()
	s.note(journal.RosterAccepted, journal.Notice, rosterSubject, journal.Data{
		Account: a.Name, Person: string(a.Person), Version: ask.Version, Post: string(s.deed(a, "").Post), Rule: access.RulePractice,
	})
	return ""
}

// accepting is who may: those who approve rosters, and while the site has no officer who sets it up.
func (s *State) accepting() account.Action {
	if s.settingUp() {
		return account.ChangeRoster
	}
	return account.ApproveRoster
}

// lookAtBundle tells once of a bundle that has grown old. The door goes on by it.
func (s *State) lookAtBundle() {
	h := &s.central.held
	if !s.site.Office.Roster || h.Version == 0 || h.Stale || !s.believed() || !s.backlog.ok ||
		s.now.Wall.Sub(h.Made) <= s.site.Office.StaleAfter {
		return
	}
	h.Stale = true
	s.keepHeld()
	s.note(journal.RosterStale, journal.Warning, rosterSubject, journal.Data{
		Version: h.Version, Digest: h.Digest, From: jst(h.Made).Format(time.RFC3339), DurationMS: s.now.Wall.Sub(h.Made).Milliseconds(),
	})
}
