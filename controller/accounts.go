package controller

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// shut says that an account must set a password of its own before anything else.
func (s *State) shut(a Account) bool {
	row, known := s.office.accounts[a.Name]
	return known && (row.Temporary || !row.Closed.IsZero())
}

// accountRows are all accounts without their hashes, by name.
func (s *State) accountRows() []AccountRow {
	out := make([]AccountRow, 0, len(s.office.accounts))
	for _, name := range slices.Sorted(maps.Keys(s.office.accounts)) {
		row := s.office.accounts[name]
		row.Hash = ""
		out = append(out, row)
	}
	return out
}

// fewManagers says that there are not yet two persons with an account who manage accounts.
func (s *State) fewManagers() bool {
	managers := map[access.PersonID]bool{}
	for _, row := range s.office.accounts {
		if !row.Closed.IsZero() || managers[row.Person] {
			continue
		}
		for _, r := range s.roles(Account{Name: row.Name, Person: row.Person}, "") {
			if account.May(r, account.ManageAccounts) {
				managers[row.Person] = true
			}
		}
	}
	return len(managers) < 2
}

// mayPutAlone says that an account adds accounts without a second person: while there are too few to be asked, or where
// the site does without.
func (s *State) mayPutAlone(a Account) bool {
	if a.Person == "" {
		return s.allows(a, account.ManageAccounts, "")
	}
	return !s.site.Duties.FourEyes && s.allows(a, account.ManageAccounts, "")
}

// badAccount is why an account cannot be put.
func (s *State) badAccount(ask PutAccount) string {
	row, known := s.office.accounts[ask.Name]
	_, inRoster := s.roster.Person(ask.Person)
	switch {
	case ask.Name == "" || ask.Person == "":
		return "an account has a name and is one person's"
	case account.Valid(ask.Hash) != nil:
		return "an account has a password"
	case known && !row.Closed.IsZero():
		return fmt.Sprintf("account %s is closed: its name stands in the record and is not given again", ask.Name)
	case known && row.Person != ask.Person:
		return fmt.Sprintf("account %s is another person's: an account is never handed on (第23条第2項, 運用基準)", ask.Name)
	case !inRoster:
		return fmt.Sprintf("no person %s is in the roster: add the person first", ask.Person)
	}
	return ""
}

// putAccount adds an account, or sets its password anew. Its holder must then choose one that nobody else knows.
func (s *State) putAccount(a Account, ask PutAccount, approver string) string {
	if no := s.badAccount(ask); no != "" {
		return no
	}
	row, known := s.office.accounts[ask.Name]
	mode := "password_reset"
	if !known {
		row, mode = AccountRow{Name: ask.Name, Person: ask.Person, Since: s.now.Wall}, "added"
	}
	row.Hash, row.Temporary, row.Tries = ask.Hash, true, account.Tries{}
	s.keepAccount(row)
	s.accountChanged(a, row, mode, approver)
	return ""
}

func (s *State) accountChanged(a Account, row AccountRow, mode, approver string) {
	s.note(journal.AccountChanged, journal.Notice, "account/"+row.Name, journal.Data{
		Account: a.Name, Approver: approver, Person: string(row.Person), Point: row.Name, Mode: mode,
	})
}

func (s *State) keepAccount(row AccountRow) {
	s.office.accounts[row.Name] = row
	s.file(accountDocument, row.Name, row)
}

// setPassword is the holder's own act.
func (s *State) setPassword(a Account, ask SetPassword) string {
	row, known := s.office.accounts[a.Name]
	switch {
	case !known || !row.Closed.IsZero() || row.Person != a.Person:
		return "this is not a signed-in account: sign in first (kidoban sign-in)"
	case account.Valid(ask.Hash) != nil:
		return "an account has a password"
	}
	row.Hash, row.Temporary, row.Tries = ask.Hash, false, account.Tries{}
	s.keepAccount(row)
	s.accountChanged(a, row, "password_set", "")
	return ""
}

// closeAccount ends an account for good: like blocking a card it takes one person.
func (s *State) closeAccount(a Account, ask CloseAccount) string {
	row, known := s.office.accounts[ask.Name]
	if !known || !row.Closed.IsZero() {
		return fmt.Sprintf("no account %q is open: kidoban account list", ask.Name)
	}
	if a.Name != ask.Name {
		if no := s.may(a, account.ManageAccounts, ""); no != "" {
			return no
		}
	}
	row.Closed, row.Hash = s.now.Wall, ""
	s.keepAccount(row)
	s.accountChanged(a, row, "closed", "")
	return ""
}

const notSignedIn = "the name or the password is wrong, or the account is locked for a while after wrong ones"

// signIn writes down what came of one try of a password. What it says never tells which of the reasons it was.
func (s *State) signIn(ask SignIn) *Answer {
	row, known := s.office.accounts[ask.Name]
	why := ""
	switch {
	case !known: // what was typed is not written down: it may be a password
		s.note(journal.AccountSignInFailed, journal.Notice, "account", journal.Data{Reason: "unknown_account"})
		return &Answer{Refusal: notSignedIn}
	case !row.Closed.IsZero():
		why = "closed"
	case row.Tries.Locked(s.now.Wall):
		why = "locked"
	case !ask.OK || ask.Tried != row.Hash:
		why = "password_wrong"
	}
	d := journal.Data{Account: row.Name, Person: string(row.Person), Reason: why}
	subject := "account/" + row.Name
	if why == "" {
		if row.Tries != (account.Tries{}) {
			row.Tries = account.Tries{}
			s.keepAccount(row)
		}
		d.Until = jst(s.now.Wall.Add(s.site.Duties.Session)).Format(time.RFC3339)
		s.note(journal.AccountSignedIn, journal.Info, subject, d)
		row.Hash = ""
		return &Answer{Value: row, Order: true}
	}
	severity := journal.Notice
	if why == "password_wrong" {
		row.Tries = row.Tries.Failed(s.now.Wall, s.site.Duties.Lockout)
		s.keepAccount(row)
		d.Count = int64(row.Tries.Wrong)
		if n := s.site.Duties.Lockout.Tries; n > 0 && row.Tries.Wrong%n == 0 {
			severity, d.Mode, d.Until = journal.Warning, "locked", jst(row.Tries.Until).Format(time.RFC3339)
		}
	}
	s.note(journal.AccountSignInFailed, severity, subject, d)
	return &Answer{Refusal: notSignedIn}
}

func (s *State) signOut(a Account) string {
	if _, known := s.office.accounts[a.Name]; !known {
		return "nobody is signed in"
	}
	s.note(journal.AccountSignedOut, journal.Info, "account/"+a.Name, journal.Data{Account: a.Name, Person: string(a.Person)})
	return ""
}
