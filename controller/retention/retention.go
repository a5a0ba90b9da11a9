// Package retention computes Article 25: until when a record is kept, and from which day a person may decide that it goes.
//
// Everything is a day of Japan (UTC+9, without summer time), whatever TZ says. The regulation sets a least period and
// orders no deletion: what this package calls disposable is what may be disposed of, by decision, and where it cannot
// tell it says keep. Article 25(1) counts five years from the day of the operation; 25(2) and (3) count five years from
// the fiscal year after the one of the output, entry or exit; 25(4) leaves the period to the security officer or the
// system manager, so that without their word such a record is kept.
package retention

import (
	"fmt"
	"time"

	"kidoban/controller/access"
)

// Years is the period of Article 25(1) to (3).
const Years = 5

// Date is a day of Japan.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On is the day of Japan that t falls on.
func On(t time.Time) Date {
	y, m, d := t.In(access.JST).Date()
	return Date{y, m, d}
}

// Start is the day's first instant.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, access.JST) }

// Next is the day after.
func (d Date) Next() Date { return On(time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, access.JST)) }

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.Start().Before(e.Start()) }

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// String is the machine's form: 2026-04-01.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText writes the machine's form, nothing for no day.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads it.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.ParseInLocation(time.DateOnly, string(b), access.JST)
	if err != nil {
		return fmt.Errorf("%q is no date", b)
	}
	*d = On(t)
	return nil
}

// FiscalYear is the one that t falls in on the clock of Japan: from 1 April to 31 March.
func FiscalYear(t time.Time) int { return On(t).FiscalYear() }

// FiscalYear is the one that the day is of.
func (d Date) FiscalYear() int {
	if d.Month < time.April {
		return d.Year - 1
	}
	return d.Year
}

// OperationKeepThrough is the last day on which the log of an operation at t is kept, Article 25(1): the day before the
// fifth anniversary; where that day does not exist, the end of its month.
func OperationKeepThrough(t time.Time) Date {
	d := On(t)
	return On(time.Date(d.Year+Years, d.Month, d.Day-1, 0, 0, 0, 0, access.JST))
}

// RegisterKeepThrough is the last day on which a line of the register is kept whose entry or exit was at t, Article
// 25(3); and the output of a form at t, Article 25(2).
func RegisterKeepThrough(t time.Time) Date { return YearKeepThrough(FiscalYear(t), Years) }

// YearKeepThrough is the last day of a period of years that begins with the fiscal year after fiscal.
func YearKeepThrough(fiscal, years int) Date { return Date{fiscal + 1 + years, time.March, 31} }
