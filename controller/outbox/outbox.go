// Package outbox carries the journal to the MQTT broker, in order.
//
// The journal is the queue and nothing else is: entries are read from it, sent in the order of their sequence, many in
// flight, at most Config.Window of them unacknowledged. What advances is the sending position alone: with Central the
// central log's believed ack, with Broker the broker's PUBACK, contiguously. It starts again from that position after
// a reconnect and after a while without progress, and replays what a resend names. Losing the position only means
// sending again: every repeat carries the same id and bytes.
//
// An ack is believed if the controller's own key and the pinned central key both signed its checkpoint, if that is of
// this journal and of size sequence+1, and if its root is the journal's own at that size. A lower one is ignored. One
// that both keys signed and that the journal cannot match means that the disk under the journal was rolled back:
// entries are sent no more, and a Notice says so. Anything else is forged: it moves nothing and is counted.
//
// A dead, slow or lying broker delays nobody here: callers only leave values behind (Kick, Door, Mode, Clock) and take
// Notices. Nothing that arrives is a command: it subscribes to its own ack and resend, which can neither open a door
// nor delete a line, and hands on what comes as the office's roster to those who verify it.
package outbox

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/store"
	"kidoban/controller/wire"
)

// Delivery says whose word counts.
type Delivery string

// The two ways to count an entry as delivered.
const (
	Central Delivery = "central" // the central log's ack
	Broker  Delivery = "broker"  // the broker's PUBACK, where a site has no central log of ours
)

// Config is what an outbox needs to know; it does not change while it runs.
type Config struct {
	Delivery   Delivery
	Window     int  // most unacknowledged entries in flight; 0 = 2000
	ReplayEach bool // send what goes out in batches on event/… too
	Names      bool // publish private parts (names, purposes) on private/…, which the central log alone may read
	Link       link.Config
	Dir        string // the data directory, for the sending position
	Version    string // for the status topic

	Own      note.Signer   // the controller's signing key
	OwnKey   note.Verifier // its public half
	Central  note.Verifier // the pinned central log; needed with Delivery Central
	Announce string        // the text of OwnKey, which the status topic carries; "" = it does not

	// Roster takes what arrives on roster and below it, by its name there ("" = roster itself); nil = nothing of it is asked
	// for. It must not block. What it takes is not believed by anybody yet.
	Roster func(name string, payload []byte)

	Beside Beside

	ExpiryWarning time.Duration // tell so long before a certificate runs out; 0 = 30 days

	Pace Pace
	Log  *slog.Logger // nil = none
}

// Pace holds every interval. Zero values stand for the wire contract's.
type Pace struct {
	Status     time.Duration // refreshing of status and of an idle checkpoint: 30s
	Checkpoint time.Duration // between checkpoints under load: 100ms
	Stuck      time.Duration // without progress until it is sent again: 60s
	StuckMost  time.Duration // Stuck doubles up to this: 10min
	Silence    time.Duration // without a PUBACK for what is in flight until the connection counts as dead: 20s
	Retry      time.Duration // before the first new connection: 250ms, doubling
	RetryMost  time.Duration // up to this: 15s
	Resend     time.Duration // between two honoured resends: 1s
	Expiry     time.Duration // between two looks at how long certificates are valid: 1h
	Beside     time.Duration // between two publications of Config.Beside, however often it is asked for: 5s
}

func (p Pace) withDefaults() Pace {
	for d, v := range map[*time.Duration]time.Duration{
		&p.Status: 30 * time.Second, &p.Checkpoint: 100 * time.Millisecond, &p.Stuck: time.Minute,
		&p.StuckMost: 10 * time.Minute, &p.Silence: 20 * time.Second, &p.Retry: 250 * time.Millisecond,
		&p.RetryMost: 15 * time.Second, &p.Resend: time.Second, &p.Beside: 5 * time.Second, &p.Expiry: time.Hour,
	} {
		if *d == 0 {
			*d = v
		}
	}
	return p
}

const (
	behindMany uint64 = 1000      // more than this behind: backlogged, and batches
	batchBytes        = 256 << 10 // of one batch
	resendMost uint64 = 10_000    // entries that one resend may ask for
)

// Outbox is one journal's way out.
type Outbox struct {
	cfg     Config
	journal *store.Store
	origin  journal.Origin
	kick    chan struct{}
	notices chan Notice
	box     mailbox
	forged  counter
	acked   atomic.Uint64
}

// New checks cfg and prepares an outbox that Run then drives.
func New(cfg Config, s *store.Store) (*Outbox, error) {
	origin := s.Origin()
	if cfg.Window == 0 {
		cfg.Window = 2000
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Pace = cfg.Pace.withDefaults()
	if cfg.ExpiryWarning == 0 {
		cfg.ExpiryWarning = warnBefore
	}
	if cfg.Link.ClientID == "" {
		cfg.Link.ClientID = "kidoban/" + origin.Site + "/" + origin.Controller // its identity: brokers with certificates want that
	}
	cfg.Link = cfg.Link.Remember(cfg.Log)
	cfg.Link.Backlog = 2*cfg.Window + 64
	switch {
	case cfg.Delivery != Central && cfg.Delivery != Broker:
		return nil, fmt.Errorf("delivery %q: want %q or %q", cfg.Delivery, Central, Broker)
	case cfg.Delivery == Central && cfg.Central == nil:
		return nil, errors.New(`delivery "central" needs the central log's verifier key: kidobanlog init prints it`)
	case cfg.Own == nil || cfg.OwnKey == nil:
		return nil, errors.New("the outbox needs the controller's signing key")
	case cfg.OwnKey.Name() != origin.KeyName() || journal.JournalID(cfg.OwnKey) != origin.Journal:
		return nil, fmt.Errorf("signing key %s is not that of journal %s", cfg.OwnKey.Name(), origin.Line())
	case cfg.Window < 1 || cfg.Window > 30_000:
		return nil, fmt.Errorf("window %d: want 1 to 30000", cfg.Window)
	}
	if err := cfg.Link.Check(); err != nil {
		return nil, err
	}
	return &Outbox{cfg: cfg, journal: s, origin: origin, kick: make(chan struct{}, 1), notices: make(chan Notice),
		box: mailbox{values: map[string][]byte{}, mode: "normal"}}, nil
}

// Kick says that the journal grew. It never blocks.
func (o *Outbox) Kick() {
	select {
	case o.kick <- struct{}{}:
	default:
	}
}

// Door leaves door's state, ready as JSON, for its retained topic. The latest wins.
func (o *Outbox) Door(door string, state []byte) {
	o.box.put("door/"+door+"/state", state)
	o.Kick()
}

// Mode leaves what the status topic calls the controller's mode.
func (o *Outbox) Mode(mode string) {
	o.box.setMode(mode)
	o.Kick()
}

// Clock leaves whether the wall clock is synchronised, which checkpoints state.
func (o *Outbox) Clock(synchronised bool) { o.box.setClock(synchronised) }

// Standing leaves what the status topic tells beside what the outbox knows itself: alarms, health, the bundle in force.
func (o *Outbox) Standing(s wire.Status) {
	o.box.mu.Lock()
	defer o.box.mu.Unlock()
	if s.Alarms != o.box.status.Alarms || s.Tampered != o.box.status.Tampered {
		o.box.mark("status")
	}
	o.box.status = s
}

// Notices gives what the controller has to record. Who does not take them holds nothing up; the oldest are dropped then.
func (o *Outbox) Notices() <-chan Notice { return o.notices }

// Acked is how many entries of the journal count as delivered.
func (o *Outbox) Acked() uint64 { return o.acked.Load() }

// Forged counts the acks that were not believed.
func (o *Outbox) Forged() int64 { return o.forged.value() }

// counter and mailbox are where other goroutines meet the running outbox.
type counter struct {
	mu sync.Mutex
	n  int64
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) value() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

type mailbox struct {
	mu     sync.Mutex
	values map[string][]byte // by topic below the controller's; one a door
	fresh  []string          // those not yet taken
	mode   string
	synced bool
	status wire.Status
}

func (b *mailbox) standing() wire.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *mailbox) put(topic string, payload []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.values[topic] = payload
	b.mark(topic)
}

func (b *mailbox) mark(topic string) {
	for _, t := range b.fresh {
		if t == topic {
			return
		}
	}
	b.fresh = append(b.fresh, topic)
}

// again makes every value fresh: a new connection may be to a broker that forgot them.
func (b *mailbox) again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mark("status")
	for t := range b.values {
		b.mark(t)
	}
}

// take empties the box: the status is asked for by an empty payload.
func (b *mailbox) take() []link.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ms []link.Message
	for _, t := range b.fresh {
		ms = append(ms, link.Message{Topic: t, Payload: b.values[t], Retained: true})
	}
	b.fresh = nil
	return ms
}

func (b *mailbox) setMode(mode string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mode != mode {
		b.mode = mode
		b.mark("status")
	}
}

func (b *mailbox) setClock(synced bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.synced = synced
}

func (b *mailbox) state() (mode string, synced bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mode, b.synced
}
