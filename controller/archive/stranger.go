package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/wire"
)

// A journal that nobody has accepted is shown to people, and nothing else becomes of it. In the name of a controller that
// is accepted it is a finding: its disk or machine was replaced, or somebody pretends to be it.

// stranger takes note of one, at most once a minute.
func (a *Archive) stranger(ctx context.Context, origin string, now time.Time) error {
	said, ok := a.unknown[origin]
	if now.Sub(said) <= time.Minute {
		return nil
	}
	if !ok && len(a.unknown) >= unknownMost {
		a.forget(now)
		if len(a.unknown) >= unknownMost {
			return nil
		}
	}
	a.unknown[origin] = now
	a.cfg.Log.Warn("journal not accepted: nothing of it is stored; if it is yours, run kidobanlog accept", "journal", origin)
	if _, err := a.shelf.Wait(ctx, shelf.Waiting{Origin: origin, Seen: now.Format(time.RFC3339)}); err != nil {
		return err
	}
	if f := a.current(controllerOf(origin)); f != nil {
		return a.found(ctx, f, finding{typ: journal.ControllerReplaced, what: fmt.Sprintf("another journal speaks in its name, %s: "+
			"its disk or machine was replaced, or somebody pretends to be it; nothing of it is stored until a person accepts it", origin)}, now)
	}
	return nil
}

const welcomeEvery = time.Second

// welcome takes up a journal that waits as soon as a person has accepted it, whether or not its door speaks again.
func (a *Archive) welcome(ctx context.Context, now time.Time) (next time.Time, err error) {
	if len(a.unknown) == 0 {
		return time.Time{}, nil
	}
	if next = a.lookedAt.Add(welcomeEvery); now.Before(next) {
		return next, nil
	}
	return now.Add(welcomeEvery), a.accepted(ctx, now)
}

// forget makes room for others: those who are still there speak again.
func (a *Archive) forget(now time.Time) {
	for origin, said := range a.unknown {
		if now.Sub(said) > time.Minute {
			delete(a.unknown, origin)
		}
	}
}

// announced keeps the key that a controller says is its own, for a journal that waits. Nobody believes it: a person
// compares its fingerprint with what stands at the door.
func (a *Archive) announced(ctx context.Context, controller string, m link.Message) error {
	if len(m.Payload) > statusMost || m.Retained && len(a.unknown) == 0 {
		return nil
	}
	var s wire.Status
	if json.Unmarshal(m.Payload, &s) != nil || s.Key == "" {
		return nil
	}
	v, err := note.NewVerifier(s.Key)
	if err != nil || v.Name() != controller {
		return nil
	}
	origin := controller + "/" + journal.JournalID(v)
	if _, waits := a.unknown[origin]; !waits && m.Retained {
		return nil
	}
	if f, err := a.of(ctx, origin); f != nil || err != nil { // a door says this first of all, before any entry
		return err
	}
	if _, waits := a.unknown[origin]; !waits {
		return nil
	}
	_, err = a.shelf.Wait(ctx, shelf.Waiting{Origin: origin, Key: s.Key, Seen: time.Now().Format(time.RFC3339)})
	return err
}
