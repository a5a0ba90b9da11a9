package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/directory"
)

// SessionHeader carries the token of a sign-in.
const SessionHeader = "Kidoban-Session"

// QuietHeader says that nobody asks but a page that lies open: it does not count as use of the sign-in.
const QuietHeader = "Kidoban-Quiet"

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
	flows    flows
	setup    setup
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
		a, why := k.session(r, text)
		if why != "" {
			reply(w, http.StatusUnauthorized, refusal{Error: ErrEnded.Error(), Code: CodeEnded, Why: why})
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), signedKey{}, a))
		if no := k.blind(r, a); no != "" {
			refuse(w, http.StatusForbidden, "%s", no)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// session is the sign-in of a token, or why it has ended.
func (k *Desk) session(r *http.Request, text string) (signed, account.End) {
	if text == nobodyToken {
		return signed{}, ""
	}
	token, ok := account.ParseToken(text)
	if !ok {
		return signed{}, account.EndForgotten
	}
	k.signing.mu.Lock()
	now := k.Clock.Now().Mono
	find := k.signing.sessions.Find
	if r.Header.Get(QuietHeader) != "" {
		find = k.signing.sessions.Peek
	}
	open, ok := find(token, peer(r), now)
	why := account.End("")
	if !ok {
		why = k.signing.sessions.Why(token, peer(r), now)
	}
	k.signing.mu.Unlock()
	if why != "" {
		return signed{}, why
	}
	if open.Set {
		a, known := k.configured(open.Account)
		return signed{a, token, open}, closed(known)
	}
	row, known, err := k.accountRow(r.Context(), open.Account)
	if err != nil || !known {
		return signed{}, account.EndClosed
	}
	stale := now-open.Proved >= k.Config.Duties.Prove.Std()
	return signed{controller.Account{Name: row.Name, Person: row.Person, Stale: stale}, token, open}, ""
}

func closed(known bool) account.End {
	if known {
		return ""
	}
	return account.EndClosed
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
	got := k.try(r.Context(), in.Name, in.Password, false)
	if !got.answered(w) {
		return
	}
	k.next(w, r, got)
}

// next signs in who has shown enough, and says what the others need.
func (k *Desk) next(w http.ResponseWriter, r *http.Request, got tried) {
	out := SignedIn{Account: got.row.Name, Temporary: got.row.Temporary, Enrol: got.row.Enrol, Needs: got.row.Needs}
	switch out.Needs {
	case "":
		out.Token = k.begin(r, got.row.Name, false)
	case NeedsCode:
		x := flow{purpose: toEnterCode, account: got.row.Name, uid: peer(r), hash: got.hash}
		out.Pending = k.signing.flows.begin(x, k.Clock.Now().Mono, flowFor)
	}
	reply(w, http.StatusOK, out)
}

// begin opens a session, of an account of the configuration where set.
func (k *Desk) begin(r *http.Request, name string, set bool) string {
	var token account.Token
	_, _ = rand.Read(token[:]) // never fails (crypto/rand)
	now := k.Clock.Now().Mono
	k.signing.mu.Lock()
	defer k.signing.mu.Unlock()
	if set {
		k.signing.sessions.BeginSet(token, name, peer(r), now)
	} else {
		k.signing.sessions.Begin(token, name, peer(r), now)
	}
	return token.Text()
}

// tried is what came of one try to show who somebody is.
type tried struct {
	row    controller.AccountRow
	hash   string // that the password was tried against
	refuse string
	down   bool // the directory could not be asked
	err    error
}

// answered answers what did not go well, and says that it went well.
func (t tried) answered(w http.ResponseWriter) bool {
	switch {
	case t.err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", t.err)
	case t.down && t.refuse != "":
		refuse(w, http.StatusServiceUnavailable, "%s", t.refuse)
	case t.refuse != "":
		refuse(w, http.StatusForbidden, "%s", t.refuse)
	}
	return t.err == nil && t.refuse == ""
}

// shown has the loop write down what came of a try, and judge it.
func (k *Desk) shown(ctx context.Context, ask controller.SignIn) tried {
	out := tried{hash: ask.Tried, down: ask.Down}
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: ask})
	if out.refuse, out.err = a.Refusal, err; err == nil && a.Refusal == "" {
		out.row, _ = a.Value.(controller.AccountRow)
	}
	return out
}

// try tries a password, here or at the directory. A name that nobody has costs as much as one that somebody has.
func (k *Desk) try(ctx context.Context, name string, password Password, again bool) (out tried) {
	row, known, err := k.accountRow(ctx, name)
	switch {
	case err != nil:
		return tried{err: err}
	case known && row.Directory:
		return k.tryThere(ctx, row, password, again)
	}
	busy := k.signing.alone(func() {
		hash := account.Nobody()
		if known {
			hash = row.Hash
		}
		right := account.Matches(hash, string(password)) && known
		out = k.shown(ctx, controller.SignIn{Name: name, OK: right, Tried: hash, Again: again})
	})
	out.err = errors.Join(busy, out.err)
	return out
}

// tryThere has the directory try a password. It is not asked about an account that is locked here, so that nobody can lock
// it there as well by way of this door.
func (k *Desk) tryThere(ctx context.Context, row controller.AccountRow, password Password, again bool) tried {
	ask := controller.SignIn{Name: row.Name, By: account.ByDirectory, Again: again}
	switch {
	case row.Tries.Locked(k.Clock.Now().Wall):
	case k.Directory == nil:
		ask.Down = true
	default:
		err := k.Directory.Try(ctx, cmp.Or(row.Login, row.Name), string(password))
		ask.OK, ask.Down = err == nil, err != nil && !errors.Is(err, directory.ErrWrong)
		if ask.Down {
			k.Log.Warn("the directory cannot try passwords", "err", err)
		}
	}
	return k.shown(ctx, ask)
}

func (k *Desk) signOut(w http.ResponseWriter, r *http.Request) {
	in, readable := read[SignOut](w, r)
	if !readable {
		return
	}
	why := account.EndOut
	if in.Elsewhere {
		why = account.EndElsewhere
	}
	s, ok := r.Context().Value(signedKey{}).(signed)
	if !ok || s.Name == "" {
		refuse(w, http.StatusConflict, "nobody is signed in here")
		return
	}
	k.signing.mu.Lock()
	k.signing.sessions.End(s.token, why, k.Clock.Now().Mono)
	k.signing.mu.Unlock()
	k.ask(w, r, controller.SignOut(in))
}

// endSessions ends the sign-ins of an account whose password was changed, but not the one that goes on.
func (k *Desk) endSessions(name string, but account.Token) {
	k.signing.mu.Lock()
	defer k.signing.mu.Unlock()
	k.signing.sessions.EndAll(name, but, account.EndPassword, k.Clock.Now().Mono)
}
