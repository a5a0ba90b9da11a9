package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// Committed says where a commit's entries stand.
type Committed struct {
	First uint64 // sequence of the first of its entries
	Size  uint64 // of the tree with them
	Root  tlog.Hash
}

// Commit makes a change and its entries true and durable, together or not at all. The entries get the next numbers, in
// their order. ctx is looked at before the work begins, never in its middle. It is not to be called concurrently.
//
// An error is a *Fault. After it, what the disk holds was read anew: had the transaction become durable all the same, it
// is reported as the success that it is. Kind Conflict is the change's fault, not the disk's.
func (s *Store) Commit(ctx context.Context, c ledger.Change, entries []journal.Entry) (Committed, error) {
	if err := ctx.Err(); err != nil {
		return Committed{}, fault("commit", err)
	}
	s.write.Lock()
	defer s.write.Unlock()
	if s.stale {
		if err := s.reload(); err != nil {
			return Committed{}, fault("commit: read the journal's head", err)
		}
	}
	b := &s.batch
	if err := b.fill(s.tree, s.origin, entries); err != nil {
		return Committed{}, &Fault{Kind: Conflict, Doing: "commit", Err: err}
	}
	err := s.stmt.transact(&c, b, s.origin)
	if err != nil && !s.durable(b) {
		return Committed{}, fault("commit", err)
	}
	s.tree = b.tree
	s.stand(Head{b.tree.Size(), b.root})
	return Committed{b.first, b.tree.Size(), b.root}, nil
}

// durable ends a failed transaction and reads what became of it.
func (s *Store) durable(b *batch) bool {
	_, _ = s.stmt.rollback.Exec() // where the transaction has ended already, this says so
	s.stale = true
	before := s.Head()
	if err := s.reload(); err != nil {
		return false
	}
	return len(b.leaf) > 0 && s.Head().Size == before.Size+uint64(len(b.leaf)) && s.Head().Root == b.root
}

// batch is the sealed form of one commit's entries. Its buffers are used again.
type batch struct {
	first uint64
	tree  journal.Tree // with the entries
	root  tlog.Hash
	leaf  []leaf
	bytes []byte
	hash  []tlog.Hash
	salt  []byte
}

// leaf is where in the batch's buffers one entry lies.
type leaf struct {
	from, to int
	hashes   []byte
	private  []byte
}

// fill seals the entries onto a copy of tree.
func (b *batch) fill(tree journal.Tree, o journal.Origin, entries []journal.Entry) error {
	b.first, b.tree, b.leaf, b.bytes = tree.Size(), tree, b.leaf[:0], b.bytes[:0]
	b.salt = append(b.salt[:0], make([]byte, 16*len(entries))...)
	if _, err := rand.Read(b.salt); err != nil {
		return err
	}
	for i, e := range entries {
		from := len(b.bytes)
		var err error
		if b.bytes, err = e.Seal(b.bytes, o, b.first+uint64(i), [16]byte(b.salt[16*i:])); err != nil {
			return err
		}
		to := len(b.bytes)
		b.hash = b.tree.Append(b.hash[:0], journal.LeafHash(b.bytes[from:to]))
		l := leaf{from: from, to: to, private: e.Private}
		for _, h := range b.hash {
			l.hashes = append(l.hashes, h[:]...)
		}
		b.leaf = append(b.leaf, l)
	}
	b.root = b.tree.Root()
	return nil
}

// statements are the writing connection's prepared ones.
type statements struct {
	begin, commit, rollback, entry           *sql.Stmt
	occupant, grant, ungrant, tries, untries *sql.Stmt
	mode, unmode, alarm, unalarm             *sql.Stmt
	tables
	book
	all  []*sql.Stmt
	conn *sql.Conn
}

func prepare(c *sql.Conn) (statements, error) {
	s := statements{conn: c}
	for _, p := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&s.begin, "BEGIN IMMEDIATE"},
		{&s.commit, "COMMIT"},
		{&s.rollback, "ROLLBACK"},
		{&s.entry, "INSERT INTO entry (sequence, hashes, payload, private) VALUES (?, ?, ?, ?)"},
		{&s.occupant, "INSERT OR REPLACE INTO occupant (zone, person, since, mono, boot, inside, assumed, unverified) " +
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.grant, "INSERT OR REPLACE INTO open_grant (id, door, direction, person, credential, pending, waiting, at) " +
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.ungrant, "DELETE FROM open_grant WHERE id = ?"},
		{&s.tries, "INSERT OR REPLACE INTO tries (credential, wrong, blocked_until, blocked) VALUES (?, ?, ?, ?)"},
		{&s.untries, "DELETE FROM tries WHERE credential = ?"},
		{&s.mode, "INSERT OR REPLACE INTO mode (door, mode, until, account, incident) VALUES (?, ?, ?, ?, ?)"},
		{&s.unmode, "DELETE FROM mode WHERE door = ?"},
		{&s.alarm, "INSERT OR REPLACE INTO alarm (id, type, door, severity, raised, acknowledged, account, zone, due, " +
			"escalated, drill) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
		{&s.unalarm, "DELETE FROM alarm WHERE id = ?"},
	} {
		st, err := c.PrepareContext(context.Background(), p.sql) //nolint:sqlclosecheck // kept in s.all, closed by statements.close
		if err != nil {
			return s, errors.Join(err, s.close())
		}
		*p.to = st
		s.all = append(s.all, st)
	}
	for _, prepare := range []func(*sql.Conn) ([]*sql.Stmt, error){s.tables.prepare, s.book.prepare} {
		all, err := prepare(c)
		s.all = append(s.all, all...)
		if err != nil {
			return s, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *statements) close() error {
	var err error
	for _, st := range s.all {
		err = errors.Join(err, st.Close())
	}
	return err
}

// transact runs one transaction. On error it leaves it open for the caller to end.
func (s *statements) transact(c *ledger.Change, b *batch, o journal.Origin) error {
	if _, err := s.begin.Exec(); err != nil {
		return err
	}
	for i, l := range b.leaf {
		if _, err := s.entry.Exec(int64(b.first)+int64(i), l.hashes, b.bytes[l.from:l.to], l.private); err != nil {
			return err
		}
	}
	if err := s.state(c); err != nil {
		return err
	}
	if err := s.book.write(c); err != nil {
		return err
	}
	if err := s.roster(c); err != nil {
		return err
	}
	_, err := s.commit.Exec()
	return err
}
