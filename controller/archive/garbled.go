package archive

import (
	"context"
	"errors"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// What cannot be used is counted by controller and kind, and an alarm once a storm. Anybody whom the broker lets can send
// anything in anybody's name, so the number of counters is bounded: what comes in the name of a controller that nobody
// accepted is counted together.

// Why a message cannot be used.
var (
	errMalformed = errors.New("not a message of the wire contract")
	errOversized = errors.New("longer than the wire contract allows")
	errForeign   = errors.New("of another controller or journal than its topic")
	errVersion   = errors.New("of another version of the wire contract")
	errSignature = errors.New("not signed by its controller")
)

// kindOf is the word for it that is counted and recorded.
func kindOf(err error) string {
	switch {
	case errors.Is(err, errOversized):
		return "oversized"
	case errors.Is(err, errForeign):
		return "foreign"
	case errors.Is(err, errVersion):
		return "version"
	case errors.Is(err, errSignature):
		return "signature"
	}
	return "malformed"
}

const tallyEvery = 5 * time.Second

// tally is what was counted and is not written yet.
type tally struct {
	counts map[shelf.Garbled]int64 // without their Count and Last
	due    time.Time               // zero = nothing to write
	storms storms
}

// garbled counts a message that cannot be used. Only the first of a storm is said.
func (a *Archive) garbled(ctx context.Context, prefix, topic string, why error, now time.Time) error {
	f := a.current(prefix)
	key := shelf.Garbled{Kind: kindOf(why)}
	if f != nil {
		key.Controller = f.Journal.Controller()
	}
	a.tally.counts[key]++
	if a.tally.due.IsZero() {
		a.tally.due = now.Add(tallyEvery)
	}
	if !a.tally.storms.news(key.Controller+" "+key.Kind, now) {
		return nil
	}
	a.cfg.Log.Warn("message not understood", "topic", clip(topic), "err", why)
	if f == nil {
		return nil
	}
	e := a.entry(journal.ControllerGarbled, f.Origin)
	e.Data.Reason, e.Data.Count = key.Kind, a.tally.counts[key]
	e.Data.Detail = "a message in its name is " + why.Error()[:min(len(why.Error()), 200)]
	if err := a.shelf.Record(ctx, a.cfg.Own, a.own(e)...); err != nil {
		return err
	}
	return nil
}

// count writes the counters, now and then.
func (a *Archive) count(ctx context.Context, now time.Time) error {
	if a.tally.due.IsZero() || now.Before(a.tally.due) {
		return nil
	}
	if err := a.shelf.Tally(ctx, a.tally.counts, now); err != nil {
		return err
	}
	a.tally.counts, a.tally.due = map[shelf.Garbled]int64{}, time.Time{}
	return nil
}

func clip(s string) string { return printable(s[:min(len(s), 120)]) }
