package wiegand_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kidoban/device"
	"kidoban/device/wiegand"
)

func TestLookup(t *testing.T) {
	for _, name := range strings.Fields("H10301 H10306 N10002 H10302 H10304 C1k35s C1k48s RAW32 RAW56") {
		if f, err := wiegand.Lookup(name); err != nil || f.Name() != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := wiegand.Lookup("h10301")
	if err == nil {
		t.Fatal("a name in lower case was found")
	}
	for _, f := range wiegand.Formats() {
		if !strings.Contains(err.Error(), f.Name()) {
			t.Errorf("the error does not list %s: %v", f, err)
		}
	}
}

func TestParseBits(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "nothing given"}, {"01012", "character 5"}, {"0 1", "character 2"}, {"9030510", "character 1"},
		{strings.Repeat("0", 1025), "at most 1024"},
	} {
		_, err := wiegand.ParseBits(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
		if err != nil && c.text == "9030510" && strings.Contains(err.Error(), "30510") {
			t.Errorf("the error repeats the number: %v", err)
		}
	}
	long := strings.Repeat("1101", 16)
	if b := bits(t, long+"0000000000000000"); b.Len() != 80 || b.Text() != long+"…" {
		t.Errorf("80 bits: %d, %s", b.Len(), b.Text())
	}
}

func TestFaultsByName(t *testing.T) {
	for _, c := range []struct {
		format, text, want, says string
	}{
		{"H10301", "1", "stray", "common ground"},
		{"H10301", "101", "stray", "common ground"},
		{"H10301", "1011110110001", "too_short", "13 bits where H10301 has 26"},
		{"H10301", "11111111111", "d0_silent", "line D0 silent"},
		{"H10301", "0000000000000000", "d1_silent", "line D1 silent"},
		{"H10301", "10100101", "key_burst", "keypad"},
		{"H10301", "0101", "key_burst", "keypad"},
		{"H10301", "101111011000100011101011100", "too_long", "27 bits"},
		{"H10301", "1011110110001000111010111010111101100010001110101110", "glued", "2 times"},
		{"H10302", strings.Repeat("10", 37), "glued", "74 bits"},
		{"H10301", "00111101100010001110101110", "parity", "parity bit 0"},
		{"H10301", "10111101100010001110101111", "parity", "parity bit 25"},
		{"H10301", "01000010011101110001010001", "swapped", "exchange the two wires"},
		{"P10001", "1011000001110110000001100100001110000011", "constant", "constant bits"},
		{"P10001", "1111000001110110000001100100001111000010", "parity", "parity bit 39"},
		{"C15001", "100011110111111111011111111111111100", "swapped", "exchange"},
	} {
		_, err := wiegand.Decode(format(t, c.format), bits(t, c.text))
		if err == nil || fault(t, c.format, c.text).String() != c.want || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %v (%v), want %s", c.format, c.text, fault(t, c.format, c.text), err, c.want)
		}
	}
	if _, err := wiegand.Decode(wiegand.Format{}, bits(t, "0101")); err == nil {
		t.Error("the zero format read a frame")
	}
}

func TestFaultNamesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for f := wiegand.NoFault; f <= wiegand.Noise; f++ {
		d := wiegand.Diagnosis{Fault: f, Format: "H10301", Want: 26, Got: 52}
		for _, text := range []string{f.String(), d.Error()} {
			if text == "" || text == "unknown" || seen[text] {
				t.Errorf("fault %d: %q is not its own", f, text)
			}
			seen[text] = true
		}
	}
}

func TestFacility(t *testing.T) {
	c := device.Credential{Format: "H10301", Facility: 7, Card: 54321, HasFacility: true, Bits: 26}
	if err := wiegand.Check(c, 7); err != nil {
		t.Error(err)
	}
	if err := wiegand.Check(c, 8); err == nil || err.Error() != "facility 7 is not this reader's" {
		t.Errorf("%v", err)
	}
	if err := wiegand.Check(device.Credential{Format: "H10302", Card: 54321}, 0); err == nil {
		t.Error("a card without a facility was of facility 0")
	}
}

// All zeros and all ones are whole frames, and marked so that nobody is ever let in by them.
func TestDegenerate(t *testing.T) {
	for _, f := range wiegand.Formats() {
		for _, c := range []struct {
			facility, card uint64
			want           bool
		}{
			{0, 0, true}, {f.MaxFacility(), f.MaxCard(), true}, {0, 1, false}, {f.MaxFacility(), 1, false}, {0, 456, false},
		} {
			b, err := wiegand.Encode(f, c.facility, c.card)
			if err != nil {
				t.Fatal(err)
			}
			got, err := wiegand.Decode(f, b)
			if err != nil || got.Degenerate != c.want {
				t.Errorf("%s facility %d card %d: degenerate %v, %v", f, c.facility, c.card, got.Degenerate, err)
			}
		}
	}
}

func TestEncodeRefusesWhatDoesNotFit(t *testing.T) {
	for _, f := range wiegand.Formats() {
		if _, err := wiegand.Encode(f, f.MaxFacility()+1, 1); err == nil {
			t.Errorf("%s took a facility too large", f)
		}
		_, err := wiegand.Encode(f, 0, f.MaxCard()+1)
		if err == nil {
			t.Errorf("%s took a card too large", f)
		} else if strings.Contains(err.Error(), fmt.Sprint(f.MaxCard()+1)) {
			t.Errorf("the error names the card: %v", err)
		}
	}
	if _, err := wiegand.Encode(wiegand.Format{}, 0, 1); err == nil {
		t.Error("the zero format made a frame")
	}
}

// Pitfall 19: parity rules broken by a refactor. Whatever the card, every single flip of every checked format is refused,
// and the swapped frame too.
func TestRapidRoundTripAndFlips(t *testing.T) {
	all := wiegand.Formats()
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(all).Draw(t, "format")
		facility := rapid.Uint64Range(0, f.MaxFacility()).Draw(t, "facility")
		card := rapid.Uint64Range(0, f.MaxCard()).Draw(t, "card")
		b, err := wiegand.Encode(f, facility, card)
		if err != nil {
			t.Fatal(err)
		}
		c, err := wiegand.Decode(f, b)
		if err != nil || c.Facility != facility || c.Card != card || b.Len() != f.Bits() {
			t.Fatalf("%s: %d/%d came back as %d/%d (%v)", f, facility, card, c.Facility, c.Card, err)
		}
		text := b.Text()
		for i := range text {
			flipped := text[:i] + string('0'+'1'-text[i]) + text[i+1:]
			fb, _ := wiegand.ParseBits(flipped)
			got, err := wiegand.Decode(f, fb)
			if f.Checked() && err == nil {
				t.Fatalf("%s: flip of bit %d was read", f, i)
			}
			if err == nil && got == c {
				t.Fatalf("%s: bit %d belongs to nothing", f, i)
			}
		}
		for _, wrong := range []string{text[:len(text)-1], text[1:], text + "0", text + "1", text + text} {
			wb, _ := wiegand.ParseBits(wrong)
			if _, err := wiegand.Decode(f, wb); err == nil {
				t.Fatalf("%s read %d bits", f, wb.Len())
			}
		}
	})
}

// A swapped frame is refused and named for every format whose parity groups, or constants, let it be seen.
func TestRapidSwapped(t *testing.T) {
	names := strings.Fields("H10301 H10306 N10002 H10302 H10304 C1k35s C1k48s D10202 BQT34 C15001 P10001 Verkada40 ind26")
	rapid.Check(t, func(t *rapid.T) {
		f, err := wiegand.Lookup(rapid.SampledFrom(names).Draw(t, "format"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := wiegand.Encode(f, rapid.Uint64Range(0, f.MaxFacility()).Draw(t, "facility"), rapid.Uint64Range(0, f.MaxCard()).Draw(t, "card"))
		if err != nil {
			t.Fatal(err)
		}
		swapped, _ := wiegand.ParseBits(strings.NewReplacer("0", "1", "1", "0").Replace(b.Text()))
		_, err = wiegand.Decode(f, swapped)
		if d, ok := err.(wiegand.Diagnosis); !ok || d.Fault != wiegand.Swapped {
			t.Fatalf("%s: %v", f, err)
		}
	})
}

// Pitfall 19, exhaustively and against a count of ones in the text: all 2^24 cards would say no more than the two halves,
// because no rule of these formats sees past its own half.
func TestEveryHalf(t *testing.T) {
	for _, c := range []struct {
		name                  string
		even0, even1, o0, o1  int // what the parity bits cover
		odd                   int // where the odd parity bit stands
		first, last           int // the half that is run through
		facilityEnd, cardFrom int
	}{
		{"H10301", 1, 12, 13, 24, 25, 1, 12, 8, 9},
		{"H10301", 1, 12, 13, 24, 25, 13, 24, 8, 9},
		{"H10306", 1, 16, 17, 32, 33, 1, 16, 16, 17},
		{"H10306", 1, 16, 17, 32, 33, 17, 32, 16, 17},
		{"H10304", 1, 18, 18, 35, 36, 1, 18, 16, 17},
		{"H10304", 1, 18, 18, 35, 36, 18, 35, 16, 17},
	} {
		f := format(t, c.name)
		text := []byte(strings.Repeat("0", f.Bits()))
		for x := range 1 << (c.last - c.first + 1) {
			for i := c.first; i <= c.last; i++ {
				text[i] = '0' + byte(x>>(c.last-i)&1)
			}
			text[0] = '0' + byte(count(text[c.even0:c.even1+1])%2)
			text[c.odd] = '1' - byte(count(text[c.o0:c.o1+1])%2)
			card, err := wiegand.Decode(f, bits(t, string(text)))
			if err != nil || card.Facility != number(text[1:c.facilityEnd+1]) || card.Card != number(text[c.cardFrom:c.odd]) {
				t.Fatalf("%s %s: %v", c.name, text, err)
			}
			for _, at := range []int{0, c.odd} {
				text[at] ^= 1
				if _, err := wiegand.Decode(f, bits(t, string(text))); err == nil {
					t.Fatalf("%s %s was read", c.name, text)
				}
				text[at] ^= 1
			}
		}
	}
}

// Nothing that prints shows a number; Text alone does.
func TestNoNumberInPrint(t *testing.T) {
	b := bits(t, "10001000111010100001100011") // 17/54321
	c, err := wiegand.Decode(format(t, "H10301"), b)
	if err != nil {
		t.Fatal(err)
	}
	reading := wiegand.Learn(b)[0]
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("read", "bits", b, "card", c, "reading", reading)
	fmt.Fprintf(&out, "%v %+v %#v %s %v %+v %#v %s %v %#v", b, b, b, b, c, c, c, c, reading, reading)
	js, _ := json.Marshal([]any{b, c, reading})
	out.Write(js)
	for _, leak := range []string{"54321", "d431", "D431", "1000100", b.Text()} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q stands in %s", leak, out.String())
		}
	}
}

func count(text []byte) int { return strings.Count(string(text), "1") }

func number(text []byte) uint64 {
	var n uint64
	for _, c := range text {
		n = n<<1 | uint64(c-'0')
	}
	return n
}

func TestDecodeAllocatesNothing(t *testing.T) {
	for _, f := range wiegand.Formats() {
		b, err := wiegand.Encode(f, 0, 456)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if _, err := wiegand.Decode(f, b); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", f, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"H10301", "C1k48s"} {
		f := format(b, name)
		frame, err := wiegand.Encode(f, 123, 4567)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := wiegand.Decode(f, frame); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
