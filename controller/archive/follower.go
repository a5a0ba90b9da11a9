package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/watch"
	"kidoban/controller/journal"
)

const (
	earlyMost  = 16_384 // leaves kept in memory for one journal
	writeFrom  = 8_192  // so many contiguous ones are written before a checkpoint covers them
	targetMost = 32     // checkpoints waited for
	askMost    = 5_000  // entries asked for at once
	failsMost  = 3      // fetches that fit no checkpoint until it is called by its name
)

// follower is what the archive knows of one journal.
//
//	0 … size        verified and confirmed
//	size … written  in the file, not verified (tree covers them)
//	written …       in early, in any order
type follower struct {
	shelf.Journal
	shelf   *shelf.Shelf
	topic   string
	tree    journal.Tree
	early   map[uint64]shelf.Leaf
	reach   uint64   // all below is in the file or in early
	high    uint64   // one more than the highest sequence seen
	targets []target // ascending by size, all above size
	latest  time.Time
	watch   watch.State
	storms  storms

	waitFrom  time.Time // since when something is missing, and reach stood at waitAt
	waitAt    uint64
	wait      time.Duration
	asked     int // times in a row for the same
	askedFrom time.Time
	ackDue    bool
	ackAt     time.Time
	short     short
	fails     int
	clashes   int
	astray    astray
	other     other
	privates  privates
	disposes  bool // an entry lists what was disposed of
}

type target struct {
	journal.Checkpoint
	msg []byte
}

const (
	waitFirst = 500 * time.Millisecond
	waitMost  = 30 * time.Second
)

func follow(ctx context.Context, f *shelf.Shelf, j shelf.Journal) (*follower, error) {
	topic, err := shelf.Topic(j.Origin)
	if err != nil {
		return nil, err
	}
	if err := f.Discard(ctx, j); err != nil {
		return nil, err
	}
	tree, err := journal.RestoreTree(j.Size, f.Hashes(ctx, j.ID))
	if err != nil {
		return nil, fmt.Errorf("follow %s: %w", j.Origin, err)
	}
	fo := &follower{Journal: j, shelf: f, topic: topic, tree: tree, early: map[uint64]shelf.Leaf{}, reach: j.Size, wait: waitFirst, ackDue: true, storms: storms{}, privates: privates{owed: j.Names}}
	if j.Size > 0 {
		c, err := journal.PeekCheckpoint(j.Checkpoint)
		if err != nil || c.Size != j.Size || c.Root != tree.Root() {
			return nil, fmt.Errorf("follow %s: the file does not match its own checkpoint of %d entries: restore it from a backup", j.Origin, j.Size)
		}
		fo.latest = c.Time
	}
	fo.watch = watch.Begin(time.Now(), watch.Head{Size: j.Size, Time: fo.latest}, j.Silent != "")
	return fo, nil
}

// begin has the first entry asked for: the journal is known to be there, and what came before its acceptance was not kept.
// With the answer comes a checkpoint, which says how much there is.
func (f *follower) begin() { f.high = max(f.high, 1) }

// take keeps a leaf until a checkpoint covers it. Repeats are harmless.
func (f *follower) take(seq uint64, l shelf.Leaf) {
	if f.Closed != "" || seq < f.tree.Size() || seq >= f.tree.Size()+4*earlyMost {
		return
	}
	if _, ok := f.early[seq]; !ok && len(f.early) >= earlyMost && seq != f.tree.Size() {
		return
	}
	f.early[seq] = l
	f.high = max(f.high, seq+1)
	for {
		if _, ok := f.early[f.reach]; !ok {
			return
		}
		f.reach++
	}
}

// clash reports a repeat with other bytes than those recorded. Who sent it is not known, so it proves nothing yet.
func (f *follower) clash(ctx context.Context, seq uint64, l shelf.Leaf) (bool, error) {
	if seq >= f.Size {
		return false, nil
	}
	h, err := f.shelf.LeafAt(ctx, f.ID, seq)
	if err != nil {
		return false, err
	}
	f.other.compare(seq, h == l.Hash)
	return h != l.Hash, nil
}

// checkpoint takes a checkpoint that the controller signed; fresh is what watch says of it.
func (f *follower) checkpoint(ctx context.Context, c journal.Checkpoint, msg []byte, fresh bool, now time.Time) (finding, error) {
	switch {
	case c.Size == 0:
		return finding{}, nil
	case c.Size > f.Size && f.Closed != "":
		return f.after(c, msg, fresh), nil
	case c.Size > f.Size && f.Fork == "":
		f.short = short{}
		return f.aim(target{c, msg}), nil
	case c.Size > f.Size:
		f.astray.beyond = f.astray.beyond || fresh
		return finding{}, nil
	}
	root, err := f.shelf.RootAt(ctx, f.ID, c.Size)
	if err != nil {
		return finding{}, err
	}
	if f.Fork != "" {
		return f.twice(c, root == c.Root, msg, fresh), nil
	}
	if root != c.Root {
		return f.contradiction(c, msg, fresh), nil
	}
	f.ackDue = true
	if c.Size == f.Size {
		f.short = short{}
		return finding{}, nil
	}
	return f.behind(c, msg, fresh, now), nil
}

// aim waits for the entries under a checkpoint. Two of one size that differ are proof by themselves.
func (f *follower) aim(t target) finding {
	i := len(f.targets)
	for i > 0 && f.targets[i-1].Size >= t.Size {
		i--
	}
	if i < len(f.targets) && f.targets[i].Size == t.Size {
		if old := f.targets[i]; old.Root != t.Root {
			return f.double(old, t)
		}
		f.targets[i] = t
		return finding{}
	}
	f.targets = append(f.targets[:i], append([]target{t}, f.targets[i:]...)...)
	if len(f.targets) > targetMost { // the highest must stay: it says how much there is
		f.targets = append(f.targets[:targetMost-2], f.targets[targetMost-1:]...)
	}
	return finding{}
}

// run is what lies between the tree and size.
func (f *follower) run(size uint64) []shelf.Leaf {
	ls := make([]shelf.Leaf, 0, size-f.tree.Size())
	for seq := f.tree.Size(); seq < size; seq++ {
		ls = append(ls, f.early[seq])
	}
	return ls
}

// settle verifies and writes what can be. It returns the sequences that became durable, [from, to), and the last of them.
func (f *follower) settle(ctx context.Context, by note.Signer) (from, to uint64, run []shelf.Leaf, found finding, err error) {
	if f.Fork != "" || len(f.early) == 0 && (len(f.targets) == 0 || f.tree.Size() == f.Size) {
		return 0, 0, nil, found, nil
	}
	best := -1
	for i, t := range f.targets {
		if t.Size >= f.tree.Size() && t.Size <= f.reach {
			best = i
		}
	}
	if best < 0 {
		if f.reach-f.tree.Size() >= writeFrom {
			err = f.write(ctx, f.run(f.reach), nil)
		}
		return 0, 0, nil, found, err
	}
	run = f.run(f.targets[best].Size)
	good, odd := f.lead(run, best)
	if good < 0 {
		found, err = f.mismatch(ctx, f.targets[best])
		return 0, 0, nil, found, err
	}
	t := f.targets[good]
	run = run[:t.Size-f.tree.Size()]
	cosigned, err := journal.Cosign(t.msg, f.Key, by)
	if err != nil {
		return 0, 0, nil, found, err
	}
	from = f.Size
	if err := f.write(ctx, run, &shelf.Seal{Size: t.Size, Checkpoint: cosigned}); err != nil {
		return 0, 0, nil, found, err
	}
	f.Size, f.Checkpoint, f.latest = t.Size, cosigned, t.Time
	f.targets = append([]target(nil), f.targets[good+1:]...)
	f.fails, f.ackDue, f.other, f.privates.dirty = 0, true, other{}, true
	f.waitFrom, f.wait = time.Time{}, waitFirst
	if odd != nil {
		found = f.contradiction(odd.Checkpoint, odd.msg, odd.Time.After(t.Time))
	}
	return from, f.Size, run, found, nil
}

// lead is the highest target, up to best, to which a run leads, -1 if to none; and one below it, if there is any, that it
// passes by: whoever signed both has two records.
func (f *follower) lead(run []shelf.Leaf, best int) (good int, odd *target) {
	good = -1
	tree, next := f.tree, 0
	var missed *target
	meet := func() {
		for ; next <= best && f.targets[next].Size <= tree.Size(); next++ {
			switch t := &f.targets[next]; {
			case t.Size < tree.Size():
			case t.Root == tree.Root():
				good, odd = next, missed
			default:
				missed = t
			}
		}
	}
	meet()
	var hashes []tlog.Hash
	for _, l := range run {
		hashes = tree.Append(hashes[:0], l.Hash)
		meet()
	}
	return good, odd
}

func (f *follower) write(ctx context.Context, run []shelf.Leaf, seal *shelf.Seal) error {
	if err := errors.Join(f.lists(ctx, run), f.owe(ctx, run)); err != nil {
		return err
	}
	from := f.tree.Size()
	tree, err := f.shelf.Append(ctx, f.Journal, f.tree, run, seal)
	if err != nil {
		return err
	}
	f.tree = tree
	for i := range run {
		delete(f.early, from+uint64(i))
	}
	return nil
}

// mismatch forgets what does not fit a checkpoint and has it sent again: somebody may have slipped in what the
// controller never wrote. What does not fit again and again is what the controller wrote.
func (f *follower) mismatch(ctx context.Context, t target) (finding, error) {
	f.fails++
	if err := f.shelf.Discard(ctx, f.Journal); err != nil {
		return finding{}, err
	}
	tree, err := journal.RestoreTree(f.Size, f.shelf.Hashes(ctx, f.ID))
	if err != nil {
		return finding{}, err
	}
	f.tree, f.early, f.reach, f.high = tree, map[uint64]shelf.Leaf{}, f.Size, 0 // the heads stay: they are signed
	if f.fails < failsMost {
		return finding{what: fmt.Sprintf("entries %d to %d do not fit the controller's checkpoint: asking again", f.Size, t.Size-1)}, nil
	}
	return finding{typ: journal.ControllerContradicted, count: int64(t.Size), evidence: t.msg,
		what: fmt.Sprintf("the controller's record of %d entries does not continue the %d confirmed: fork, or a disk rolled back or edited, or forged entries on the broker", t.Size, f.Size)}, nil
}

// missing is what to ask for, if anything is: what is known to exist and is not here, or an entry that no checkpoint
// covers yet (its controller then signs again).
func (f *follower) missing() (from, to uint64, ok bool) {
	if f.Fork != "" {
		return 0, 0, false
	}
	from = f.reach
	end := f.high
	if n := len(f.targets); n > 0 {
		end = max(end, f.targets[n-1].Size)
	}
	switch {
	case from < end:
		return from, min(end, from+askMost) - 1, true
	case from > f.Size && len(f.targets) == 0:
		return from - 1, from - 1, true
	}
	return 0, 0, false
}

// patience is how long to wait before asking: what contradicts what is confirmed is asked for now and then alone.
func (f *follower) patience() time.Duration {
	if f.fails >= failsMost {
		return waitMost
	}
	return waitFirst
}

// ask says what to ask for now, and when to look again.
func (f *follower) ask(now time.Time) (from, to uint64, ok bool, next time.Time) {
	from, to, ok = f.missing()
	if !ok {
		f.waitFrom = time.Time{}
		return 0, 0, false, time.Time{}
	}
	if f.waitFrom.IsZero() || f.waitAt != f.reach {
		f.waitFrom, f.waitAt, f.wait = now, f.reach, f.patience()
		f.asked, f.askedFrom = 0, now
	}
	if next = f.waitFrom.Add(f.wait); now.Before(next) {
		return 0, 0, false, next
	}
	f.waitFrom, f.wait = now, min(2*f.wait, waitMost)
	f.asked++
	return from, to, true, now.Add(f.wait)
}
