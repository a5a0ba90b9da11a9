package controller

import (
	"fmt"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// editRoster changes rows one by one, all or none: the rows before a refused one are put back.
func (s *State) editRoster(a Account, ask EditRoster) string {
	var before access.Records
	if len(ask.Edits) > 1 {
		before = s.roster.Records()
	}
	for _, e := range ask.Edits {
		problem := s.apply(e)
		if problem == nil {
			continue
		}
		if len(ask.Edits) > 1 {
			s.roster, _ = access.NewRoster(s.roster.Version(), before)
		}
		if problem.Fault == access.DuplicateCard {
			s.note(journal.CredentialDuplicateRefused, journal.Warning, "roster", journal.Data{
				Account: a.Name, Credential: string(e.Credential.ID), Person: string(e.Credential.Person),
			})
		}
		return problem.String()
	}
	for _, e := range ask.Edits {
		s.keepName(e)
	}
	s.version++
	ask.Data.Account = a.Name
	s.out.Change.Roster = ask.Edits
	s.noteWith(ask.Type, journal.Notice, "roster", ask.Data, ask.Private)
	return ""
}

func (s *State) keepName(e ledger.Edit) {
	switch {
	case e.Person == nil:
	case e.Delete:
		delete(s.people, e.Person.ID)
	default:
		s.people[e.Person.ID] = *e.Person
	}
}

func (s *State) apply(e ledger.Edit) *access.Problem {
	row := access.Edit{
		Incumbency: e.Incumbency, Belonging: e.Belonging, Finding: e.Finding, Credential: e.Credential,
		Schedule: e.Schedule, Holiday: e.Holiday, Delete: e.Delete,
	}
	if e.Person != nil {
		row.Person = &e.Person.Person
	}
	return s.roster.Apply(row)
}

// switchRoster makes a roster that was read, checked and staged elsewhere the current one.
func (s *State) switchRoster(a Account, ask SwitchRoster) string {
	if ask.Base != s.version {
		return fmt.Sprintf("the roster has changed while the import was read (version %d, now %d): run the import again", ask.Base, s.version)
	}
	s.roster, s.people, s.version = ask.Roster, ask.People, s.version+1
	s.out.Change.Switch = ask.Generation
	s.note(journal.RosterChanged, journal.Notice, "roster", journal.Data{
		Account: a.Name, Digest: ask.Digest, Count: int64(len(ask.People)), Mode: "import",
	})
	return ""
}
