package store

import (
	"context"
	"fmt"
	"slices"

	"kidoban/controller/journal"
	"kidoban/controller/retention"
)

// Purge carries out a plan that was decided upon: payload and private part of its entries go, and its rows; the leaf hashes
// stay. It works in small transactions between which commits pass, and may be called again with the same plan however far
// it came: what has gone stays gone. Unless every one of the plan's lists stands in a journal.purged entry it does nothing
// at all, so that no payload is ever missing without its record.
//
// What the step keeps in memory too, permits and people, is not deleted here. Scrub comes after those have gone.
func (s *Store) Purge(ctx context.Context, p *retention.Plan) error {
	if err := s.decided(ctx, p); err != nil {
		return fault("purge", err)
	}
	var entries, lines cursor
	for _, l := range p.Lists {
		spans, ok := l.Spans()
		if !ok {
			return &Fault{Kind: Conflict, Doing: "purge: the plan's ranges do not read"}
		}
		entries.spans = append(entries.spans, spans...)
	}
	lines.spans = p.Lines
	for _, step := range []func(n int) (bool, error){
		func(n int) (bool, error) {
			return entries.each(n, func(from, to uint64) error {
				return s.does("UPDATE entry SET payload = NULL, private = NULL WHERE sequence BETWEEN ? AND ? AND payload IS NOT NULL", from, to)
			})
		},
		func(n int) (bool, error) {
			return lines.each(n, func(from, to uint64) error { return s.does("DELETE FROM visit WHERE line BETWEEN ? AND ?", from, to) })
		},
		some(p.Emergencies, func(id string) error { return s.does("DELETE FROM emergency WHERE id = ?", id) }),
		some(p.Documents, func(k retention.DocumentKey) error {
			return s.does("DELETE FROM document WHERE kind = ? AND id = ?", k.Kind, k.ID)
		}),
	} {
		if err := s.inChunks(ctx, step); err != nil {
			return fault("purge", err)
		}
	}
	return nil
}

func (s *Store) does(query string, args ...any) error {
	_, err := s.conn.ExecContext(context.Background(), query, args...)
	return err
}

// decided refuses a plan whose lists are not in the journal. They are looked for from its end: a purge follows its record.
func (s *Store) decided(ctx context.Context, p *retention.Plan) error {
	left := slices.Clone(p.Lists)
	if len(left) == 0 {
		return nil
	}
	err := walk(ctx, s.read, "SELECT payload FROM entry WHERE instr(payload, ?) > 0 ORDER BY sequence DESC",
		[]any{[]byte(`"type":"kidoban.` + string(journal.JournalPurged) + `"`)}, func(c values) (bool, error) {
			payload, _ := c[0].([]byte)
			e, err := journal.Parse(payload)
			d := &e.Entry.Data
			left = slices.DeleteFunc(left, func(l retention.List) bool {
				return l.Ranges == d.Ranges && l.Count == d.Count && l.Digest == d.Digest
			})
			return len(left) > 0, err
		})
	if err == nil && len(left) > 0 {
		err = &Fault{Kind: Conflict, Doing: fmt.Sprintf("purge: %d of the plan's lists stand in no journal.purged entry", len(left))}
	}
	return err
}

// cursor goes through spans, a few numbers at a time.
type cursor struct {
	spans []retention.Span
	next  uint64 // in the first of them, 0 = at its beginning
}

func (c *cursor) each(n int, do func(from, to uint64) error) (left bool, err error) {
	for n > 0 && len(c.spans) > 0 {
		s := c.spans[0]
		from := max(s.From, c.next)
		to := min(s.To, from+uint64(n)-1)
		if err := do(from, to); err != nil {
			return false, err
		}
		n -= int(to - from + 1)
		c.next = to + 1
		if to == s.To {
			c.spans, c.next = c.spans[1:], 0
		}
	}
	return len(c.spans) > 0, nil
}

// some is a step that does a list's items one after the other.
func some[T any](list []T, do func(T) error) func(n int) (left bool, err error) {
	return func(n int) (bool, error) {
		for _, x := range list[:min(n, len(list))] {
			if err := do(x); err != nil {
				return false, err
			}
		}
		list = list[min(n, len(list)):]
		return len(list) > 0, nil
	}
}
