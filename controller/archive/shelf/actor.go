package shelf

import "kidoban/controller/journal"

// Actor is who gives an order at the central log, and how that is known.
type Actor struct {
	Account string
	Claimed bool   // somebody typed the name: the operating system does not vouch for it
	Detail  string // who the operating system says it is, in fixed words: "uid 1000"
}

// Sign says in an entry whose deed it is.
func (a Actor) Sign(e *journal.Entry) {
	e.Data.Account, e.Data.Assumed = a.Account, a.Claimed
	if a.Detail != "" {
		if e.Data.Detail != "" {
			e.Data.Detail += "; "
		}
		e.Data.Detail += a.Detail
	}
}
