package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/passkey"
)

// party is this site to a browser.
func (k *Desk) party() passkey.Party {
	return passkey.Party{ID: k.Config.Console.Name, Name: "kidoban " + k.Config.Site, Origins: k.Config.Console.Origins()}
}

// Passkeys answers questions about passkeys: in a process apart, or in this one.
type Passkeys interface {
	Do(context.Context, passkey.Request) (passkey.Answer, error)
}

var errNoPasskeys = errors.New("passkeys belong to the console, and none is configured ([console] listen)")

// onPasskey asks one question; what the browser is to blame for is refused, and noted in the log.
func (k *Desk) onPasskey(ctx context.Context, r passkey.Request) (passkey.Answer, error) {
	if k.Passkeys == nil || k.Config.Console.Listen == "" {
		return passkey.Answer{}, errNoPasskeys
	}
	r.Party = k.party()
	out, err := k.Passkeys.Do(ctx, r)
	if err == nil && out.Refused != "" {
		k.Log.Info("a passkey is refused", "why", out.Refused)
		err = errors.New(out.Refused)
	}
	return out, err
}

// challenge begins what a browser is to answer, and keeps it in a flow.
func (k *Desk) challenge(w http.ResponseWriter, r *http.Request, x flow, q passkey.Request) {
	out, err := k.onPasskey(r.Context(), q)
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	x.uid, x.challenge = peer(r), out.Challenge
	reply(w, http.StatusOK, Challenge{Flow: k.signing.flows.begin(x, k.Clock.Now().Mono, flowFor), Options: out.Options})
}

// beginPasskey asks for any passkey of this site; of who is signed in, for one of theirs.
func (k *Desk) beginPasskey(w http.ResponseWriter, r *http.Request) {
	s, isSigned := r.Context().Value(signedKey{}).(signed)
	if !isSigned || s.Name == "" {
		k.challenge(w, r, flow{purpose: toUsePasskey}, passkey.Request{Ask: passkey.SignIn})
		return
	}
	row, known, err := k.accountRow(r.Context(), s.Name)
	if err != nil || !known || len(row.Passkeys) == 0 {
		refuse(w, http.StatusConflict, "the account has no passkey")
		return
	}
	k.challenge(w, r, flow{purpose: toProve, account: s.Name}, passkey.Request{Ask: passkey.SignIn, Has: row.Passkeys})
}

func (k *Desk) signInByPasskey(w http.ResponseWriter, r *http.Request) {
	in, ok := read[Response](w, r)
	if !ok {
		return
	}
	if got := k.tryPasskey(r, in, toUsePasskey, ""); got.answered(w) {
		k.next(w, r, got)
	}
}

// tryPasskey checks what a browser made of a challenge, and whose it is: of one account alone where one is named.
func (k *Desk) tryPasskey(r *http.Request, in Response, p purpose, only string) tried {
	x, open := k.signing.flows.take(in.Flow, p, peer(r), k.Clock.Now().Mono)
	if !open || x.account != only {
		return tried{refuse: flowOver}
	}
	ask := controller.SignIn{By: account.ByPasskey, Again: only != ""}
	row, err := k.holder(r.Context(), in.Response)
	if err == nil && (only == "" || row.Name == only) {
		q := passkey.Request{Ask: passkey.SignedIn, Name: row.Name, Has: row.Passkeys, Challenge: x.challenge, Response: in.Response}
		var out passkey.Answer
		if out, err = k.onPasskey(r.Context(), q); err != nil && out.Refused == "" {
			return tried{err: err}
		}
		ask.OK, ask.Passkey, ask.Count = err == nil, out.Use.ID, out.Use.Count
	}
	ask.Name = cmp.Or(only, row.Name)
	return k.shown(r.Context(), ask)
}

// holder is whose passkey a browser's answer says it is of; nobody's is the zero row.
func (k *Desk) holder(ctx context.Context, response []byte) (row controller.AccountRow, err error) {
	id, err := passkey.ID(response)
	if err != nil {
		return row, err
	}
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskPasskey{ID: id}})
	row, _ = a.Value.(controller.AccountRow)
	return row, err
}

func (k *Desk) beginRegistration(w http.ResponseWriter, r *http.Request, s signed) {
	if s.Stale {
		refuse(w, http.StatusForbidden, "%s", controller.ProveAgain)
		return
	}
	row, _, err := k.accountRow(r.Context(), s.Name)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	k.challenge(w, r, flow{purpose: toRegister, account: s.Name}, passkey.Request{Ask: passkey.Register, Name: s.Name, Has: row.Passkeys})
}

// addPasskey checks what the browser made, and gives it to the account under the name that its holder chose.
func (k *Desk) addPasskey(w http.ResponseWriter, r *http.Request, s signed) {
	in, ok := read[Response](w, r)
	if !ok {
		return
	}
	var f form
	if f.words("name", &in.Name); !f.filled(w) {
		return
	}
	x, open := k.signing.flows.take(in.Flow, toRegister, peer(r), k.Clock.Now().Mono)
	if !open || x.account != s.Name {
		refuse(w, http.StatusConflict, "%s", flowOver)
		return
	}
	out, err := k.onPasskey(r.Context(), passkey.Request{Ask: passkey.Registered, Name: s.Name, Challenge: x.challenge, Response: in.Response})
	switch {
	case err != nil && out.Refused == "":
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case err != nil:
		refuse(w, http.StatusForbidden, "%v", err)
	default:
		out.Passkey.Name = in.Name
		k.ask(w, r, controller.AddPasskey{Passkey: out.Passkey})
	}
}
