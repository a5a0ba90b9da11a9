package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"kidoban/controller"
	"kidoban/controller/people"
)

// Export asks for the roster as a file, without any card's number.
type Export struct {
	What    string `json:"what"` // "people": what an import reads; "cards": a list
	Purpose string `json:"purpose"`
}

// handOut hands the roster out. That an account took it, and what for, is on record first.
func (k *Desk) handOut(w http.ResponseWriter, r *http.Request) {
	q, ok := read[Export](w, r)
	if !ok {
		return
	}
	var f form
	f.words("purpose", &q.Purpose)
	if q.What != "people" && q.What != "cards" {
		f.refuse("what is handed out is people or cards")
	}
	if !f.filled(w) {
		return
	}
	x, err := k.indexed(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	file, lines := people.Sheet(x.Roster), len(x.Roster.People)
	if q.What == "cards" {
		file, lines = people.CardSheet(x), len(x.Roster.Records.Credentials)
	}
	sum := sha256.Sum256(file)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.Exported{
		What: "roster_" + q.What, Lines: lines, Digest: hex.EncodeToString(sum[:]), Purpose: q.Purpose,
	}})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	default:
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(file)))
		_, _ = w.Write(file)
	}
}
