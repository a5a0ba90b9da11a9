package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/bundle/inbox"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/metrics"
	"kidoban/controller/outbox"
	"kidoban/controller/passkey"
	"kidoban/controller/store"
	"kidoban/controller/wire"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/panel"
	"kidoban/device/sim"
)

// Version is set by the build.
var Version = "dev"

// daemon is every part of a running kidoband; this file is the only place where they meet.
type daemon struct {
	conf   *config.Config
	digest string
	log    *slog.Logger
	clock  clock.Clock
	boot   string
	keys   store.Keys
	store  *store.Store
	snap   ledger.Snapshot
	roster ledger.Roster
	gen    uint64
	hard   *panel.Panel // nil with the simulated panel
	soft   *sim.Panel   // nil with the real one
	outbox *outbox.Outbox
	loop   *controller.Controller
	desk   *desk.Desk
	inbox  *inbox.Inbox // nil where the roster is the door's own
	feed   *watchdog

	synced    atomic.Bool
	recording bool              // as last told to the outbox
	lastLink  atomic.Value      // string: the last notice of the outbox
	shown     map[string]string // what was last published of each door
	standing  standing
	metrics   *metrics.Door // nil where nobody asks
	metricsAt net.Listener
}

func run(ctx context.Context, path string, prepared error, log *slog.Logger) error {
	oneArena()
	collect(400)
	d := &daemon{log: log, shown: map[string]string{}, recording: true}
	if err := d.open(ctx, path, prepared); err != nil {
		if errors.Is(err, context.Canceled) {
			return nil // told to end before it had begun
		}
		return err
	}
	defer d.close()
	if err := d.wire(ctx); err != nil {
		return err
	}
	collect(35)
	return d.serve(ctx)
}

// collect sets how much may grow before garbage is collected: a start has more memory than time, a running door more
// time than memory. GOGC overrides it.
func collect(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// open reads what must be there: configuration, keys, record, panel.
func (d *daemon) open(ctx context.Context, path string, prepared error) (err error) {
	if d.conf, d.digest, err = load(path); err != nil {
		return err
	}
	for _, w := range d.conf.Warnings() {
		d.log.Warn(w.String())
	}
	if d.clock, err = clock.Start(); err != nil {
		return err
	}
	if access.HolidaysRunOut(d.clock.Now().Wall) {
		d.log.Warn("the public holidays beyond this day are computed, not announced: compare them and correct with kidoban holiday",
			"day", access.HolidaysAnnouncedUntil().Format("2006-01-02"))
	}
	if d.boot, err = clock.BootID(); err != nil {
		return err
	}
	if d.keys, err = store.LoadKeys(d.conf.Storage.Keys); err != nil {
		return err
	}
	if d.store, err = store.Open(ctx, d.conf.Storage.Data, d.keys, d.origin()); err != nil {
		return err
	}
	if d.snap, err = d.store.Snapshot(ctx); err != nil {
		return err
	}
	if d.roster, d.gen, err = d.store.Roster(ctx); err != nil {
		return err
	}
	if d.conf.Panel.Kind == "sim" {
		var doors []string
		for _, x := range d.conf.Doors {
			doors = append(doors, x.Name)
		}
		d.soft = sim.New(doors, d.clock.Now)
		return nil
	}
	if prepared != nil {
		return prepared
	}
	d.hard, err = panel.Open(ctx, d.conf.Panel, d.conf.Doors, d.clock, d.log)
	return err
}

func load(path string) (*config.Config, string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("read the configuration: %w", err)
	}
	c, err := config.Parse(path, data)
	sum := sha256.Sum256(data)
	return c, hex.EncodeToString(sum[:]), err
}

func (d *daemon) origin() journal.Origin {
	return journal.Origin{Site: d.conf.Site, Controller: d.conf.Controller, Boot: d.boot, Zone: time.FixedZone("JST", 9*60*60)}
}

// wire puts the parts together.
func (d *daemon) wire(ctx context.Context) error {
	rec := d.roster.Records
	for _, p := range d.roster.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	roster, problems := access.NewRoster(d.gen, rec)
	for _, p := range problems {
		d.log.Error("a row of the roster is not used", "row", p.String())
	}
	site := controller.NewSite(d.conf, controller.Hashes{Card: d.keys.CardHash, PIN: d.keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: d.keys.Sign})
	state := controller.NewState(site, d.boot, roster, d.roster.People, d.snap)
	d.roster = ledger.Roster{} // kept a second time, 10,000 cardholders cost 9 MB
	if err := d.measure(); err != nil {
		return err
	}
	d.loop = controller.New(state, d.panel(), ledgerOf{d.store, d.metrics}, d.clock)
	d.loop.Log, d.loop.After = d.log, d.after
	var err error
	if d.inbox, err = d.receiver(); err != nil {
		return err
	}
	if d.conf.MQTT.Broker != "" {
		out, err := outboxConfig(d)
		if err != nil {
			return err
		}
		if d.outbox, err = outbox.New(out, d.store); err != nil {
			return err
		}
	}
	d.feed = newWatchdog()
	d.desk, err = desk.New(desk.Deps{
		Controller: d.loop, Store: d.store, Keys: d.keys, Config: d.conf, Clock: d.clock, Sim: d.soft, Learner: d.learner(), Version: Version, Digest: d.digest,
		Link: d.linkState, Log: d.log, Delivered: d.delivered(), Roster: d.inbox,
		Passkeys: passkey.Apart{Program: kidobanFor("passkey")}, Directory: byDirectory(d.conf.Directory),
	})
	return err
}

func (d *daemon) panel() controller.Panel {
	if d.soft != nil {
		return d.soft
	}
	return d.hard
}

// delivered tells how many entries the central log has; nil where there is nobody to have them.
func (d *daemon) delivered() func() uint64 {
	if d.outbox == nil {
		return nil
	}
	return d.outbox.Acked
}

func (d *daemon) learner() desk.Learner {
	if d.soft != nil {
		return d.soft
	}
	return d.hard
}

// ledgerOf lets the controller see no more of the store than Commit, and of its faults whose they are.
type ledgerOf struct {
	*store.Store
	metrics *metrics.Door
}

func (l ledgerOf) Commit(ctx context.Context, c ledger.Change, e []journal.Entry) error {
	began := time.Now()
	_, err := l.Store.Commit(ctx, c, e)
	if err == nil && l.metrics != nil {
		l.metrics.Committed(e, time.Since(began))
	}
	if store.KindOf(err) == store.Conflict {
		return fmt.Errorf("%w: %w", controller.ErrRefused, err)
	}
	return err
}

// serve runs every part until ctx ends or one fails. The loop ends first; what carries its record out goes on until the
// last of it is durable.
func (d *daemon) serve(ctx context.Context) error {
	parts, live := errgroup.WithContext(ctx)
	around, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	rest := &errgroup.Group{}
	rest.Go(func() error { return d.loop.Commit(around) })
	rest.Go(func() error { return d.store.Run(around) })
	rest.Go(func() error { d.sign(around); return nil })
	if d.hard != nil {
		rest.Go(func() error { return d.hard.Run(around) })
		for _, p := range d.hard.SelfTest(ctx) {
			d.log.Warn("self-test", "point", p.String())
		}
	}
	if d.outbox != nil {
		rest.Go(func() error { return d.outbox.Run(around) })
		parts.Go(func() error { return d.notices(live) })
	}
	parts.Go(func() error { return d.loop.Run(live, d.starting(ctx)) })
	parts.Go(func() error { return d.desk.Run(live) })
	if d.inbox != nil {
		parts.Go(func() error { return d.inbox.Run(live) })
	}
	parts.Go(func() error { return d.desk.Dispose(live) })
	parts.Go(func() error { return d.desk.Clear(live) })
	parts.Go(func() error { return d.watchClock(live) })
	parts.Go(func() error { return d.tend(live) })
	parts.Go(func() error { return d.examine(live) })
	if d.metrics != nil {
		parts.Go(func() error { return metrics.Serve(live, d.metricsAt, d.metrics) })
	}
	if d.conf.Backup.Directory != "" {
		parts.Go(func() error { return d.backups().Run(live) })
	}
	if d.soft != nil {
		d.foundAtStart()
	}
	err := parts.Wait()
	end()
	return errors.Join(err, rest.Wait())
}

// foundAtStart reports what the simulated doors look like, as the real panel does by itself.
func (d *daemon) foundAtStart() {
	for _, x := range d.conf.Doors {
		d.loop.Post(context.Background(), controller.Happened{Event: device.Event{
			At: d.clock.Now(), Kind: device.DoorClosed, Door: x.Name, AtStart: true,
		}})
	}
}

func (d *daemon) starting(ctx context.Context) controller.Starting {
	return controller.Starting{
		Version: Version, Config: d.digest, Open: d.snap.Grants, Modes: d.snap.Modes,
		Watchdog: d.restartedByWatchdog(), Crashed: d.crashed(ctx),
	}
}

// after runs on the control loop after each turn: it feeds the watchdog and leaves values for the outbox.
func (d *daemon) after(t controller.Turned) {
	d.feed.turn()
	ok := t.State.Recording()
	if t.Durable || ok != d.recording {
		d.noteStanding(t.State)
	}
	if ok != d.recording && d.outbox != nil {
		d.outbox.Mode(map[bool]string{true: "normal", false: "degraded"}[ok])
	}
	d.recording = ok
	if !t.Durable || d.outbox == nil {
		return
	}
	d.outbox.Kick()
	size := d.store.Head().Size
	for _, v := range t.State.Views() {
		d.publishDoor(v, size)
	}
}

// publishDoor hands a door's view to the outbox when it has changed.
func (d *daemon) publishDoor(v controller.DoorView, size uint64) {
	bare, err := json.Marshal(v)
	if err != nil || string(bare) == d.shown[v.Door] {
		return
	}
	d.shown[v.Door] = string(bare)
	d.outbox.Door(v.Door, wire.Marshal(wire.Door{
		Sequence: size - 1, Position: v.Position, Lock: v.Lock, Mode: v.Mode, Alarm: v.Alarm, Occupants: v.Occupants, Tampered: v.Tampered,
		At: d.clock.Now().Wall.In(d.origin().Zone).Format("2006-01-02T15:04:05.000Z07:00"),
	}))
}

// notices brings what the outbox has to say into the record.
func (d *daemon) notices(ctx context.Context) error {
	for {
		select {
		case n := <-d.outbox.Notices():
			if n.Kind == outbox.Lost || n.Kind == outbox.Restored {
				d.lastLink.Store(n.Kind.String())
			}
			d.loop.Post(ctx, linkOf(n))
		case <-ctx.Done():
			return nil
		}
	}
}

// sign puts the controller's signature under what has become durable, at most a second later and off the badges' path,
// whether or not there is anybody to send it to, and keeps it. What the outbox signs is sent at once and not kept.
func (d *daemon) sign(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for end := false; ; {
		c, err := journal.PeekCheckpoint(d.store.LatestCheckpoint())
		if err != nil || c.Size < d.store.Head().Size {
			_, err = d.store.Checkpoint(context.WithoutCancel(ctx), d.clock.Now().Wall, journal.ClockOf(d.synced.Load()))
			if err != nil {
				d.log.Error("cannot sign the record", "err", err)
			}
		}
		if end {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			end = true
		}
	}
}

func (d *daemon) watchClock(ctx context.Context) error {
	return clock.Watch(ctx, 10*time.Second, func(yes bool) {
		d.synced.Store(yes)
		if d.outbox != nil {
			d.outbox.Clock(yes)
		}
		d.loop.Post(ctx, controller.ClockSynchronised{Yes: yes})
	})
}

func (d *daemon) close() {
	if d.hard != nil {
		_ = d.hard.Close()
	}
	if err := d.store.Close(); err != nil {
		d.log.Error("close the record", "err", err)
	}
}
