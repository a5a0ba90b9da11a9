package controller

import (
	"cmp"
	"fmt"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

const rosterSubject = "roster"

// The words of roster.changed for what is done to one row, and for a change while the site has no officer yet.
const (
	RowPut     = "put"
	RowChanged = "changed"
	RowDeleted = "delete"
	SettingUp  = "setting_up"
	Imported   = "import"
)

const rosterBusy = "another change of the roster is being written: try again in a moment"

// editRoster changes rows; the card ledgers follow.
func (s *State) editRoster(a Account, ask EditRoster) string {
	if no := cmp.Or(s.keptBlocked(ask.Edits), s.officeOnly(ask.Edits)); no != "" {
		return no
	}
	if no := s.alter(a, ask.Edits); no != "" {
		return no
	}
	s.follow(a, ask.Edits)
	s.designated(a, &ask)
	ask.Data.Account = a.Name
	s.noteWith(ask.Type, journal.Notice, rosterSubject, ask.Data, ask.Private)
	return ""
}

// designated says of a duty or a finding what its form must tell later: whether one that was there has another end, in which
// post somebody acted who needed nobody else, and that there was no officer yet.
func (s *State) designated(a Account, ask *EditRoster) {
	if len(ask.Edits) != 1 || ask.Edits[0].Duty == nil && ask.Edits[0].Finding == nil {
		return
	}
	if !s.change.edits[0].Delete && !ask.Edits[0].Delete {
		ask.Data.Mode = RowChanged
	}
	if ask.Data.Approver != "" {
		return
	}
	if ask.Data.Post = string(s.deed(a, "").Post); s.settingUp() {
		ask.Data.Reason = SettingUp
	}
}

// alter changes rows one by one, all or none: the rows before a refused one are put back.
func (s *State) alter(a Account, edits []ledger.Edit) string {
	if s.change.ticket != 0 {
		return rosterBusy
	}
	var undo []ledger.Edit
	for _, e := range edits {
		back := s.inverse(e)
		if problem := s.apply(e); problem != nil {
			s.putBack(undo)
			s.duplicate(a, e, problem)
			return problem.String()
		}
		undo = append(undo, back)
	}
	for _, e := range edits {
		s.keepName(e)
	}
	s.change = change{
		ticket: s.backlog.next, account: a.Name, version: s.version, edits: undo, cards: s.lent.Clone(),
	}
	s.version++
	s.out.Change.Roster = edits
	return ""
}

// duplicate records that a card was to be enrolled twice.
func (s *State) duplicate(a Account, e ledger.Edit, p *access.Problem) {
	if p.Fault == access.DuplicateCard {
		s.note(journal.CredentialDuplicateRefused, journal.Warning, rosterSubject, journal.Data{
			Account: a.Name, Credential: string(e.Credential.ID), Person: string(e.Credential.Person),
		})
	}
}

func (s *State) keepName(e ledger.Edit) {
	switch {
	case e.Person == nil:
	case e.Delete:
		s.people.Delete(e.Person.ID)
	default:
		s.people.Put(*e.Person)
	}
}

func (s *State) apply(e ledger.Edit) *access.Problem {
	row := access.Edit{
		Incumbency: e.Incumbency, Belonging: e.Belonging, Finding: e.Finding, Duty: e.Duty, Credential: e.Credential,
		Schedule: e.Schedule, Holiday: e.Holiday, Delete: e.Delete,
	}
	if e.Person != nil {
		row.Person = &e.Person.Person
	}
	return s.roster.Apply(row)
}

// switchRoster makes a roster that was read, checked and staged elsewhere the current one.
func (s *State) switchRoster(a Account, ask SwitchRoster) string {
	if s.site.Office.Roster {
		return officesOwn
	}
	if s.change.ticket != 0 {
		return rosterBusy
	}
	if ask.Base != s.version {
		return fmt.Sprintf("the roster has changed while the import was read (version %d, now %d): run the import again", ask.Base, s.version)
	}
	s.change = change{
		ticket: s.backlog.next, account: a.Name, version: s.version, roster: s.roster, people: s.people, cards: s.lent.Clone(),
	}
	s.roster, s.people, s.version = ask.Roster, ask.People, s.version+1
	s.out.Change.Switch = ask.Generation
	s.followImport(a)
	s.note(journal.RosterChanged, journal.Notice, rosterSubject, journal.Data{
		Account: a.Name, Digest: ask.Digest, Count: int64(ask.People.Len()), Mode: Imported,
		Approver: ask.approver, Proposal: ask.proposal,
	})
	return ""
}
