package shelf

import (
	"context"
	"crypto/rand"
	"database/sql"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

// Own is a journal that the central log writes itself: what its people do with the record, and what it finds.
type Own struct {
	Origin  journal.Origin // with Boot and Zone; its Journal is that of Key
	Key     string         // the verifier key of Signer
	Signer  note.Signer    // named Origin.KeyName()
	Central note.Signer    // the central log's, whose signature makes an entry confirmed

	Patience alarm.Patience // how long its alarms wait for somebody
}

// Record adds entries to the central log's own journal, signed and confirmed at once, and the alarms that they raise. Any
// process that holds the keys may call it, beside a running archive too.
func (s *Shelf) Record(ctx context.Context, o Own, entries ...journal.Entry) (err error) {
	if len(entries) == 0 {
		return nil
	}
	return s.change(ctx, "record in the central log's own journal", func(tx *sql.Tx) error { return s.recordIn(ctx, tx, o, entries...) })
}

// recordIn does so in a transaction that changes other things too.
func (s *Shelf) recordIn(ctx context.Context, tx *sql.Tx, o Own, entries ...journal.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	v, err := note.NewVerifier(o.Key)
	if err != nil {
		return err
	}
	o.Origin.Journal = journal.JournalID(v)
	last := entries[len(entries)-1]
	id, size, err := s.begin(ctx, tx, o, last.At.Wall.Format(time.RFC3339))
	if err != nil {
		return err
	}
	tree, err := journal.RestoreTree(size, hashesIn(ctx, tx, id))
	if err != nil {
		return err
	}
	if size == 0 {
		entries = append([]journal.Entry{{At: entries[0].At, Synced: entries[0].Synced, Type: journal.JournalStarted,
			Severity: journal.Notice, Subject: "controller"}}, entries...)
	}
	if err := putAll(ctx, tx, o, id, &tree, entries); err != nil {
		return err
	}
	c := journal.Checkpoint{Origin: o.Origin.Line(), Size: tree.Size(), Root: tree.Root(), Time: last.At.Wall, Clock: journal.ClockOf(last.Synced)}
	signed, err := c.Sign(o.Signer, o.Central)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE journal SET size = $1, checkpoint = $2 WHERE id = $3", tree.Size(), signed, id)
	return err
}

func putAll(ctx context.Context, tx *sql.Tx, o Own, id int64, tree *journal.Tree, entries []journal.Entry) error {
	for _, e := range entries {
		if err := put(ctx, tx, o, id, tree, e); err != nil {
			return err
		}
		raised, err := raise(ctx, tx, o, e)
		if err != nil {
			return err
		}
		for _, e := range raised {
			if err := put(ctx, tx, o, id, tree, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin finds the journal's row, or makes it.
func (s *Shelf) begin(ctx context.Context, tx *sql.Tx, o Own, at string) (id int64, size uint64, err error) {
	if _, err := tx.ExecContext(ctx, "INSERT INTO journal (origin, key, accepted, own) VALUES ($1, $2, $3, 1) ON CONFLICT (origin) DO NOTHING",
		o.Origin.Line(), o.Key, at); err != nil {
		return 0, 0, err
	}
	err = tx.QueryRowContext(ctx, "SELECT id, size FROM journal WHERE origin = $1"+s.update, o.Origin.Line()).Scan(&id, &size)
	return id, size, err
}

func put(ctx context.Context, tx *sql.Tx, o Own, id int64, tree *journal.Tree, e journal.Entry) error {
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return err
	}
	seq := tree.Size()
	payload, err := e.Seal(nil, o.Origin, seq, salt)
	if err != nil {
		return err
	}
	var blob []byte
	for _, h := range tree.Append(nil, journal.LeafHash(payload)) {
		blob = append(blob, h[:]...)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO entry (journal, sequence, payload, private, hashes) VALUES ($1, $2, $3, $4, $5)", id, seq, payload, e.Private, blob)
	return err
}
