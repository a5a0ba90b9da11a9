package outbox_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

var (
	forgeries = flag.Int("forgeries", 0, "how many acks TestForged forges; 0 = a few")
	forgeSeed = flag.Uint64("seed", 0, "of TestForged; 0 = a new one")
)

// TestForged makes acks of all that lies about on a broker and of keys of the forger's: none is believed, and none makes
// the door doubt its own disk. The genuine ones among them are.
func TestForged(t *testing.T) {
	count, seed := *forgeries, *forgeSeed
	if count == 0 {
		count = 5000
	}
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	f := newAckForger(t, rand.New(rand.NewPCG(seed, 0)))
	for i, g := range f.genuine {
		if believed, _, size := f.out.Judge(context.Background(), g, 0); !believed || size != f.sizes[i] {
			t.Fatalf("a genuine ack of %d entries is not believed", f.sizes[i])
		}
	}
	wrong := 0
	for i := range count {
		ack := f.ways[i%len(f.ways)]()
		believed, doubts, size := f.out.Judge(context.Background(), ack, f.known)
		if doubts || believed && !slices.Contains(f.sizes, size) {
			wrong++
			t.Errorf("seed %d, forgery %d is taken: %q", seed, i, ack)
		}
	}
	fmt.Printf("forged count=%d lost=0 duplicated=0 wrong=%d seed=%d\n", count, wrong, seed)
}

type ackForger struct {
	t       *testing.T
	rnd     *rand.Rand
	out     *outbox.Outbox
	known   uint64
	sizes   []uint64
	genuine [][]byte
	others  [][]byte // true ones, of another door
	thieves []note.Signer
	central note.Signer
	door    *outboxtest.Door
	ways    []func() []byte
}

func newAckForger(t *testing.T, rnd *rand.Rand) *ackForger {
	central, pinned := key(t, "central")
	d, other := outboxtest.NewDoor(t, "main-ctl", pinned), outboxtest.NewDoor(t, "west-ctl", pinned)
	d.Commit(100)
	other.Commit(100)
	out, err := outbox.New(outbox.Config{Delivery: outbox.Central, Dir: d.Data, Link: link.Config{Broker: "tcp://127.0.0.1:1"},
		Own: d.Signer, OwnKey: d.Keys.Verifier(), Central: pinned}, d.Store)
	if err != nil {
		t.Fatal(err)
	}
	f := &ackForger{t: t, rnd: rnd, out: out, known: 50, sizes: []uint64{60, 80, 101}, central: central, door: d}
	for _, n := range f.sizes {
		f.genuine = append(f.genuine, ack(t, d.Store.Origin().Line(), n, root(t, d, n), d.Signer, central))
		f.others = append(f.others, ack(t, other.Store.Origin().Line(), n, root(t, other, n), other.Signer, central))
	}
	for _, name := range []string{d.Signer.Name(), "central"} {
		thief, _ := key(t, name)
		f.thieves = append(f.thieves, thief)
	}
	f.ways = []func() []byte{f.flipped, f.cut, f.spliced, f.crossed, f.stolen, f.half, f.renumbered, f.old, f.noise}
	return f
}

func (f *ackForger) one(of [][]byte) []byte { return bytes.Clone(of[f.rnd.IntN(len(of))]) }

func (f *ackForger) flipped() []byte {
	b := f.one(f.genuine)
	for range 1 + f.rnd.IntN(3) {
		b[f.rnd.IntN(len(b))] ^= 1 << f.rnd.IntN(8)
	}
	return b
}

func (f *ackForger) cut() []byte {
	b := f.one(f.genuine)
	return b[:f.rnd.IntN(len(b))]
}

// spliced is the head of one and the end of another.
func (f *ackForger) spliced() []byte {
	a, b := f.one(f.genuine), f.one(append(f.others, f.genuine...))
	n := f.rnd.IntN(min(len(a), len(b)))
	return append(a[:n], b[n:]...)
}

func (f *ackForger) crossed() []byte { return f.one(f.others) }

func (f *ackForger) size() uint64 { return 51 + f.rnd.Uint64N(200) }

// stolen is of keys that have the right names.
func (f *ackForger) stolen() []byte {
	n := f.size()
	return ack(f.t, f.door.Store.Origin().Line(), n, root(f.t, f.door, min(n, 101)), f.thieves...)
}

// half is signed by one true key, and a thief's.
func (f *ackForger) half() []byte {
	n, both := f.size(), []note.Signer{f.door.Signer, f.thieves[1]}
	if f.rnd.IntN(2) == 0 {
		both = []note.Signer{f.thieves[0], f.central}
	}
	return ack(f.t, f.door.Store.Origin().Line(), n, root(f.t, f.door, min(n, 101)), both...)
}

// renumbered says another number than its checkpoint.
func (f *ackForger) renumbered() []byte {
	b := f.one(f.genuine)
	_, rest, _ := bytes.Cut(b, []byte(`"sequence":`))
	i := bytes.IndexAny(rest, ",}")
	return bytes.Replace(b, append([]byte(`"sequence":`), rest[:i]...), fmt.Appendf(nil, `"sequence":%d`, 200+f.rnd.Uint64N(1000)), 1)
}

// old was true before what is known already.
func (f *ackForger) old() []byte {
	n := 1 + f.rnd.Uint64N(50)
	return ack(f.t, f.door.Store.Origin().Line(), n, root(f.t, f.door, n), f.door.Signer, f.central)
}

func (f *ackForger) noise() []byte {
	b := make([]byte, f.rnd.IntN(300))
	for i := range b {
		b[i] = byte(f.rnd.Uint32())
	}
	return b
}
