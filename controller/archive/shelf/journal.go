package shelf

import (
	"context"
	"database/sql"
	"fmt"
	"kidoban/controller/journal"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Journal is one journal that a person accepted, as the file has it.
type Journal struct {
	ID         int64
	Origin     string
	Key        note.Verifier
	Size       uint64
	Checkpoint []byte // co-signed, of that size; nil while Size is 0
	Fork       string
	Closed     string // which journal goes on after it: nothing is added to this one
	Own        bool   // a central log's own, which nobody follows
	Silent     string // since when its controller has not been heard, RFC 3339; "" = it is
	Names      bool   // private parts of it have come
	Hold       Hold   // the right to add to it, where central logs share the database
}

// Accept pins a controller's verifier key: from now on its journal is taken. Doing so twice changes nothing.
func (s *Shelf) Accept(ctx context.Context, key string, at time.Time) (origin string, err error) {
	origin, _, err = s.accept(ctx, Own{}, key, at, nil)
	return origin, err
}

// AcceptBy does so in somebody's name, and records it in the own journal; fresh says that it was not accepted before.
func (s *Shelf) AcceptBy(ctx context.Context, o Own, key string, e journal.Entry) (origin string, fresh bool, err error) {
	return s.accept(ctx, o, key, e.At.Wall, &e)
}

func (s *Shelf) accept(ctx context.Context, o Own, key string, at time.Time, e *journal.Entry) (origin string, fresh bool, err error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return "", false, fmt.Errorf("accept journal: %w: kidoban init prints the key to accept", err)
	}
	origin = v.Name() + "/" + journal.JournalID(v)
	if _, err := Topic(origin); err != nil {
		return "", false, fmt.Errorf("accept journal: key of %q: %w", v.Name(), err)
	}
	return origin, fresh, s.change(ctx, "accept journal", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "INSERT INTO journal (origin, key, accepted) VALUES ($1, $2, $3) ON CONFLICT (origin) DO NOTHING",
			origin, key, at.Format(time.RFC3339))
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return err
		}
		fresh = true
		if _, err := tx.ExecContext(ctx, "INSERT INTO lease (controller) VALUES ($1) ON CONFLICT (controller) DO NOTHING", v.Name()); err != nil || e == nil {
			return err
		}
		return s.recordIn(ctx, tx, o, *e)
	})
}

// Journals lists the accepted journals in the order of their acceptance.
func (s *Shelf) Journals(ctx context.Context) ([]Journal, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, origin, key, size, checkpoint, fork, closed, own <> 0, silent, names <> 0 FROM journal ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list journals: %w", err)
	}
	defer rows.Close()
	var js []Journal
	for rows.Next() {
		var j Journal
		var key string
		if err := rows.Scan(&j.ID, &j.Origin, &key, &j.Size, &j.Checkpoint, &j.Fork, &j.Closed, &j.Own, &j.Silent, &j.Names); err != nil {
			return nil, fmt.Errorf("list journals: %w", err)
		}
		if j.Key, err = note.NewVerifier(key); err != nil {
			return nil, fmt.Errorf("list journals: key of %s: %w", j.Origin, err)
		}
		js = append(js, j)
	}
	return js, rows.Err()
}

// Controller is whose journal it is: "kidoban/<site>/<controller>".
func (j *Journal) Controller() string { return j.Origin[:strings.LastIndexByte(j.Origin, '/')] }

// Topic is where the messages of the controller of origin "kidoban/<site>/<controller>/<journal>" are:
// "kidoban/v1/<site>/<controller>/".
func Topic(origin string) (string, error) {
	p := strings.Split(origin, "/")
	if len(p) != 4 || p[0] != "kidoban" || p[1] == "" || p[2] == "" || len(p[3]) != 8 || strings.ContainsAny(origin, "+# \n") {
		return "", fmt.Errorf("origin %q is not kidoban/<site>/<controller>/<journal>", origin)
	}
	return "kidoban/v1/" + p[1] + "/" + p[2] + "/", nil
}
