package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
)

// SessionHeader carries the token of a sign-in.
const SessionHeader = "Kidoban-Session"

// Password is one on its way to being tried or hashed. It shows as nothing and is kept nowhere.
type Password string

// String hides the password.
func (Password) String() string { return "•" }

// GoString hides the password.
func (Password) GoString() string { return "•" }

// desktop is what the desk keeps of sign-ins. Passwords are tried one at a time: each takes tens of MiB and some tenths of
// a second of a small machine.
type desktop struct {
	mu       sync.Mutex
	sessions account.Sessions
	waiting  chan struct{} // who waits for a password to be tried
	trying   sync.Mutex
}

// waitMost bounds how many wait; beyond that one is sent away.
const waitMost = 8

func newDesktop(idle, most time.Duration) *desktop {
	return &desktop{sessions: account.Sessions{Idle: idle, Most: most}, waiting: make(chan struct{}, waitMost)}
}

var errBusy = errors.New("too many passwords are being tried: wait a moment")

// alone runs f while nobody else's password is tried or hashed.
func (d *desktop) alone(f func()) error {
	select {
	case d.waiting <- struct{}{}:
		defer func() { <-d.waiting }()
	default:
		return errBusy
	}
	d.trying.Lock()
	defer d.trying.Unlock()
	f()
	return nil
}

type signedKey struct{}

// signed is the account of a request's sign-in.
type signed struct {
	controller.Account // the zero one for a stranger
	token              account.Token
	open               account.Session
}

// nobodyToken is what a client sends that has not signed in and does not speak for the user of the machine.
const nobodyToken = "-"

// identified puts the account of a sign-in into a request that carries one. A token that stands for nothing any more is
// refused, never taken for the user of the machine.
func (k *Desk) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := r.Header.Get(SessionHeader)
		if text == "" {
			next.ServeHTTP(w, r)
			return
		}
		a, ok := k.session(r, text)
		if !ok {
			refuse(w, http.StatusUnauthorized, "%v", ErrEnded)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedKey{}, a)))
	})
}

func (k *Desk) session(r *http.Request, text string) (signed, bool) {
	if text == nobodyToken {
		return signed{}, true
	}
	token, ok := account.ParseToken(text)
	if !ok {
		return signed{}, false
	}
	k.signing.mu.Lock()
	now := k.Clock.Now().Mono
	open, ok := k.signing.sessions.Find(token, peer(r), now)
	k.signing.mu.Unlock()
	if !ok {
		return signed{}, false
	}
	if open.Set {
		a, known := k.configured(open.Account)
		return signed{a, token, open}, known
	}
	row, known, err := k.accountRow(r.Context(), open.Account)
	if err != nil || !known {
		return signed{}, false
	}
	stale := now-open.Proved >= k.Config.Duties.Prove.Std()
	return signed{controller.Account{Name: row.Name, Person: row.Person, Stale: stale}, token, open}, true
}

// configured is an account of the configuration.
func (k *Desk) configured(name string) (controller.Account, bool) {
	for _, a := range k.accounts {
		if a.Name == name {
			return a, true
		}
	}
	return controller.Account{}, false
}

// accountRow is an account that is open.
func (k *Desk) accountRow(ctx context.Context, name string) (controller.AccountRow, bool, error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskAccount{Name: name}})
	if err != nil || a.Refusal != "" {
		return controller.AccountRow{}, false, err
	}
	row, ok := a.Value.(controller.AccountRow)
	return row, ok, nil
}

func (k *Desk) signIn(w http.ResponseWriter, r *http.Request) {
	in, ok := read[SignIn](w, r)
	if !ok {
		return
	}
	row, no, err := k.try(r.Context(), in.Name, in.Password)
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case no != "":
		refuse(w, http.StatusForbidden, "%s", no)
		return
	}
	var token account.Token
	_, _ = rand.Read(token[:]) // never fails (crypto/rand)
	k.signing.mu.Lock()
	k.signing.sessions.Begin(token, row.Name, peer(r), k.Clock.Now().Mono)
	k.signing.mu.Unlock()
	reply(w, http.StatusOK, SignedIn{Token: token.Text(), Account: row.Name, Temporary: row.Temporary})
}

// try tries a password, and has the loop write down what came of it. A name that nobody has costs as much as one that
// somebody has.
func (k *Desk) try(ctx context.Context, name string, password Password) (row controller.AccountRow, refusal string, err error) {
	busy := k.signing.alone(func() {
		hash := account.Nobody()
		var known bool
		if row, known, err = k.accountRow(ctx, name); err != nil {
			return
		}
		if known {
			hash = row.Hash
		}
		right := account.Matches(hash, string(password)) && known
		var a controller.Answer
		a, err = k.Controller.Ask(ctx, controller.Request{Ask: controller.SignIn{Name: name, OK: right, Tried: hash}})
		if refusal = a.Refusal; err == nil && refusal == "" {
			row, _ = a.Value.(controller.AccountRow)
		}
	})
	return row, refusal, errors.Join(busy, err)
}

func (k *Desk) signOut(w http.ResponseWriter, r *http.Request) {
	s, ok := r.Context().Value(signedKey{}).(signed)
	if !ok || s.Name == "" {
		refuse(w, http.StatusConflict, "nobody is signed in here")
		return
	}
	k.signing.mu.Lock()
	k.signing.sessions.End(s.token)
	k.signing.mu.Unlock()
	k.ask(w, r, controller.SignOut{})
}

// endSessions ends the sign-ins of an account, but not one that goes on.
func (k *Desk) endSessions(name string, but account.Token) {
	k.signing.mu.Lock()
	defer k.signing.mu.Unlock()
	k.signing.sessions.EndAll(name, but)
}
