package article20_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// TestArticle20 does whatever people may do at the door and at the desk, in any order, to the controller and to the
// article: ARTICLE20=100000 so many sequences (make model). A difference ends it with the sequence as a scenario.
func TestArticle20(t *testing.T) {
	sequences, asked := 300, false
	if n, err := strconv.Atoi(os.Getenv("ARTICLE20")); err == nil {
		sequences, asked = n, true
	}
	const hands = 2
	checks := (sequences + hands - 1) / hands
	if testing.Short() {
		checks *= 5 // rapid does a fifth
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	total := play{tally: map[string]int{}}
	t.Run("hands", func(t *testing.T) {
		for i := range hands {
			t.Run(strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) {
					one := &play{tally: map[string]int{}}
					one.sequence(t)
					if n := total.add(one); asked && n%10_000 == 0 {
						fmt.Fprintf(os.Stderr, "%d sequences\n", n)
					}
				})
			})
		}
	})
	if !t.Failed() {
		total.report(t, sequences)
	}
}

// play is what one sequence did, or all of them.
type play struct {
	sync.Mutex
	sequences, steps int
	tally            map[string]int
}

func (p *play) sequence(t *rapid.T) *house {
	h := newHouse(t, p.tally)
	h.morning()
	acts := h.acts()
	acts[""] = func(t *rapid.T) { h.t = t; p.steps++ }
	t.Repeat(acts)
	h.end()
	p.sequences++
	return h
}

// morning is what was asked for and decided before the play begins.
func (h *house) morning() {
	for range rapid.IntRange(0, 2).Draw(h.t, "permits") {
		h.request(h.t)
		h.decide(h.t)
	}
}

func (p *play) add(one *play) int {
	p.Lock()
	defer p.Unlock()
	p.sequences += one.sequences
	p.steps += one.steps
	for kind, n := range one.tally {
		p.tally[kind] += n
	}
	return p.sequences
}

func (p *play) report(t *testing.T, sequences int) {
	if p.sequences < sequences {
		t.Errorf("%d sequences were played, not %d", p.sequences, sequences)
	}
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, ", %s %d", k, p.tally[k])
		if p.tally[k] == 0 && sequences >= 300 {
			t.Errorf("in %d sequences it never came about: %s", p.sequences, k)
		}
	}
	fmt.Printf("Article 20: %d sequences, %d steps, 0 differences (%s)\n", p.sequences, p.steps, b.String()[2:])
}
