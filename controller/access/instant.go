package access

import (
	"math"
	"time"
)

// JST is Japan's time, which has known no daylight saving since 1951: a fixed zone needs no zone files.
var JST = time.FixedZone("JST", 9*60*60)

const (
	day       = int64(24 * time.Hour)
	jstOffset = int64(9 * time.Hour)

	// Instants are kept as nanoseconds of Unix time, which end in 2262; these bounds leave room for sums.
	firstSecond = -9_000_000_000 // 1684
	lastSecond  = 9_000_000_000  // 2255
)

// instant is t in nanoseconds of Unix time, drawn in to what an int64 holds.
func instant(t time.Time) int64 {
	switch s := t.Unix(); {
	case s < firstSecond:
		return math.MinInt64
	case s > lastSecond:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// period is a Span as the rules compare it: [from, until).
type period struct{ from, until int64 }

func periodOf(s Span) period {
	p := period{math.MinInt64, math.MaxInt64}
	if !s.From.IsZero() {
		p.from = instant(s.From)
	}
	if !s.Until.IsZero() {
		p.until = instant(s.Until)
	}
	return p
}

func (p period) contains(t int64) bool { return p.from <= t && t < p.until }

func (p period) overlaps(o period) bool { return p.from < o.until && o.from < p.until }

// next is the first edge of p after t.
func (p period) next(t int64) int64 {
	switch {
	case p.from > t:
		return p.from
	case p.until > t:
		return p.until
	}
	return math.MaxInt64
}

func (p period) span() Span { return Span{timeOf(p.from), timeOf(p.until)} }

// timeOf is the instant in JST, zero for an open side.
func timeOf(n int64) time.Time {
	if n == math.MinInt64 || n == math.MaxInt64 {
		return time.Time{}
	}
	return time.Unix(0, n).In(JST)
}

// dayOf splits t into the day of JST since 1970-01-01 and the time within it.
func dayOf(t int64) (d, within int64) {
	if t > math.MaxInt64-jstOffset {
		t = math.MaxInt64 - jstOffset
	}
	t += jstOffset
	d, within = t/day, t%day
	if within < 0 {
		d, within = d-1, within+day
	}
	return d, within
}

// window is the stretch of time over which an answer must hold, both ends included. Without known there is none.
type window struct {
	lo, hi int64
	known  bool
}

func (m *Moment) window() window {
	if m.Trusted {
		t := instant(m.Wall)
		return window{t, t, !m.Wall.IsZero()}
	}
	if m.LastRecorded.IsZero() || m.Grace <= 0 {
		return window{}
	}
	lo := instant(m.LastRecorded)
	if lo > math.MaxInt64-int64(m.Grace) {
		return window{}
	}
	return window{lo, lo + int64(m.Grace), true}
}
