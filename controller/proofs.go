package controller

import (
	"fmt"
	"slices"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// shown is an account without its secrets.
func (r AccountRow) shown() AccountRow {
	r.HasTOTP = len(r.TOTP) > 0
	r.Hash, r.TOTP, r.Step = "", nil, 0
	r.Passkeys = slices.Clone(r.Passkeys)
	for i := range r.Passkeys {
		r.Passkeys[i].Key = nil
	}
	return r
}

// asksSecond says that the site asks an account for a second proof.
func (s *State) asksSecond(row AccountRow) bool {
	rule := s.site.Duties.Second
	if rule == account.SecondNever || rule == "" || rule == account.SecondAlways {
		return rule == account.SecondAlways
	}
	a := Account{Name: row.Name, Person: row.Person}
	return rule.Asks(s.roles(a, "")) || slices.ContainsFunc(s.zones(), func(z string) bool { return rule.Asks(s.roles(a, z)) })
}

// lacksSecond says that an account has none although the site asks for it.
func (s *State) lacksSecond(row AccountRow) bool {
	return len(row.TOTP) == 0 && len(row.Passkeys) == 0 && s.asksSecond(row)
}

// holderOf is the open account that has a passkey.
func (s *State) holderOf(id string) (AccountRow, bool) {
	for _, row := range s.office.accounts {
		if row.Closed.IsZero() && slices.ContainsFunc(row.Passkeys, func(p account.Passkey) bool { return p.ID == id }) {
			return row, true
		}
	}
	return AccountRow{}, false
}

// me is what an account is and may; who has none may look.
func (s *State) me(a Account) Me {
	zones := append([]string{""}, s.zones()...)
	m := Me{Account: a.Name, Person: a.Person, Silent: a.Name != "" && s.seesSilent(a), May: map[string][]string{}}
	if a.Name == "" {
		m.May[account.Look.String()] = zones
		return m
	}
	if p, known := s.people.Find(a.Person); known {
		m.Name = p.Name
	}
	if row, known := s.office.accounts[a.Name]; known {
		shown := row.shown()
		m.Temporary, m.Enrol, m.Directory = row.Temporary, !row.Temporary && s.lacksSecond(row), row.Directory
		m.TOTP, m.Passkeys, m.Since = shown.HasTOTP, shown.Passkeys, row.Since
	}
	m.Unheeded, m.Requests = s.unheeded(a), s.toDecide(a)
	shut := s.shut(a) != ""
	for _, z := range zones {
		roles := s.roles(a, z)
		for _, r := range roles {
			if !slices.Contains(m.Roles, r.String()) {
				m.Roles = append(m.Roles, r.String())
			}
		}
		for _, x := range account.Actions() {
			if !shut && s.allowed(a, roles, x) {
				m.May[x.String()] = append(m.May[x.String()], z)
			}
		}
	}
	return m
}

// unheeded counts the alarms that nobody has acknowledged, as far as an account may know of them.
func (s *State) unheeded(a Account) (n int) {
	if !s.looks(a) {
		return 0
	}
	for _, x := range s.alarms.Open(s.seesSilent(a)) {
		if x.Acknowledged.IsZero() {
			n++
		}
	}
	return n
}

// ofProofs carries out the orders about second proofs: each is the holder's own act, freshly proved.
func (s *State) ofProofs(a Account, ask Ask) *Answer {
	switch ask.(type) {
	case SetTOTP, RemoveTOTP, AddPasskey, RemovePasskey:
	default:
		return nil
	}
	row, known := s.office.accounts[a.Name]
	switch {
	case !known || !row.Closed.IsZero() || row.Person != a.Person:
		return &Answer{Refusal: "this is not a signed-in account: sign in first (kidoban sign-in)"}
	case row.Temporary:
		return &Answer{Refusal: PasswordFirst}
	case a.Stale:
		return &Answer{Refusal: ProveAgain}
	}
	mode, no := row.proven(ask, s.now.Wall)
	if no != "" {
		return &Answer{Refusal: no}
	}
	s.keepAccount(row)
	s.accountChanged(a, row, mode, "")
	return &Answer{}
}

// proven changes the second proofs of an account: how the record calls it, or why not.
func (r *AccountRow) proven(ask Ask, at time.Time) (mode, refusal string) {
	switch ask := ask.(type) {
	case SetTOTP:
		if len(ask.Sealed) == 0 || ask.Step <= 0 {
			return "", "the code is wrong: begin anew"
		}
		r.TOTP, r.Step = ask.Sealed, ask.Step
		return "totp_set", ""
	case RemoveTOTP:
		if len(r.TOTP) == 0 {
			return "", "the account has no one-time codes"
		}
		r.TOTP, r.Step = nil, 0
		return "totp_removed", ""
	case AddPasskey:
		return r.addPasskey(ask.Passkey, at)
	case RemovePasskey:
		n := len(r.Passkeys)
		r.Passkeys = slices.DeleteFunc(slices.Clone(r.Passkeys), func(p account.Passkey) bool { return p.ID == ask.ID })
		if len(r.Passkeys) == n {
			return "", "the account has no such passkey"
		}
		return "passkey_removed", ""
	}
	return "", "unknown request"
}

func (r *AccountRow) addPasskey(p account.Passkey, at time.Time) (mode, refusal string) {
	switch {
	case p.ID == "" || len(p.Key) == 0:
		return "", "this is no passkey"
	case len(r.Passkeys) >= account.PasskeysMost:
		return "", fmt.Sprintf("an account has at most %d passkeys: remove one first", account.PasskeysMost)
	case slices.ContainsFunc(r.Passkeys, func(x account.Passkey) bool { return x.ID == p.ID }):
		return "", "the account has this passkey already"
	}
	p.Since = at
	r.Passkeys = append(slices.Clone(r.Passkeys), p)
	return "passkey_added", ""
}

// beginSetup notes that the installer at the machine was given a one-time code.
func (s *State) beginSetup(a Account) string {
	if a.Person != "" || !a.Operate && !a.Roster {
		return "the console is set up by an account of the configuration that is nobody's (may = [\"roster\"]), at the machine"
	}
	s.note(journal.AccountChanged, journal.Notice, "account/"+a.Name, journal.Data{Account: a.Name, Point: a.Name, Mode: "setup_code"})
	return ""
}

// endSetup notes what came of it.
func (s *State) endSetup(ask EndSetup) string {
	if !ask.OK {
		s.note(journal.AccountSignInFailed, journal.Warning, "account", journal.Data{Account: ask.Name, Reason: ask.Why, Mode: account.BySetup.String()})
		return "the code is wrong, used up or too old: kidoban setup makes another at the machine"
	}
	s.note(journal.AccountSignedIn, journal.Notice, "account/"+ask.Name, journal.Data{
		Account: ask.Name, Mode: account.BySetup.String(), Until: jst(s.now.Wall.Add(s.site.Duties.Session)).Format(time.RFC3339),
	})
	return ""
}
