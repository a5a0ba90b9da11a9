package access

import (
	"crypto/subtle"
	"time"
)

// PINRule is the site's rule of PINs. Its zero value is the strictest: the first wrong PIN locks until a person lifts it.
type PINRule struct {
	Tries   int           // wrong PINs until the lock-out
	Lockout time.Duration // 0 = until a person lifts it
}

// DecidePIN judges one keyed PIN. The answer is Granted, PINWrong or PINBlocked, and the tries to keep, which are to be
// durable before the next PIN is judged. The wrong PIN that reaches the limit answers PINBlocked. Only the right PIN, or
// a person, clears the count: after a lock-out has run its time one more wrong PIN locks again. While it lasts no PIN is
// good and nothing is counted.
//
// The duress PIN answers as the PIN does, and also sets duress, even during a lock-out: outside nothing differs. All
// comparisons take the same time, and a credential without a PIN never passes.
//
// now is the wall clock; where that is not trusted, the time of the last record.
func DecidePIN(cred Credential, keyed Hash, tries Tries, now time.Time, rule PINRule) (Reason, bool, Tries) {
	set := 1 - same(cred.PIN, Hash{})
	right := same(cred.PIN, keyed) & set
	duress := same(cred.Duress, keyed) & (1 - same(cred.Duress, Hash{})) & set &^ right
	switch {
	case tries.Locked(now):
		return PINBlocked, duress == 1, tries
	case right|duress == 1:
		return Granted, duress == 1, Tries{}
	}
	tries.Wrong++
	tries.BlockedUntil = time.Time{}
	if tries.Wrong < rule.Tries {
		return PINWrong, false, tries
	}
	if rule.Lockout > 0 {
		tries.BlockedUntil = now.Add(rule.Lockout)
	} else {
		tries.Blocked = true
	}
	return PINBlocked, false, tries
}

func same(a, b Hash) int { return subtle.ConstantTimeCompare(a[:], b[:]) }

// pinBlock asks whether wrong PINs have locked the credential. The lock is the credential's: it also holds where and when
// no PIN is asked for.
func (i *inquiry) pinBlock() Reason {
	if i.q.Tries.Blocked {
		return PINBlocked
	}
	if i.q.Tries.BlockedUntil.IsZero() {
		return Granted
	}
	return i.throughout(stepPINBlock)
}

// needs sets what the grant is on condition of. A credential without a PIN cannot meet that need.
func (i *inquiry) needs() Reason {
	if i.leaving() {
		return Granted
	}
	if i.permit != nil {
		return Granted // the escort shows what is asked for
	}
	i.second = i.q.Point.TwoPerson
	switch i.q.Point.PIN {
	case PINNever:
	case PINOutsideHours:
		i.pin = i.throughout(stepNeeds) != Granted
	default:
		i.pin = true
	}
	if i.pin && i.card.pins == nil {
		return PINRequired
	}
	return Granted
}

// DecideSecond joins two decisions under the two-person rule: Granted only if both were, each by standing of their own,
// for two different persons. What either still needs (a PIN) is for the caller to have judged before. A refusal of the
// second person is the answer; no second person, or the first one again, is SecondPersonMissing.
func DecideSecond(first, second Decision) Reason {
	switch {
	case first.Reason == Undecided:
		return NotAuthorised
	case first.Reason != Granted:
		return first.Reason
	case second.Reason == Undecided, second.Person == first.Person:
		return SecondPersonMissing
	case second.Reason != Granted:
		return second.Reason
	case first.Person == "", second.Person == "", first.Permit != "", second.Permit != "", !IsStanding(first.Rule), !IsStanding(second.Rule):
		return NotAuthorised
	}
	return Granted
}
