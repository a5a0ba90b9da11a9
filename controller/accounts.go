package controller

import (
	"fmt"
	"maps"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// shut is what an account must do before anything else, "" if nothing.
func (s *State) shut(a Account) string {
	row, known := s.office.accounts[a.Name]
	switch {
	case !known:
		return ""
	case !row.Closed.IsZero():
		return "account " + row.Name + " is closed"
	case row.Temporary:
		return PasswordFirst
	case s.lacksSecond(row):
		return SecondFirst
	}
	return ""
}

// accountRows are all accounts without their secrets, by name.
func (s *State) accountRows() []AccountRow {
	out := make([]AccountRow, 0, len(s.office.accounts))
	for _, name := range slices.Sorted(maps.Keys(s.office.accounts)) {
		row := s.office.accounts[name].shown()
		row.Holder = s.people.Of(row.Person).Name
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
	case ask.Directory && (ask.Hash != "" || !s.site.Duties.Directory):
		return "an account of the directory has no password here, and the site has a directory ([directory] in the configuration)"
	case !ask.Directory && account.Valid(ask.Hash) != nil:
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

// putAccount adds an account, or begins it anew: its password, and no second proof, for a telephone is lost as a password is
// forgotten. Its holder must then choose a password that nobody else knows.
func (s *State) putAccount(a Account, ask PutAccount, approver string) string {
	if no := s.badAccount(ask); no != "" {
		return no
	}
	row, known := s.office.accounts[ask.Name]
	mode := "password_reset"
	if !known {
		row, mode = AccountRow{Name: ask.Name, Person: ask.Person, Since: s.now.Wall}, "added"
	}
	row.Hash, row.Temporary, row.Tries = ask.Hash, !ask.Directory, account.Tries{}
	row.Directory, row.Login = ask.Directory, ask.Login
	row.TOTP, row.Step, row.Passkeys = nil, 0, nil
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
	case row.Directory:
		return "the directory keeps the password of this account: change it there"
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
	row.Closed, row.Hash, row.TOTP, row.Passkeys = s.now.Wall, "", nil, nil
	s.keepAccount(row)
	s.accountChanged(a, row, "closed", "")
	return ""
}

func (s *State) signOut(a Account, ask SignOut) string {
	if _, known := s.office.accounts[a.Name]; !known && a.Person != "" {
		return "nobody is signed in"
	}
	d, severity := journal.Data{Account: a.Name, Person: string(a.Person)}, journal.Info
	if ask.Elsewhere {
		d.Reason, severity = string(account.EndElsewhere), journal.Warning
	}
	s.note(journal.AccountSignedOut, severity, "account/"+a.Name, d)
	return ""
}
