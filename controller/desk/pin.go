package desk

import (
	"context"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// PIN sets a card's PIN or duress PIN. Digits come from the terminal or standard input, never from a command line.
type PIN struct {
	Credential access.CredentialID `json:"credential"`
	Digits     Digits              `json:"digits"`
	Duress     bool                `json:"duress,omitempty"`
}

// Digits are a PIN on its way to being hashed.
type Digits []byte

// String hides the digits.
func (Digits) String() string { return "•" }

// GoString hides the digits.
func (Digits) GoString() string { return "•" }

func (k *Desk) pin(w http.ResponseWriter, r *http.Request) {
	p, ok := read[PIN](w, r)
	if !ok {
		return
	}
	defer clear(p.Digits)
	for _, d := range p.Digits {
		if d < '0' || d > '9' {
			refuse(w, http.StatusBadRequest, "a PIN is digits only")
			return
		}
	}
	if n := len(p.Digits); n < k.Config.Access.PINLength || n > 8 {
		refuse(w, http.StatusBadRequest, "a PIN has %d to 8 digits here", k.Config.Access.PINLength)
		return
	}
	if weak(p.Digits) {
		refuse(w, http.StatusBadRequest, "this PIN is too easy to guess (one digit repeated, or a run): choose another")
		return
	}
	c, err := k.credential(r.Context(), p.Credential)
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	hash := k.Keys.PINHash(c.ID, p.Digits)
	what := "pin"
	if p.Duress {
		c.Duress, what = hash, "duress_pin"
	} else {
		c.PIN = hash
	}
	k.ask(w, r, controller.Propose{Ask: controller.EditRoster{
		Edits: []ledger.Edit{{Credential: &c}}, Type: journal.RosterChanged,
		Data: journal.Data{Point: what, Credential: string(c.ID), Person: string(c.Person)},
	}})
}

// lockouts are the cards that are locked out now.
func (k *Desk) lockouts(ctx context.Context) (map[access.CredentialID]*Lockout, error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskTries{}})
	out := map[access.CredentialID]*Lockout{}
	tries, _ := a.Value.(map[access.CredentialID]access.Tries)
	for id, t := range tries {
		if !t.Locked(k.Clock.Now().Wall) {
			continue
		}
		out[id] = &Lockout{Until: t.BlockedUntil}
		if t.Blocked {
			out[id].Until = time.Time{}
		}
	}
	return out, err
}

// weak says that all digits are one, or each is the one before plus or minus one.
func weak(d []byte) bool {
	step := int(d[1]) - int(d[0])
	if step < -1 || step > 1 {
		return false
	}
	for i := 1; i < len(d); i++ {
		if int(d[i])-int(d[i-1]) != step {
			return false
		}
	}
	return true
}
