// Package archive is the central log's side of the wire: it receives, verifies, stores and confirms.
//
// It takes the journals that a person accepted (Shelf.Accept) and no others. An entry is stored for good, exactly once and
// in the order of its sequence, when a checkpoint that its controller signed covers it and the tree over all entries
// before has that checkpoint's root. Only after the transaction is durable does the archive sign the checkpoint too and
// publish it as the retained ack. What is missing it asks for with resend; repeats are harmless. It trusts no broker:
// not its order, its queue, its memory nor its senders.
//
// Two contradicting checkpoints of one controller are proof that its record was changed. The archive keeps them, says
// so, and confirms nothing more of that journal.
package archive

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/device/clock"
)

// Config is what an archive needs to know.
type Config struct {
	Link     link.Config
	Instance string                               // its name among the archives that share a database; no meaning for SQLite
	Key      note.Signer                          // the central log's
	Own      shelf.Own                            // the journal in which it says what it finds; zero = none
	Silent   time.Duration                        // without a fresh checkpoint for so long a controller is silent; 0 = 90s
	Print    func(origin string, all [][]byte)    // called with the entries that became durable together, in order; nil = nobody
	Many     func(origin string, from, to uint64) // called in its place where a journal catches up: [from, to); nil = nobody
	Log      *slog.Logger                         // what a person must hear of: forks, unknown journals
	Seen     func(Seen)                           // called for what controllers say of themselves; nil = nobody; must not block
	Shown    func(own, broker *x509.Certificate)  // called for each connection with what it was made with; nil = nobody; must not block
}

// Archive follows all accepted journals.
type Archive struct {
	cfg       Config
	shelf     *shelf.Shelf
	followers map[string]*follower // by origin
	unknown   map[string]time.Time
	claims    map[string]bool // of unknown ones, that are said already
	lookedAt  time.Time
	out       []link.Message
	link      *link.Link
	share     *share // nil: every controller is this archive's
	clock     clock.Clock
	health    health
	tally     tally
	disposeAt time.Time // when to look for disposals again
}

// filters are what it subscribes to.
var filters = []string{"kidoban/v1/+/+/event/+", "kidoban/v1/+/+/batch", "kidoban/v1/+/+/leaves", "kidoban/v1/+/+/checkpoint",
	"kidoban/v1/+/+/status", "kidoban/v1/+/+/private/+"}

const (
	unknownMost = 256
	printMost   = 100             // more at once nobody reads
	askAgain    = 5 * time.Second // between two acks of the same size

	// A broker that is gone without a word is missed this soon: with the link's own patience the time until another
	// connection has brought what was sent meanwhile would be over a minute.
	brokerAlive = 10 * time.Second
)

// New prepares an archive over f.
func New(cfg Config, f *shelf.Shelf) (*Archive, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Link.ClientID == "" {
		cfg.Link.ClientID = "kidobanlog"
	}
	if cfg.Link.KeepAlive == 0 {
		cfg.Link.KeepAlive = brokerAlive
	}
	if err := cfg.Link.Check(); err != nil {
		return nil, err
	}
	if cfg.Silent == 0 {
		cfg.Silent = silentAfter
	}
	c, err := clock.Start()
	if err != nil {
		return nil, err
	}
	a := &Archive{cfg: cfg, shelf: f, followers: map[string]*follower{}, unknown: map[string]time.Time{}, claims: map[string]bool{}, clock: c,
		tally: tally{counts: map[shelf.Garbled]int64{}, storms: storms{}}}
	if f.Shared() {
		if cfg.Instance == "" {
			return nil, errors.New("a central log that shares its database needs a name of its own")
		}
		a.share = newShare(cfg.Instance)
	}
	return a, nil
}

// Run follows until ctx ends, over as many connections as it takes. A database that fails does not end it: what cannot be
// written is not confirmed, and once it works again all of it is asked for again.
func (a *Archive) Run(ctx context.Context) error {
	defer a.leave(ctx)
	for ctx.Err() == nil {
		err := a.follow(ctx)
		if ctx.Err() != nil {
			break
		}
		if hopeless(err) {
			return err
		}
		sleep(ctx, a.fail(err, time.Now()))
	}
	return nil
}

// follow begins from what is durable, and goes on until ctx ends or the database fails.
func (a *Archive) follow(ctx context.Context) error {
	if err := a.enter(ctx); err != nil {
		return err
	}
	if err := a.accepted(ctx, time.Now()); err != nil {
		return err
	}
	if err := a.recover(ctx); err != nil {
		return err
	}
	retry := 100 * time.Millisecond
	for ctx.Err() == nil {
		began := time.Now()
		l, err := link.Open(ctx, a.cfg.Link, nil, a.everywhere()...)
		if err == nil {
			err = a.serve(ctx, l)
			l.Close()
			if err != nil {
				return err
			}
			err = l.Why()
		}
		if ctx.Err() != nil {
			break
		}
		a.cfg.Log.Warn("broker out of reach", "err", err)
		if err := a.severed(ctx, time.Now()); err != nil {
			return err
		}
		if time.Since(began) > 10*time.Second {
			retry = 100 * time.Millisecond
		}
		sleep(ctx, retry)
		retry = min(2*retry, 5*time.Second)
	}
	return nil
}

// accepted takes up the journals that were accepted since it last looked.
func (a *Archive) accepted(ctx context.Context, now time.Time) error {
	a.lookedAt = now
	js, err := a.shelf.Journals(ctx)
	if err != nil {
		return err
	}
	for _, j := range js {
		controller := j.Controller()
		if a.share != nil && !j.Own {
			a.share.known[controller] = true
		}
		if j.Own || a.followers[j.Origin] != nil || !a.mine(controller) {
			continue
		}
		j.Hold = a.hold(controller)
		f, err := follow(ctx, a.shelf, j)
		if err != nil {
			return err
		}
		a.followers[j.Origin] = f
		if _, heard := a.unknown[j.Origin]; heard {
			delete(a.unknown, j.Origin)
			f.begin()
		}
		if j.Fork != "" {
			a.cfg.Log.Error("journal is confirmed no more", "journal", j.Origin, "why", j.Fork)
		}
	}
	return a.successions(ctx, now)
}

// serve works on one connection until it is lost. Its error is the file's.
func (a *Archive) serve(ctx context.Context, l *link.Link) error {
	a.link, a.out = l, nil
	if a.cfg.Shown != nil {
		a.cfg.Shown(l.Certificates())
	}
	for _, f := range a.followers {
		f.ackDue, f.ackAt = true, time.Time{}
		f.waitFrom = time.Time{} // what nobody heard is asked for again at once
	}
	now := time.Now()
	a.regain(now)
	if err := a.reached(ctx, now); err != nil {
		return ended(ctx, err)
	}
	for {
		wake, err := a.settle(ctx)
		if err == nil {
			wake, err = a.lease(ctx, time.Now(), wake)
		}
		if err = a.lost(err); err != nil {
			return ended(ctx, err)
		}
		var out chan<- link.Message
		var first link.Message
		if len(a.out) > 0 {
			out, first = l.Out(), a.out[0]
		}
		timer := time.NewTimer(time.Until(wake))
		select {
		case <-ctx.Done():
		case <-l.Lost():
		case <-timer.C:
		case <-l.Progress():
		case out <- first:
			a.out = a.out[1:]
		case m := <-l.In():
			err = a.receive(ctx, m)
		}
		timer.Stop()
		if err == nil {
			err = a.drain(ctx)
		}
		if err = a.lost(err); err != nil {
			return ended(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.Lost():
			return nil
		default:
		}
	}
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// drain takes what has come meanwhile, so that one transaction covers it.
func (a *Archive) drain(ctx context.Context) error {
	for range 1024 {
		select {
		case m := <-a.link.In():
			if err := a.receive(ctx, m); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// receive sorts one message. Only the file's errors are errors here; what others send can be anything.
func (a *Archive) receive(ctx context.Context, m link.Message) error {
	site, controller, rest, ok := parseTopic(m.Topic)
	if !ok {
		return nil
	}
	var ns []numbered
	var err error
	prefix := "kidoban/" + site + "/" + controller + "/"
	class, single := strings.CutPrefix(rest, "event/")
	switch {
	case single:
		var n numbered
		n, err = parseEntry(site, controller, class, m.Payload)
		ns = []numbered{n}
	case rest == "batch":
		ns, err = parseBatch(site, controller, m.Payload)
	case rest == "leaves":
		ns, err = parseLeaves(m.Payload)
	case rest == "status":
		a.seenStatus(site, controller, m)
		return a.announced(ctx, "kidoban/"+site+"/"+controller, m)
	case rest == "checkpoint":
		return a.checkpoint(ctx, prefix, m)
	case strings.HasPrefix(rest, "private/"):
		return a.private(ctx, prefix, m, time.Now())
	}
	if err != nil {
		return a.garbled(ctx, prefix, m.Topic, err, time.Now())
	}
	for _, n := range ns {
		if err := a.take(ctx, prefix, n); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) take(ctx context.Context, prefix string, n numbered) error {
	if n.origin == "" { // leaves name no journal: they are of the one last accepted
		f := a.current(prefix)
		if f == nil {
			return nil
		}
		n.origin = f.Origin
	}
	f, err := a.of(ctx, n.origin)
	if err != nil {
		return err
	}
	if f == nil {
		return a.claimed(ctx, n)
	}
	clash, err := f.clash(ctx, n.sequence, n.Leaf)
	if err != nil {
		return err
	}
	if clash {
		f.clashes++
		return a.found(ctx, f, finding{typ: journal.ControllerContradicted, count: int64(f.clashes), evidence: n.Payload,
			what: fmt.Sprintf("entry %d came again with other bytes: its database was edited, or a fork, or forged on the broker", n.sequence)}, time.Now())
	}
	f.take(n.sequence, n.Leaf)
	return nil
}

// current is the journal last accepted of a controller.
func (a *Archive) current(prefix string) *follower {
	var last *follower
	for origin, f := range a.followers {
		if strings.HasPrefix(origin, prefix) && (last == nil || f.ID > last.ID) {
			last = f
		}
	}
	return last
}

// of finds the follower of a journal; nil if nobody accepted it.
func (a *Archive) of(ctx context.Context, origin string) (*follower, error) {
	controller := strings.TrimSuffix(controllerOf(origin), "/")
	if f := a.followers[origin]; f != nil || !a.concern(controller) {
		return f, nil
	}
	now := time.Now()
	if now.Sub(a.lookedAt) > time.Second {
		if err := a.accepted(ctx, now); err != nil {
			return nil, err
		}
		if f := a.followers[origin]; f != nil {
			return f, nil
		}
	}
	return nil, a.stranger(ctx, origin, now)
}

func (a *Archive) checkpoint(ctx context.Context, prefix string, m link.Message) error {
	c, err := journal.PeekCheckpoint(m.Payload)
	switch {
	case err != nil:
		return a.garbled(ctx, prefix, m.Topic, fmt.Errorf("%w: %w", errMalformed, err), time.Now())
	case !strings.HasPrefix(c.Origin, prefix) || !journalID(c.Origin[len(prefix):]):
		return a.garbled(ctx, prefix, m.Topic, fmt.Errorf("%w: a checkpoint", errForeign), time.Now())
	}
	f, err := a.of(ctx, c.Origin)
	if f == nil || err != nil {
		return err
	}
	c, err = journal.OpenCheckpoint(m.Payload, f.Key)
	if err != nil {
		return a.garbled(ctx, prefix, m.Topic, fmt.Errorf("%w: a checkpoint: %w", errSignature, err), time.Now())
	}
	now := time.Now()
	fresh, err := a.hear(ctx, f, c, m.Retained, now)
	if err != nil {
		return err
	}
	a.seenHead(f, c, fresh)
	found, err := f.checkpoint(ctx, c, m.Payload, fresh, now)
	if err != nil {
		return err
	}
	return a.found(ctx, f, found, now)
}
