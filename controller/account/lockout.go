package account

import "time"

// Rule says how many wrong passwords are borne, and for how long an account is locked then.
type Rule struct {
	Tries   int
	Lockout time.Duration
}

// longest is what no lock-out exceeds, however often it is earned.
const longest = 24 * time.Hour

// Tries are an account's wrong passwords since the last right one. They are kept on disk: a restart forgives nothing.
type Tries struct {
	Wrong int       `json:"wrong,omitempty"`
	Until time.Time `json:"until,omitzero"` // no password is looked at before
}

// Failed is t after one more wrong password. Each costs twice the time of the last; every Rule.Tries-th locks the account,
// each time for twice as long.
func (t Tries) Failed(at time.Time, r Rule) Tries {
	t.Wrong++
	wait := time.Second << min(t.Wrong-1, 20)
	if r.Tries > 0 && t.Wrong%r.Tries == 0 {
		wait = r.Lockout << min(t.Wrong/r.Tries-1, 20)
	} else if r.Tries > 0 {
		wait = time.Second << min((t.Wrong-1)%r.Tries, 20)
	}
	if wait <= 0 || wait > longest {
		wait = longest
	}
	t.Until = at.Add(wait)
	return t
}

// Locked says that no password is looked at. An end further away than any lock-out is a clock that was wrong.
func (t Tries) Locked(at time.Time) bool {
	return at.Before(t.Until) && t.Until.Sub(at) <= longest
}
