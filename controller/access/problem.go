package access

import "fmt"

// Table names the rows that a Problem is about.
type Table uint8

// The tables of Records.
const (
	PersonTable Table = iota + 1
	IncumbencyTable
	BelongingTable
	FindingTable
	DutyTable
	CredentialTable
	ScheduleTable
	HolidayTable
)

// String is the name used in messages.
func (t Table) String() string {
	names := [...]string{"row", "person", "incumbency", "belonging", "finding", "duty", "credential", "schedule", "holiday"}
	if int(t) < len(names) {
		return names[t]
	}
	return names[0]
}

// Fault says what is wrong with a row.
type Fault uint8

// The faults.
const (
	MissingID     Fault = iota + 1 // no id, or no post or section
	BadValue                       // a kind, state, hour or date that does not exist
	DuplicateRow                   // two rows with one key
	DuplicateCard                  // the card is enrolled already
	UnknownPerson                  // the row names a person that is not there
	UnknownSched                   // the credential names a schedule that is not there
	EmptySpan                      // it ends before it begins
	NotStaff                       // a post or a finding for one who is not a member of staff
	PostTaken                      // two incumbents of one post at the same instant
	NoCard                         // no card hash, or that of a degenerate frame
	DuressIsPIN                    // the duress PIN is the PIN
	DuressAlone                    // a duress PIN without a PIN
	StillReferred                  // deleted or changed while other rows rest on it
	NoSuchRow                      // deleted, but not there
	NotOneRow                      // an Edit with none or several rows
)

// Problem is a row that is refused, and what to do about it. It never holds a card number or a hash.
type Problem struct {
	Table Table
	Row   int    // index in its slice of Records, -1 for a single change
	Key   string // the row's own id or ids
	Fault Fault
	What  string
	Do    string
}

// String is one line for a person: what row, what is wrong, what to do.
func (p Problem) String() string {
	return fmt.Sprintf("%s %s: %s; %s", p.Table, p.Key, p.What, p.Do)
}

func problem(t Table, key string, f Fault, what, do string) *Problem {
	return &Problem{Table: t, Row: -1, Key: key, Fault: f, What: what, Do: do}
}

// checkSpan refuses dates that cannot be meant.
func checkSpan(t Table, key string, s Span) *Problem {
	for _, d := range [...]struct{ zero, low, high bool }{
		{s.From.IsZero(), s.From.Unix() < firstSecond, s.From.Unix() > lastSecond},
		{s.Until.IsZero(), s.Until.Unix() < firstSecond, s.Until.Unix() > lastSecond},
	} {
		if !d.zero && (d.low || d.high) {
			return problem(t, key, BadValue, "a date lies outside the years 1685 to 2254", "correct the date, or leave it open")
		}
	}
	if !s.From.IsZero() && !s.Until.IsZero() && !s.From.Before(s.Until) {
		return problem(t, key, EmptySpan, "it ends before it begins", "correct the dates; the end does not belong to the span")
	}
	return nil
}
