package desk_test

import (
	"bytes"
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller/desk"
	"kidoban/controller/people"
)

// TestWhoIsGoneIsGone: of the roster before an import nothing is left in the database, a name that was corrected neither.
func TestWhoIsGoneIsGone(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Duties.FourEyes = false }, "operate", "roster")
	if got := o.bring("demo.csv", people.Demo(), false); !got.Done {
		t.Fatalf("%+v", got)
	}
	if got := o.bring("demo.csv", bytes.ReplaceAll(people.Demo(), []byte("髙橋 由紀"), []byte("木戸 由紀")), false); !got.Done || got.Changed == 0 {
		t.Fatalf("%+v", got)
	}
	k, err := desk.New(o.deps)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error { return k.Clear(ctx) })
	t.Cleanup(func() { stop(); _ = g.Wait() })
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(filepath.Dir(o.socket), "data", "journal.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o.eventually("one roster is left", func() bool {
		var generations, before, now int
		err := db.QueryRow("SELECT (SELECT count(*) FROM generation), (SELECT count(*) FROM person WHERE name = '髙橋 由紀'), "+
			"(SELECT count(*) FROM person WHERE name = '木戸 由紀')").Scan(&generations, &before, &now)
		return err == nil && generations == 1 && before == 0 && now == 1
	})
}
