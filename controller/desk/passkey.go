package desk

import (
	"errors"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/passkey"
)

// party is this site to a browser. The library behind it is opened with each act: few are, and the door needs the memory.
func (k *Desk) party() passkey.Party {
	return passkey.Party{ID: k.Config.Console.Name, Name: "kidoban " + k.Config.Site, Origins: k.Config.Console.Origins()}
}

// challenged keeps a challenge and answers with it.
func (k *Desk) challenged(w http.ResponseWriter, x flow, options []byte, err error) {
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	reply(w, http.StatusOK, Challenge{Flow: k.signing.flows.begin(x, k.Clock.Now().Mono, flowFor), Options: options})
}

// beginPasskey asks for any passkey of this site; of who is signed in, for one of theirs.
func (k *Desk) beginPasskey(w http.ResponseWriter, r *http.Request) {
	x := flow{purpose: toUsePasskey, uid: peer(r)}
	var has []account.Passkey
	if s, ok := r.Context().Value(signedKey{}).(signed); ok && s.Name != "" {
		row, known, err := k.accountRow(r.Context(), s.Name)
		if err != nil || !known || len(row.Passkeys) == 0 {
			refuse(w, http.StatusConflict, "the account has no passkey")
			return
		}
		x.purpose, x.account, has = toProve, s.Name, row.Passkeys
	}
	options, c, err := k.party().SignIn(has)
	x.challenge = c
	k.challenged(w, x, options, err)
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
	name, use, err := k.party().SignedIn(x.challenge, in.Response, func(id string) (string, []account.Passkey, error) {
		a, err := k.Controller.Ask(r.Context(), controller.Request{Ask: controller.AskPasskey{ID: id}})
		row, known := a.Value.(controller.AccountRow)
		if err == nil && (!known || only != "" && row.Name != only) {
			err = errors.New("no such passkey")
		}
		return row.Name, row.Passkeys, err
	})
	if err != nil {
		k.Log.Info("a passkey is refused", "err", err)
	}
	return k.shown(r.Context(), controller.SignIn{
		Name: name, By: account.ByPasskey, OK: err == nil, Passkey: use.ID, Count: use.Count, Again: only != "",
	})
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
	options, c, err := k.party().Register(s.Name, row.Passkeys)
	k.challenged(w, flow{purpose: toRegister, account: s.Name, uid: peer(r), challenge: c}, options, err)
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
		refuse(w, http.StatusForbidden, "%s", flowOver)
		return
	}
	p, err := k.party().Registered(s.Name, x.challenge, in.Response)
	if err != nil {
		refuse(w, http.StatusForbidden, "%v", err)
		return
	}
	p.Name = in.Name
	k.ask(w, r, controller.AddPasskey{Passkey: p})
}
