package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// A chunk is what Stage and Sweep do in one go. A commit waits for at most one: a sync, and rows that grow and shrink in
// number towards chunkTime. After each the writing connection is left alone for as long again. Every chunkRelief chunks the
// WAL is emptied, so that no chunk and no commit comes to do it.
const (
	chunkTime   = 2 * time.Millisecond
	chunkLeast  = 25
	chunkMost   = 200
	chunkRelief = 32
)

// roster carries out a change's single edits and its switch, on the current generation.
func (s *statements) roster(c *ledger.Change) error {
	if len(c.Roster) > 0 {
		gen, err := one[uint64](context.Background(), s.conn,
			"UPDATE generation SET edits = edits + 1 WHERE state = 'current' RETURNING number")
		if err != nil {
			return err
		}
		for i := range c.Roster {
			if err := s.edit(gen, &c.Roster[i]); err != nil {
				return err
			}
		}
	}
	if c.Switch == 0 {
		return nil
	}
	return s.switchTo(c.Switch)
}

func (s *statements) switchTo(gen uint64) error {
	ready, err := one[bool](context.Background(), s.conn, "SELECT EXISTS (SELECT 1 FROM generation n JOIN generation c ON "+
		"c.state = 'current' AND n.base = c.number AND n.base_edits = c.edits WHERE n.number = ? AND n.state = 'ready')", gen)
	if err != nil {
		return err
	}
	if !ready {
		return &Fault{Kind: Conflict, Doing: fmt.Sprintf("switch to roster generation %d: it is not staged, or the roster "+
			"was changed since", gen), Hint: "import again"}
	}
	if _, err := s.conn.ExecContext(context.Background(),
		"UPDATE generation SET state = 'old' WHERE state = 'current'"); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(context.Background(), "UPDATE generation SET state = 'current' WHERE number = ?", gen)
	return err
}

// Stage writes a whole roster beside the current one, in small transactions between which commits pass, and returns its
// generation, for ledger.Change.Switch. A card that is in it twice is a Conflict.
func (s *Store) Stage(ctx context.Context, r ledger.Roster) (uint64, error) {
	gen, err := s.stage(ctx, r)
	return gen, fault("stage roster", err)
}

func (s *Store) stage(ctx context.Context, r ledger.Roster) (gen uint64, err error) {
	err = s.short(func() error {
		gen, err = one[uint64](context.Background(), s.conn, "INSERT INTO generation (state, base, base_edits) "+
			"SELECT 'staging', number, edits FROM generation WHERE state = 'current' RETURNING number")
		return err
	})
	if err != nil {
		return 0, err
	}
	next, stop := iter.Pull(rows(&r))
	defer stop()
	more := true
	err = s.inChunks(ctx, func(n int) (bool, error) {
		for range n {
			var e ledger.Edit
			if e, more = next(); !more {
				_, err := s.conn.ExecContext(context.Background(), "UPDATE generation SET state = 'ready' WHERE number = ?", gen)
				return false, err
			}
			if err := s.stmt.edit(gen, &e); err != nil {
				return false, err
			}
		}
		return true, nil
	})
	if err != nil {
		return 0, errors.Join(err, s.Drop(gen))
	}
	return gen, nil
}

// inChunks calls some, each time in a transaction of its own, until nothing is left.
func (s *Store) inChunks(ctx context.Context, some func(n int) (left bool, err error)) error {
	for i, n, left := 1, chunkLeast, true; left; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		var took time.Duration
		err := s.short(func() (err error) {
			began := time.Now()
			left, err = some(n)
			took = time.Since(began)
			return err
		})
		if err != nil {
			return err
		}
		n = paced(n, took)
		if i%chunkRelief == 0 {
			s.relieve(ctx)
		}
		time.Sleep(min(took, chunkTime))
	}
	return nil
}

func paced(n int, took time.Duration) int {
	if took > chunkTime {
		return max(n/2, chunkLeast)
	}
	return min(n+n/4+1, chunkMost)
}

// short runs f in one transaction that holds the writing connection. A commit that waits for it is next.
func (s *Store) short(f func() error) error {
	s.write.Lock()
	defer s.write.Unlock()
	if _, err := s.stmt.begin.Exec(); err != nil {
		return err
	}
	err := f()
	if err == nil {
		_, err = s.stmt.commit.Exec()
	}
	if err != nil {
		_, _ = s.stmt.rollback.Exec() // where the transaction has ended already, this says so
	}
	return err
}

// Drop gives up a staged generation.
func (s *Store) Drop(gen uint64) error {
	return fault("drop staged roster", s.short(func() error {
		_, err := s.conn.ExecContext(context.Background(),
			"UPDATE generation SET state = 'old' WHERE number = ? AND state IN ('staging', 'ready')", gen)
		return err
	}))
}

// forsake gives up what was staged when the last process ended.
func (s *Store) forsake(ctx context.Context) error {
	left, err := one[bool](ctx, s.conn, "SELECT EXISTS (SELECT 1 FROM generation WHERE state IN ('staging', 'ready'))")
	if err != nil || !left {
		return err
	}
	return s.short(func() error {
		_, err := s.conn.ExecContext(ctx, "UPDATE generation SET state = 'old' WHERE state IN ('staging', 'ready')")
		return err
	})
}

// Sweep deletes the generations that are no longer current, in small transactions between which commits pass.
func (s *Store) Sweep(ctx context.Context) error {
	return fault("sweep old rosters", s.inChunks(ctx, s.sweepSome))
}

func (s *Store) sweepSome(n int) (left bool, err error) {
	gen, err := one[uint64](context.Background(), s.conn, "SELECT number FROM generation WHERE state = 'old' LIMIT 1")
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, t := range [...][2]string{{"credential", "id"}, {"person", "id"}, {"incumbency", "person, post, begins"},
		{"belonging", "person, section, begins"}, {"finding", "person, begins"}, {"duty", "person, duty, zone, begins"}, {"schedule", "id"}, {"holiday", "day"}} {
		done, err := s.conn.ExecContext(context.Background(), fmt.Sprintf("DELETE FROM %[1]s WHERE generation = ?1 AND (%[2]s) IN "+
			"(SELECT %[2]s FROM %[1]s WHERE generation = ?1 LIMIT ?2)", t[0], t[1]), gen, n)
		if err != nil {
			return false, err
		}
		if k, err := done.RowsAffected(); err != nil || k > 0 {
			return true, err
		}
	}
	_, err = s.conn.ExecContext(context.Background(), "DELETE FROM generation WHERE number = ?", gen)
	return true, err
}

// rows is a roster as the edits that would make it.
func rows(r *ledger.Roster) iter.Seq[ledger.Edit] {
	return func(yield func(ledger.Edit) bool) {
		_ = all(r.People, func(x *ledger.Person) ledger.Edit { return ledger.Edit{Person: x} }, yield) &&
			all(r.Records.Incumbents, func(x *access.Incumbency) ledger.Edit { return ledger.Edit{Incumbency: x} }, yield) &&
			all(r.Records.Belongings, func(x *access.Belonging) ledger.Edit { return ledger.Edit{Belonging: x} }, yield) &&
			all(r.Records.Findings, func(x *access.Finding) ledger.Edit { return ledger.Edit{Finding: x} }, yield) &&
			all(r.Records.Duties, func(x *access.Duty) ledger.Edit { return ledger.Edit{Duty: x} }, yield) &&
			all(r.Records.Credentials, func(x *access.Credential) ledger.Edit { return ledger.Edit{Credential: x} }, yield) &&
			all(r.Records.Schedules, func(x *access.Schedule) ledger.Edit { return ledger.Edit{Schedule: x} }, yield) &&
			all(r.Records.Holidays, func(x *access.Holiday) ledger.Edit { return ledger.Edit{Holiday: x} }, yield)
	}
}

func all[T any](list []T, as func(*T) ledger.Edit, yield func(ledger.Edit) bool) bool {
	for i := range list {
		if !yield(as(&list[i])) {
			return false
		}
	}
	return true
}
