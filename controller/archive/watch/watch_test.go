package watch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/archive/watch"
)

const limit = 90 * time.Second

var signed = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func head(size uint64, after time.Duration) watch.Head {
	return watch.Head{Size: size, Time: signed.Add(after)}
}

func TestSilentAtTheNinetiethSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watch.Begin(time.Now(), head(10, 0), false)
		tick := func(want watch.Change) {
			t.Helper()
			var got watch.Change
			if s, got = s.Tick(time.Now(), limit); got != want {
				t.Errorf("%v since it was heard: %v, want %v", time.Since(s.Since()), got, want)
			}
		}
		tick(watch.None)
		time.Sleep(limit - time.Nanosecond)
		tick(watch.None) // nothing is silent before 90 s have passed since the start
		var fresh bool
		if s, fresh, _ = s.Hear(time.Now(), head(10, 30*time.Second), false); !fresh {
			t.Error("a head signed later is not fresh")
		}
		time.Sleep(limit - time.Nanosecond)
		tick(watch.None)
		time.Sleep(time.Nanosecond)
		tick(watch.Silence)
		time.Sleep(time.Hour)
		tick(watch.None) // once
		var change watch.Change
		if s, fresh, change = s.Hear(time.Now(), head(11, time.Hour), false); !fresh || change != watch.Heard || s.Silent() {
			t.Error("not heard again")
		}
	})
}

func TestWhatIsFresh(t *testing.T) {
	for _, c := range []struct {
		name     string
		head     watch.Head
		retained bool
		fresh    bool
	}{
		{"the same again", head(10, 0), false, false},
		{"an older one", head(9, -time.Minute), false, false},
		{"a longer journal", head(11, time.Minute), false, true},
		{"no longer, signed later", head(10, time.Minute), false, true},
		{"shorter, signed later: a disk put back speaks too", head(3, time.Minute), false, true},
		{"longer, signed earlier: the clock was set back", head(11, -24*time.Hour), false, true},
		{"retained", head(11, time.Minute), true, false},
	} {
		s, fresh, _ := watch.Begin(signed, head(10, 0), false).Hear(signed, c.head, c.retained)
		if fresh != c.fresh {
			t.Errorf("%s: fresh %v", c.name, fresh)
		}
		if _, again, _ := s.Hear(signed, c.head, false); again {
			t.Errorf("%s: a repeat is fresh", c.name)
		}
	}
}

func TestAClockSetBackDoesNotSilence(t *testing.T) {
	s, _, _ := watch.Begin(signed, head(10, 0), false).Hear(signed, head(12, 365*24*time.Hour), false)
	s, fresh, _ := s.Hear(signed, head(13, time.Minute), false) // clock.stepped made it longer
	if !fresh {
		t.Error("the first head after the step")
	}
	if _, fresh, _ = s.Hear(signed, head(13, 2*time.Minute), false); !fresh {
		t.Error("the second")
	}
}

func TestResume(t *testing.T) {
	s := watch.Begin(signed, head(1, 0), false).Resume(signed.Add(time.Hour), limit, 45*time.Second)
	if due := s.Due(limit).Sub(signed); due != time.Hour+45*time.Second {
		t.Errorf("due after %v", due)
	}
	if later := s.Resume(signed, limit, 45*time.Second); later.Due(limit) != s.Due(limit) {
		t.Error("a second resume brings it forward")
	}
}

// Whatever an adversary repeats of what was once said, a controller that says nothing new is silent in time.
func TestRepeatsKeepNobodyAlive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := watch.Begin(signed, watch.Head{}, false)
		var said []watch.Head
		h := watch.Head{Size: 1, Time: signed}
		for range rapid.IntRange(1, 30).Draw(t, "heads") {
			h.Size += uint64(rapid.IntRange(0, 2).Draw(t, "grows"))
			step := rapid.IntRange(-100, 100).Draw(t, "clock")
			if step <= 0 {
				h.Size++ // a clock set back is recorded
			}
			h.Time = h.Time.Add(time.Duration(step) * time.Second)
			said = append(said, h)
			s, _, _ = s.Hear(signed, h, false)
		}
		heard := s.Since()
		for range 50 {
			s, _, _ = s.Hear(signed.Add(time.Second), rapid.SampledFrom(said).Draw(t, "repeat"), false)
		}
		if s.Since() != heard {
			t.Fatal("a repeat was taken for a sign of life")
		}
	})
}
