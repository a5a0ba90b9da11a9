package line_test

import (
	"testing"
	"time"

	"kidoban/device/line"

	"pgregory.net/rapid"
)

func TestButton(t *testing.T) {
	for _, c := range []struct {
		name string
		wire wire
		want []said
	}{
		{"a press", wire{moves: []time.Duration{1000 * ms, 1400 * ms}}, []said{{1000 * ms, line.Active, false}, {1400 * ms, line.Inactive, false}}},
		{"49 ms is no press", wire{moves: []time.Duration{1000 * ms, 1049 * ms}}, nil},
		{"once a press, held or not", wire{moves: []time.Duration{1000 * ms, 9000 * ms}}, []said{{1000 * ms, line.Active, false}, {9000 * ms, line.Inactive, false}}},
		{"Pitfall 16: down at the start releases nothing", wire{high: true, moves: []time.Duration{2000 * ms}}, nil},
		{"down at the start, then pressed again", wire{high: true, moves: []time.Duration{2000 * ms, 3000 * ms, 3400 * ms}}, []said{
			{3000 * ms, line.Active, false}, {3400 * ms, line.Inactive, false},
		}},
		{"held for 10 s", wire{moves: []time.Duration{1000 * ms, 14000 * ms}}, []said{
			{1000 * ms, line.Active, false}, {11000 * ms, line.Stuck, false}, {14000 * ms, line.Freed, false}, {14000 * ms, line.Inactive, false},
		}},
		{"let go just before 10 s", wire{moves: []time.Duration{1000 * ms, 10900 * ms}}, []said{{1000 * ms, line.Active, false}, {10900 * ms, line.Inactive, false}}},
		{"stuck since before the start", wire{high: true, moves: []time.Duration{15000 * ms, 16000 * ms}}, []said{
			{10000 * ms, line.Stuck, false}, {15000 * ms, line.Freed, false}, {16000 * ms, line.Active, false},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := line.NewButton(at(0), 10*ms, 300*ms) // 10 ms is raised to 50
			check(t, watch(&b, c.wire, line.PressedFor, 20*time.Second), c.want...)
		})
	}
}

// Rule 2 of the design: no press is reported that was not 50 ms long and did not begin with the button seen released.
func TestRapidButtonReportsOnlyPresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := wire{high: rapid.Bool().Draw(t, "down")}
		var m time.Duration
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			m += time.Duration(rapid.IntRange(1, 12000).Draw(t, "gap")) * ms
			w.moves = append(w.moves, m)
		}
		b := line.NewButton(at(0), 0, 300*ms)
		got := watch(&b, w, line.PressedFor, m+time.Second)
		presses, most := 0, 0
		for i, move := range w.moves {
			long := i+1 == len(w.moves) || w.moves[i+1]-move >= line.PressedFor
			if w.level(move) && long {
				most++
			}
		}
		down := false
		for _, r := range got {
			switch r.What {
			case line.Active:
				presses++
				if down {
					t.Fatalf("pressed twice without a release: %v", brief(got))
				}
				down = true
			case line.Inactive:
				if !down {
					t.Fatalf("released without a press: %v", brief(got))
				}
				down = false
			}
			if r.AtStart {
				t.Fatalf("a button reports nothing of the start: %v", brief(got))
			}
		}
		if presses > most {
			t.Fatalf("%d presses reported of %d: %v", presses, most, brief(got))
		}
	})
}
