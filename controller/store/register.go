package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"kidoban/controller/ledger"
)

// book are the statements of the register and what belongs to it.
type book struct {
	permit, unpermit        *sql.Stmt
	visit, revisit, unvisit *sql.Stmt
	emergency, unemergency  *sql.Stmt
	number                  *sql.Stmt
	document, undocument    *sql.Stmt
}

func (b *book) prepare(c *sql.Conn) (all []*sql.Stmt, err error) {
	for _, p := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&b.permit, "INSERT OR REPLACE INTO permit (id, zone, state, begins, ends, body) VALUES (?, ?, ?, ?, ?, ?)"},
		{&b.unpermit, "DELETE FROM permit WHERE id = ?"},
		{&b.visit, `INSERT OR REPLACE INTO visit (line, person, entered, permit, zone, name, reading, affiliation, class,
			credential, "left", ends, consent, purpose, assumed, late, more, left_how)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)`},
		// What the line is found by stays as it is almost always: then those indexes need no write.
		{&b.revisit, `UPDATE visit SET zone = ?5, name = ?6, reading = ?7, affiliation = ?8, class = ?9, credential = ?10,
			"left" = ?11, ends = ?12, consent = ?13, purpose = ?14, assumed = ?15, late = ?16, more = ?17,
			left_how = ?18 WHERE line = ?1 AND person = ?2 AND entered IS ?3 AND permit = ?4`},
		{&b.unvisit, "DELETE FROM visit WHERE line = ?"},
		{&b.emergency, `INSERT OR REPLACE INTO emergency (id, zone, entered, "left", completed, body) VALUES (?, ?, ?, ?, ?, ?)`},
		{&b.unemergency, "DELETE FROM emergency WHERE id = ?"},
		{&b.number, "INSERT OR REPLACE INTO number (kind, year, last) VALUES (?, ?, ?)"},
		{&b.document, `INSERT INTO document (kind, id, body) VALUES (?1, ?2, ?3)
			ON CONFLICT (kind, id) DO UPDATE SET body = ?3`},
		{&b.undocument, "DELETE FROM document WHERE kind = ? AND id = ?"},
	} {
		if *p.to, err = c.PrepareContext(context.Background(), p.sql); err != nil { //nolint:sqlclosecheck // closed by statements.close
			return all, err
		}
		all = append(all, *p.to)
	}
	return all, nil
}

// write puts what a change says of the register.
func (b *book) write(c *ledger.Change) error {
	for i := range c.Permits {
		if err := b.putPermit(&c.Permits[i]); err != nil {
			return err
		}
	}
	for i := range c.Visits {
		if err := b.putVisit(&c.Visits[i]); err != nil {
			return err
		}
	}
	for i := range c.Emergency {
		if err := b.putEmergency(&c.Emergency[i]); err != nil {
			return err
		}
	}
	for _, n := range c.Numbers {
		if _, err := b.number.Exec(n.Kind, n.Year, n.Last); err != nil {
			return err
		}
	}
	for _, d := range c.Documents {
		if err := b.putDocument(d); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) putPermit(p *ledger.Permit) error {
	body, err := bodyOf(p)
	if err != nil {
		return unfit("permit "+string(p.ID), err)
	}
	return put(p.Gone, b.unpermit, b.permit, string(p.ID), p.Zone, int64(p.State), bound(p.From), bound(p.Until), body)
}

func (b *book) putVisit(v *ledger.Visit) error {
	line, err := lineOf(v.ID)
	if err != nil {
		return err
	}
	if v.Gone {
		_, err := b.unvisit.Exec(line)
		return err
	}
	more, err := moreOf(v)
	if err != nil {
		return unfit("visit "+v.ID, err)
	}
	args := []any{line, string(v.Person), micros(v.Entered), string(v.Permit), v.Zone, v.Name, v.Reading, v.Affiliation,
		v.Class, string(v.Credential), micros(v.Left), endsIn(v), string(v.Consent.State), v.Purpose, v.Assumed, v.Late, more,
		v.LeftHow}
	done, err := b.revisit.Exec(args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); n > 0 || err != nil {
		return err
	}
	_, err = b.visit.Exec(args...)
	return err
}

func (b *book) putEmergency(e *ledger.EmergencyEntry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return unfit("emergency entry "+e.ID, err)
	}
	return put(e.Gone, b.unemergency, b.emergency, e.ID, e.Zone, micros(e.Entered), micros(e.Left), micros(e.Completed.At),
		string(body))
}

func (b *book) putDocument(d ledger.Document) error {
	if d.Gone {
		_, err := b.undocument.Exec(d.Kind, d.ID)
		return err
	}
	_, err := b.document.Exec(d.Kind, d.ID, d.Body)
	return err
}

// unfit says that a row itself cannot be written, whatever the disk does.
func unfit(what string, err error) error {
	return &Fault{Kind: Conflict, Doing: "write " + what, Err: err}
}

// book reads what a start needs of the register.
func (r *Reader) book(ctx context.Context, tx *sql.Tx, n *ledger.Snapshot) error {
	var err [5]error
	n.Permits, err[0] = collect(ctx, tx, r.permitFrom, "SELECT "+permitColumns+" FROM permit ORDER BY id")
	n.Visits, err[1] = collect(ctx, tx, r.visitFrom, "SELECT "+visitColumns+" FROM visit "+
		"WHERE "+waiting+" ORDER BY line")
	n.Emergency, err[2] = collect(ctx, tx, emergencyFrom, "SELECT "+emergencyColumns+" FROM emergency "+
		"WHERE completed IS NULL ORDER BY id")
	n.Numbers, err[3] = collect(ctx, tx, func(c values) (ledger.Number, error) {
		return ledger.Number{Kind: c.text(0), Year: int(c.number(1)), Last: int(c.number(2))}, nil
	}, "SELECT kind, year, last FROM number")
	n.Documents, err[4] = collect(ctx, tx, documentFrom, "SELECT "+documentColumns+" FROM document ORDER BY kind, id")
	return errors.Join(err[:]...)
}
