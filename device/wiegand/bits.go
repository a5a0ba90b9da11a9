package wiegand

import (
	"fmt"
	"log/slog"
	"math"
)

// Bits is a run of received bits, first received first. It keeps the first 64 of them and counts the rest, so that a
// frame of any length can be named too long. It is comparable and shows as • unless Text is asked for.
type Bits struct {
	v uint64 // the kept bits as one number, the first received most significant
	n uint16
}

// maxKept is how many bits Bits keeps; no format is longer.
const maxKept = 64

// Append returns b with one more bit: 0 for a pulse on D0, anything else for one on D1.
func (b Bits) Append(bit byte) Bits {
	if b.n < maxKept {
		b.v <<= 1
		if bit != 0 {
			b.v |= 1
		}
	}
	if b.n < math.MaxUint16 {
		b.n++
	}
	return b
}

// Len is the number of bits received, kept or not.
func (b Bits) Len() int { return int(b.n) }

// Text is the bits as a person at the wiring needs them: "0101…". It names a card; only what a person asked to see with
// the card in hand may show it.
func (b Bits) Text() string {
	kept := b.kept()
	t := make([]byte, 0, kept+len("…"))
	for i := range kept {
		t = append(t, '0'+byte(b.v>>(kept-1-i)&1))
	}
	if b.Len() > kept {
		t = append(t, "…"...)
	}
	return string(t)
}

// String hides the bits.
func (Bits) String() string { return "•" }

// GoString hides the bits.
func (Bits) GoString() string { return "•" }

// LogValue hides the bits from slog.
func (Bits) LogValue() slog.Value { return slog.StringValue("•") }

// MarshalJSON hides the bits.
func (Bits) MarshalJSON() ([]byte, error) { return []byte(`"•"`), nil }

// ParseBits reads "0101…". The error names where it goes wrong and never repeats the text, which may be a card's number.
func ParseBits(text string) (Bits, error) {
	const most = 1024
	if text == "" {
		return Bits{}, fmt.Errorf("read bits: nothing given; write them as 0 and 1, the first received first")
	}
	if len(text) > most {
		return Bits{}, fmt.Errorf("read bits: %d characters, at most %d", len(text), most)
	}
	var b Bits
	for i := range len(text) {
		if text[i] != '0' && text[i] != '1' {
			return Bits{}, fmt.Errorf("read bits: character %d is neither 0 nor 1", i+1)
		}
		b = b.Append(text[i] - '0')
	}
	return b, nil
}

// kept is the number of bits in v.
func (b Bits) kept() int { return min(b.Len(), maxKept) }

// complement is what the same pulses give with D0 and D1 exchanged.
func (b Bits) complement() Bits {
	b.v = ^b.v & ones(b.kept())
	return b
}

// single tells whether all bits are alike, and which they are.
func (b Bits) single() (byte, bool) {
	switch b.v {
	case 0:
		return 0, true
	case ones(b.kept()):
		return 1, true
	}
	return 0, false
}

// ones is a number of n set bits.
func ones(n int) uint64 { return 1<<n - 1 }
