package controller

import (
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// takeLosses stops the cards of a list that were not reported to this door before. It only ever takes away.
func (s *State) takeLosses(ask TakeLosses) string {
	var edits []ledger.Edit
	var fresh []loss
	seen := map[access.CredentialID]bool{}
	for _, x := range ask.Lost.Cards {
		if _, known := s.central.losses[x.Key()]; known || seen[x.Credential] {
			continue
		}
		seen[x.Credential] = true
		row, here := s.roster.Credential(x.Credential)
		fresh = append(fresh, loss{x, here})
		if here && strictness[x.State()] > strictness[row.State] {
			row.State = x.State()
			edits = append(edits, ledger.Edit{Credential: &row})
		}
	}
	if len(edits) > 0 {
		if no := s.alter(Account{}, edits); no != "" {
			return no
		}
		s.follow(Account{}, edits)
	}
	for _, l := range fresh {
		s.keepLoss(l)
		s.noteLoss(&l, &ask.Lost, slices.ContainsFunc(edits, func(e ledger.Edit) bool { return e.Credential.ID == l.Credential }))
	}
	return ""
}

// noteLoss tells what a report has done here.
func (s *State) noteLoss(l *loss, list *bundle.Lost, stopped bool) {
	t, sev := journal.CredentialLost, journal.Warning
	if l.To == "blocked" {
		t, sev = journal.CredentialBlocked, journal.Notice
	}
	d := journal.Data{
		Credential: string(l.Credential), Account: l.Account, Reason: l.Reason, Mode: Bundled, From: jst(l.At).Format(time.RFC3339),
		Version: list.Sequence, Digest: list.Digest,
	}
	switch row, here := s.roster.Credential(l.Credential); {
	case !here:
		d.Detail = "no such card here; it is stopped should it come"
	case !stopped:
		d.Detail = "stopped already"
		fallthrough
	default:
		d.Person = string(row.Person)
	}
	s.note(t, sev, rosterSubject, d)
}

const officesOwn = "the roster is the office's (roster.key): have it changed there and published (kidoban bundle make, kidobanlog roster publish); " +
	"stopping cards, PINs, the stock of cards for a day, permits and visits are this door's"

// officeOnly refuses changes of what the office keeps. A person of this door may stop a card, make a blocked one good again,
// set a PIN, and keep the stock.
func (s *State) officeOnly(edits []ledger.Edit) string {
	if !s.site.Office.Roster {
		return ""
	}
	for _, e := range edits {
		switch {
		case e.Person != nil && e.Person.ID == cards.Stock:
		case e.Credential != nil && s.doorsOwn(*e.Credential, e.Delete):
		default:
			return officesOwn
		}
	}
	return ""
}

func (s *State) doorsOwn(c access.Credential, gone bool) bool {
	old, known := s.roster.Credential(c.ID)
	if known && old.Person == cards.Stock && (gone || c.Person == cards.Stock) || !known && c.Person == cards.Stock {
		return true
	}
	old.State, old.PIN, old.Duress = c.State, c.PIN, c.Duress
	return known && !gone && sameCard(old, c)
}

// officePermits takes over what was decided at the office. What was withdrawn here stays so; how often somebody has entered
// is counted here. A permit that the office does not have any more is withdrawn; a visit on it goes on.
func (s *State) officePermits(rows []ledger.Permit) {
	named := map[access.PermitID]bool{}
	for _, row := range rows {
		named[row.ID] = true
		s.officePermit(row)
	}
	var gone []ledger.Permit
	for id, row := range s.permits.rows {
		if bundle.PermitPattern.MatchString(string(id)) && !named[id] && row.State == access.Permitted && !row.Expired {
			gone = append(gone, row)
		}
	}
	slices.SortFunc(gone, func(a, b ledger.Permit) int { return byNumber(string(a.ID), string(b.ID)) })
	for _, row := range gone {
		s.change.permits = append(s.change.permits, row)
		row.State, row.Revoked = access.Withdrawn, ledger.Act{At: s.now.Wall}
		s.notePermit(journal.PermitRevoked, journal.Notice, Account{}, &row, nil)
		s.keepPermit(row)
	}
}

func (s *State) officePermit(row ledger.Permit) {
	old, known := s.permits.rows[row.ID]
	if known && old.State != access.Permitted {
		return
	}
	row.Holders = slices.Clone(row.Holders)
	for i := range row.Holders {
		if n := old.Holder(row.Holders[i].Person); known && n >= 0 {
			row.Holders[i].Used = old.Holders[n].Used
		}
	}
	row.Expired = known && old.Expired && old.Until.Equal(row.Until)
	if known && samePermit(&old, &row) {
		return
	}
	if !known {
		old = ledger.Permit{Permit: access.Permit{ID: row.ID}, Gone: true}
	}
	s.change.permits = append(s.change.permits, old)
	s.notePermit(journal.PermitGranted, journal.Notice, Account{}, &row, s.private(row.Text))
	s.keepPermit(row)
}

// samePermit says that the office has changed nothing.
func samePermit(a, b *ledger.Permit) bool {
	return a.Zone == b.Zone && a.From.Equal(b.From) && a.Until.Equal(b.Until) && a.Days == b.Days && a.Daily == b.Daily &&
		a.Entries == b.Entries && a.Decided.Equal(b.Decided) && a.Text.Purpose == b.Text.Purpose && slices.Equal(a.Holders, b.Holders)
}
