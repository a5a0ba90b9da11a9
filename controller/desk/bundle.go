package desk

import (
	"encoding/json"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/account"
)

// Bundle is a roster bundle that somebody carried to the door: it is believed for its signatures alone.
type Bundle struct {
	Manifest []byte            `json:"manifest"`
	Parts    map[string][]byte `json:"parts"`
}

// Version names a version of the office's roster.
type Version struct {
	Version int64 `json:"version"`
}

func (k *Desk) bundleRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /roster", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskHeld{}) })
	m.HandleFunc("POST /roster/accept", k.acceptBundle)
	m.HandleFunc("POST /roster/take", k.takeBundle)
}

func (k *Desk) acceptBundle(w http.ResponseWriter, r *http.Request) {
	v, ok := read[Version](w, r)
	if !ok {
		return
	}
	k.ask(w, r, controller.AcceptBundle{Version: v.Version})
	if k.Roster != nil {
		k.Roster.Again()
	}
}

// takeBundle takes a bundle from whoever may look after the roster here.
func (k *Desk) takeBundle(w http.ResponseWriter, r *http.Request) {
	switch {
	case k.Roster == nil:
		refuse(w, http.StatusConflict, "the roster is this door's own: there is no roster.key in its configuration")
		return
	case !k.account(r).Roster && !k.may(r, account.ChangeRoster, account.ProposeRoster, account.ApproveRoster):
		refuse(w, http.StatusForbidden, "this user may not bring in a roster")
		return
	}
	var b Bundle
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, importMost)).Decode(&b); err != nil {
		refuse(w, http.StatusBadRequest, "read the bundle: %v (at most %d MiB)", err, importMost>>20)
		return
	}
	if err := k.Roster.Take(r.Context(), b.Manifest, b.Parts); err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	k.ask(w, r, controller.AskHeld{})
}
