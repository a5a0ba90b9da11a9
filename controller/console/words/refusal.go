package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	wordy   = 12 // octets of its own that make a sentence one
)

// Refusal is one of the daemon's sentences, a refusal or an error, for a page: in Japanese, or in English without the hints
// that are for a command line. What is not in the catalogue is shown as it came.
func Refusal(l access.Language, english string) string {
	p, _ := catalogue().find(english)
	s := Phrase(l, english)
	if p == nil || l != access.English {
		return s
	}
	if p.en[0].text != "" {
		first, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(first)) + s[size:]
	}
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".!?。…", last) {
		s += "."
	}
	return s
}

// Knows says that a sentence is of the catalogue, so that Refusal says it in either language. One that only has the shape of
// another ("this: that") is not.
func Knows(english string) bool {
	p, _ := catalogue().find(english)
	return p != nil && p.weight >= wordy
}

// Phrase is the same of what is no whole sentence, or stands within one: a diagnosis, a line of what a proposal changes, a
// problem of a file.
func Phrase(l access.Language, english string) string {
	return tidy.Replace(phrase(l, english, deepest))
}

// tidy is for sentences that came to stand within others.
var tidy = strings.NewReplacer("。。", "。", "。)。", ")。", "。)", ")")

func phrase(l access.Language, s string, depth int) string {
	if depth == 0 {
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

// index finds the sentence that something was made of: by its first word, then the one with the most words of its own.
type index map[string][]*pattern

func (x index) find(s string) (best *pattern, args []string) {
	if len(s) > longest {
		return nil, nil
	}
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
