package words

import (
	"slices"
	"strings"

	"kidoban/controller/access"
)

// said is a sentence of the daemon and how a page says it. says is the format that the daemon uses; {1} in ja and en is what
// its first verb stood for, {1:permit} that as a term of a domain. An empty en is says itself: a sentence without hints
// that are for a command line.
type said struct{ says, ja, en string }

// deepest is how far sentences within sentences are followed; longest, in octets, what is taken for a sentence at all.
const (
	deepest = 4
	longest = 8000
)

// Refusal is one of the daemon's sentences (a refusal, an error, the description of a proposal, a diagnosis) for a page: in
// Japanese, or in English without the hints that are for a command line. What is not in the catalogue is shown as it came.
func Refusal(l access.Language, english string) string { return refusal(l, english, deepest) }

func refusal(l access.Language, s string, depth int) string {
	if depth == 0 || s == "" || len(s) > longest {
		return s
	}
	p, args := catalogue().find(s)
	if p == nil {
		return s
	}
	parts := p.en
	if l == access.Japanese {
		parts = p.ja
	}
	var out strings.Builder
	for _, x := range parts {
		if x.hole == 0 {
			out.WriteString(x.text)
			continue
		}
		out.WriteString(argument(l, args[x.hole-1], x.domain, depth-1))
	}
	return out.String()
}

// Said reports whether a sentence is in the catalogue.
func Said(english string) bool {
	p, _ := catalogue().find(english)
	return p != nil
}

// index finds the sentence that something was made of: by its first word, then the one with the most words of its own.
type index map[string][]*pattern

func (x index) find(s string) (best *pattern, args []string) {
	first, _, _ := strings.Cut(s, " ")
	for _, key := range []string{first, ""} {
		for _, p := range x[key] {
			if best != nil && p.weight <= best.weight {
				break // the heaviest first
			}
			if a, ok := p.match(s); ok {
				best, args = p, a
				break
			}
		}
	}
	return best, args
}

func newIndex(tables ...[]said) index {
	x := index{}
	for _, table := range tables {
		for _, row := range table {
			p := compile(row)
			key := ""
			if head, _, whole := strings.Cut(p.text[0], " "); whole || len(p.text) == 1 {
				key = head
			}
			x[key] = append(x[key], p)
		}
	}
	for _, all := range x {
		slices.SortStableFunc(all, func(a, b *pattern) int { return b.weight - a.weight })
	}
	return x
}
