package bench_test

import (
	"fmt"
	"time"
)

// line is one bar as it is printed.
type line struct{ bar, what, got, bound, stretch, verdict, raw string }

// show prints a line as soon as it is measured.
func show(l line) {
	fmt.Printf("%-4s%-50s %12s  bar %-11s stretch %-7s %-12s (%s)\n", l.bar, l.what, l.got, l.bound, l.stretch, l.verdict, l.raw)
}

// verdict says how a result stands; enough is false where too few rounds were steady to say.
func verdict(enough, bar, stretch bool) string {
	switch {
	case !*full:
		return "not judged"
	case !enough:
		return "noisy"
	case stretch:
		return "ok, stretch"
	case bar:
		return "ok"
	}
	return "MISSED"
}

func times(x float64) string { return fmt.Sprintf("%.2fx", x) }

func short(d time.Duration) string {
	switch {
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%dns", d)
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.0fus", d.Seconds()*1e6)
	}
	return fmt.Sprintf("%.1fms", d.Seconds()*1e3)
}
