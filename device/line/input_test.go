package line_test

import (
	"testing"
	"time"

	"kidoban/device"
	"kidoban/device/line"

	"pgregory.net/rapid"
)

const ms = time.Millisecond

func at(d time.Duration) device.Instant {
	return device.Instant{Wall: time.Date(2026, 4, 1, 8, 30, 0, 0, time.UTC).Add(d), Mono: time.Hour + d}
}

// wire is a line as the world moves it: it toggles at each instant of moves. Edges tells which of the moves the kernel
// reports at all; nil = each.
type wire struct {
	high  bool
	moves []time.Duration
	edges func(i int) bool
}

func (w wire) level(t time.Duration) bool {
	l := w.high
	for _, m := range w.moves {
		if m <= t {
			l = !l
		}
	}
	return l
}

type sampler interface {
	Sample(device.Instant, bool, bool) []line.Report
	Deadline() time.Duration
}

// watch runs s over the wire until end, in the way that the panel's input goroutine does.
func watch(s sampler, w wire, debounce, end time.Duration) (out []line.Report) {
	out = append(out, s.Sample(at(0), w.level(0), false)...)
	for t := time.Duration(0); t < end; {
		next, edge := t+line.Poll(debounce), false
		if d := s.Deadline(); d != 0 {
			next = min(next, max(d-time.Hour, t+ms))
		}
		for i, m := range w.moves {
			if m > t && m <= next && (w.edges == nil || w.edges(i)) {
				next, edge = m, true
				break
			}
		}
		t = next
		out = append(out, s.Sample(at(t), w.level(t), edge)...)
	}
	return out
}

type said struct {
	at      time.Duration
	what    line.What
	atStart bool
}

func brief(rs []line.Report) (out []said) {
	for _, r := range rs {
		out = append(out, said{r.At.Mono - time.Hour, r.What, r.AtStart})
	}
	return out
}

func check(t *testing.T, got []line.Report, want ...said) {
	t.Helper()
	g := brief(got)
	if len(g) != len(want) {
		t.Fatalf("reports %v, want %v", g, want)
	}
	for i := range g {
		if g[i] != want[i] {
			t.Errorf("report %d is %v, want %v", i, g[i], want[i])
		}
	}
}

func TestInput(t *testing.T) {
	deaf := func(int) bool { return false }
	for _, c := range []struct {
		name string
		wire wire
		want []said
	}{
		{"found inactive", wire{}, []said{{0, line.Inactive, true}}},
		{"found active", wire{high: true}, []said{{0, line.Active, true}}},
		{"opens and closes", wire{moves: []time.Duration{time.Second, 2 * time.Second}}, []said{
			{0, line.Inactive, true}, {1000 * ms, line.Active, false}, {2000 * ms, line.Inactive, false},
		}},
		{"bounces on opening", wire{moves: []time.Duration{1000 * ms, 1002 * ms, 1003 * ms, 1007 * ms, 1012 * ms}}, []said{
			{0, line.Inactive, true}, {1000 * ms, line.Active, false},
		}},
		{"a glitch shorter than the debounce time", wire{moves: []time.Duration{1000 * ms, 1049 * ms}}, []said{{0, line.Inactive, true}}},
		{"steady for the debounce time exactly", wire{moves: []time.Duration{1000 * ms, 1051 * ms}}, []said{
			{0, line.Inactive, true}, {1000 * ms, line.Active, false}, {1051 * ms, line.Inactive, false},
		}},
		{"Pitfall 16: moves while settling", wire{moves: []time.Duration{50 * ms, 90 * ms, 200 * ms, 290 * ms}}, []said{{290 * ms, line.Inactive, true}}},
		{"Pitfall 16: still moving when settled", wire{moves: []time.Duration{290 * ms, 310 * ms, 330 * ms}}, []said{{330 * ms, line.Active, true}}},
		{"Pitfall 3: no edge at all is delivered", wire{moves: []time.Duration{1000 * ms, 3000 * ms}, edges: deaf}, []said{
			{0, line.Inactive, true}, {1050 * ms, line.Active, false}, {3050 * ms, line.Inactive, false},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := line.NewInput(at(0), 50*ms, 300*ms)
			got := watch(&in, c.wire, 50*ms, 5*time.Second)
			if c.name == "Pitfall 3: no edge at all is delivered" {
				for i := range got { // found late, but no later than a look and the debounce time
					late := got[i].At.Mono - time.Hour - c.want[i].at
					if late > line.MaxWait || got[i].What != c.want[i].what {
						t.Errorf("report %d: %v, want %v within %v", i, brief(got)[i], c.want[i], line.MaxWait)
					}
				}
				if len(got) != len(c.want) {
					t.Errorf("reports %v", brief(got))
				}
				return
			}
			check(t, got, c.want...)
		})
	}
}

func TestInputThatChattersIsAFaultUntilItIsSteady(t *testing.T) {
	var moves []time.Duration
	for m := time.Second; m < 5*time.Second; m += 20 * ms {
		moves = append(moves, m)
	}
	in := line.NewInput(at(0), 50*ms, 300*ms)
	check(t, watch(&in, wire{moves: moves}, 50*ms, 7*time.Second),
		said{0, line.Inactive, true}, said{3000 * ms, line.Chatters, false}, said{4980 * ms, line.Calm, false})
}

func TestEdgesLostIsToldByChangesThatNobodyAnnounced(t *testing.T) {
	w := wire{moves: []time.Duration{1000 * ms, 2000 * ms, 3000 * ms}, edges: func(int) bool { return false }}
	in := line.NewInput(at(0), 50*ms, 300*ms)
	watch(&in, w, 50*ms, 2500*ms)
	if in.EdgesLost() {
		t.Error("two changes without an edge may be chance")
	}
	watch2 := line.NewInput(at(0), 50*ms, 300*ms)
	watch(&watch2, w, 50*ms, 4*time.Second)
	if !watch2.EdgesLost() {
		t.Error("three changes without an edge and nothing said")
	}
	watch2.Sample(at(5*time.Second), false, true)
	if watch2.EdgesLost() {
		t.Error("an edge came and it still says that none does")
	}
}

// Rule 6: a pulse of 400 ms is never missed, whatever the debounce time, even where the kernel delivers not one edge.
func TestRapidPulseOf400msIsNeverMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		debounce := time.Duration(rapid.IntRange(0, 300).Draw(t, "debounce")) * ms
		begin := time.Second + time.Duration(rapid.IntRange(0, 5000).Draw(t, "begin"))*ms/10
		edges := rapid.SliceOfN(rapid.Bool(), 2, 2).Draw(t, "edges")
		w := wire{moves: []time.Duration{begin, begin + line.ShortestPulse}, edges: func(i int) bool { return edges[i] }}
		in := line.NewInput(at(0), debounce, 300*ms)
		got := watch(&in, w, debounce, 4*time.Second)
		if len(got) != 3 || got[1].What != line.Active || got[2].What != line.Inactive {
			t.Fatalf("reports %v", brief(got))
		}
	})
}

// Pitfall 3: whatever edges are lost, the state converges to the level, and reports alternate.
func TestRapidInputConvergesWhateverEdgesAreLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := wire{high: rapid.Bool().Draw(t, "high")}
		var m time.Duration
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			m += time.Duration(rapid.IntRange(1, 700).Draw(t, "gap")) * ms
			w.moves = append(w.moves, m)
		}
		lost := rapid.SliceOfN(rapid.Bool(), len(w.moves), len(w.moves)).Draw(t, "lost")
		w.edges = func(i int) bool { return !lost[i] }
		in := line.NewInput(at(0), 50*ms, 300*ms)
		end := max(m, 300*ms) + line.MaxWait + 100*ms
		got := watch(&in, w, 50*ms, end)
		var state, known, faulty bool
		last := time.Duration(-1)
		for i, r := range got {
			if r.At.Mono < last {
				t.Fatalf("report %d goes back in time: %v", i, brief(got))
			}
			last = r.At.Mono
			switch r.What {
			case line.Chatters, line.Calm:
				if faulty == (r.What == line.Chatters) {
					t.Fatalf("fault told twice: %v", brief(got))
				}
				faulty = r.What == line.Chatters
			default:
				if r.AtStart == known || known && state == (r.What == line.Active) {
					t.Fatalf("report %d tells nothing new: %v", i, brief(got))
				}
				known, state = true, r.What == line.Active
			}
		}
		if !known || faulty || state != w.level(end) {
			t.Fatalf("the level is %v and the reports say %v", w.level(end), brief(got))
		}
	})
}
