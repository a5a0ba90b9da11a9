package controller

import (
	"slices"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/journal"
)

const notSignedIn = "the name or the password is wrong, or the account is locked for a while after wrong ones"

// refusedBy are the words of a refusal where they may say more: to one who has shown a right password already.
var refusedBy = map[string]string{
	"code_wrong":      "the code is wrong, or the account is locked for a while after wrong ones: wait a moment, then take the next code",
	"code_used":       "this code was used already: wait for the next one",
	"passkey_wrong":   "this passkey is not known here any more: sign in with the password",
	"passkey_counter": "this passkey has been copied: its count of uses goes back. Report it, and have it removed",
	"directory_down":  "the directory does not answer, so no password can be tried now; who has a local account may sign in",
}

// signIn writes down what came of one try to show who somebody is. What it says never tells which of the reasons it was.
func (s *State) signIn(ask SignIn) *Answer {
	row, known := s.office.accounts[ask.Name]
	if !known { // what was typed is not written down: it may be a password
		s.note(journal.AccountSignInFailed, journal.Notice, "account", journal.Data{Reason: "unknown_account"})
		return &Answer{Refusal: notSignedIn}
	}
	if why := s.notShown(row, ask); why != "" {
		return &Answer{Refusal: s.failed(row, ask, why)}
	}
	if next := s.next(row, ask); next != "" {
		row = row.shown()
		row.Needs = next
		return &Answer{Value: row}
	}
	s.shownBy(&row, ask)
	d := journal.Data{Account: row.Name, Person: string(row.Person)}
	if ask.By != account.ByPassword {
		d.Mode = ask.By.String()
	}
	if ask.Again {
		d.Detail = "again"
	} else {
		d.Until = jst(s.now.Wall.Add(s.site.Duties.Session)).Format(time.RFC3339)
	}
	s.note(journal.AccountSignedIn, journal.Info, "account/"+row.Name, d)
	out := row.shown()
	out.Enrol = !row.Temporary && s.lacksSecond(row)
	return &Answer{Value: out, Order: true}
}

// notShown is why a try does not show who somebody is, "" if it does. A passkey cannot be guessed, so nobody locks out its
// holder by guessing.
func (s *State) notShown(row AccountRow, ask SignIn) string {
	switch {
	case !row.Closed.IsZero():
		return "closed"
	case ask.By == account.ByPasskey:
		return badPasskey(row, ask)
	case row.Tries.Locked(s.now.Wall):
		return "locked"
	case ask.Down:
		return "directory_down"
	case ask.By == account.ByCode && (len(row.TOTP) == 0 || !ask.OK || ask.Tried != row.Hash):
		return "code_wrong"
	case ask.By == account.ByCode && ask.Step <= row.Step:
		return "code_used"
	case ask.By != account.ByCode && (!ask.OK || ask.Tried != row.Hash || row.Directory != (ask.By == account.ByDirectory)):
		return "password_wrong"
	}
	return ""
}

func badPasskey(row AccountRow, ask SignIn) string {
	i := slices.IndexFunc(row.Passkeys, func(p account.Passkey) bool { return p.ID == ask.Passkey })
	switch {
	case i < 0 || !ask.OK:
		return "passkey_wrong"
	case row.Passkeys[i].GoesBack(ask.Count):
		return "passkey_counter"
	}
	return ""
}

// next is what a right password still needs.
func (s *State) next(row AccountRow, ask SignIn) string {
	switch {
	case ask.Again || ask.By != account.ByPassword && ask.By != account.ByDirectory || row.Temporary:
		return ""
	case len(row.TOTP) > 0:
		return account.ByCode.String()
	case len(row.Passkeys) > 0 && s.asksSecond(row):
		return account.ByPasskey.String()
	}
	return ""
}

// shownBy keeps what a right proof has used up.
func (s *State) shownBy(row *AccountRow, ask SignIn) {
	changed := row.Tries != (account.Tries{})
	row.Tries = account.Tries{}
	switch ask.By {
	case account.ByCode:
		row.Step, changed = ask.Step, true
	case account.ByPasskey:
		row.Passkeys = slices.Clone(row.Passkeys)
		i := slices.IndexFunc(row.Passkeys, func(p account.Passkey) bool { return p.ID == ask.Passkey })
		row.Passkeys[i].Count, row.Passkeys[i].Used, changed = ask.Count, s.now.Wall, true
	}
	if changed {
		s.keepAccount(*row)
	}
}

// failed counts and notes a try that failed, and says what its maker is told.
func (s *State) failed(row AccountRow, ask SignIn, why string) string {
	d := journal.Data{Account: row.Name, Person: string(row.Person), Reason: why}
	severity := journal.Notice
	switch why {
	case "password_wrong", "code_wrong", "code_used":
		row.Tries = row.Tries.Failed(s.now.Wall, s.site.Duties.Lockout)
		s.keepAccount(row)
		d.Count = int64(row.Tries.Wrong)
		if n := s.site.Duties.Lockout.Tries; n > 0 && row.Tries.Wrong%n == 0 {
			severity, d.Mode, d.Until = journal.Warning, "locked", jst(row.Tries.Until).Format(time.RFC3339)
		}
	case "passkey_counter":
		severity = journal.Alert
	}
	s.note(journal.AccountSignInFailed, severity, "account/"+row.Name, d)
	if words := refusedBy[why]; words != "" {
		return words
	}
	if ask.By == account.ByCode {
		return refusedBy["code_wrong"]
	}
	return notSignedIn
}
