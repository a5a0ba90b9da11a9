package archive

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// A journal that goes on after another says so in its first entry. As long as no person has accepted it that is a claim,
// which anybody at the broker could make: it is shown, and nothing follows from it. Of an accepted one it closes the old
// journal, where it is: nothing is ever added to that again, and the two are never mixed.

// claims reads what a first entry says of a journal before it.
func claims(payload []byte) (head journal.Data, ok bool) {
	e, err := journal.Parse(payload)
	if err != nil || e.Entry.Type != journal.JournalStarted || e.Entry.Data.Succeeds == "" || e.Entry.Data.Count < 0 {
		return head, false
	}
	return e.Entry.Data, true
}

// claimed shows what a journal that nobody has accepted says in its first entry.
func (a *Archive) claimed(ctx context.Context, n numbered) error {
	if n.sequence != 0 || n.Payload == nil {
		return nil
	}
	head, ok := claims(n.Payload)
	old := a.followers[head.Succeeds]
	if !ok || old == nil || controllerOf(head.Succeeds) != controllerOf(n.origin) {
		return nil
	}
	w := shelf.Waiting{Origin: n.origin, Succeeds: head.Succeeds, Size: uint64(head.Count), Seen: time.Now().Format(time.RFC3339)}
	if _, err := a.shelf.Wait(ctx, w); err != nil {
		return err
	}
	if a.claims[n.origin] {
		return nil
	}
	if len(a.claims) < unknownMost {
		a.claims[n.origin] = true
	}
	a.cfg.Log.Error("a journal awaits acceptance: it says that it goes on after one that is accepted; nothing of it is stored. If the disk "+
		"was lost or restored, run kidobanlog accept; if nobody did that, somebody pretends to be the door",
		"journal", w.Origin, "after", w.Succeeds, "ended_at", w.Size, "confirmed_here", old.Size)
	return nil
}

// successions closes what a run that was killed had not come to.
func (a *Archive) successions(ctx context.Context, now time.Time) error {
	for _, f := range a.followers {
		if f.Size > 0 && f.Fork == "" {
			if err := a.succession(ctx, f, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// succession closes the journal that f goes on after, once f's first entry is verified.
func (a *Archive) succession(ctx context.Context, f *follower, now time.Time) error {
	payload, err := a.shelf.Payload(ctx, f.ID, 0)
	if err != nil {
		return err
	}
	head, ok := claims(payload)
	if !ok {
		return nil
	}
	old := a.followers[head.Succeeds]
	if old == nil || old == f || controllerOf(old.Origin) != controllerOf(f.Origin) {
		return a.found(ctx, f, finding{typ: journal.ControllerReplaced, count: head.Count, what: "it goes on after a journal that was never accepted here"}, now)
	}
	size := uint64(head.Count)
	if size > 0 && size <= old.Size {
		root, err := a.shelf.RootAt(ctx, old.ID, size)
		if err != nil {
			return err
		}
		if root.String() != head.Digest {
			return a.found(ctx, f, finding{typ: journal.ControllerForked, count: int64(size), fatal: true, evidence: payload,
				what: fmt.Sprintf("it goes on after a record of %s that is not the one confirmed here: a fork, or an edited disk", old.Origin)}, now)
		}
	}
	if old.Closed != "" {
		if !strings.Contains(old.Closed, f.Origin) {
			return a.found(ctx, f, finding{typ: journal.ControllerContradicted, count: head.Count,
				what: fmt.Sprintf("it goes on after %s, and yet another journal does: %s", old.Origin, old.Closed)}, now)
		}
		return nil
	}
	why := fmt.Sprintf("%s goes on after it, from %d entries on", f.Origin, size)
	old.close(why)
	level, what := slog.LevelError, ""
	switch {
	case size < old.Size:
		what = "a journal is closed: its successor lacks entries that are confirmed here and stay here"
	case size > old.Size:
		what = "a journal is closed: its last entries never came here and are lost"
	default:
		level, what = slog.LevelWarn, "a journal is closed"
	}
	a.cfg.Log.Log(ctx, level, what, "journal", old.Origin, "confirmed", old.Size, "successor", f.Origin, "from", size)
	e := a.entry(journal.ControllerClosed, old.Origin)
	e.Data.Succeeds, e.Data.Count, e.Data.Detail = f.Origin, int64(size), what
	if level == slog.LevelError {
		e.Severity = journal.Alert
	}
	return a.shelf.CloseAt(ctx, a.cfg.Own, old.Journal, why, a.own(e)...)
}

func controllerOf(origin string) string { return origin[:strings.LastIndexByte(origin, '/')+1] }

// close ends a follower: what came early and was never verified is given up.
func (f *follower) close(why string) {
	f.Closed, f.early, f.targets, f.reach = why, map[uint64]shelf.Leaf{}, nil, f.Size
	f.high = 0
}

// after is what a checkpoint of a closed journal brings to light.
func (f *follower) after(c journal.Checkpoint, msg []byte, fresh bool) finding {
	if c.Size <= f.Size || !fresh {
		return finding{}
	}
	return finding{typ: journal.ControllerForked, count: int64(c.Size), evidence: msg, what: fmt.Sprintf("the journal is closed at %d entries (%s), and yet goes on to %d: the old disk is in use beside the new", f.Size, f.Closed, c.Size)}
}
