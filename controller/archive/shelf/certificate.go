package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kidoban/controller/identity"
	"kidoban/controller/journal"
)

// Certificate is one that the authority issued.
type Certificate struct {
	Serial   string
	Identity identity.Identity
	Issued   time.Time
	Expires  time.Time
	Revoked  time.Time // zero: it is not
	Warned   bool      // the record says that it is about to run out
}

// Valid reports whether brokers believe it at a time.
func (c Certificate) Valid(at time.Time) bool { return c.Revoked.IsZero() && at.Before(c.Expires) }

// ErrNotEnrolled is a name that no certificate was issued to.
var ErrNotEnrolled = errors.New("nobody of that name is enrolled: kidobanlog identities lists them")

// Enrol keeps a certificate and records it. A name has one role for good; one that has a valid certificate gets another only
// by renewal, and one that has none only by enrolment.
func (s *Shelf) Enrol(ctx context.Context, o Own, c identity.Certificate, renewal bool, at time.Time, entry journal.Entry) error {
	return s.change(ctx, "enrol "+c.Identity.String(), func(tx *sql.Tx) error {
		known, err := certificates(tx.QueryContext(ctx, certificateColumns+" WHERE site = $1 AND name = $2", c.Identity.Site, c.Identity.Name))
		if err != nil {
			return err
		}
		if err := mayEnrol(known, c.Identity, renewal, at); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO certificate (serial, role, site, name, issued, expires) VALUES ($1, $2, $3, $4, $5, $6)",
			c.Serial, string(c.Identity.Role), c.Identity.Site, c.Identity.Name, c.From.Unix(), c.Until.Unix()); err != nil {
			return err
		}
		return s.recordIn(ctx, tx, o, entry)
	})
}

func mayEnrol(known []Certificate, i identity.Identity, renewal bool, at time.Time) error {
	var valid *Certificate
	held := false
	for n, k := range known {
		held = held || k.Revoked.IsZero()
		if k.Identity.Role != i.Role {
			return fmt.Errorf("that name is a %s's, and stays so", k.Identity.Role)
		}
		if k.Valid(at) && (valid == nil || k.Expires.After(valid.Expires)) {
			valid = &known[n]
		}
	}
	switch {
	case renewal && !held:
		return ErrNotEnrolled
	case !renewal && valid != nil:
		return fmt.Errorf("it is enrolled until %s: --renew gives it another, and if its key is lost, revoke it first", valid.Expires.Format(time.DateOnly))
	}
	return nil
}

// Revoke takes certificates back, all valid ones of a name or the one of a serial number, and records it. It returns them.
func (s *Shelf) Revoke(ctx context.Context, o Own, site, name, serial string, at time.Time, entry journal.Entry) (out []Certificate, err error) {
	err = s.change(ctx, "revoke", func(tx *sql.Tx) error {
		out = nil
		var known []Certificate
		if serial != "" {
			known, err = certificates(tx.QueryContext(ctx, certificateColumns+" WHERE serial = $1", serial))
		} else {
			known, err = certificates(tx.QueryContext(ctx, certificateColumns+" WHERE site = $1 AND name = $2", site, name))
		}
		if err != nil {
			return err
		}
		if len(known) == 0 {
			return ErrNotEnrolled
		}
		for _, c := range known {
			if c.Revoked.IsZero() {
				out = append(out, c)
			}
		}
		if len(out) == 0 {
			return errors.New("it is revoked already")
		}
		return s.takeBack(ctx, tx, o, out, at, entry)
	})
	return out, err
}

func (s *Shelf) takeBack(ctx context.Context, tx *sql.Tx, o Own, cs []Certificate, at time.Time, entry journal.Entry) error {
	var es []journal.Entry
	for _, c := range cs {
		if _, err := tx.ExecContext(ctx, "UPDATE certificate SET revoked = $1 WHERE serial = $2", at.Unix(), c.Serial); err != nil {
			return err
		}
		e := entry
		e.Data.Controller, e.Data.Digest = o.Origin.Called(c.Identity.Site, c.Identity.Name), c.Serial
		es = append(es, e)
	}
	return s.recordIn(ctx, tx, o, es...)
}

// WarnedOf records that a certificate is about to run out, once; it reports whether it was the first to.
func (s *Shelf) WarnedOf(ctx context.Context, o Own, serial string, entry journal.Entry) (first bool, err error) {
	err = s.change(ctx, "warn of a certificate", func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "UPDATE certificate SET warned = 1 WHERE serial = $1 AND warned = 0", serial)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if first = n > 0; err != nil || !first {
			return err
		}
		return s.recordIn(ctx, tx, o, entry)
	})
	return first, err
}

const certificateColumns = "SELECT serial, role, site, name, issued, expires, revoked, warned FROM certificate"

// Certificates lists all, by name, the newest of a name first.
func (s *Shelf) Certificates(ctx context.Context) ([]Certificate, error) {
	all, err := certificates(s.read.QueryContext(ctx, certificateColumns+" ORDER BY site, name, issued DESC, serial"))
	if err != nil {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	return all, nil
}

// Revoked lists the serial numbers that brokers must not believe.
func (s *Shelf) Revoked(ctx context.Context) ([]string, error) {
	serials, err := column[string](s.read.QueryContext(ctx, "SELECT serial FROM certificate WHERE revoked <> 0 ORDER BY serial"))
	if err != nil {
		return nil, fmt.Errorf("list revoked certificates: %w", err)
	}
	return serials, nil
}

func certificates(rows *sql.Rows, err error) (all []Certificate, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Certificate
		var role string
		var issued, expires, revoked, warned int64
		if err := rows.Scan(&c.Serial, &role, &c.Identity.Site, &c.Identity.Name, &issued, &expires, &revoked, &warned); err != nil {
			return nil, err
		}
		c.Identity.Role, c.Warned = identity.Role(role), warned != 0
		c.Issued, c.Expires = time.Unix(issued, 0), time.Unix(expires, 0)
		if revoked != 0 {
			c.Revoked = time.Unix(revoked, 0)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// Expiring are those of all that run out within a while and that no later one has taken the place of.
func Expiring(all []Certificate, now time.Time, within time.Duration) (out []Certificate) {
	last := map[identity.Identity]Certificate{}
	for _, c := range all {
		if l, ok := last[c.Identity]; c.Revoked.IsZero() && (!ok || c.Expires.After(l.Expires)) {
			last[c.Identity] = c
		}
	}
	for _, c := range all {
		if last[c.Identity].Serial == c.Serial && c.Expires.Sub(now) < within {
			out = append(out, c)
		}
	}
	return out
}
