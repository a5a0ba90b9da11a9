package archive

import (
	"fmt"
	"time"

	"kidoban/controller/journal"
)

// A controller's record can go astray in three ways, and each is named by what its signed heads show. A disk that was put
// back ends earlier than what is confirmed, in heads signed later. An edited one has as many entries, and others. Two
// machines with one key go on side by side, so that both records are heard of. Entries of a sort are nobody's signature:
// they only make the archive look.

// astray is what is known of a record that contradicts what is confirmed.
type astray struct {
	size   uint64 // of the contradicting head
	beyond bool   // fresh heads longer than what is confirmed came after it
	twice  bool   // two machines are known to be
}

// other is what repeats of confirmed entries have shown: from a disk put back all that follow the first other one are
// others too, in an edited one they are not.
type other struct {
	seen, resumed bool
	first         uint64
}

func (o *other) compare(seq uint64, same bool) {
	switch {
	case !same && (!o.seen || seq < o.first):
		*o = other{seen: true, first: seq}
	case same && o.seen && seq > o.first:
		o.resumed = true
	}
}

// contradiction names a head, signed with the controller's key, over other entries than those confirmed: proof.
func (f *follower) contradiction(c journal.Checkpoint, msg []byte, fresh bool) finding {
	f.astray = astray{size: c.Size}
	x := finding{count: int64(c.Size), fatal: true, evidence: msg}
	switch {
	case c.Size == f.Size:
		x.typ = journal.ControllerContradicted
		x.what = fmt.Sprintf("the controller signed another record of the %d entries that are confirmed: its database was edited, or a second machine has its key", c.Size)
	case f.other.resumed:
		x.typ = journal.ControllerContradicted
		x.what = fmt.Sprintf("the controller signed another record of its first %d entries: its database was edited at entry %d", c.Size, f.other.first)
	case fresh:
		x.typ = journal.ControllerRolledBack
		x.what = fmt.Sprintf("the controller signed another record of its first %d entries after %d were confirmed: its disk was rolled back and goes on", c.Size, f.Size)
	default:
		x.typ, f.astray.twice = journal.ControllerForked, true
		x.what = fmt.Sprintf("the controller signed another record of its first %d entries before the last of the %d confirmed: a fork", c.Size, f.Size)
	}
	return x
}

// double names two heads of one length that its key signed over different entries, none of them confirmed.
func (f *follower) double(a, b target) finding {
	f.astray = astray{size: b.Size, twice: true}
	return finding{typ: journal.ControllerForked, count: int64(b.Size), fatal: true, evidence: append(append([]byte(nil), a.msg...), b.msg...),
		what: fmt.Sprintf("the controller signed two records of %d entries, with %d confirmed: a second machine has its key: a fork", b.Size, f.Size)}
}

// twice tells two machines from one that went astray: the record that is confirmed is heard of too.
func (f *follower) twice(c journal.Checkpoint, ours bool, msg []byte, fresh bool) finding {
	alive := ours && c.Size > f.astray.size || ours && c.Size == f.Size || !ours && f.astray.beyond
	if f.astray.twice || !fresh || f.astray.size == 0 || !alive {
		return finding{}
	}
	f.astray.twice = true
	return finding{typ: journal.ControllerForked, count: int64(c.Size), evidence: msg,
		what: fmt.Sprintf("two records of the controller go on side by side, with %d entries confirmed: a second machine has its key: a fork", f.Size)}
}

// dumb names a controller that signs for entries and does not send them, however often it is asked: one that is merely
// away signs nothing.
func (f *follower) dumb() finding {
	if f.asked < askedMost || !f.watch.Since().After(f.askedFrom) {
		return finding{}
	}
	x := finding{typ: journal.ControllerContradicted, count: int64(f.reach),
		what: fmt.Sprintf("it goes on signing, and does not send entry %d, which it signed for and was asked for again and again: its record may be another", f.reach)}
	if n := len(f.targets); n > 0 {
		x.evidence = f.targets[n-1].msg
	}
	return x
}

const askedMost = 6 // some 30 s

// short is what is known of heads that agree with what is confirmed, and have fewer entries.
type short struct {
	seen bool
	told time.Time // when an ack first said better since
	said bool
}

// behind names a disk that was put back, from heads that agree and are too short: by a fresh one, 5 s after an ack told the
// controller better. The first may come from one that has merely forgotten how far it was confirmed.
func (f *follower) behind(c journal.Checkpoint, msg []byte, fresh bool, now time.Time) finding {
	if !fresh {
		return finding{}
	}
	f.short.seen = true
	if f.short.said || f.short.told.IsZero() || now.Sub(f.short.told) < askAgain {
		return finding{}
	}
	f.short.said = true
	return finding{typ: journal.ControllerRolledBack, count: int64(c.Size), evidence: msg,
		what: fmt.Sprintf("the controller's record ends at %d entries, %d are confirmed: its disk was rolled back", c.Size, f.Size)}
}

// tell notes that an ack goes out.
func (f *follower) tell(now time.Time) {
	f.ackDue, f.ackAt = false, now
	if f.short.seen && f.short.told.IsZero() {
		f.short.told = now
	}
}
