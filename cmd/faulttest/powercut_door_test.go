package faulttest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/rebuild"
	"kidoban/controller/store"
	"kidoban/device/sim"
)

// TestPowerCutDoor cuts the power of a door daemon that badges, orders, imports, publishes and is confirmed.
func TestPowerCutDoor(t *testing.T) {
	t.Parallel()
	powerCut(begin(t, "power-cut-door", 40, 50_000, 1_000_000), doorLife)
}

const (
	doorSync   = `"mode=rw&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_secure_delete=on"`
	doorAssert = `map[string]string{"journal_mode": "wal", "synchronous": "2"`
)

func unsynced(how, number string) []change {
	const file = "controller/store/connect.go"
	return []change{{file, doorSync, strings.Replace(doorSync, "FULL", how, 1)}, {file, doorAssert, strings.Replace(doorAssert, `"2"`, number, 1)}}
}

func TestControlDoorNormal(t *testing.T) {
	control(t, "control-normal-door", "kidoband", unsynced("NORMAL", `"1"`), doorLife)
}

func TestControlDoorOff(t *testing.T) {
	control(t, "control-off-door", "kidoband", unsynced("OFF", `"0"`), doorLife)
}

var (
	sequenceSaid = regexp.MustCompile(`"sequence":"(\d{18})"`)
	headSaid     = regexp.MustCompile("kidoban/" + siteName + "/" + controllerName + `/[0-9a-f]{8}\n(\d+)\n`)
)

// saidOf is how many entries somebody has heard of by a message.
func saidOf(data []byte) (size int) {
	for _, m := range sequenceSaid.FindAllSubmatch(data, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		size = max(size, n+1)
	}
	for _, m := range headSaid.FindAllSubmatch(data, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		size = max(size, n)
	}
	return size
}

// doorLife records a daemon while people use it, a broker carries and a central log confirms.
func doorLife(t testing.TB, bin string, rnd *rand.Rand) *life {
	t.Helper()
	m := linktest.StartMosquitto(t)
	c := newCentral(t, bin, m.URL())
	s := newSite(t, bin, controllerName, m.URL(), c)
	c.start()
	disk, err := readDisk(s.in("data"))
	if err != nil {
		t.Fatal(err)
	}
	r := &recording{said: func(c call) int { return saidOf(c.data) }}
	p := spawnTraced(t, r, s.in("data"), s.in("log"), s.argv()...)
	s.ready()
	if err := s.bring(); err != nil {
		t.Fatal(err)
	}
	s.use(rnd, lifeOf(rnd))
	r.enough()
	if rnd.IntN(2) == 0 {
		within(10*time.Second, s.settled)
	}
	p.end([]syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[rnd.IntN(2)])
	c.kill()
	m.Kill()
	if p.err != nil {
		t.Fatal(p.err)
	}
	keys, err := store.LoadKeys(s.in("keys"))
	if err != nil {
		t.Fatal(err)
	}
	return (&doorProof{t: t, keys: keys}).life(s.in("data"), disk, r.ops)
}

// lifeOf is how many things people do in a recorded life.
func lifeOf(rnd *rand.Rand) int {
	if *faultsFlag == "" {
		return 60
	}
	return 150 + rnd.IntN(150)
}

func (s *site) settled() bool { return strings.HasSuffix(s.status().Link, ", 0 to go") }

// use does what people do, so many times.
func (s *site) use(rnd *rand.Rand, acts int) {
	for range acts {
		g := gates[rnd.IntN(len(gates))]
		card := sim.Act{Verb: "card", Door: g, Facility: 118, Card: uint64(1000 + rnd.IntN(max(s.people, 1)))}
		switch rnd.IntN(12) {
		case 0:
			card.Card = uint64(60000 + rnd.IntN(4))
			_ = s.try(card)
		case 1:
			_ = s.try(sim.Act{Verb: "misread", Door: g})
		case 2, 3:
			card.Side = "exit"
			_ = s.try(card)
			_ = s.try(sim.Act{Verb: "handle", Door: g})
			_ = s.try(sim.Act{Verb: "close", Door: g})
		case 4:
			_ = s.try(sim.Act{Verb: "exit", Door: g})
		case 5:
			_ = s.try(sim.Act{Verb: "force", Door: g})
			_ = s.try(sim.Act{Verb: "close", Door: g})
		case 6:
			if rnd.IntN(5) == 0 {
				_ = s.bring()
			}
		case 7:
			_ = s.desk.Post(context.Background(), "edit", map[string]any{"person": ledger.Person{Name: "x"}, "delete": true}, nil)
		default:
			s.enter(card)
		}
		time.Sleep(time.Duration(rnd.IntN(8)) * time.Millisecond)
	}
}

// enter presents a card, and goes in if the strike moves.
func (s *site) enter(card sim.Act) (moved bool) {
	if s.try(card) != nil {
		return false
	}
	for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
		l, err := s.look(card.Door)
		if err != nil || l.Entry == "denied" {
			return false
		}
		if l.Strike {
			_ = s.try(sim.Act{Verb: "open", Door: card.Door})
			_ = s.try(sim.Act{Verb: "close", Door: card.Door})
			return true
		}
	}
	return false
}

// doorProof knows what a door's disk may hold.
type doorProof struct {
	t      testing.TB
	keys   store.Keys
	ops    []op
	said   []int                   // by op: how many entries somebody had heard of before it
	record [][]byte                // at the end
	states map[int]map[string]bool // by size: what was true
	cuts   int
}

func (d *doorProof) life(dir string, begin *disk, ops []op) *life {
	d.t.Helper()
	d.ops, d.said, d.states = ops, make([]int, len(ops)+1), map[int]map[string]bool{}
	for i, o := range ops {
		d.said[i+1] = d.said[i]
		if o.what == "send" {
			d.said[i+1] = max(d.said[i], saidOf(o.data))
		}
	}
	d.learn(dir, begin)
	if d.said[len(ops)] < leastHeard {
		d.t.Fatalf("%d calls were recorded, in which %d entries were sent: that is no life", len(ops), d.said[len(ops)])
	}
	return &life{dir: dir, begin: mustDisk(d.t, begin), ops: ops, prove: d.prove}
}

// mustDisk is a disk as it began: apply changes the names' maps and the files, not their contents.
func mustDisk(_ testing.TB, d *disk) *disk {
	n := newDisk()
	for path, f := range d.kept {
		i := &inode{durable: f.durable}
		n.names[path], n.kept[path] = i, i
	}
	return n
}

// learn reads what was true after each commit, and the record at the end, off a disk that lost nothing.
func (d *doorProof) learn(dir string, begin *disk) {
	d.t.Helper()
	work, all := memory(d.t), mustDisk(d.t, begin)
	for i, o := range d.ops {
		last := i == len(d.ops)-1
		if !last && (o.what != "sync" || !strings.HasSuffix(o.path, "-wal")) {
			continue
		}
		all.apply(d.ops, i+1)
		at := fmt.Sprintf("%s/%d", work, i)
		if err := lay(all.cut(rand.New(rand.NewPCG(0, 0)), "nothing lost"), dir, at); err != nil {
			d.t.Fatal(err)
		}
		s, err := d.open(at)
		if err != nil {
			d.t.Fatalf("after %d calls, with nothing lost: %v", i+1, err)
		}
		size := int(s.Head().Size)
		if d.states[size] == nil {
			d.states[size] = map[string]bool{}
		}
		d.states[size][truth(d.t, s)] = true
		if last {
			d.record = payloads(d.t, s)
		}
		s.Close()
	}
}

func (d *doorProof) open(dir string) (*store.Store, error) {
	return store.Open(context.Background(), dir, d.keys, journal.Origin{Site: siteName, Controller: controllerName, Boot: "after", Zone: jst})
}

var jst = time.FixedZone("JST", 9*60*60)

// truth is what is true beside the record.
func truth(t testing.TB, s *store.Store) string {
	snap, err := s.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	roster, version, err := s.Roster(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal([]any{snap, roster, version})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func payloads(t testing.TB, s *store.Store) (all [][]byte) {
	rows, err := s.Rows(context.Background(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		all = append(all, r.Payload)
	}
	return all
}

func (d *doorProof) prove(dir string, n int) (lost, wrong string) {
	s, err := d.open(dir)
	if err != nil {
		return err.Error(), ""
	}
	defer s.Close()
	size := int(s.Head().Size)
	if size < d.said[n] {
		return fmt.Sprintf("%d entries are left, %d had been sent", size, d.said[n]), ""
	}
	for i, p := range payloads(d.t, s) {
		if i >= len(d.record) || !bytes.Equal(p, d.record[i]) {
			return "", fmt.Sprintf("entry %d is another than it was", i)
		}
	}
	rep, err := s.Verify(context.Background(), store.Verifying{})
	switch {
	case err != nil:
		return "", "verify: " + err.Error()
	case !rep.OK() || int(rep.Size) != size:
		return "", fmt.Sprintf("verify: %d entries, %v", rep.Size, rep.Problems)
	case !d.states[size][truth(d.t, s)]:
		return "", fmt.Sprintf("what is true beside %d entries never was", size)
	}
	return "", d.goesOn(s)
}

// goesOn compares the register, and now and then records something more.
func (d *doorProof) goesOn(s *store.Store) (wrong string) {
	if d.cuts++; d.cuts%10 != 0 {
		return ""
	}
	for _, year := range []int{time.Now().Year() - 1, time.Now().Year()} {
		same, err := rebuild.Compare(context.Background(), s.Reader, year, nil)
		if err != nil || len(same.Differences) > 0 {
			return fmt.Sprintf("the register of %d: %v %v", year, same.Differences, err)
		}
	}
	size := s.Head().Size
	c, err := s.Commit(context.Background(), ledger.Change{}, []journal.Entry{{Type: journal.SystemStarted, Severity: journal.Info, Subject: "controller"}})
	if err != nil || c.First != size {
		return fmt.Sprintf("the next entry: %+v %v", c, err)
	}
	return ""
}
