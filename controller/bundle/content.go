package bundle

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Content is what a bundle brings: a roster without PINs, and the permits that were decided at the office.
type Content struct {
	Roster  ledger.Roster
	Permits []ledger.Permit
}

// table is the order in which rows stand.
type table int

const (
	persons table = iota
	schedules
	holidays
	posts
	sections
	findings
	duties
	cardRows
	permits
	tableCount
)

// Encode writes one row a line, in an order that is always the same.
func (c *Content) Encode() ([]byte, error) {
	var lines [tableCount][][]byte
	put := func(t table, r row) error {
		b, err := json.Marshal(r)
		lines[t] = append(lines[t], b)
		return err
	}
	if err := c.each(put); err != nil {
		return nil, fmt.Errorf("encode roster: %w", err)
	}
	var out []byte
	for _, rows := range lines {
		slices.SortFunc(rows, bytes.Compare)
		for _, b := range rows {
			out = append(append(out, b...), '\n')
		}
	}
	return out, nil
}

func (c *Content) each(put func(table, row) error) error {
	rec := &c.Roster.Records
	return cmp.Or(
		every(c.Roster.People, func(x ledger.Person) error { return put(persons, row{Person: personOf(x)}) }),
		every(rec.Schedules, func(x access.Schedule) error { return put(schedules, row{Schedule: scheduleOf(x)}) }),
		every(rec.Holidays, func(x access.Holiday) error { return put(holidays, row{Holiday: holidayOf(x)}) }),
		every(rec.Incumbents, func(x access.Incumbency) error {
			return put(posts, row{Post: &dated{string(x.Person), string(x.Post), "", stamped(x.Span)}})
		}),
		every(rec.Belongings, func(x access.Belonging) error {
			return put(sections, row{Section: &dated{string(x.Person), x.Section, "", stamped(x.Span)}})
		}),
		every(rec.Findings, func(x access.Finding) error {
			return put(findings, row{Finding: &dated{string(x.Person), "", "", stamped(x.Span)}})
		}),
		every(rec.Duties, func(x access.Duty) error {
			return put(duties, row{Duty: &dated{string(x.Person), string(x.Duty), x.Zone, stamped(x.Span)}})
		}),
		every(rec.Credentials, func(x access.Credential) error {
			if x.PIN != (access.Hash{}) || x.Duress != (access.Hash{}) {
				return fmt.Errorf("card %s has a PIN: none is ever in a bundle", x.ID)
			}
			return put(cardRows, row{Card: cardOf(x)})
		}),
		every(c.Permits, func(x ledger.Permit) error { return put(permits, row{Permit: permitOf(x)}) }),
	)
}

func every[T any](all []T, do func(T) error) error {
	for _, x := range all {
		if err := do(x); err != nil {
			return err
		}
	}
	return nil
}

// Decode takes exactly what Encode writes.
func Decode(b []byte) (c Content, err error) {
	if len(b) == 0 || b[len(b)-1] != '\n' {
		return Content{}, fmt.Errorf("%w: rows", errForm)
	}
	n := 0
	for line := range bytes.SplitSeq(b[:len(b)-1], []byte{'\n'}) {
		n++
		var r row
		if err = strictly(line, &r); err == nil {
			err = r.into(&c)
		}
		if err != nil {
			return Content{}, fmt.Errorf("row %d: %w", n, err)
		}
	}
	again, err := c.Encode()
	if err == nil && !bytes.Equal(again, b) {
		err = fmt.Errorf("%w: rows", errForm)
	}
	if err != nil {
		return Content{}, err
	}
	return c, nil
}
