package store

import (
	"context"
	"database/sql"

	"kidoban/controller/ledger"
)

// table is how rows of one sort of the roster are put and removed. The first keys arguments are its key.
type table struct {
	put, drop *sql.Stmt
	keys      int
}

// tables are the roster's. A put replaces the row of the same key and no other: of two credentials with one card, the
// second is refused by the index.
type tables struct{ person, incumbency, belonging, finding, duty, credential, schedule, holiday table }

func (t *tables) prepare(c *sql.Conn) (all []*sql.Stmt, err error) {
	for _, p := range []struct {
		to        *table
		keys      int
		put, drop string
	}{
		{&t.person, 2, `INSERT INTO person (generation, id, kind, name, reading, affiliation) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (generation, id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
			reading = excluded.reading, affiliation = excluded.affiliation`,
			`DELETE FROM person WHERE generation = ? AND id = ?`},
		{&t.incumbency, 4, `INSERT INTO incumbency (generation, person, post, begins, ends) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (generation, person, post, begins) DO UPDATE SET ends = excluded.ends`,
			`DELETE FROM incumbency WHERE generation = ? AND person = ? AND post = ? AND begins = ?`},
		{&t.belonging, 4, `INSERT INTO belonging (generation, person, section, begins, ends) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (generation, person, section, begins) DO UPDATE SET ends = excluded.ends`,
			`DELETE FROM belonging WHERE generation = ? AND person = ? AND section = ? AND begins = ?`},
		{&t.finding, 3, `INSERT INTO finding (generation, person, begins, ends) VALUES (?, ?, ?, ?)
			ON CONFLICT (generation, person, begins) DO UPDATE SET ends = excluded.ends`,
			`DELETE FROM finding WHERE generation = ? AND person = ? AND begins = ?`},
		{&t.duty, 5, `INSERT INTO duty (generation, person, duty, zone, begins, ends) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (generation, person, duty, zone, begins) DO UPDATE SET ends = excluded.ends`,
			`DELETE FROM duty WHERE generation = ? AND person = ? AND duty = ? AND zone = ? AND begins = ?`},
		{&t.credential, 2, `INSERT INTO credential (generation, id, person, format, card, state, pin, duress, extended,
			schedule, begins, ends) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (generation, id) DO UPDATE SET person = excluded.person, format = excluded.format,
			card = excluded.card, state = excluded.state, pin = excluded.pin, duress = excluded.duress,
			extended = excluded.extended, schedule = excluded.schedule, begins = excluded.begins, ends = excluded.ends`,
			`DELETE FROM credential WHERE generation = ? AND id = ?`},
		{&t.schedule, 2, `INSERT INTO schedule (generation, id, hours) VALUES (?, ?, ?)
			ON CONFLICT (generation, id) DO UPDATE SET hours = excluded.hours`,
			`DELETE FROM schedule WHERE generation = ? AND id = ?`},
		{&t.holiday, 2, `INSERT INTO holiday (generation, day, working) VALUES (?, ?, ?)
			ON CONFLICT (generation, day) DO UPDATE SET working = excluded.working`,
			`DELETE FROM holiday WHERE generation = ? AND day = ?`},
	} {
		p.to.keys = p.keys
		for to, text := range map[**sql.Stmt]string{&p.to.put: p.put, &p.to.drop: p.drop} {
			if *to, err = c.PrepareContext(context.Background(), text); err != nil { //nolint:sqlclosecheck // closed by statements.close
				return all, err
			}
			all = append(all, *to)
		}
	}
	return all, nil
}

func (t *table) row(remove bool, args ...any) error {
	st := t.put
	if remove {
		st, args = t.drop, args[:t.keys]
	}
	_, err := st.Exec(args...)
	return err
}

// edit puts or removes one row of a generation.
func (t *tables) edit(gen uint64, e *ledger.Edit) error {
	switch {
	case e.Person != nil:
		x := e.Person
		return t.person.row(e.Delete, gen, string(x.ID), int64(x.Kind), x.Name, x.Reading, x.Affiliation)
	case e.Incumbency != nil:
		x := e.Incumbency
		return t.incumbency.row(e.Delete, gen, string(x.Person), string(x.Post), bound(x.From), bound(x.Until))
	case e.Belonging != nil:
		x := e.Belonging
		return t.belonging.row(e.Delete, gen, string(x.Person), x.Section, bound(x.From), bound(x.Until))
	case e.Finding != nil:
		x := e.Finding
		return t.finding.row(e.Delete, gen, string(x.Person), bound(x.From), bound(x.Until))
	case e.Duty != nil:
		x := e.Duty
		return t.duty.row(e.Delete, gen, string(x.Person), string(x.Duty), x.Zone, bound(x.From), bound(x.Until))
	case e.Credential != nil:
		x := e.Credential
		return t.credential.row(e.Delete, gen, string(x.ID), string(x.Person), x.Format, x.Card[:], int64(x.State),
			secret(x.PIN), secret(x.Duress), x.Extended, string(x.Schedule), bound(x.From), bound(x.Until))
	case e.Schedule != nil:
		text, err := hours(e.Schedule)
		if err != nil {
			return err
		}
		return t.schedule.row(e.Delete, gen, string(e.Schedule.ID), text)
	case e.Holiday != nil:
		x := e.Holiday
		return t.holiday.row(e.Delete, gen, x.Year*10000+int(x.Month)*100+x.Day, x.Working)
	}
	return &Fault{Kind: Conflict, Doing: "edit roster: the edit is empty"}
}
