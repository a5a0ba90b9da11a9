package faulttest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// recording is every call by which a program has changed its files, and what it has said meanwhile.
type recording struct {
	mu    sync.Mutex
	said  func(call) int // how many entries somebody hears of by what is sent
	heard int            // of so many
	ops   []op
}

func (r *recording) before(c call) (int, verdict) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.what == "send" {
		if n := r.said(c); n > 0 {
			r.ops, r.heard = append(r.ops, op{call: c}), max(r.heard, n)
		}
	}
	return len(r.ops), verdict{}
}

func (r *recording) after(began int, c call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.what != "send" {
		r.ops = append(r.ops, op{call: c, began: began})
	}
}

// enough waits until there is something to lose.
func (r *recording) enough() {
	within(20*time.Second, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.heard >= leastHeard
	})
}

// leastHeard is of how many entries somebody must have heard in a life that is worth a cut.
const leastHeard = 50

// life is a recorded life of a program, and what must hold of what a power cut leaves of it.
type life struct {
	dir   string // what was recorded
	begin *disk
	ops   []op
	// prove looks at what was found in dir, where the ops up to n had been made. lost and wrong are in words.
	prove func(dir string, n int) (lost, wrong string)
}

// play cuts the power so many times and calls found for each.
func (l *life) play(rnd *rand.Rand, cuts int, work string, found func(what, lost, wrong string)) error {
	at := make([]int, cuts)
	for i := range at {
		at[i] = rnd.IntN(len(l.ops) + 1)
	}
	slices.Sort(at)
	d := l.begin
	for i, n := range at {
		d.apply(l.ops, n)
		manner := manners[rnd.IntN(len(manners))]
		dir := filepath.Join(work, fmt.Sprint(i))
		if err := lay(d.cut(rnd, manner), l.dir, dir); err != nil {
			return err
		}
		lost, wrong := l.prove(dir, n)
		found(fmt.Sprintf("power cut after call %d of %d, %s", n, len(l.ops), manner), lost, wrong)
		if (lost != "" || wrong != "") && os.Getenv("FAULTS_KEEP") != "" {
			_ = os.CopyFS(filepath.Join(os.Getenv("FAULTS_KEEP"), fmt.Sprintf("%d-%s", n, strings.ReplaceAll(manner, " ", "-"))), os.DirFS(dir))
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// cutsOfALife is how many cuts one recorded life is worth.
const cutsOfALife = 1000

// powerCut records lives and cuts them until the kind has its count.
func powerCut(k *kind, live func(t testing.TB, bin string, rnd *rand.Rand) *life) {
	for k.count < k.want && !k.t.Failed() {
		l := live(k.t, bin, k.rnd)
		if err := l.play(k.rnd, min(cutsOfALife, k.want-k.count), memory(k.t), func(what, lost, wrong string) {
			k.next()
			if lost != "" {
				k.isLost("%s: %s", what, lost)
			}
			if wrong != "" {
				k.isWrong("%s: %s", what, wrong)
			}
		}); err != nil {
			k.t.Fatal(err)
		}
	}
}

// control is powerCut on a program that does not sync as it should: it must find losses.
func control(t *testing.T, name, program string, changes []change, live func(t testing.TB, bin string, rnd *rand.Rand) *life) {
	t.Parallel()
	k := begin(t, name, 0, 2000, 2000)
	dir := filepath.Join(t.TempDir(), "bin")
	if err := os.CopyFS(dir, os.DirFS(bin)); err != nil {
		t.Fatal(err)
	}
	if err := build(dir, changes, program); err != nil {
		t.Fatal(err)
	}
	caught := 0
	if err := live(t, dir, k.rnd).play(k.rnd, k.want, memory(t), func(_, lost, wrong string) {
		k.next()
		if lost != "" || wrong != "" {
			caught++
		}
	}); err != nil {
		t.Fatal(err)
	}
	k.more = fmt.Sprintf(" caught=%d", caught)
	if caught == 0 {
		t.Errorf("%s: the fault that was built in was not noticed in %d power cuts", name, k.want)
	}
}
