package clock_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kidoban/device/clock"

	"golang.org/x/sys/unix"
)

func TestMonoIsTheKernelsTimeSinceBoot(t *testing.T) {
	c, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	before := boottime(t)
	got := c.Now()
	after := boottime(t)
	if slack := 5 * time.Millisecond; got.Mono < before-slack || got.Mono > after+slack {
		t.Errorf("Mono %v lies outside %v to %v of CLOCK_BOOTTIME", got.Mono, before, after)
	}
	if d := time.Since(got.Wall); d < 0 || d > time.Second {
		t.Errorf("Wall is %v away from now", d)
	}
}

func boottime(t *testing.T) time.Duration {
	t.Helper()
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		t.Fatal(err)
	}
	return time.Duration(ts.Nano())
}

func TestBothClocksMoveTogetherInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := clock.Start()
		if err != nil {
			t.Fatal(err)
		}
		a := c.Now()
		time.Sleep(36 * time.Hour)
		b := c.Now()
		if b.Mono-a.Mono != 36*time.Hour || b.Wall.Sub(a.Wall) != 36*time.Hour {
			t.Errorf("36 h moved Mono by %v and Wall by %v", b.Mono-a.Mono, b.Wall.Sub(a.Wall))
		}
	})
}

// Pitfall 5: durations must not come from the wall clock, nor the wall clock hide its steps behind Go's own reading.
func TestWallCarriesNoMonotonicReading(t *testing.T) {
	c, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Now().Wall.String(); strings.Contains(s, "m=") {
		t.Errorf("Wall is %s: subtracting it would not show a stepped clock", s)
	}
}

func TestBootID(t *testing.T) {
	id, err := clock.BootID()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("boot id %q", id)
	}
}

func TestSynchronisedAgreesWithTheKernel(t *testing.T) {
	got, err := clock.Synchronised()
	var x unix.Timex
	state, kerr := unix.Adjtimex(&x)
	if kerr != nil {
		if err == nil && !got {
			t.Error("not synchronised without an error, though the kernel did not answer")
		}
		return
	}
	if want := state != unix.TIME_ERROR && x.Status&unix.STA_UNSYNC == 0; err != nil || got != want {
		t.Errorf("Synchronised = %v, %v; the kernel says %v", got, err, want)
	}
}

func TestWatchTellsTheFirstAnswerAndEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		told := 0
		err := clock.Watch(ctx, time.Second, func(bool) { told++ })
		if err != nil || ctx.Err() == nil {
			t.Errorf("Watch ended with %v, its context with %v", err, ctx.Err())
		}
		if told == 0 || told > 5 {
			t.Errorf("told %d times in a minute in which little changed", told)
		}
	})
}

// The drivers are to take their time from a Clock they were given, so that one boot has one time line.
func TestNothingElseInTheDeviceTreeAsksForTheTime(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			filepath.Dir(path) == "../clock" || strings.HasPrefix(path, "../lab/") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, call := range []string{"time.Now(", "time.Since(", "time.Until("} {
			if strings.Contains(string(b), call) {
				t.Errorf("%s calls %s)", path, call)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
