package words

import (
	"strconv"
	"strings"

	"kidoban/controller/access"
)

// pattern is a said that can be recognised: texts with holes between them.
type pattern struct {
	text   []string // one more than holes
	holes  []byte   // the verbs
	weight int      // how much of it is text
	ja, en []part
}

// part is a text, or the place of a hole by its number from 1.
type part struct {
	text   string
	hole   int
	domain Domain
}

func compile(row said) *pattern {
	p := &pattern{}
	p.text, p.holes = cutVerbs(row.says)
	for _, t := range p.text {
		p.weight += len(t)
	}
	p.ja = parts(row.ja)
	if row.en != "" {
		p.en = parts(row.en)
		return p
	}
	domains := map[int]Domain{}
	for _, x := range p.ja {
		domains[x.hole] = x.domain
	}
	for i, t := range p.text {
		p.en = append(p.en, part{text: t})
		if i == len(p.holes) {
			break
		}
		hole := part{hole: i + 1, domain: domains[i+1]}
		if p.holes[i] == 'q' {
			p.en = append(p.en, part{text: `"`}, hole, part{text: `"`})
		} else {
			p.en = append(p.en, hole)
		}
	}
	return p
}

// cutVerbs cuts a format of fmt at its verbs.
func cutVerbs(format string) (text []string, verbs []byte) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# .0123456789", format[i]) >= 0; i++ {
		}
		switch {
		case i == len(format):
		case format[i] == '%':
			b.WriteByte('%')
		default:
			text, verbs = append(text, b.String()), append(verbs, format[i])
			b.Reset()
		}
	}
	return append(text, b.String()), verbs
}

// parts reads {1} and {2:permit}.
func parts(s string) (out []part) {
	for {
		before, rest, found := strings.Cut(s, "{")
		inside, after, closed := strings.Cut(rest, "}")
		number, domain, _ := strings.Cut(inside, ":")
		n, err := strconv.Atoi(number)
		if !found || !closed || err != nil {
			return append(out, part{text: s})
		}
		out = append(out, part{text: before}, part{hole: n, domain: Domain(domain)})
		s = after
	}
}

// match tells what stands in the holes. Each takes as little as it can.
func (p *pattern) match(s string) (args []string, ok bool) {
	s, ok = strings.CutPrefix(s, p.text[0])
	if !ok {
		return nil, false
	}
	f := fitting{tries: triesMost, typed: strings.ContainsAny(string(p.holes), "dq")}
	args, ok = f.fit(s, p.text[1:], p.holes, nil)
	for _, x := range p.ja {
		if x.domain == asWhy && ok {
			_, ok = access.ParseReason(args[x.hole-1])
		}
		if x.domain == Tables && ok {
			_, ok = terms()[Tables][args[x.hole-1]]
		}
	}
	return args, ok
}

// triesMost bounds how often a pattern is laid on again: what somebody wrote may be within a sentence.
const triesMost = 200

// fitting lays texts on a sentence. Where a hole takes whatever there is, the first place that fits is as good as any other.
type fitting struct {
	tries int
	typed bool // some hole takes numbers or quotations alone
}

func (f *fitting) fit(s string, text []string, holes []byte, have []string) ([]string, bool) {
	if len(holes) == 0 {
		return have, s == ""
	}
	if len(holes) == 1 { // the last text ends the sentence
		rest, ends := strings.CutSuffix(s, text[0])
		arg, ok := taken(holes[0], rest)
		return append(have, arg), ends && ok
	}
	for at := 0; f.tries > 0; at++ {
		f.tries--
		next := strings.Index(s[at:], text[0])
		if text[0] == "" { // two holes without a text between them meet before a blank
			next = strings.IndexByte(s[at:], ' ')
		}
		if next < 0 {
			return nil, false
		}
		at += next
		arg, ok := taken(holes[0], s[:at])
		if !ok {
			continue
		}
		if args, ok := f.fit(s[at+len(text[0]):], text[1:], holes[1:], append(have, arg)); ok {
			return args, true
		} else if !f.typed {
			return nil, false
		}
	}
	return nil, false
}

// taken is what a verb wrote, if it can have written that.
func taken(verb byte, s string) (string, bool) {
	switch verb {
	case 'd':
		_, err := strconv.ParseInt(s, 10, 64)
		return s, err == nil
	case 'q':
		plain, err := strconv.Unquote(s)
		return plain, err == nil && strings.HasPrefix(s, `"`)
	}
	return s, s != ""
}
