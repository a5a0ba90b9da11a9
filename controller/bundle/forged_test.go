package bundle_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/bundle"
	"kidoban/controller/journal"
)

var (
	forgeries = flag.Int("forgeries", 0, "how many messages and bundles TestForged forges; 0 = a few")
	seedFlag  = flag.Uint64("seed", 0, "of everything random; 0 = SEED of the environment, or a new one")
)

func seed() uint64 {
	if *seedFlag != 0 {
		return *seedFlag
	}
	if n, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		return n
	}
	return uint64(time.Now().UnixNano())
}

// message is one way to try a door: something published as its manifest with parts, or as a list of lost cards.
type message struct {
	manifest []byte
	parts    map[string][]byte
	list     []byte
}

// forger makes messages of genuine ones. Everything that a person on the broker could have is there: bundles of all doors,
// older and newer, lists, checkpoints, keys of their own.
type forger struct {
	*world
	random *rand.Rand
	held   bundle.Held      // of door 0
	bundle [][]message      // genuine, by door and version
	lists  [][]byte         // genuine
	own    pair             // a key of the forger's, of the office's name
	taken  map[string]bool  // digests of genuine manifests for door 0 that are newer than the one held
	ways   []func(*message) // each makes of a genuine message one that must not be taken
}

const heldVersion = 3

func newForger(t testing.TB, random *rand.Rand) *forger {
	f := &forger{world: newWorld(t, "main-ctl", "west-ctl"), random: random, own: newPair(t, "kidoban/maizuru/roster"), taken: map[string]bool{}}
	for d, g := range f.doors {
		f.bundle = append(f.bundle, nil)
		for v := range int64(5) {
			c := people()
			c.Roster.People[0].Name = fmt.Sprintf("door %d version %d", d, v+1)
			msg, parts := f.make(g, v+1, c, 3)
			f.bundle[d] = append(f.bundle[d], message{manifest: msg, parts: parts})
			m, err := g.own.Manifest(msg)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case d == 0 && v+1 == heldVersion:
				f.held = (&bundle.Held{}).Took(&m, made)
			case d == 0 && v+1 > heldVersion:
				f.taken[m.Digest] = true
			}
		}
	}
	for i := range int64(3) {
		msg, err := lost(i+1, "C-1").Sign(f.loss)
		if err != nil {
			t.Fatal(err)
		}
		f.lists = append(f.lists, msg)
	}
	f.ways = []func(*message){
		f.flipManifest, f.truncateManifest, f.replay, f.crossDoor, f.flipPart, f.truncatePart, f.swapParts, f.foreignPart, f.omitPart,
		f.olderParts, f.ownKey, f.lossKey, f.checkpoint, f.listAsManifest, f.spliced, f.twice, f.longer, f.flipList, f.manifestAsList, f.ownList, f.noise,
	}
	return f
}

func (f *forger) pick(n int) int { return f.random.IntN(n) }

func (f *forger) flip(b []byte) []byte {
	out := bytes.Clone(b)
	for range 1 + f.pick(3) {
		out[f.pick(len(out))] ^= 1 << f.pick(8)
	}
	if bytes.Equal(out, b) {
		out[f.pick(len(out))] ^= 1
	}
	return out
}

func (f *forger) some(m message) string { return bundle.PartName(f.pick(len(m.parts))) }

func (f *forger) flipManifest(m *message)     { m.manifest = f.flip(m.manifest) }
func (f *forger) truncateManifest(m *message) { m.manifest = m.manifest[:f.pick(len(m.manifest))] }
func (f *forger) replay(m *message)           { *m = f.bundle[0][f.pick(heldVersion-1)] }
func (f *forger) crossDoor(m *message)        { *m = f.bundle[1][f.pick(5)] }
func (f *forger) flipPart(m *message)         { n := f.some(*m); m.parts[n] = f.flip(m.parts[n]) }
func (f *forger) truncatePart(m *message) {
	n := f.some(*m)
	m.parts[n] = m.parts[n][:f.pick(len(m.parts[n]))]
}
func (f *forger) swapParts(m *message) { m.parts["0"], m.parts["1"] = m.parts["1"], m.parts["0"] }
func (f *forger) foreignPart(m *message) {
	n := f.some(*m)
	m.parts[n] = f.bundle[1][f.pick(5)].parts[n]
}
func (f *forger) omitPart(m *message) { delete(m.parts, f.some(*m)) }
func (f *forger) olderParts(m *message) {
	n := f.some(*m)
	m.parts[n] = f.bundle[0][f.pick(heldVersion)].parts[n]
}

// ownKey is a manifest that says what a genuine one could, signed by somebody else under the office's name.
func (f *forger) ownKey(m *message) {
	made := f.manifest(f.doors[0], int64(heldVersion+1+f.pick(100)), m.parts)
	m.manifest, _ = made.Sign(f.own)
}

// lossKey is one that the loss key signed.
func (f *forger) lossKey(m *message) {
	made := f.manifest(f.doors[0], int64(heldVersion+1+f.pick(100)), m.parts)
	m.manifest, _ = made.Sign(f.loss)
}

// checkpoint is something else that a key of the site signed.
func (f *forger) checkpoint(m *message) {
	c := journal.Checkpoint{Origin: f.doors[0].own.Journal, Size: f.random.Uint64N(1000), Time: made, Clock: journal.Synchronised}
	m.manifest, _ = c.Sign(f.doors[0].key)
}

func (f *forger) listAsManifest(m *message) { m.manifest = f.lists[f.pick(3)] }

// spliced is the text of one manifest under the signature of another.
func (f *forger) spliced(m *message) {
	a, b := string(m.manifest), string(f.bundle[f.pick(2)][f.pick(heldVersion)].manifest)
	text, _, _ := strings.Cut(a, "\n\n")
	_, sig, _ := strings.Cut(b, "\n\n")
	m.manifest = []byte(text + "\n\n" + sig)
}

// twice is a genuine manifest with a further signature, or the same once more.
func (f *forger) twice(m *message) {
	text, sig, _ := strings.Cut(string(m.manifest), "\n\n")
	if f.pick(2) == 0 {
		m.manifest = []byte(text + "\n\n" + sig + sig)
		return
	}
	n, err := note.Sign(&note.Note{Text: text + "\n"}, f.own)
	if err != nil {
		f.t.Fatal(err)
	}
	_, more, _ := strings.Cut(string(n), "\n\n")
	m.manifest = []byte(text + "\n\n" + sig + more)
}

func (f *forger) longer(m *message) {
	m.manifest = append(bytes.Clone(m.manifest), []byte{'\n', ' ', 'x', 0}[f.pick(4)])
}

func (f *forger) flipList(m *message)       { *m = message{list: f.flip(f.lists[f.pick(3)])} }
func (f *forger) manifestAsList(m *message) { *m = message{list: m.manifest} }

func (f *forger) ownList(m *message) {
	msg, err := lost(int64(1+f.pick(100)), "C-2").Sign(newPairOnce(f))
	if err != nil {
		f.t.Fatal(err)
	}
	*m = message{list: msg}
}

func newPairOnce(f *forger) note.Signer { return f.own }

func (f *forger) noise(m *message) {
	b := make([]byte, f.pick(400))
	for i := range b {
		b[i] = byte(f.pick(256))
	}
	if f.pick(2) == 0 {
		*m = message{list: b}
		return
	}
	m.manifest = b
}

// try is what a door does with a message: it reports what would be in force.
func (f *forger) try(m message) (taken bool, why error) {
	own := &f.doors[0].own
	if m.list != nil {
		_, err := own.Lost(m.list)
		return err == nil, err
	}
	man, err := own.Manifest(m.manifest)
	if err != nil {
		return false, err
	}
	nothing, no := f.held.Judge(&man)
	if no != nil {
		return false, no
	}
	if nothing {
		return false, errors.New("held already")
	}
	_, err = own.Open(man, m.parts)
	return err == nil, err
}

// TestForged forges, replays, reorders, crosses, truncates and flips: of all of it nothing is taken. So that this says
// something, the genuine ones are.
func TestForged(t *testing.T) {
	count := *forgeries
	if count == 0 {
		count = 20_000
	}
	if testing.Short() && *forgeries == 0 {
		count = 2_000
	}
	s := seed()
	f := newForger(t, rand.New(rand.NewPCG(s, 0)))
	for v := heldVersion; v < 5; v++ {
		if ok, err := f.try(f.bundle[0][v]); !ok {
			t.Fatalf("a genuine bundle is not taken: %v", err)
		}
	}
	for _, l := range f.lists {
		if ok, err := f.try(message{list: l}); !ok {
			t.Fatalf("a genuine list is not taken: %v", err)
		}
	}
	wrong, ways := 0, map[string]int{}
	for i := range count {
		g := f.bundle[0][heldVersion+f.pick(5-heldVersion)]
		m := message{manifest: g.manifest, parts: maps.Clone(g.parts)}
		way := i % len(f.ways)
		f.ways[way](&m)
		ok, err := f.try(m)
		if ok {
			wrong++
			t.Errorf("way %d is taken, seed %d", way, s)
		}
		var no *bundle.Refusal
		if errors.As(err, &no) {
			ways[string(no.Reason)]++
		}
	}
	fmt.Printf("forged count=%d lost=0 duplicated=0 wrong=%d seed=%d\n", count, wrong, s)
	for _, r := range []bundle.Reason{bundle.Forged, bundle.OtherDoor, bundle.Older, bundle.PartMissing, bundle.PartDamaged} {
		if ways[string(r)] == 0 {
			t.Errorf("nothing was refused as %s: %v", r, ways)
		}
	}
}
