// Package inbox is where a door receives the office's roster and the reports of lost cards: from MQTT, or from a folder that
// somebody carries. It believes what package bundle believes and nothing else; what it takes goes through the control loop
// as every other change does, staged first and then switched to in one small transaction.
//
// It holds up nobody: who hands messages in leaves them behind. It keeps at most one manifest and bundle.PartsMost parts,
// and forgets them once the matter is settled, as the broker retains them. A bundle whose time has not come waits; one that
// a person has to accept waits for that.
package inbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kidoban/controller"
	"kidoban/controller/bundle"
	"kidoban/controller/store"
	"kidoban/device/clock"
)

// Config is what an inbox needs to know.
type Config struct {
	Own      bundle.Own
	Clock    clock.Clock
	Patience time.Duration // how long the parts of a manifest may take; 0 = 30s
	Log      *slog.Logger
}

// Inbox is one door's.
type Inbox struct {
	cfg   Config
	store *store.Store
	loop  *controller.Controller
	wake  chan struct{}

	mu       sync.Mutex
	manifest []byte            // the last that came
	parts    map[string][]byte // by name
	lists    map[string][]byte // of lost cards, by name
	settled  bundle.Manifest   // parts of this one are not wanted any more
	since    time.Time         // when the manifest came
	forged   time.Time         // when a forgery was last told of
}

// New prepares an inbox.
func New(cfg Config, s *store.Store, loop *controller.Controller) *Inbox {
	if cfg.Patience == 0 {
		cfg.Patience = 30 * time.Second
	}
	return &Inbox{
		cfg: cfg, store: s, loop: loop, wake: make(chan struct{}, 1), parts: map[string][]byte{}, lists: map[string][]byte{},
	}
}

const (
	listPrefix   = "lost" // lists of lost cards are published as "lost" and "lost-…"
	listsMost    = 4
	manifestMost = 64 << 10
	listMost     = 768 << 10
)

// Receive takes a message by its name below roster; "" is the manifest. It never blocks.
func (b *Inbox) Receive(name string, payload []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case len(payload) == 0: // a retained message was cleared: what is held stays
		return
	case name == "":
		if len(payload) > manifestMost {
			payload = payload[:manifestMost] // is not believed, and told of
		}
		b.manifest, b.since = payload, b.cfg.Clock.Now().Wall
	case isList(name):
		if len(payload) > listMost || len(b.lists) >= listsMost && b.lists[name] == nil {
			return
		}
		b.lists[name] = payload
	case len(name) <= 2 && len(payload) <= bundle.PartMost && (len(b.parts) < bundle.PartsMost || b.parts[name] != nil):
		if b.settled.Has(name, payload) {
			return
		}
		b.parts[name] = payload
	default:
		return
	}
	b.poke()
}

func isList(name string) bool {
	return name == listPrefix || len(name) > len(listPrefix) && len(name) < 32 && name[:len(listPrefix)+1] == listPrefix+"-"
}

// Again looks once more at what waits: somebody has accepted a version.
func (b *Inbox) Again() { b.poke() }

func (b *Inbox) poke() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run takes what comes until ctx ends.
func (b *Inbox) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		next := b.work(ctx)
		timer.Reset(next)
		select {
		case <-b.wake:
		case <-timer.C:
		case <-ctx.Done():
			return nil
		}
	}
}

const (
	retryAfter = 50 * time.Millisecond // another change of the roster is under way
	idle       = time.Hour
)

// work does what can be done now and says when to come again. Lost cards go first.
func (b *Inbox) work(ctx context.Context) time.Duration {
	next := b.stopCards(ctx)
	return min(next, b.take(ctx))
}

// stopCards carries out the lists that came.
func (b *Inbox) stopCards(ctx context.Context) time.Duration {
	b.mu.Lock()
	lists := b.lists
	b.lists = map[string][]byte{}
	b.mu.Unlock()
	next := idle
	for name, msg := range lists {
		list, err := b.cfg.Own.Lost(msg)
		if err != nil {
			b.doubt(ctx, err)
			continue
		}
		if !b.stop(ctx, list) {
			b.mu.Lock()
			if b.lists[name] == nil {
				b.lists[name] = msg
			}
			b.mu.Unlock()
			next = retryAfter
		}
	}
	return next
}

// lossesMost are told to the loop in one go.
const lossesMost = 64

func (b *Inbox) stop(ctx context.Context, list bundle.Lost) bool {
	whole := list.Cards
	for len(whole) > 0 {
		n := min(len(whole), lossesMost)
		list.Cards, whole = whole[:n], whole[n:]
		a, err := b.loop.Ask(ctx, controller.Request{Ask: controller.TakeLosses{Lost: list}})
		if err != nil || a.Refusal != "" {
			return false
		}
	}
	return true
}

// doubt tells of what nobody can have meant for this door: at most once a minute, as anybody on the broker can send it.
func (b *Inbox) doubt(ctx context.Context, err error) {
	b.cfg.Log.Warn("a message about the roster is not believed", "err", err)
	now := b.cfg.Clock.Now().Wall
	b.mu.Lock()
	lately := !b.forged.IsZero() && now.Sub(b.forged).Abs() < time.Minute
	if !lately {
		b.forged = now
	}
	b.mu.Unlock()
	if lately {
		return
	}
	b.tell(ctx, "", 0, err)
}

func (b *Inbox) tell(ctx context.Context, digest string, version int64, err error) {
	no, is := err.(*bundle.Refusal)
	if !is {
		no = &bundle.Refusal{Reason: bundle.Unrecorded, Detail: err.Error()}
	}
	_, _ = b.loop.Ask(ctx, controller.Request{Ask: controller.RefuseBundle{Digest: digest, Version: version, Why: *no}})
}
