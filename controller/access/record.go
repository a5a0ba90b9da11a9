package access

import "time"

// PersonID, CredentialID and ScheduleID name rows of the roster; they are what the record shows instead of names.
type (
	PersonID     string
	CredentialID string
	ScheduleID   string
)

// Hash is HMAC-SHA-256 under the site's card key: all that is ever stored or compared of a card number or a PIN.
type Hash [32]byte

// Span is a dated validity, [From, Until): From belongs to it, Until does not. A zero time leaves that side open. Dates
// of the regulation are days in Asia/Tokyo, so a transfer on 1 April ends a right at 2026-04-01T00:00:00+09:00.
type Span struct{ From, Until time.Time }

// Contains reports whether t lies in the span.
func (s Span) Contains(t time.Time) bool {
	return (s.From.IsZero() || !t.Before(s.From)) && (s.Until.IsZero() || t.Before(s.Until))
}

// Kind says what a person is to the city. Only Staff can have standing under Article 20(1).
type Kind uint8

// The kinds of Person.
const (
	Staff      Kind = iota + 1 // 職員
	Contractor                 // 委託・派遣: never Article 20(1)(3)
	Other                      // inspectors, guests
)

// Post is a dated office (職).
type Post string

// The posts that the regulation names.
const (
	CISO            Post = "ciso"             // セキュリティ統括責任者 = 市民文化環境部長, Article 8(2)
	SecurityOfficer Post = "security-officer" // 市民課長, Article 10(2); in Article 20 the only security officer
	WestBranchHead  Post = "west-branch-head" // 西支所長, Article 10(2): no standing under Article 20
	SystemManager   Post = "system-manager"   // デジタル推進課長, Article 12(2)
)

// CivicAffairs is the section whose staff Article 20(1)(2) names (市民課).
const CivicAffairs = "civic-affairs"

// Person is one cardholder.
type Person struct {
	ID   PersonID
	Kind Kind
}

// Incumbency is a person's dated hold of a post.
type Incumbency struct {
	Person PersonID
	Post   Post
	Span
}

// Belonging is a person's dated place in a section (所属・兼務).
type Belonging struct {
	Person  PersonID
	Section string
	Span
}

// Finding is the security officer's dated finding under Article 20(1)(3) that a member of staff is necessary for
// maintenance (必要と認めた). It may be revoked, never given to one who is not Staff.
type Finding struct {
	Person PersonID
	Span
}

// CardState is what a credential was declared to be.
type CardState uint8

// The card states; expired and not yet valid follow from the dates.
const (
	Active CardState = iota + 1
	Blocked
	Lost
	Revoked
)

// Credential is a card as the roster knows it. PIN and Duress are keyed hashes of the digits, zero where there is none.
type Credential struct {
	ID       CredentialID
	Person   PersonID
	Format   string
	Card     Hash `json:",omitzero"` // what is left out is told by no JSON, not even as zeros
	State    CardState
	PIN      Hash       `json:",omitzero"`
	Duress   Hash       `json:",omitzero"`
	Extended bool       // the holder needs the extended release and open times
	Schedule ScheduleID // "" = at any hour
	Span
}

// Schedule is a named weekly timetable. Spans may cross midnight: From 22:00 Until 06:00 belongs to the day it starts on.
// On a public holiday Holiday, not the weekday, applies.
type Schedule struct {
	ID      ScheduleID
	Week    [7][]Hours // by time.Weekday, Sunday = 0
	Holiday []Hours
}

// Hours is a part of a day in minutes after midnight JST, [From, Until). Until <= From crosses midnight; 0 to 1440 is a
// whole day.
type Hours struct{ From, Until uint16 }

// Records is a whole roster as rows. It is what is stored, imported and compared.
type Records struct {
	Persons     []Person
	Incumbents  []Incumbency
	Belongings  []Belonging
	Findings    []Finding
	Duties      []Duty
	Credentials []Credential
	Schedules   []Schedule
	Holidays    []Holiday // local overrides to the table of national holidays
}

// Holiday adds or, with Working set, takes away a public holiday (JST date).
type Holiday struct {
	Year    int
	Month   time.Month
	Day     int
	Working bool
}
