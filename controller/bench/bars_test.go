package bench_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var (
	full     = flag.Bool("bars", false, "measure the bars; without it, tiny counts show that the measuring works")
	rounds   = flag.Int("rounds", 7, "steady rounds of each measurement")
	entries  = flag.Int("entries", 200_000, "P10: entries in the journal")
	lines    = flag.Int("lines", 1_000_000, "P8: lines in the register")
	events   = flag.Int("events", 100_000, "P11: events before memory is read")
	backlog  = flag.Int("backlog", 1_000_000, "P6: entries to drain, all rounds together")
	verified = flag.Int("verified", 1_000_000, "P9: entries to verify")
	where    = flag.String("dir", "", "`directory` on the disk to measure (default: the temporary one)")
)

// count is n for a measurement, tiny where nothing is judged.
func count(n, tiny int) int {
	if *full {
		return n
	}
	return tiny
}

func TestBars(t *testing.T) {
	if !*full {
		*rounds = 1
	}
	dir := room(t)
	if *full {
		fmt.Printf("kidoban's bars: %s/%s, %d processors, load %s, %s, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), load(),
			disk(dir), time.Now().Format("2006-01-02 15:04"))
	}
	t.Run("P1", func(t *testing.T) { lastBitToStrike(t, dir) })
	t.Run("P3", func(t *testing.T) { besideEverything(t, dir) })
	t.Run("P4", func(t *testing.T) { decision(t, false) })
	t.Run("P4", func(t *testing.T) { decision(t, true) })
	show(line{"P5", "GPIO lab: last edge -> line, without the commit", "-", "60us", "45us", "below", "the lab's line at the end of make bench, virtual machine, arm64"})
	t.Run("P6", func(t *testing.T) { drain(t, dir) })
	t.Run("P7", func(t *testing.T) { ingest(t, dir) })
	t.Run("P8", func(t *testing.T) { readRegister(t, dir) })
	t.Run("P9", func(t *testing.T) { verifyAll(t, dir) })
	t.Run("P10", func(t *testing.T) { startToReady(t, dir) })
	t.Run("P11", func(t *testing.T) { resident(t, dir) })
	t.Run("P12", func(t *testing.T) { badgeShown(t, dir) })
	t.Run("P13", func(t *testing.T) { readConsole(t, dir) })
}

// room is a directory of this run on the disk that is measured.
func room(t *testing.T) string {
	if *where == "" {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(*where, "kidoban-bars-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if dir, err = filepath.Abs(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// disk names the kind of file system, and says where measuring it means nothing.
func disk(dir string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return err.Error()
	}
	switch s.Type {
	case unix.TMPFS_MAGIC:
		return "tmpfs: NO DISK, name one with -dir"
	case unix.EXT4_SUPER_MAGIC:
		return "ext4"
	}
	return fmt.Sprintf("file system %#x", s.Type)
}

func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return string(b[:min(4, len(b))])
}
