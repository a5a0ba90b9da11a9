package controller

import (
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// describe says in lines what a proposal would change, for those who approve it. No hash of a card, a PIN or a password is
// in it.
func (s *State) describe(p *Proposal) []string {
	o := p.Order
	switch {
	case o.Switch != nil:
		return []string{fmt.Sprintf("a whole roster of %d persons, file %.12s…", o.Switch.People.Len(), o.Switch.Digest)}
	case o.Correct != nil:
		c := o.Correct
		line := fmt.Sprintf("line %s, %s becomes %q: %s", c.Visit, c.Field, c.After, c.Reason)
		if p.Checker.Done() {
			return []string{line, "checked by " + s.called(p.Checker.Person) + "; waits for the officer's permission"}
		}
		return []string{line}
	case o.Account != nil:
		if _, known := s.office.accounts[o.Account.Name]; known {
			return []string{fmt.Sprintf("a new password for account %s of %s", o.Account.Name, s.called(o.Account.Person))}
		}
		return []string{fmt.Sprintf("account %s for %s", o.Account.Name, s.called(o.Account.Person))}
	case o.Edit == nil:
		return nil
	}
	out := make([]string, 0, len(o.Edit.Edits))
	for _, e := range o.Edit.Edits {
		line := s.describeEdit(e)
		if e.Delete {
			line = "remove: " + line
		}
		out = append(out, line)
	}
	if o.Edit.Data.Point != "" && p.Kind == ofCard {
		out = append(out, "("+o.Edit.Data.Point+")")
	}
	return out
}

func (s *State) describeEdit(e ledger.Edit) string {
	switch {
	case e.Person != nil:
		return fmt.Sprintf("person %s: %s (%s), %s, %s", e.Person.ID, e.Person.Name, e.Person.Reading, e.Person.Affiliation, kindWord(e.Person.Kind))
	case e.Incumbency != nil:
		return fmt.Sprintf("post %s: %s, %s", e.Incumbency.Post, s.called(e.Incumbency.Person), spanWords(e.Incumbency.Span))
	case e.Belonging != nil:
		return fmt.Sprintf("section %s: %s, %s", e.Belonging.Section, s.called(e.Belonging.Person), spanWords(e.Belonging.Span))
	case e.Finding != nil:
		return fmt.Sprintf("necessary for maintenance (第20条第1項第3号): %s, %s", s.called(e.Finding.Person), spanWords(e.Finding.Span))
	case e.Duty != nil:
		zone := e.Duty.Zone
		if zone == "" {
			zone = "every zone"
		}
		return fmt.Sprintf("duty %s in %s: %s, %s", e.Duty.Duty, zone, s.called(e.Duty.Person), spanWords(e.Duty.Span))
	case e.Credential != nil:
		return fmt.Sprintf("card %s of %s, %s, %s", e.Credential.ID, s.called(e.Credential.Person), cardWord(e.Credential.State),
			spanWords(e.Credential.Span))
	case e.Schedule != nil:
		return fmt.Sprintf("schedule %s", e.Schedule.ID)
	case e.Holiday != nil:
		return fmt.Sprintf("holiday %04d-%02d-%02d", e.Holiday.Year, e.Holiday.Month, e.Holiday.Day)
	}
	return "nothing"
}

// called is a person by id and name.
func (s *State) called(id access.PersonID) string {
	if name := s.people.Of(id).Name; name != "" {
		return fmt.Sprintf("%s (%s)", id, name)
	}
	return string(id)
}

func kindWord(k access.Kind) string {
	return map[access.Kind]string{access.Staff: "staff", access.Contractor: "contractor", access.Other: "other"}[k]
}

func cardWord(c access.CardState) string {
	return map[access.CardState]string{
		access.Active: "active", access.Blocked: "blocked", access.Lost: "lost", access.Revoked: "revoked",
	}[c]
}

func spanWords(x access.Span) string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return "…"
		}
		return jst(t).Format("2006-01-02 15:04")
	}
	return day(x.From) + " – " + day(x.Until)
}
