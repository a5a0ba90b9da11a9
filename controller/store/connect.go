package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/mattn/go-sqlite3"

	"kidoban/controller/fold"
)

// connector opens connections of one sort to one file and asserts on every single one that it is what was asked for.
type connector struct {
	drv *sqlite3.SQLiteDriver
	dsn string
}

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.drv.Open(c.dsn) }
func (c *connector) Driver() driver.Driver                        { return c.drv }

// writing opens the file for writing, never creating it. Checkpoints of the WAL are Run's work; the limit here is only
// for a Run that does not come to it.
func writing(path string) *sql.DB {
	return connect(path, "mode=rw&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_secure_delete=on",
		map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1",
			fmt.Sprintf("wal_autocheckpoint=%d", walLimit): fmt.Sprint(walLimit), "cache_size=-512": ""})
}

// reading opens it so that nothing can be written through the connection.
func reading(path string) *sql.DB {
	return connect(path, "mode=ro&_query_only=1&_synchronous=FULL",
		map[string]string{"synchronous": "2", "query_only": "1", "cache_size=-512": ""})
}

func connect(path, how string, assert map[string]string) *sql.DB {
	drv := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		for pragma, want := range assert {
			got, err := pragmaValue(c, pragma)
			if err != nil {
				return err
			}
			if got != want {
				return fmt.Errorf("open database: %s is %q, not %q", pragma, got, want)
			}
		}
		return c.RegisterFunc("fold", fold.Text, true)
	}}
	return sql.OpenDB(&connector{drv, dsn(path, how)})
}

func dsn(path, how string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_busy_timeout=10000&" + how
}

func pragmaValue(c *sqlite3.SQLiteConn, pragma string) (string, error) {
	rows, err := c.Query("PRAGMA "+pragma, nil)
	if err != nil {
		return "", fmt.Errorf("pragma %s: %w", pragma, err)
	}
	defer func() { _ = rows.Close() }()
	if len(rows.Columns()) == 0 {
		return "", nil
	}
	v := make([]driver.Value, 1)
	if err := rows.Next(v); err == io.EOF {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("pragma %s: %w", pragma, err)
	}
	if b, ok := v[0].([]byte); ok {
		return string(b), nil
	}
	return strings.ToLower(fmt.Sprint(v[0])), nil
}

// one runs a query that yields one value.
func one[T any](ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, query string, args ...any) (v T, err error) {
	err = q.QueryRowContext(ctx, query, args...).Scan(&v)
	return v, err
}
