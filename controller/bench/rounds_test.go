package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// round is what was taken in turn: sample by sample ours, then the limit.
type round struct{ ours, limit []time.Duration }

func (r *round) add(ours, limit time.Duration) {
	r.ours, r.limit = append(r.ours, ours), append(r.limit, limit)
}

// steady reports whether the limit, by the medians of the round's quarters, moved threefold at most.
func (r *round) steady() bool {
	n := len(r.limit)
	var parts []time.Duration
	for i := range 4 {
		if part := r.limit[i*n/4 : (i+1)*n/4]; len(part) > 0 {
			parts = append(parts, quantile(part, 50))
		}
	}
	return len(parts) > 0 && slices.Max(parts) <= 3*slices.Min(parts)
}

// leastRounds is how many steady rounds a result needs.
const leastRounds = 5

// result is what the steady rounds of a measurement say.
type result struct {
	rounds []round
	ran    int
}

// measure plays rounds until as many as were asked for are steady, three times as many at most.
func measure(t *testing.T, play func() round) (r result) {
	t.Helper()
	for want := *rounds; len(r.rounds) < want && r.ran < 3*want; r.ran++ {
		if one := play(); one.steady() {
			r.rounds = append(r.rounds, one)
		}
	}
	if len(r.rounds) == 0 {
		t.Logf("no round of %d was steady", r.ran)
	}
	return r
}

func (r result) enough() bool { return len(r.rounds) >= leastRounds }

func (r result) count() string { return fmt.Sprintf("%d of %d rounds steady", len(r.rounds), r.ran) }

// median is the median over the rounds of what f makes of ours and the limit at a percentile.
func (r result) median(percent float64, f func(ours, limit float64) float64) float64 {
	var all []float64
	for _, one := range r.rounds {
		all = append(all, f(float64(quantile(one.ours, percent)), float64(quantile(one.limit, percent))))
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func (r result) ratio(percent float64) float64 {
	return r.median(percent, func(ours, limit float64) float64 { return ours / limit })
}

func (r result) ours(percent float64) time.Duration {
	return time.Duration(r.median(percent, func(ours, _ float64) float64 { return ours }))
}

func (r result) limit(percent float64) time.Duration {
	return time.Duration(r.median(percent, func(_, limit float64) float64 { return limit }))
}

func quantile(d []time.Duration, percent float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(d))
	return s[min(int(float64(len(s))*percent/100), len(s)-1)]
}

func TestRounds(t *testing.T) {
	calm, wild := round{}, round{}
	for i := range 100 {
		calm.add(2*time.Millisecond, time.Millisecond)
		wild.add(2*time.Millisecond, time.Millisecond+time.Duration(i/50)*5*time.Millisecond)
	}
	if !calm.steady() || wild.steady() {
		t.Error("a round is steady where the limit moved threefold at most")
	}
	n := 0
	r := measure(t, func() round {
		if n++; n%2 == 0 {
			return wild
		}
		return calm
	})
	if len(r.rounds) != *rounds || r.ran != 2**rounds-1 {
		t.Errorf("kept %d of %d rounds", len(r.rounds), r.ran)
	}
	if r.ratio(50) != 2 || r.ours(99) != 2*time.Millisecond || r.limit(50) != time.Millisecond {
		t.Errorf("ratio %v, ours %v, limit %v", r.ratio(50), r.ours(99), r.limit(50))
	}
}
