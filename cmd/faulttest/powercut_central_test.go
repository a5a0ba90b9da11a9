package faulttest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/store"
)

// TestPowerCutCentral cuts the power of a central log that receives, verifies, stores and confirms.
func TestPowerCutCentral(t *testing.T) {
	t.Parallel()
	powerCut(begin(t, "power-cut-central", 40, 50_000, 1_000_000), centralLife)
}

func unsyncedCentral(how, number string) []change {
	const file = "controller/archive/shelf/sqlite.go"
	return []change{{file, "_synchronous=FULL", "_synchronous=" + how}, {file, "synchronous != 2", "synchronous != " + number}}
}

func TestControlCentralNormal(t *testing.T) {
	control(t, "control-normal-central", "kidobanlog", unsyncedCentral("NORMAL", "1"), centralLife)
}

func TestControlCentralOff(t *testing.T) {
	control(t, "control-off-central", "kidobanlog", unsyncedCentral("OFF", "0"), centralLife)
}

var ackSaid = regexp.MustCompile(`(?s)/ack.{0,8}\{"sequence":(\d+),`)

func ackedIn(data []byte) (size int) {
	for _, m := range ackSaid.FindAllSubmatch(data, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		size = max(size, n+1)
	}
	return size
}

// centralLife records a central log while a door sends what happens there, and now and then a lot at once.
func centralLife(t testing.TB, bin string, rnd *rand.Rand) *life {
	t.Helper()
	m := linktest.StartMosquitto(t)
	c := newCentral(t, bin, m.URL())
	s := newSite(t, bin, controllerName, m.URL(), c)
	disk, err := readDisk(c.in("data"))
	if err != nil {
		t.Fatal(err)
	}
	s.start()
	if err := s.bring(); err != nil {
		t.Fatal(err)
	}
	r := &recording{said: func(c call) int { return ackedIn(c.data) }}
	p := spawnTraced(t, r, c.in("data"), c.in("log"), c.serving()...)
	s.use(rnd, lifeOf(rnd))
	r.enough()
	if rnd.IntN(2) == 0 {
		within(10*time.Second, s.settled)
	}
	p.end([]syscall.Signal{syscall.SIGTERM, syscall.SIGKILL}[rnd.IntN(2)])
	s.stop()
	m.Kill()
	if p.err != nil {
		t.Fatal(p.err)
	}
	l := &life{dir: c.in("data"), begin: disk, ops: r.ops}
	proof := &centralProof{t: t, record: s.record(), acked: make([]int, len(r.ops)+1)}
	proof.door, proof.central = verifier(t, s.in("keys/verifier.pub")), verifier(t, c.in("keys/central.pub"))
	for i, o := range r.ops {
		proof.acked[i+1] = proof.acked[i]
		if o.what == "send" {
			proof.acked[i+1] = max(proof.acked[i], ackedIn(o.data))
		}
	}
	if n := proof.acked[len(r.ops)]; n < leastHeard {
		log, _ := os.ReadFile(c.in("log"))
		t.Fatalf("%d calls were recorded, in which %d entries were confirmed: that is no life\n%s", len(r.ops), n, log)
	}
	l.prove = proof.prove
	return l
}

func verifier(t testing.TB, path string) note.Verifier {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// record reads the door's entries off its data directory.
func (s *site) record() (all [][]byte) {
	s.t.Helper()
	r, err := store.OpenReadOnly(context.Background(), s.in("data"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	for {
		rows, err := r.Rows(context.Background(), uint64(len(all)), 10_000)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(rows) == 0 {
			return all
		}
		for _, row := range rows {
			all = append(all, row.Payload)
		}
	}
}

// centralProof knows what a central log's disk may hold.
type centralProof struct {
	t             testing.TB
	record        [][]byte // the door's
	acked         []int    // by op: how many entries were confirmed before it
	door, central note.Verifier
}

func (p *centralProof) prove(dir string, n int) (lost, wrong string) {
	f, err := shelf.Open(context.Background(), dir)
	if err != nil {
		return err.Error(), ""
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		return err.Error(), ""
	}
	found := false
	for _, j := range js {
		if j.Key.Name() == p.door.Name() && j.Key.KeyHash() == p.door.KeyHash() {
			found = true
			if int(j.Size) < p.acked[n] {
				return fmt.Sprintf("%d entries are left, %d were confirmed", j.Size, p.acked[n]), ""
			}
			lost, wrong = p.sameAs(f, j)
		}
		if wrong == "" {
			wrong = coSigned(f, j, p.central)
		}
		if lost != "" || wrong != "" {
			return lost, wrong
		}
	}
	if !found {
		return "the accepted journal is gone", ""
	}
	return "", ""
}

// sameAs compares what is verified with the door's record.
func (p *centralProof) sameAs(f *shelf.Shelf, j shelf.Journal) (lost, wrong string) {
	next := 0
	err := f.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
		if int(seq) != next || next >= len(p.record) || !bytes.Equal(payload, p.record[next]) {
			wrong = fmt.Sprintf("entry %d, where %d was expected, is not the door's", seq, next)
		}
		next++
		return nil
	})
	switch {
	case err != nil:
		return "", err.Error()
	case next < int(j.Size):
		return fmt.Sprintf("%d of %d verified entries are there", next, j.Size), wrong
	case j.Fork != "" || j.Closed != "":
		return "", "fork " + j.Fork + j.Closed
	}
	return "", wrong
}

// coSigned proves that a journal is what its checkpoint says.
func coSigned(f *shelf.Shelf, j shelf.Journal, central note.Verifier) (wrong string) {
	if err := f.Discard(context.Background(), j); err != nil { // as the archive does when it begins
		return err.Error()
	}
	if j.Size == 0 {
		return ""
	}
	root, err := f.RootAt(context.Background(), j.ID, j.Size)
	if err != nil {
		return err.Error()
	}
	c, err := journal.OpenCosigned(j.Checkpoint, j.Key, central)
	if err != nil || c.Size != j.Size || c.Root != root {
		return fmt.Sprintf("the checkpoint of %s is of %d entries, %d are verified: %v", j.Origin, c.Size, j.Size, err)
	}
	return ""
}
