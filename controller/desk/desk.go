// Package desk is where people speak with the daemon: HTTP with JSON over a Unix socket, spoken by the kidoban command.
//
// Who speaks is what the kernel says of the peer (SO_PEERCRED), never what the peer says: a uid maps to one account of
// the configuration; an unmapped one may only read. Or it is who signed in with a password: the token of that sign-in is
// worth something to the same uid alone. The desk decides nothing: every order is a controller.Request that
// goes through the control loop and is an entry that names the account. The answer to an order is given when it is
// durable. A person's own words (a reason, a name) travel as the private part of that entry.
//
// It never opens a door by itself and never shows a card number; the one exception is the learn command, which shows what
// a badge sends to the account that asked for it, and keeps none of it.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/user"
	"strconv"
	"sync"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/bundle/inbox"
	"kidoban/controller/store"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

// Learner is a panel whose readers can be watched for what a badge sends.
type Learner interface {
	// Learn waits for the next frame of a reader, of whatever length, and keeps it from the door.
	Learn(ctx context.Context, door, side string) (bits string, err error)
}

// Directory tries a password: nil if it is right, directory.ErrWrong if not, another error where it could not say.
type Directory interface {
	Try(ctx context.Context, name, password string) error
}

// Deps are the parts that the desk speaks for.
type Deps struct {
	Controller *controller.Controller
	Store      *store.Store
	Keys       store.Keys
	Config     *config.Config
	Clock      clock.Clock
	Sim        *sim.Panel // nil where the panel is real
	Learner    Learner    // nil where readers cannot be watched
	Version    string
	Digest     string        // of the configuration in force
	Link       func() string // how the way to the central log stands
	Roster     *inbox.Inbox  // where the office's roster arrives; nil where the roster is the door's own
	Delivered  func() uint64 // entries that the central log has acknowledged; nil where there is none
	Passkeys   Passkeys      // checks them; nil where there are none
	Directory  Directory     // tries passwords; nil where the site has none
	Log        *slog.Logger
}

// Desk serves the socket.
type Desk struct {
	Deps
	accounts map[int]controller.Account
	signing  *desktop
	decided  chan chan error // to Dispose: who waits for the end of a disposal
	press    chan struct{}   // one form is made at a time
	folk     folk
	patrol   *patrol
	collator *collator
	outlook  *planned // what a disposal would take
}

// New prepares a desk.
func New(d Deps) (*Desk, error) {
	if d.Sim != nil && d.Config.Panel.Kind != "sim" {
		return nil, errors.New("a door that is not simulated has no simulation")
	}
	k := &Desk{
		Deps: d, accounts: map[int]controller.Account{}, decided: make(chan chan error),
		signing: newDesktop(d.Config.Duties.Idle.Std(), d.Config.Duties.Session.Std()),
		press:   make(chan struct{}, 1),
		patrol:  newPatrol(), collator: newCollator(),
		outlook: newPlanned(),
	}
	for _, a := range d.Config.Accounts {
		acc := controller.Account{Name: a.Name, Person: access.PersonID(a.Person)}
		for _, may := range a.May {
			switch may {
			case "operate":
				acc.Operate = true
			case "roster":
				acc.Roster = true
			}
		}
		k.accounts[a.UID] = acc
	}
	return k, nil
}

// Run listens until ctx ends. A socket that is left from a run that ended without a word is replaced; one on which
// somebody answers is not.
func (k *Desk) Run(ctx context.Context) error {
	path := k.Config.Socket.Path
	if path == "" {
		<-ctx.Done()
		return nil
	}
	l, err := listen(path, k.Config.Socket.Group)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", path, err)
	}
	srv := &http.Server{
		Handler: k.routes(), ReadHeaderTimeout: 5 * time.Second, ConnContext: withPeer,
		ErrorLog:    slog.NewLogLogger(k.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer func() { stop(); beside.Wait() }()
	go func() { done <- srv.Serve(l) }()
	beside.Go(func() { k.patrols(ctx) })
	beside.Go(func() { k.collates(ctx) })
	beside.Go(func() { k.plans(ctx) })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err = srv.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	if ended := <-done; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

func listen(path, group string) (net.Listener, error) {
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return nil, errors.New("another daemon answers there: stop it first")
	}
	if i, err := os.Lstat(path); err == nil && i.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if group != "" {
		if err := give(path, group); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	return l, os.Chmod(path, 0o660)
}

func give(path, group string) error {
	g, err := user.LookupGroup(group)
	if err != nil {
		return fmt.Errorf("socket.group: %w (systemd-sysusers makes it, or set it to \"\")", err)
	}
	gid, err := strconv.Atoi(g.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, -1, gid)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// ask passes a request through the control loop and writes its answer.
func (k *Desk) ask(w http.ResponseWriter, r *http.Request, a controller.Ask) {
	answer, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: a})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case answer.Refusal != "":
		refuse(w, http.StatusConflict, "%s", answer.Refusal)
	case answer.Value == nil:
		reply(w, http.StatusOK, struct{}{})
	default:
		reply(w, http.StatusOK, answer.Value)
	}
}

// read decodes a request's body, strictly.
func read[T any](w http.ResponseWriter, r *http.Request) (v T, ok bool) {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.DisallowUnknownFields()
	err := d.Decode(&v)
	if err == nil && d.More() {
		err = errors.New("something follows it")
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "the request is not understood: %v", err)
		return v, false
	}
	return v, true
}
