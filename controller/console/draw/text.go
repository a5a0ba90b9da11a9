package draw

import "strings"

// em is the size of a drawing's text in its own units, of which an ordinary drawing is wide across.
const (
	em    = 13.0
	small = 11.0
	wide  = 400.0
)

// extent is about how wide a text is, in its size: a Japanese character takes all of it, a Latin one some 0.6.
func extent(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case r == '\u200b' || r >= 0x300 && r < 0x370:
		case r < 0x1100:
			w += 0.6
		default:
			w++
		}
	}
	return w * size
}

// fitted is as much of a text as there is room for.
func fitted(s string, size, room float64) string {
	if extent(s, size) <= room {
		return s
	}
	var b strings.Builder
	left := room - extent("…", size)
	for _, r := range s {
		if left -= extent(string(r), size); left < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// thousands is a count with its thousands apart: 1,234.
func thousands(n int) string {
	s := ""
	for ; n >= 1000; n /= 1000 {
		d := n % 1000
		s = "," + string([]byte{byte('0' + d/100), byte('0' + d/10%10), byte('0' + d%10)}) + s
	}
	digits := []byte{}
	for {
		digits = append([]byte{byte('0' + n%10)}, digits...)
		if n /= 10; n == 0 {
			return string(digits) + s
		}
	}
}
