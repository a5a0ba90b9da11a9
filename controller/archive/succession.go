package archive

import (
	"context"
	"fmt"
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
	fresh, err := a.shelf.Wait(ctx, w)
	if err != nil || !fresh {
		return err
	}
	a.cfg.Log.Error("a journal awaits acceptance: it says that it goes on after one that is accepted; nothing of it is stored. If the disk "+
		"was lost or restored, run kidobanlog pin KEY with the key that kidoban init --succeeds printed; if nobody did that, somebody pretends to be the door",
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
		a.cfg.Log.Error("a journal goes on after one that was never accepted here", "journal", f.Origin, "after", head.Succeeds)
		return nil
	}
	size := uint64(head.Count)
	if size > 0 && size <= old.Size {
		root, err := a.shelf.RootAt(ctx, old.ID, size)
		if err != nil {
			return err
		}
		if root.String() != head.Digest {
			return a.found(ctx, f, finding{fmt.Sprintf("it goes on after a record of %s that is not the one confirmed here: a fork, or an edited disk", old.Origin), true},
				payload, now)
		}
	}
	if old.Closed != "" {
		if !strings.Contains(old.Closed, f.Origin) {
			a.cfg.Log.Error("two journals say that they go on after the same one", "journal", f.Origin, "after", old.Origin, "which", old.Closed)
		}
		return nil
	}
	why := fmt.Sprintf("%s goes on after it, from %d entries on", f.Origin, size)
	if err := a.shelf.CloseAt(ctx, old.Journal, why); err != nil {
		return err
	}
	old.close(why)
	switch {
	case size < old.Size:
		a.cfg.Log.Error("a journal is closed: its successor lacks entries that are confirmed here and stay here", "journal", old.Origin,
			"confirmed", old.Size, "successor", f.Origin, "from", size)
	case size > old.Size:
		a.cfg.Log.Error("a journal is closed: its last entries never came here and are lost", "journal", old.Origin, "confirmed", old.Size,
			"successor", f.Origin, "from", size)
	default:
		a.cfg.Log.Warn("a journal is closed", "journal", old.Origin, "confirmed", old.Size, "successor", f.Origin)
	}
	return nil
}

func controllerOf(origin string) string { return origin[:strings.LastIndexByte(origin, '/')+1] }

// close ends a follower: what came early and was never verified is given up.
func (f *follower) close(why string) {
	f.Closed, f.early, f.targets, f.reach = why, map[uint64]shelf.Leaf{}, nil, f.Size
	f.high = 0
}

// after is what a checkpoint of a closed journal brings to light.
func (f *follower) after(c journal.Checkpoint, retained bool) finding {
	if c.Size <= f.Size || retained || !c.Time.After(f.latest) {
		return finding{}
	}
	f.latest = c.Time
	if f.clashes++; f.clashes > 1 && f.clashes%100 != 0 {
		return finding{}
	}
	return finding{fmt.Sprintf("the journal is closed at %d entries (%s), and yet goes on to %d: the old disk is in use beside the new", f.Size, f.Closed, c.Size), false}
}
