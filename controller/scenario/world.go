package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/sim"
)

var jst = time.FixedZone("JST", 9*60*60)

// World is a site in memory and in one temporary directory, at one virtual instant.
type World struct {
	ctx   context.Context
	dir   string
	out   io.Writer // one line of JSON for each entry, nil = none
	conf  *config.Config
	cast  cast
	keys  store.Keys
	store *store.Store
	panel *sim.Panel
	drive controller.Drive
	now   device.Instant
	boots int

	permits map[string]access.PermitID // by the scenario's names
	file    string                     // the scenario's

	adrift bool // the clock is not synchronised

	broken bool
	told   []journal.Entry // durable since the last thing that happened
	shown  uint64          // entries already written to out
}

// Play plays a scenario to its end. An unmet expectation or a line that cannot be played is an *Error.
func Play(ctx context.Context, file, text string, out io.Writer) error {
	lines, err := Parse(file, text)
	if err != nil {
		return err
	}
	w, err := newWorld(ctx, file, out)
	if err != nil {
		return err
	}
	defer w.close()
	for _, l := range lines {
		if err := w.play(l); err != nil {
			return &Error{l, err.Error()}
		}
	}
	return w.end()
}

func newWorld(ctx context.Context, file string, out io.Writer) (*World, error) {
	dir, err := os.MkdirTemp("", "kidoban-scenario-")
	if err != nil {
		return nil, err
	}
	conf, err := config.Parse("demo.toml", config.Demo())
	if err != nil {
		return nil, err
	}
	w := &World{ctx: ctx, dir: dir, file: file, out: out, conf: conf}
	if w.keys, err = store.CreateKeys(filepath.Join(dir, "keys"), w.origin()); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *World) close() {
	if w.store != nil {
		_ = w.store.Close()
	}
	_ = os.RemoveAll(w.dir)
}

func (w *World) origin() journal.Origin {
	return journal.Origin{
		Site: w.conf.Site, Controller: w.conf.Controller, Boot: fmt.Sprintf("00000000-0000-4000-8000-%012d", w.boots), Zone: jst,
	}
}

// begin makes the record and the first run, at a wall time.
func (w *World) begin(at time.Time) error {
	w.now = device.Instant{Wall: at, Mono: time.Minute}
	data := filepath.Join(w.dir, "data")
	first := journal.Entry{At: w.now, Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(w.ctx, data, w.keys, w.origin(), first); err != nil {
		return err
	}
	if err := w.boot(); err != nil {
		return err
	}
	return w.enrol()
}

// boot is a start of the daemon on what is on disk.
func (w *World) boot() (err error) {
	w.boots++
	data := filepath.Join(w.dir, "data")
	if w.store, err = store.Open(w.ctx, data, w.keys, w.origin()); err != nil {
		return err
	}
	snap, err := w.store.Snapshot(w.ctx)
	if err != nil {
		return err
	}
	people, version, err := w.store.Roster(w.ctx)
	if err != nil {
		return err
	}
	roster, problems := access.NewRoster(version, Records(people))
	if len(problems) > 0 {
		return errors.New(problems[0].String())
	}
	var doors []string
	for _, d := range w.conf.Doors {
		doors = append(doors, d.Name)
	}
	if w.panel == nil {
		w.panel = sim.New(doors, func() device.Instant { return w.now })
	}
	site := controller.NewSite(w.conf, controller.Hashes{Card: w.keys.CardHash, PIN: w.keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: w.keys.Sign})
	w.drive = controller.Drive{
		State:  controller.NewState(site, w.origin().Boot, roster, people.People, snap),
		Ledger: disk{w},
		Do:     func(c device.Command) error { return w.panel.Do(w.ctx, c) },
	}
	w.drive.Turn(w.now, controller.Starting{Version: "scenario", Open: snap.Grants, Modes: snap.Modes, Crashed: w.boots > 1})
	w.drive.Turn(w.now, controller.ClockSynchronised{Yes: !w.adrift})
	for _, d := range doors {
		look, err := w.panel.Look(d)
		if err != nil {
			return err
		}
		kind := device.DoorClosed
		if look.Open {
			kind = device.DoorOpened
		}
		w.drive.Turn(w.now, controller.Happened{Event: device.Event{At: w.now, Kind: kind, Door: d, AtStart: true}})
	}
	return nil
}

// Records are a stored roster's rows with its persons in them, as access.NewRoster wants them.
func Records(r ledger.Roster) access.Records {
	rec := r.Records
	for _, p := range r.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	return rec
}

// restart ends a run without a word, as SIGKILL does, and begins another.
func (w *World) restart() error {
	if err := w.store.Close(); err != nil {
		return err
	}
	_ = w.panel.Close()
	w.now = w.now.Add(3 * time.Second)
	return w.boot()
}

func (w *World) end() error {
	if w.store == nil {
		return nil
	}
	w.drive.Turn(w.now, controller.Stopping{})
	return nil
}

// act does something at the doors and lets the controller see it.
func (w *World) act(a sim.Act) error {
	w.told = nil
	if err := w.panel.Act(a); err != nil {
		return err
	}
	for {
		select {
		case ev := <-w.panel.Events():
			w.drive.Turn(ev.At, controller.Happened{Event: ev})
		default:
			return nil
		}
	}
}

// ask is a person's request at the command line.
func (w *World) ask(a controller.Ask) error {
	w.told = nil
	account := controller.Account{Name: "scenario", Operate: true, Roster: true}
	out := w.drive.Turn(w.now, controller.Request{Account: account, Ask: a})
	if out.Answer.Refusal != "" {
		return errors.New(out.Answer.Refusal)
	}
	return nil
}

// disk is the real store, which a scenario may break.
type disk struct{ w *World }

func (d disk) Commit(ctx context.Context, c ledger.Change, entries []journal.Entry) error {
	if d.w.broken {
		return errors.New("no space left on device")
	}
	if _, err := d.w.store.Commit(ctx, c, entries); err != nil {
		if store.KindOf(err) == store.Conflict {
			err = fmt.Errorf("%w: %w", controller.ErrRefused, err)
		}
		return err
	}
	d.w.told = append(d.w.told, entries...)
	return d.w.print()
}

func (w *World) print() error {
	if w.out == nil {
		return nil
	}
	rows, err := w.store.Rows(w.ctx, w.shown, 1000)
	for _, r := range rows {
		if _, err := fmt.Fprintf(w.out, "%s\n", r.Payload); err != nil {
			return err
		}
		w.shown = r.Sequence + 1
	}
	return err
}
