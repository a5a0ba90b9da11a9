package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Sole is the right of one process alone, of all that share the database, to tell people.
type Sole struct {
	conn  *sql.Conn // whose session has the lock; nil where nobody shares
	every time.Duration
}

const soleLock = 7411231

// TakeSole waits until no other process has the right, and looks every so often.
func (s *Shelf) TakeSole(ctx context.Context, every time.Duration) (*Sole, error) {
	if !s.locking {
		return &Sole{}, nil
	}
	c, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for the right to tell people: %w", err)
	}
	for mine := false; ; {
		if err = c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", soleLock).Scan(&mine); err == nil && mine {
			return &Sole{c, every}, nil
		}
		if err == nil {
			err = sleep(ctx, every)
		}
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("wait for the right to tell people: %w", err)
		}
	}
}

// Run returns when ctx ends or the right is lost. What another writes meanwhile is refused to nobody: two who tell at once
// tell twice, under the same IDs.
func (o *Sole) Run(ctx context.Context) error {
	if o.conn == nil {
		<-ctx.Done()
		return nil
	}
	for {
		if sleep(ctx, o.every) != nil {
			return nil
		}
		if err := o.conn.PingContext(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("the right to tell people is lost: %w", err)
		}
	}
}

// Close gives the right up.
func (o *Sole) Close() error {
	if o.conn == nil {
		return nil
	}
	_, err := o.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", soleLock)
	if closed := o.conn.Close(); err == nil {
		err = closed
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
