package wiegand_test

import (
	"strings"
	"testing"

	"kidoban/device/wiegand"
)

func TestExplain(t *testing.T) {
	for _, c := range []struct{ format, bits, want, err string }{
		{"H10301", frame, "facility=123 card=4567", ""},
		{"H10301", "00000000000000000000000001", "facility=0 card=0", ""},
		{"N10002", "0000000111110100000000111110100001", "facility=1000 card=2000", ""},
		{"H10302", "1000010010011001011000000010110100101", "card=1234567890", ""},
		{"C1k48s", "101111111111111111111111111111111111111111111111", "facility=4194303 card=8388607", ""},
		{"RAW32", "01001101111000101101000101000111", "card=1306710343", ""},
		{"H10301", frame + "0", "", "27 bits where H10301 has 26"},
		{"H10301", "", "", "nothing given"},
		{"H10301", frame[:20] + "x" + frame[21:], "", "character 21"},
		{"H10301", " " + frame, "", "character 1 "},
		{"H10301", "0" + frame[1:], "", "parity bit 0"},
		{"XSF", frame, "", "H10301, H10306, N10002, H10302, H10304, C1k35s, C1k48s, RAW32, RAW56"},
	} {
		got, err := wiegand.Explain(c.format, c.bits)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s %s: %q, %v", c.format, c.bits, got, err)
		}
	}
}

func TestLearn(t *testing.T) {
	for _, c := range []struct {
		bits string
		want []string
	}{
		{frame, []string{"H10301: facility=123 card=4567: fits", "ind26: facility=1969 card=471: fits"}},
		{"0" + frame[1:], []string{"H10301: facility=123 card=4567: does not fit: parity bit 0", "ind26: facility=1969 card=471: does not fit"}},
		{"01000010011101110001010001", []string{"H10301: facility=132 card=60968: does not fit: D0 and D1 look swapped", "ind26: "}},
		{"01001101111000101101000101000111", []string{"RAW32: card=1306710343: fits; hex 4de2d147, nothing to check it by"}},
		{strings.Repeat("0", 32), []string{"RAW32: card=0: fits, but all zeros or all ones is no card"}},
		{"101111011000100011101011100", []string{"ind27: facility=6065 card=1884: fits; nothing to check it by"}},
		{"1000010010011001011000000010110100101", []string{"H10302: card=1234567890: fits", "H10304: facility=2354 card=393938: fits"}},
		{"0101", nil},
		{frame + frame, nil},
	} {
		got := wiegand.Learn(bits(t, c.bits))
		same := len(got) == len(c.want)
		for i := 0; same && i < len(got); i++ {
			same = strings.HasPrefix(got[i].Text(), c.want[i])
		}
		if !same {
			for _, r := range got {
				t.Log(r.Text())
			}
			t.Errorf("%s: want %q", c.bits, c.want)
		}
	}
}
