package desk

import (
	"net/http"

	"kidoban/controller/account"
)

// forNobody are the only questions and orders of a client that speaks for strangers; whatever is added is closed to it.
var forNobody = map[string]bool{
	"GET /status": true, "GET /me": true, "GET /now": true, "GET /journal": true, "GET /sim": true, "POST /sim": true,
	"POST /sign-in": true, "POST /sign-in/code": true, "POST /sign-in/passkey/begin": true, "POST /sign-in/passkey": true,
	"POST /sign-in/setup": true, "POST /sign-in/again": true, "POST /sign-out": true, "POST /setup/begin": true,
}

// forLookers are the questions that tell of persons and have no right of their own: who has signed in is answered them only
// where they may look. (Permits, visits, papers, the roster and the register are asked for their own rights.)
var forLookers = map[string]bool{
	"GET /who": true, "GET /people": true, "POST /why": true, "GET /alarms": true, "GET /emergencies": true, "GET /muster": true,
	"GET /cards/out": true, "GET /awaited": true, "GET /proposals/returned": true, "GET /journal": true, "POST /journal/page": true, "GET /journal/entry": true, "GET /journal/proof": true,
	"GET /retention/plan": true, "GET /retention/disposals": true, "GET /retention/holds": true, "GET /accounts": true,
}

// blind says why a sign-in is not answered at all, "" if it is.
func (k *Desk) blind(r *http.Request, s signed) string {
	what := r.Method + " " + r.URL.Path
	switch {
	case s.Name == "" && !forNobody[what]:
		return "sign in first: strangers are not answered this"
	case s.Name != "" && forLookers[what] && !k.may(r, account.Look):
		return "this account may not look: it has no post or duty, or must first set a password or a second proof"
	}
	return ""
}
