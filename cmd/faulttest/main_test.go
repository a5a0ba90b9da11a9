package faulttest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var (
	seedFlag   = flag.Uint64("seed", 0, "of everything random, to play a failure again; 0 = a new one")
	faultsFlag = flag.String("faults", "", "how many: tenth, full, long; empty = a few")
	kindFlag   = flag.String("kind", "", "only this kind")

	bin    string      // the folder of the three programs
	module string      // the source's
	begun  atomic.Bool // a kind that was asked for
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withPrograms(m.Run))
}

func withPrograms(run func() int) int {
	dir, err := os.MkdirTemp("", "kidoban-bin")
	if err == nil {
		defer os.RemoveAll(dir)
		module, err = filepath.Abs("../..")
	}
	if err == nil {
		bin = filepath.Join(dir, "sound")
		err = build(bin, nil, "kidoband", "kidoban", "kidobanlog")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := run()
	if *kindFlag != "" && !begun.Load() {
		fmt.Fprintln(os.Stderr, "there is no kind", *kindFlag)
		code = 1
	}
	return code
}

// change is a few words of a source file put otherwise.
type change struct{ file, old, anew string }

// build builds programs into dir, with changes that the source does not have.
func build(dir string, changes []change, programs ...string) error {
	args := []string{"build", "-ldflags=-s -w", "-o", dir + "/"} // linked sooner
	if len(changes) > 0 {
		overlay, err := plant(dir+"-source", changes)
		if err != nil {
			return err
		}
		args = append(args, "-overlay", overlay)
	}
	for _, p := range programs {
		args = append(args, "kidoban/cmd/"+p)
	}
	c := exec.Command("go", args...)
	c.Dir = module
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return nil
}

func plant(dir string, changes []change) (overlay string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for i, c := range changes {
		path := filepath.Join(module, c.file)
		from := path
		if replace[path] != "" {
			from = replace[path]
		}
		text, err := os.ReadFile(from)
		if err != nil || strings.Count(string(text), c.old) != 1 {
			return "", fmt.Errorf("%s does not have once %q: %w", c.file, c.old, err)
		}
		replace[path] = filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(replace[path], []byte(strings.Replace(string(text), c.old, c.anew, 1)), 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

// kind is one kind of fault as it is counted.
type kind struct {
	t                       *testing.T
	name                    string
	want, count             int
	lost, duplicated, wrong int
	more                    string // what else the line says
	seed                    uint64
	rnd                     *rand.Rand
	began, said             time.Time
}

// begin begins a kind: few where nobody asked for more, else a tenth of full, all of it, or long.
func begin(t *testing.T, name string, few, full, long int) *kind {
	t.Helper()
	if *kindFlag != "" && *kindFlag != name {
		t.Skip("another kind was asked for")
	}
	k := &kind{t: t, name: name, seed: *seedFlag, began: time.Now(), said: time.Now()}
	if k.seed == 0 {
		k.seed = uint64(time.Now().UnixNano())
	}
	begun.Store(true)
	k.rnd = rand.New(rand.NewPCG(k.seed, 0))
	switch *faultsFlag {
	case "":
		if k.want = few; few == 0 {
			t.Skip("make faults")
		}
	case "tenth":
		k.want = max(full/10, 1)
	case "full":
		k.want = full
	case "long":
		k.want = max(long, full)
	default:
		t.Fatalf("-faults %s: want tenth, full or long", *faultsFlag)
	}
	t.Cleanup(k.end)
	return k
}

// more says how it goes, now and then.
func (k *kind) next() {
	k.count++
	if *faultsFlag != "" && time.Since(k.said) > 10*time.Second {
		k.said = time.Now()
		fmt.Fprintf(os.Stderr, "%s %d of %d, %v\n", k.name, k.count, k.want, time.Since(k.began).Round(time.Second))
	}
}

const sayMost = 10

func (k *kind) isLost(form string, args ...any) { k.bad(&k.lost, "lost", form, args...) }
func (k *kind) isDuplicated(form string, args ...any) {
	k.bad(&k.duplicated, "duplicated", form, args...)
}
func (k *kind) isWrong(form string, args ...any) { k.bad(&k.wrong, "wrong", form, args...) }

func (k *kind) bad(n *int, what, form string, args ...any) {
	if *n++; *n <= sayMost {
		k.t.Errorf("%s, fault %d, seed %d: %s: %s", k.name, k.count, k.seed, what, fmt.Sprintf(form, args...))
	}
}

func (k *kind) end() {
	fmt.Printf("%s count=%d lost=%d duplicated=%d wrong=%d seed=%d%s (%v)\n", k.name, k.count, k.lost, k.duplicated, k.wrong, k.seed, k.more,
		time.Since(k.began).Round(time.Second/10))
	if k.count < k.want && !k.t.Failed() {
		k.t.Errorf("%s: %d faults, not %d", k.name, k.count, k.want)
	}
}
