package words

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"kidoban/controller/access"
)

// The ways of writing an argument that are no domain of terms.
const (
	asList  Domain = "list" // what %v makes of several: [a b]
	asCSV   Domain = "csv"  // a, b, c
	asDay   Domain = "day"  // a day, or a minute, in words
	asMonth Domain = "month"
	asWhy   Domain = "why" // a reason of the door, as its sentence for the desk
)

var duration = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?(h|ms|m|µs|ns|s))+$`) })

// argument is what stood in a hole, in words.
func argument(l access.Language, s string, d Domain, depth int) string {
	comma := word{"、", ", "}.in(l)
	switch {
	case d == asList:
		return strings.Join(strings.Fields(strings.Trim(s, "[]")), comma)
	case d == asCSV:
		return strings.Join(strings.Split(s, ", "), comma)
	case d == asDay:
		return days(l, s)
	case d == asMonth:
		return Month(l, s)
	case d == asWhy:
		return ReasonOf(l, s, access.Fill{}).Desk
	case d != "":
		return Term(l, d, s)
	}
	if duration().MatchString(s) {
		if span, err := time.ParseDuration(s); err == nil {
			return Span(l, span)
		}
	}
	return phrase(l, s, depth)
}

// days puts what is written as a day, a minute or a span of two (2026-04-01 09:00 – …) into words.
func days(l access.Language, s string) string {
	if from, until, is := strings.Cut(s, " – "); is {
		return Period(l, instant(from), instant(until))
	}
	t := instant(s)
	switch {
	case t.IsZero():
		return s
	case len(s) == len(time.DateOnly):
		return Date(l, t)
	}
	return Time(l, t)
}

func instant(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, access.JST); err == nil {
			return t
		}
	}
	return time.Time{}
}
