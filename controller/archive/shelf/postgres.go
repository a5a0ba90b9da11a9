package shelf

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const (
	pgWriters = 8
	pgReaders = 16
)

// openPostgres opens a pool that writes and one that reads. Nothing of the connection string gets into an error: it may
// hold a password.
func openPostgres(ctx context.Context, where string, m mode) (*Shelf, error) {
	conf, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, errors.New("the connection string is not understood: want postgres://user@host/database or host=… dbname=…")
	}
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = 10 * time.Second
	}
	set := conf.RuntimeParams
	if set["application_name"] == "" {
		set["application_name"] = "kidobanlog"
	}
	// A process that stands still in the middle of a transaction must not keep its journals from the next one.
	set["idle_in_transaction_session_timeout"] = "5s"
	reading := conf.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	s := &Shelf{dialect: dialect{name: goose.DialectPostgres, schema: "schema/postgres", share: " FOR SHARE", update: " FOR UPDATE",
		skip: " SKIP LOCKED", now: "(extract(epoch FROM clock_timestamp()) * 1000)::bigint", traces: 32, locking: true}}
	s.read = pool(reading, pgReaders)
	s.db = s.read
	if m != readOnly {
		s.db = pool(conf, pgWriters)
	}
	if err := s.db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func pool(conf *pgx.ConnConfig, most int) *sql.DB {
	db := stdlib.OpenDB(*conf, stdlib.OptionAfterConnect(durable))
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db
}

// durable refuses a connection whose commits may be lost.
func durable(ctx context.Context, c *pgx.Conn) error {
	var commit, sync string
	if err := c.QueryRow(ctx, "SELECT current_setting('synchronous_commit'), current_setting('fsync')").Scan(&commit, &sync); err != nil {
		return err
	}
	if commit == "off" || sync != "on" {
		return fmt.Errorf("synchronous_commit is %s and fsync %s there: an ack could not be trusted", commit, sync)
	}
	return nil
}
