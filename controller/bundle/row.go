package bundle

import (
	"encoding/hex"
	"fmt"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// row is a line of a bundle; exactly one of its members is there.
type row struct {
	Person   *person   `json:"person,omitempty"`
	Schedule *schedule `json:"schedule,omitempty"`
	Holiday  *holiday  `json:"holiday,omitempty"`
	Post     *dated    `json:"post,omitempty"`
	Section  *dated    `json:"section,omitempty"`
	Finding  *dated    `json:"finding,omitempty"`
	Duty     *dated    `json:"duty,omitempty"`
	Card     *card     `json:"card,omitempty"`
	Permit   *permit   `json:"permit,omitempty"`
}

type person struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Reading     string `json:"reading,omitempty"`
	Affiliation string `json:"affiliation,omitempty"`
}

// span is the days of a right as RFC 3339, "" where that side is open.
type span struct {
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

type dated struct {
	Person string `json:"person"`
	Name   string `json:"name,omitempty"`
	Zone   string `json:"zone,omitempty"`
	span
}

type card struct {
	ID       string `json:"id"`
	Person   string `json:"person"`
	Format   string `json:"format"`
	Hash     string `json:"hash"` // under the controller's card key, hex
	State    string `json:"state"`
	Extended bool   `json:"extended,omitempty"`
	Schedule string `json:"schedule,omitempty"`
	span
}

type schedule struct {
	ID      string            `json:"id"`
	Week    [7][]access.Hours `json:"week"`
	Holiday []access.Hours    `json:"holiday"`
}

type holiday struct {
	Day     string `json:"day"`
	Working bool   `json:"working,omitempty"`
}

var (
	kindWords  = map[access.Kind]string{access.Staff: "staff", access.Contractor: "contractor", access.Other: "other"}
	stateWords = map[access.CardState]string{access.Active: "active", access.Blocked: "blocked", access.Lost: "lost", access.Revoked: "revoked"}
)

// keyOf is the key of a word, zero where there is none: Decode then does not get back what it read.
func keyOf[K comparable](words map[K]string, word string) (key K) {
	for k, w := range words {
		if w == word {
			key = k
		}
	}
	return key
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(access.JST).Format(time.RFC3339Nano)
}

func stamped(s access.Span) span { return span{stamp(s.From), stamp(s.Until)} }

func instant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fmt.Errorf("%w: a time", errForm)
	}
	return t.In(access.JST), nil
}

func (s span) span() (out access.Span, err error) {
	if out.From, err = instant(s.From); err == nil {
		out.Until, err = instant(s.Until)
	}
	return out, err
}

func personOf(x ledger.Person) *person {
	return &person{string(x.ID), kindWords[x.Kind], x.Name, x.Reading, x.Affiliation}
}

func scheduleOf(x access.Schedule) *schedule { return &schedule{string(x.ID), x.Week, x.Holiday} }

func holidayOf(x access.Holiday) *holiday {
	return &holiday{fmt.Sprintf("%04d-%02d-%02d", x.Year, x.Month, x.Day), x.Working}
}

func cardOf(x access.Credential) *card {
	return &card{string(x.ID), string(x.Person), x.Format, hex.EncodeToString(x.Card[:]), stateWords[x.State], x.Extended, string(x.Schedule), stamped(x.Span)}
}

// into adds what the row says to a content.
func (r *row) into(c *Content) (err error) {
	rec := &c.Roster.Records
	switch {
	case r.Person != nil:
		x := r.Person
		c.Roster.People = append(c.Roster.People, ledger.Person{
			Person: access.Person{ID: access.PersonID(x.ID), Kind: keyOf(kindWords, x.Kind)}, Name: x.Name, Reading: x.Reading, Affiliation: x.Affiliation,
		})
	case r.Schedule != nil:
		rec.Schedules = append(rec.Schedules, access.Schedule{ID: access.ScheduleID(r.Schedule.ID), Week: r.Schedule.Week, Holiday: r.Schedule.Holiday})
	case r.Holiday != nil:
		var at time.Time
		at, err = time.Parse(time.DateOnly, r.Holiday.Day)
		rec.Holidays = append(rec.Holidays, access.Holiday{Year: at.Year(), Month: at.Month(), Day: at.Day(), Working: r.Holiday.Working})
	case r.Card != nil:
		err = r.Card.into(rec)
	case r.Permit != nil:
		var x ledger.Permit
		x, err = r.Permit.permit()
		c.Permits = append(c.Permits, x)
	default:
		err = r.right(rec)
	}
	return err
}

// right adds a dated row of a person.
func (r *row) right(rec *access.Records) error {
	for _, x := range []*dated{r.Post, r.Section, r.Finding, r.Duty} {
		if x == nil {
			continue
		}
		s, err := x.span.span()
		who := access.PersonID(x.Person)
		switch x {
		case r.Post:
			rec.Incumbents = append(rec.Incumbents, access.Incumbency{Person: who, Post: access.Post(x.Name), Span: s})
		case r.Section:
			rec.Belongings = append(rec.Belongings, access.Belonging{Person: who, Section: x.Name, Span: s})
		case r.Finding:
			rec.Findings = append(rec.Findings, access.Finding{Person: who, Span: s})
		case r.Duty:
			rec.Duties = append(rec.Duties, access.Duty{Person: who, Duty: access.DutyKind(x.Name), Zone: x.Zone, Span: s})
		}
		return err
	}
	return fmt.Errorf("%w: an empty row", errForm)
}

func (x *card) into(rec *access.Records) error {
	out := access.Credential{
		ID: access.CredentialID(x.ID), Person: access.PersonID(x.Person), Format: x.Format, State: keyOf(stateWords, x.State),
		Extended: x.Extended, Schedule: access.ScheduleID(x.Schedule),
	}
	hash, err := hex.DecodeString(x.Hash)
	if err != nil || len(hash) != len(out.Card) {
		return fmt.Errorf("%w: a card's hash", errForm)
	}
	copy(out.Card[:], hash)
	out.Span, err = x.span.span()
	rec.Credentials = append(rec.Credentials, out)
	return err
}
