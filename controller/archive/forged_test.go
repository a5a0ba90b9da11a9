package archive_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

var (
	forgeries = flag.Int("forgeries", 0, "how many messages TestForged forges; 0 = a few")
	forgeSeed = flag.Uint64("seed", 0, "of TestForged; 0 = a new one")
)

// TestForged sends whatever somebody can make who may publish anywhere and has heard everything: entries changed, made up,
// of other doors, in another order, checkpoints of other keys. What is verified stays as it is and no journal is called a
// fork; and what its door sends then is taken.
func TestForged(t *testing.T) {
	count, seed := *forgeries, *forgeSeed
	if count == 0 {
		count = 3000
	}
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	f := newForger(t, mathrand.New(mathrand.NewPCG(seed, 0)))
	wrong := 0
	for i := range count {
		way := i % len(f.ways)
		f.hear(f.ways[way]())
		if i%500 == 499 || i == count-1 {
			if bad := f.changed(); bad != "" {
				wrong++
				t.Errorf("seed %d, by forgery %d: %s", seed, i, bad)
				break
			}
		}
	}
	f.genuine()
	fmt.Printf("forged count=%d lost=0 duplicated=0 wrong=%d seed=%d\n", count, wrong, seed)
}

const forgedFrom = 200 // what is verified before

type forger struct {
	t     *testing.T
	rnd   *mathrand.Rand
	where string
	a     *archive.Archive
	doors []*outboxtest.Door
	rows  [][][]byte // by door: payloads
	heads [][][]byte // by door: checkpoints
	thief note.Signer
	ways  []func() link.Message
}

func newForger(t *testing.T, rnd *mathrand.Rand) *forger {
	where := t.TempDir()
	if err := shelf.Create(context.Background(), where); err != nil {
		t.Fatal(err)
	}
	c := newCentral(t, where)
	f := &forger{t: t, rnd: rnd, where: where}
	for _, name := range []string{"main-ctl", "west-ctl"} {
		d := outboxtest.NewDoor(t, name, c.pub)
		c.accept(d)
		f.doors = append(f.doors, d)
	}
	s, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f.a, err = archive.New(archive.Config{Link: link.Config{Broker: "tcp://127.0.0.1:1"}, Instance: "central", Key: c.key, Own: c.own}, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.a.Follow(context.Background()); err != nil {
		t.Fatal(err)
	}
	secret, _, err := note.GenerateKey(rand.Reader, f.doors[0].Signer.Name())
	if err != nil {
		t.Fatal(err)
	}
	if f.thief, err = note.NewSigner(secret); err != nil {
		t.Fatal(err)
	}
	f.rows, f.heads = make([][][]byte, 2), make([][][]byte, 2)
	f.sends(forgedFrom/2 - 1)
	f.sends(forgedFrom / 2)
	if bad := f.changed(); bad != "" {
		t.Fatal(bad)
	}
	f.ways = []func() link.Message{f.flipped, f.next, f.crossed, f.renamed, f.cut, f.replayed, f.shuffled, f.leaves, f.stolen, f.flippedHead, f.crossedHead, f.oldHead}
	return f
}

// sends has both doors record n entries more and send them, with a checkpoint.
func (f *forger) sends(n int) {
	f.t.Helper()
	before := len(f.rows[0])
	f.records(n)
	for i := range f.doors {
		f.again(i, len(f.rows[i])-before)
	}
}

func (f *forger) records(n int) {
	f.t.Helper()
	for i, d := range f.doors {
		d.Commit(n)
		rows, err := d.Store.Rows(context.Background(), uint64(len(f.rows[i])), n+1)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, r := range rows {
			f.rows[i] = append(f.rows[i], r.Payload)
		}
		head, err := d.Store.Checkpoint(context.Background(), time.Now(), journal.Synchronised)
		if err != nil {
			f.t.Fatal(err)
		}
		f.heads[i] = append(f.heads[i], head)
	}
}

// again sends a door's last entries and its last checkpoint.
func (f *forger) again(door, n int) {
	for _, p := range f.rows[door][len(f.rows[door])-n:] {
		f.hear(f.entry(door, p))
	}
	f.head(door)
}

func (f *forger) head(door int) {
	f.hear(f.on(door, "checkpoint", f.heads[door][len(f.heads[door])-1]))
}

func (f *forger) hear(m link.Message) {
	f.t.Helper()
	if err := f.a.Hear(context.Background(), m); err != nil {
		f.t.Fatal(err)
	}
}

func (f *forger) on(door int, topic string, payload []byte) link.Message {
	name := []string{"main-ctl", "west-ctl"}[door]
	return link.Message{Topic: "kidoban/v1/maizuru/" + name + "/" + topic, Payload: payload}
}

// entry is on the topic of its type.
func (f *forger) entry(door int, payload []byte) link.Message {
	class := "access"
	if bytes.Contains(payload, []byte(`"type":"kidoban.journal.`)) {
		class = "journal"
	}
	return f.on(door, "event/"+class, payload)
}

// changed says what is other than the doors have sent, "" if nothing is.
func (f *forger) changed() string {
	s, err := shelf.OpenReader(context.Background(), f.where)
	if err != nil {
		f.t.Fatal(err)
	}
	defer s.Close()
	js, err := s.Journals(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	for i, d := range f.doors {
		for _, j := range js {
			if j.Origin != d.Store.Origin().Line() {
				continue
			}
			if j.Fork != "" || j.Closed != "" || int(j.Size) != len(f.rows[i]) {
				return fmt.Sprintf("%s has %d entries verified, %d were sent; fork %q, closed %q", j.Origin, j.Size, len(f.rows[i]), j.Fork, j.Closed)
			}
			err := s.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
				if !bytes.Equal(payload, f.rows[i][seq]) {
					return fmt.Errorf("entry %d of %s is not the door's", seq, j.Origin)
				}
				return nil
			})
			if err != nil {
				return err.Error()
			}
		}
	}
	return ""
}

// genuine has the doors record and send more, the checkpoint before what it covers: what was forged in that place does not
// fit it, and gives way when the entries come.
func (f *forger) genuine() {
	f.t.Helper()
	f.records(50)
	for i := range f.doors {
		f.head(i)
	}
	for range 3 {
		for i := range f.doors {
			f.again(i, 50)
		}
		if f.changed() == "" {
			return
		}
	}
	f.t.Error("what the doors send after the forgeries is not taken: ", f.changed())
}

func (f *forger) door() int { return f.rnd.IntN(2) }

func (f *forger) one(of [][]byte) []byte { return bytes.Clone(of[f.rnd.IntN(len(of))]) }

func (f *forger) flip(b []byte) []byte {
	for range 1 + f.rnd.IntN(3) {
		b[f.rnd.IntN(len(b))] ^= 1 << f.rnd.IntN(8)
	}
	return b
}

func (f *forger) flipped() link.Message {
	d := f.door()
	return f.entry(d, f.flip(f.one(f.rows[d])))
}

// next is an entry that the door has not written, at a place that it has not come to.
func (f *forger) next() link.Message {
	d := f.door()
	return f.entry(d, f.made(d, forgedFrom+f.rnd.IntN(100)))
}

func (f *forger) made(door, at int) []byte {
	from := 1 + f.rnd.IntN(forgedFrom-1)
	return bytes.ReplaceAll(bytes.Clone(f.rows[door][from]), fmt.Appendf(nil, "%018d", from), fmt.Appendf(nil, "%018d", at))
}

func (f *forger) crossed() link.Message {
	d := f.door()
	return f.entry(d, f.one(f.rows[1-d]))
}

// renamed is another door's, with this one's name and journal.
func (f *forger) renamed() link.Message {
	d := f.door()
	b := string(f.one(f.rows[1-d]))
	mine, theirs := f.doors[d].Store.Origin(), f.doors[1-d].Store.Origin()
	return f.entry(d, []byte(strings.NewReplacer(theirs.Controller, mine.Controller, theirs.Journal, mine.Journal).Replace(b)))
}

func (f *forger) cut() link.Message {
	d := f.door()
	b := f.one(f.rows[d])
	return f.entry(d, b[:f.rnd.IntN(len(b))])
}

func (f *forger) replayed() link.Message {
	d := f.door()
	return f.entry(d, f.one(f.rows[d]))
}

// shuffled is a batch of true and made up ones, in any order.
func (f *forger) shuffled() link.Message {
	d := f.door()
	var lines [][]byte
	for range 1 + f.rnd.IntN(8) {
		if f.rnd.IntN(2) == 0 {
			lines = append(lines, f.one(f.rows[d]))
		} else {
			lines = append(lines, f.made(d, forgedFrom-50+f.rnd.IntN(100)))
		}
	}
	return f.on(d, "batch", bytes.Join(lines, []byte("\n")))
}

func (f *forger) leaves() link.Message {
	var h [32]byte
	h[0] = byte(f.rnd.Uint32())
	return f.on(f.door(), "leaves", fmt.Appendf(nil, `{"sequence":%d,"leaf":"%s"}`, f.rnd.IntN(forgedFrom+50), base64.StdEncoding.EncodeToString(h[:])))
}

// stolen is a checkpoint of a key that has the door's name.
func (f *forger) stolen() link.Message {
	c, err := journal.PeekCheckpoint(f.one(f.heads[0]))
	if err != nil {
		f.t.Fatal(err)
	}
	c.Size, c.Root[0], c.Time = c.Size+f.rnd.Uint64N(60), c.Root[0]+1, time.Now()
	b, err := c.Sign(f.thief)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.on(0, "checkpoint", b)
}

func (f *forger) flippedHead() link.Message {
	d := f.door()
	return f.on(d, "checkpoint", f.flip(f.one(f.heads[d])))
}

func (f *forger) crossedHead() link.Message {
	d := f.door()
	return f.on(d, "checkpoint", f.one(f.heads[1-d]))
}

func (f *forger) oldHead() link.Message {
	d := f.door()
	m := f.on(d, "checkpoint", f.one(f.heads[d]))
	m.Retained = f.rnd.IntN(2) == 0
	return m
}
