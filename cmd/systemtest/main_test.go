package systemtest_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "of everything random, to play a failure again; 0 = a new one")
	killsFlag = flag.Int("kills", 20, "how often TestKill kills the daemon")

	bin string // the folder of the three programs
)

// TestMain builds the programs once, with the race detector if the tests have it.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withPrograms(m.Run))
}

func withPrograms(run func() int) int {
	dir, err := os.MkdirTemp("", "kidoban-bin")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	args := []string{"build", "-o", dir}
	if raceOn {
		args = append(args, "-race")
	}
	for _, p := range []string{"kidoband", "kidoban", "kidobanlog"} {
		args = append(args, "kidoban/cmd/"+p)
	}
	c := exec.Command("go", args...)
	if out, err := c.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the programs: %v\n%s", err, out)
		return 1
	}
	if err := os.Chmod(dir, 0o755); err != nil { // for those who run them as another user
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	bin = dir
	return run()
}

func program(name string) string { return filepath.Join(bin, name) }

// random is seeded by -seed; the seed is in the test's log.
func random(t *testing.T) (*rand.Rand, uint64) {
	t.Helper()
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0)), seed
}

// await polls for up to a while.
func await(t *testing.T, what string, within time.Duration, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(5 * time.Millisecond) {
		if cond() {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("within %v never happened: %s", within, what)
		}
	}
}
