package desk

import (
	"context"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/totp"
)

func (k *Desk) proofRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /me", k.me)
	m.HandleFunc("POST /sign-in/code", k.signInByCode)
	m.HandleFunc("POST /sign-in/passkey/begin", k.beginPasskey)
	m.HandleFunc("POST /sign-in/passkey", k.signInByPasskey)
	m.HandleFunc("POST /sign-in/setup", k.signInBySetup)
	m.HandleFunc("POST /sign-in/again", k.again)
	m.HandleFunc("POST /account/totp/begin", k.holders(k.beginTOTP))
	m.HandleFunc("POST /account/totp/confirm", k.holders(k.confirmTOTP))
	m.HandleFunc("POST /account/totp/remove", k.holders(func(w http.ResponseWriter, r *http.Request, _ signed) {
		k.ask(w, r, controller.RemoveTOTP{})
	}))
	m.HandleFunc("POST /account/passkey/begin", k.holders(k.beginRegistration))
	m.HandleFunc("POST /account/passkey", k.holders(k.addPasskey))
	m.HandleFunc("POST /account/passkey/remove", k.holders(func(w http.ResponseWriter, r *http.Request, _ signed) {
		if id, ok := read[PasskeyID](w, r); ok {
			k.ask(w, r, controller.RemovePasskey{ID: id.ID})
		}
	}))
	m.HandleFunc("POST /setup/begin", k.beginSetup)
}

// me says who asks, and how their sign-in stands.
func (k *Desk) me(w http.ResponseWriter, r *http.Request) {
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.AskMe{}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	me := Me{Me: a.Value.(controller.Me), Fresh: who.Name != "" && !who.Stale}
	if s, ok := r.Context().Value(signedKey{}).(signed); ok && s.Name != "" {
		now := k.Clock.Now()
		me.Signed, me.Idle, me.Proved = true, k.Config.Duties.Idle.Std(), (now.Mono - s.open.Proved).Round(time.Second)
		me.Ends = now.Wall.Add(s.open.Began + k.Config.Duties.Session.Std() - now.Mono).Round(time.Second)
	}
	reply(w, http.StatusOK, me)
}

// holders are routes for whoever is signed in to an account of their own, with a password that nobody else made.
func (k *Desk) holders(next func(http.ResponseWriter, *http.Request, signed)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, ok := r.Context().Value(signedKey{}).(signed)
		if !ok || s.Person == "" {
			refuse(w, http.StatusConflict, "sign in first (kidoban sign-in NAME): this is done by the account's holder")
			return
		}
		switch row, _, err := k.accountRow(r.Context(), s.Name); {
		case err != nil:
			refuse(w, http.StatusServiceUnavailable, "%v", err)
		case row.Temporary:
			refuse(w, http.StatusForbidden, "%s", controller.PasswordFirst)
		default:
			next(w, r, s)
		}
	}
}

// proved says that the holder of a session has just shown anew who they are.
func (k *Desk) proved(s signed) {
	k.signing.mu.Lock()
	defer k.signing.mu.Unlock()
	k.signing.sessions.Prove(s.token, k.Clock.Now().Mono)
}

const flowOver = "this took too long, or was used already: begin anew"

// signInByCode is the second half of a sign-in whose password was right.
func (k *Desk) signInByCode(w http.ResponseWriter, r *http.Request) {
	in, ok := read[Code](w, r)
	if !ok {
		return
	}
	x, open := k.signing.flows.take(in.Pending, toEnterCode, peer(r), k.Clock.Now().Mono)
	if !open {
		refuse(w, http.StatusConflict, "%s", flowOver)
		return
	}
	got := k.tryCode(r.Context(), x.account, in.Code, false, x.hash)
	if got.err == nil && got.refuse != "" {
		k.signing.flows.keep(in.Pending, x)
	}
	if got.answered(w) {
		k.next(w, r, got)
	}
}

// tryCode tries a one-time code.
func (k *Desk) tryCode(ctx context.Context, name string, code Password, again bool, hash string) tried {
	row, known, err := k.accountRow(ctx, name)
	if err != nil {
		return tried{err: err}
	}
	ask := controller.SignIn{Name: name, By: account.ByCode, Again: again, Tried: hash}
	if again {
		ask.Tried = row.Hash
	}
	if known && len(row.TOTP) > 0 {
		secret, err := k.Keys.Unseal(sealedFor(name), row.TOTP)
		if err != nil {
			return tried{err: err}
		}
		ask.Step, ask.OK = totp.Step(string(secret), string(code), k.Clock.Now().Wall)
	}
	return k.shown(ctx, ask)
}

// sealedFor is what the secret of an account's codes is sealed for.
func sealedFor(name string) string { return "totp|" + name }

// beginTOTP makes a secret; the account has it once a code of it was right.
func (k *Desk) beginTOTP(w http.ResponseWriter, _ *http.Request, s signed) {
	if s.Stale {
		refuse(w, http.StatusForbidden, "%s", controller.ProveAgain)
		return
	}
	secret := totp.NewSecret()
	x := flow{purpose: toConfirmTOTP, account: s.Name, uid: s.open.UID, secret: Password(secret)}
	reply(w, http.StatusOK, TOTP{
		Pending: k.signing.flows.begin(x, k.Clock.Now().Mono, enrolFor), Secret: Password(secret),
		URI: Password(totp.URI("kidoban "+k.Config.Site, s.Name, secret)),
	})
}

func (k *Desk) confirmTOTP(w http.ResponseWriter, r *http.Request, s signed) {
	in, ok := read[Code](w, r)
	if !ok {
		return
	}
	now := k.Clock.Now()
	x, open := k.signing.flows.take(in.Pending, toConfirmTOTP, peer(r), now.Mono)
	if !open || x.account != s.Name {
		refuse(w, http.StatusConflict, "%s", flowOver)
		return
	}
	step, right := totp.Step(string(x.secret), string(in.Code), now.Wall)
	if !right {
		k.signing.flows.keep(in.Pending, x)
		refuse(w, http.StatusForbidden, "the code is wrong: is the clock of the authenticator right? Take the next code")
		return
	}
	sealed, err := k.Keys.Seal(sealedFor(s.Name), []byte(x.secret))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	k.ask(w, r, controller.SetTOTP{Sealed: sealed, Step: step})
}

// again proves anew who is signed in.
func (k *Desk) again(w http.ResponseWriter, r *http.Request) {
	in, ok := read[Again](w, r)
	s, isSigned := r.Context().Value(signedKey{}).(signed)
	var got tried
	switch {
	case !ok:
		return
	case !isSigned || s.Name == "":
		refuse(w, http.StatusConflict, "nobody is signed in here")
		return
	case s.open.Set: // is not asked
	case in.Passkey != nil:
		got = k.tryPasskey(r, *in.Passkey, toProve, s.Name)
	case in.Code != "":
		got = k.tryCode(r.Context(), s.Name, in.Code, true, "")
	default:
		got = k.try(r.Context(), s.Name, in.Password, true)
	}
	if got.answered(w) {
		k.proved(s)
		reply(w, http.StatusOK, struct{}{})
	}
}
