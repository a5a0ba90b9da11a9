package wiegand

import (
	"fmt"
	"math/bits"
	"strings"
)

// Format is a card format. It is comparable; the zero Format reads nothing.
type Format struct{ l *layout }

// layout says what each bit of a format is. Bit 0 is the first received. Every bit belongs to a field, a parity rule or a
// constant, so that two different frames never read as the same card.
type layout struct {
	name     string
	bits     int
	facility span // none where the format has no facility code
	card     span
	constant uint64   // value of the bits that are the same on every card
	fixed    span     // which bits those are
	parity   []parity // in the order in which a card's maker sets them: later rules cover earlier ones' bits
	raw      bool
}

// span is a run of bits from first to last, both included, most significant first; the zero span is empty because bit 0
// alone is never a field.
type span struct{ first, last int }

func (s span) width() int {
	if s == (span{}) {
		return 0
	}
	return s.last - s.first + 1
}

// of takes the span's number out of the n bits v.
func (s span) of(v uint64, n int) uint64 {
	if s == (span{}) {
		return 0
	}
	return v >> (n - 1 - s.last) & ones(s.width())
}

// in places the number x at the span of n bits.
func (s span) in(x uint64, n int) uint64 {
	if s == (span{}) {
		return 0
	}
	return x << (n - 1 - s.last)
}

// parity is one rule: the bit at and the bits over together hold an even, or an odd, number of ones.
type parity struct {
	at   int
	odd  bool
	mask uint64 // over and at, in the orientation of Bits
}

// holds tells whether the rule fits v.
func (p parity) holds(v uint64) bool { return bits.OnesCount64(v&p.mask)%2 == 1 == p.odd }

// even is the rule of an even parity bit among n.
func even(n, at int, over ...span) parity { return rule(n, at, false, over) }

// odd is the rule of an odd parity bit among n.
func odd(n, at int, over ...span) parity { return rule(n, at, true, over) }

func rule(n, at int, odd bool, over []span) parity {
	p := parity{at: at, odd: odd, mask: 1 << (n - 1 - at)}
	for _, s := range over {
		p.mask |= ones(s.last-s.first+1) << (n - 1 - s.last)
	}
	return p
}

// pairs is two bits of every three from first to last, as the Corporate 1000 formats cover them.
func pairs(first, last int) []span {
	var s []span
	for i := first; i < last; i += 3 {
		s = append(s, span{i, i + 1})
	}
	return s
}

// formats is the list; its order is the one in which Formats and Learn show it.
var formats = []layout{
	{name: "H10301", bits: 26, facility: span{1, 8}, card: span{9, 24},
		parity: []parity{even(26, 0, span{1, 12}), odd(26, 25, span{13, 24})}},
	{name: "H10306", bits: 34, facility: span{1, 16}, card: span{17, 32}, parity: halves34()},
	{name: "N10002", bits: 34, facility: span{1, 16}, card: span{17, 32}, parity: halves34()},
	{name: "H10302", bits: 37, card: span{1, 35}, parity: halves37()},
	{name: "H10304", bits: 37, facility: span{1, 16}, card: span{17, 35}, parity: halves37()},
	{name: "C1k35s", bits: 35, facility: span{2, 13}, card: span{14, 33},
		parity: []parity{even(35, 1, pairs(2, 33)...), odd(35, 34, pairs(1, 32)...), odd(35, 0, span{1, 34})}},
	{name: "C1k48s", bits: 48, facility: span{2, 23}, card: span{24, 46},
		parity: []parity{even(48, 1, pairs(3, 46)...), odd(48, 47, pairs(2, 45)...), odd(48, 0, span{1, 47})}},
	{name: "RAW32", bits: 32, card: span{0, 31}, raw: true},
	{name: "RAW56", bits: 56, card: span{0, 55}, raw: true},
	{name: "D10202", bits: 33, facility: span{1, 7}, card: span{8, 31},
		parity: []parity{even(33, 0, span{1, 16}), odd(33, 32, span{16, 31})}},
	{name: "BQT34", bits: 34, facility: span{1, 8}, card: span{9, 32}, parity: halves34()},
	{name: "C15001", bits: 36, facility: span{11, 18}, card: span{19, 34}, fixed: span{1, 10}, constant: 900,
		parity: []parity{even(36, 0, span{1, 17}), odd(36, 35, span{18, 34})}},
	{name: "P10001", bits: 40, facility: span{4, 15}, card: span{16, 31}, fixed: span{0, 3}, constant: 0b1111,
		parity: checkOctet(40)},
	{name: "Verkada40", bits: 40, facility: span{1, 10}, card: span{11, 38},
		parity: []parity{even(40, 0, span{1, 10}), even(40, 39, span{11, 38})}},
	{name: "ind26", bits: 26, facility: span{1, 12}, card: span{13, 24},
		parity: []parity{even(26, 0, span{1, 12}), odd(26, 25, span{13, 24})}},
	{name: "ind27", bits: 27, facility: span{0, 12}, card: span{13, 26}},
	{name: "ind29", bits: 29, facility: span{0, 12}, card: span{13, 28}},
	{name: "IR56", bits: 56, facility: span{0, 23}, card: span{24, 55}},
}

func halves34() []parity {
	return []parity{even(34, 0, span{1, 16}), odd(34, 33, span{17, 32})}
}

// halves37 covers bit 18 twice.
func halves37() []parity {
	return []parity{even(37, 0, span{1, 18}), odd(37, 36, span{18, 35})}
}

// checkOctet is a last octet that is the exclusive or of the octets before it: eight even parities.
func checkOctet(n int) []parity {
	var p []parity
	for i := range 8 {
		var over []span
		for j := i; j < n-8; j += 8 {
			over = append(over, span{j, j})
		}
		p = append(p, even(n, n-8+i, over...))
	}
	return p
}

// Formats lists every format, the common ones first.
func Formats() []Format {
	all := make([]Format, len(formats))
	for i := range formats {
		all[i] = Format{&formats[i]}
	}
	return all
}

// Lookup finds a format by its exact name.
func Lookup(name string) (Format, error) {
	names := make([]string, len(formats))
	for i := range formats {
		if formats[i].name == name {
			return Format{&formats[i]}, nil
		}
		names[i] = formats[i].name
	}
	return Format{}, fmt.Errorf("unknown card format %q; the formats are %s", name, strings.Join(names, ", "))
}

// Name is the format's name in the config, "" for the zero Format.
func (f Format) Name() string {
	if f.l == nil {
		return ""
	}
	return f.l.name
}

// Bits is the length of the format's frames.
func (f Format) Bits() int {
	if f.l == nil {
		return 0
	}
	return f.l.bits
}

// HasFacility tells whether its cards carry a facility code.
func (f Format) HasFacility() bool { return f.l != nil && f.l.facility.width() > 0 }

// MaxFacility is the largest facility code, 0 where there is none.
func (f Format) MaxFacility() uint64 {
	if f.l == nil {
		return 0
	}
	return ones(f.l.facility.width())
}

// MaxCard is the largest card number.
func (f Format) MaxCard() uint64 {
	if f.l == nil {
		return 0
	}
	return ones(f.l.card.width())
}

// Checked tells whether a frame can be told from a disturbed one at all: raw formats cannot.
func (f Format) Checked() bool { return f.l != nil && len(f.l.parity) > 0 }

// String is the name.
func (f Format) String() string { return f.Name() }
