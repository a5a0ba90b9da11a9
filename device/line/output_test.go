package line_test

import (
	"testing"
	"time"

	"kidoban/device"
	"kidoban/device/line"
)

func TestHoldIsOverAfterItsTimeAskedOrNot(t *testing.T) {
	var h line.Hold
	if h.Driven() || h.Over(at(0)) || h.Deadline() != 0 {
		t.Fatal("the zero Hold is not secure")
	}
	h.Release(at(0), 5*time.Second)
	for _, c := range []struct {
		t    time.Duration
		over bool
	}{{0, false}, {5*time.Second - 1, false}, {5 * time.Second, true}, {time.Hour, true}} {
		if h.Over(at(c.t)) != c.over {
			t.Errorf("over after %v: %v", c.t, !c.over)
		}
	}
	if h.Deadline() != at(5*time.Second).Mono {
		t.Errorf("deadline %v", h.Deadline())
	}
	h.Release(at(4*time.Second), 2*time.Second)
	if h.Over(at(5*time.Second)) || !h.Over(at(6*time.Second)) {
		t.Error("a second release counts from its own start")
	}
	h.Secure()
	if h.Driven() || h.Over(at(time.Hour)) {
		t.Error("driven after Secure")
	}
}

// A clock stepped by an hour changes nothing: only Mono counts.
func TestHoldDoesNotFollowTheWallClock(t *testing.T) {
	var h line.Hold
	h.Release(at(0), 5*time.Second)
	back := at(6 * time.Second)
	back.Wall = back.Wall.Add(-time.Hour)
	if !h.Over(back) {
		t.Error("one hour back on the wall kept the strike driven")
	}
}

var signals = []device.Signal{device.Idle, device.Granted, device.Denied, device.Waiting, device.PreAlarm, device.Alarm, device.Degraded}

// play samples four seconds of a signal every 25 ms.
func play(s device.Signal) (out []line.Lamps) {
	var i line.Indicator
	i.Show(at(0), s)
	for t := time.Duration(0); t < 4*time.Second; t += 25 * ms {
		out = append(out, i.Lamps(at(t)))
	}
	return out
}

func TestSignalsAreDistinct(t *testing.T) {
	for name, see := range map[string]func(line.Lamps) [3]bool{
		"all outputs":   func(l line.Lamps) [3]bool { return [3]bool{l.Green, l.Red, l.Buzzer} },
		"lamps alone":   func(l line.Lamps) [3]bool { return [3]bool{l.Green, l.Red} },
		"without hue":   func(l line.Lamps) [3]bool { return [3]bool{l.Green || l.Red, l.Buzzer} },
		"no green lamp": func(l line.Lamps) [3]bool { return [3]bool{l.Red, l.Buzzer} },
	} {
		t.Run(name, func(t *testing.T) {
			for i, a := range signals {
				for _, b := range signals[i+1:] {
					pa, pb := play(a), play(b)
					same := 0
					for k := range pa {
						if see(pa[k]) == see(pb[k]) {
							same++
						}
					}
					if same == len(pa) {
						t.Errorf("%v and %v look the same", a, b)
					}
				}
			}
		})
	}
}

// Following the deadlines alone shows each pattern exactly.
func TestIndicatorDeadlinesMissNoChange(t *testing.T) {
	for _, s := range signals {
		var i line.Indicator
		i.Show(at(0), s)
		now, shown := at(0), i.Lamps(at(0))
		for t0 := time.Duration(0); t0 < 4*time.Second; t0 += ms {
			if d := i.Deadline(now); d != 0 && at(t0).Mono >= d {
				now = at(t0)
				shown = i.Lamps(now)
			}
			if got := i.Lamps(at(t0)); got != shown {
				t.Fatalf("%v: at %v the outputs show %v, the pattern says %v", s, t0, shown, got)
			}
		}
	}
}

func TestIndicatorGoesOnWithWhatItShows(t *testing.T) {
	var i line.Indicator
	i.Show(at(0), device.Alarm)
	before := i.Deadline(at(210 * ms))
	i.Show(at(205*ms), device.Alarm)
	if i.Deadline(at(210*ms)) != before {
		t.Error("the same signal again began anew")
	}
	i.Show(at(time.Second), device.Denied)
	i.Show(at(10*time.Second), device.Denied)
	if !i.Lamps(at(10 * time.Second)).Buzzer {
		t.Error("a second refusal made no sound")
	}
}
