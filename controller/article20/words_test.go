package article20_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/scenario"
)

// TestWordsPlay plays what a sequence prints of itself as a scenario, on a real record: the register must come out the
// same.
func TestWordsPlay(t *testing.T) {
	if err := flag.Set("rapid.checks", "5"); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := play{tally: map[string]int{}}
		h := p.sequence(t)
		if slices.ContainsFunc(h.words, func(l string) bool { return strings.HasPrefix(l, "clock steps -") }) {
			t.Skip("a scenario names lines by their persons, and means the one entered last by the clock")
		}
		if h.now.Mono > 30*time.Hour {
			t.Skip("every second of it would be played")
		}
		text := strings.Join(append(h.words, h.outcome()...), "\n")
		if err := scenario.Play(context.Background(), "drawn.txt", text, nil); err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
	})
}

// outcome is how the register stands at the end, as a scenario expects it.
func (h *house) outcome() (words []string) {
	newest := map[access.PersonID]ledger.Visit{}
	for _, v := range h.disk.visits {
		if v.ID > newest[v.Person].ID {
			newest[v.Person] = v
		}
	}
	for _, p := range everybody {
		v, known := newest[access.PersonID(p)]
		if !known {
			continue
		}
		var escorts []string
		for _, e := range v.Escorts {
			escorts = append(escorts, string(e.Person))
		}
		left := "none"
		if !v.Left.IsZero() {
			left = v.Left.Format("15:04:05")
		}
		words = append(words, fmt.Sprintf("line %s id=%s consent=%s escort=%s left=%s entered=%s",
			p, v.ID, v.Consent.State, strings.Join(escorts, ","), left, v.Entered.Format("15:04:05")))
	}
	return words
}
