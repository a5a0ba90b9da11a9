package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"golang.org/x/sync/errgroup"

	"kidoban/controller/journal"
)

// Verifying is what to verify a journal with beside what lies in its directory.
type Verifying struct {
	Key      note.Verifier     // the controller's, pinned; nil takes the one that the database names
	Known    [][]byte          // checkpoints from elsewhere: the central log, a print
	Progress func(done uint64) // now and then; may be nil
}

// chunk is how many sequences one worker examines at a time.
const chunk = 2048

// Verify reads the whole journal and says what is wrong and where. Rows are examined by as many workers as there are
// processors and added in order; all have ended when it returns.
func (r *Reader) Verify(ctx context.Context, with Verifying) (journal.Report, error) {
	rep, err := r.verify(ctx, with)
	return rep, fault("verify journal", err)
}

func (r *Reader) against(ctx context.Context, with Verifying) (journal.Against, error) {
	a := journal.Against{Origin: r.origin, Key: with.Key, Known: with.Known, Progress: with.Progress,
		Leaves: func(from, to uint64) iter.Seq2[tlog.Hash, error] { return r.Leaves(ctx, from, to) }}
	if with.Key == nil {
		key, err := r.key()
		if err != nil {
			return a, err
		}
		a.Key = key
	}
	a.Origin.Journal = journal.JournalID(a.Key)
	own, err := r.checkpointBeside()
	if err != nil && KindOf(err) != Corrupt {
		return a, err
	}
	if err != nil {
		own = []byte("neither block of the checkpoint file is whole")
	}
	a.Checkpoints = r.beside(own)
	return a, nil
}

func (r *Reader) verify(ctx context.Context, with Verifying) (journal.Report, error) {
	a, err := r.against(ctx, with)
	if err != nil {
		return journal.Report{}, err
	}
	v, x := journal.NewVerification(a), journal.NewExaminer(a.Origin)
	last, err := one[sql.NullInt64](ctx, r.read, "SELECT max(sequence) FROM entry")
	if err != nil {
		return journal.Report{}, err
	}
	if !last.Valid {
		return v.End(), nil
	}
	workers := min(runtime.GOMAXPROCS(0), readers/2)
	group, ctx := errgroup.WithContext(ctx)
	jobs, inOrder := make(chan job), make(chan job, 2*workers)
	group.Go(func() error { return r.cut(ctx, last.Int64, jobs, inOrder) })
	for range workers {
		group.Go(func() error {
			for j := range jobs {
				leaves, err := r.examine(ctx, x, j)
				if err != nil {
					return err
				}
				j.out <- leaves
			}
			return nil
		})
	}
	group.Go(func() error {
		for j := range inOrder {
			select {
			case leaves := <-j.out:
				for i := range leaves {
					v.Add(leaves[i])
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	err = group.Wait()
	return v.End(), errors.Join(err, v.Err())
}

// job is one chunk of rows, [from, to].
type job struct {
	from, to int64
	out      chan []journal.Leaf
}

// cut makes the chunks, jumping over gaps however wide.
func (r *Reader) cut(ctx context.Context, last int64, jobs, inOrder chan<- job) error {
	defer close(jobs)
	defer close(inOrder)
	for from := int64(-1 << 63); from <= last; {
		first, err := one[sql.NullInt64](ctx, r.read, "SELECT min(sequence) FROM entry WHERE sequence >= ?", from)
		if err != nil {
			return err
		}
		if !first.Valid || first.Int64 > last {
			return nil
		}
		j := job{first.Int64, min(first.Int64+chunk-1, last), make(chan []journal.Leaf, 1)}
		for _, to := range []chan<- job{inOrder, jobs} {
			select {
			case to <- j:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if from = j.to + 1; j.to == 1<<63-1 {
			return nil
		}
	}
	return nil
}

func (r *Reader) examine(ctx context.Context, x journal.Examiner, j job) ([]journal.Leaf, error) {
	leaves := make([]journal.Leaf, 0, chunk)
	kept := make([]byte, 0, chunk*2*32+1024)
	for row, err := range r.between(ctx, j.from, j.to) {
		if err != nil {
			return nil, err
		}
		l := x.Examine(row)
		kept = append(kept, l.Hashes...)
		l.Hashes = kept[len(kept)-len(l.Hashes):]
		leaves = append(leaves, l)
	}
	return leaves, nil
}

// between yields rows as they lie there; their bytes change with the next. It steps through them by the driver alone: a whole
// journal is millions of them, and what database/sql does for each takes as long as hashing it.
func (r *Reader) between(ctx context.Context, from, to int64) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		c, err := r.read.Conn(ctx)
		if err == nil {
			defer func() { _ = c.Close() }()
			err = c.Raw(func(d any) error { return step(d.(*sqlite3.SQLiteConn), from, to, yield) })
		}
		if err != nil {
			yield(journal.Row{}, err)
		}
	}
}

func step(c *sqlite3.SQLiteConn, from, to int64, yield func(journal.Row, error) bool) error {
	rows, err := c.Query("SELECT sequence, hashes, payload, private FROM entry WHERE sequence BETWEEN ? AND ? ORDER BY sequence",
		[]driver.Value{from, to})
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for v := make([]driver.Value, 4); ; {
		if err := rows.Next(v); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		e, err := rowOf(v)
		if err != nil {
			return fmt.Errorf("entry: %w", err)
		}
		if !yield(e, nil) {
			return nil
		}
	}
}

func rowOf(v []driver.Value) (e journal.Row, err error) {
	var ok bool
	if e.Sequence, ok = v[0].(int64); !ok {
		return e, fmt.Errorf("its number is %v", v[0])
	}
	for i, to := range []*[]byte{&e.Hashes, &e.Payload, &e.Private} {
		switch b := v[i+1].(type) {
		case nil:
		case []byte:
			*to = b
		case string:
			*to = []byte(b)
		default:
			return e, fmt.Errorf("%d has a %T in the place of bytes", e.Sequence, b)
		}
	}
	return e, nil
}

// Prove makes the proof that entry n is in the journal, under the checkpoint that was signed last.
func (r *Reader) Prove(ctx context.Context, n uint64) ([]byte, error) {
	own, err := r.checkpointBeside()
	if err != nil {
		return nil, fault("prove entry", err)
	}
	rows, err := r.Rows(ctx, n, 1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || rows[0].Sequence != n {
		return nil, fmt.Errorf("prove entry %d: there is none", n)
	}
	p, err := journal.Prove(n, rows[0].Payload, own, r.HashReader(ctx))
	if err != nil {
		return nil, err
	}
	return p.Text(), nil
}
