package controller

import (
	"fmt"

	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// The acts of those who trust nobody: Articles 4 and 16(5).
type (
	// MayVerify asks, before an entry is read for it, whether an account may have the journal verified.
	MayVerify struct{}
	// Verified records what a verification of the whole journal that an account asked for has found. One that found
	// something is an alarm.
	Verified struct {
		Size     uint64
		Root     string
		Problems int
		First    string // of the problems, in fixed words
	}
)

func (MayVerify) ask() {}
func (Verified) ask()  {}

func (s *State) verified(a Account, v Verified) {
	d := journal.Data{Account: a.Name, Count: int64(v.Size), Digest: v.Root}
	if v.Problems == 0 {
		s.note(journal.JournalVerified, journal.Notice, "controller", d)
		return
	}
	d.Detail = fmt.Sprintf("%d problem(s), the first: %s", v.Problems, v.First)
	s.note(journal.JournalVerificationFailed, journal.Alert, "controller", d)
}

// verifying is what an account must be allowed to do for it.
const verifying = account.VerifyJournal
