package main

import (
	"bytes"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	crypt "filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/outbox/outboxtest"
)

// TestBackup: one is taken while a door writes, opens for its recipient alone, and is refused when a bit of it is another;
// a central log that is restored from it gets what came later from the door, and goes on in a journal of its own.
func TestBackup(t *testing.T) {
	t.Parallel()
	at := newSite(t, "central", "")
	dir := filepath.Dir(at[1])
	pinned, err := note.NewVerifier(strings.TrimSpace(output(t, append(at, "init")...)))
	if err != nil {
		t.Fatal(err)
	}
	id, err := crypt.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/identity", id.String()+"\n")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	output(t, append(at, "pin", d.Keys.Public())...)
	addr := freeAddress(t)
	first := serving(t, at, "--listen", addr)
	d.Run("tcp://"+addr, nil)
	d.Commit(50)
	outboxtest.Await(t, "some are confirmed", func() bool { return d.Out.Acked() == d.Store.Head().Size })

	file := dir + "/log.age"
	refuses(t, "--purpose", append(at, "backup", "-o", file, "--account", "mori")...)
	refuses(t, "age1", append(at, "backup", "-o", file, "--account", "mori", "--purpose", "x", "--recipient", "nobody")...)
	said := output(t, append(at, "backup", "-o", file, "--account", "mori", "--purpose", "weekly", "--recipient", id.Recipient().String())...)
	refuses(t, "exists", append(at, "backup", "-o", file, "--account", "mori", "--purpose", "x")...)
	digest := said[strings.LastIndexByte(strings.TrimSpace(said), ' ')+1:]
	own := output(t, append(at, "print", "central", "--json", "--purpose", "test", "--account", "mori")...)
	if !strings.Contains(own, "journal.backed_up") || !strings.Contains(own, strings.TrimSpace(digest)) || strings.Contains(own, "weekly") {
		t.Errorf("the own journal says %s", own)
	}
	plain := dir + "/log.tar"
	output(t, append(at, "backup", "-o", plain, "--account", "mori", "--purpose", "weekly")...)
	d.Commit(30)
	outboxtest.Await(t, "more are confirmed", func() bool { return d.Out.Acked() == d.Store.Head().Size })
	end(t, first)

	if err := os.Rename(dir+"/data", dir+"/lost"); err != nil {
		t.Fatal(err)
	}
	damaged(t, at, file, plain, dir)
	key := read(t, dir+"/keys/journal.key")
	output(t, append(at, "restore", file, "--identity", dir+"/identity", "--account", "mori")...)
	refuses(t, "nothing is ever put over a record", append(at, "restore", file, "--identity", dir+"/identity", "--account", "mori")...)
	if bytes.Equal(read(t, dir+"/keys/journal.key"), key) {
		t.Error("the own journal would go on under the key that has signed more")
	}
	second := serving(t, at, "--listen", addr)
	outboxtest.Await(t, "it has all of the door again", func() bool {
		lines := output(t, append(at, "print", "main-ctl", "--json", "--purpose", "test", "--account", "mori")...)
		return strings.Count(lines, "\n") == int(d.Store.Head().Size)
	})
	d.Commit(5)
	outboxtest.Await(t, "it confirms what is new", func() bool { return d.Out.Acked() == d.Store.Head().Size })
	end(t, second)
	journals := output(t, append(at, "journals", "--own")...)
	t.Logf("journals:\n%s", journals)
	edited(t, at, dir)
	if strings.Count(journals, "kidoban/city/central/") != 3 || strings.Count(journals, "closed: kidoban/city/central/") != 1 || !strings.HasSuffix(strings.TrimSpace(journals), "own") {
		t.Errorf("journals:\n%s", journals)
	}
}

// TestBackupBeforeTheFirstEntry: one that is older than the own journal knows nothing of it; its key signs nothing more all
// the same.
func TestBackupBeforeTheFirstEntry(t *testing.T) {
	t.Parallel()
	at := newSite(t, "central", "")
	dir := filepath.Dir(at[1])
	output(t, append(at, "init")...)
	output(t, append(at, "backup", "-o", dir+"/log.tar", "--account", "mori", "--purpose", "x")...)
	key := read(t, dir+"/keys/journal.key")
	if err := os.RemoveAll(dir + "/data"); err != nil {
		t.Fatal(err)
	}
	output(t, append(at, "restore", dir+"/log.tar", "--account", "mori")...)
	if bytes.Equal(read(t, dir+"/keys/journal.key"), key) {
		t.Error("the key goes on")
	}
	if got := output(t, append(at, "print", "central", "--purpose", "x", "--account", "mori")...); !strings.Contains(got, "controller closed") {
		t.Errorf("the own journal says %s", got)
	}
}

// damaged tries what is no whole backup of this central log.
func damaged(t *testing.T, at []string, file, plain, dir string) {
	t.Helper()
	other := newSite(t, "central", "")
	output(t, append(other, "init")...)
	refuses(t, "--identity", append(at, "restore", file, "--account", "mori")...)
	for name, change := range map[string]func([]byte) []byte{
		"a bit":        func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"its end":      func(b []byte) []byte { return b[:len(b)-4096] },
		"nothing else": func([]byte) []byte { return nil },
	} {
		for _, of := range []string{file, plain} {
			write(t, dir+"/bad", string(change(read(t, of))))
			refuses(t, "damaged", append(at, "restore", dir+"/bad", "--identity", dir+"/identity", "--account", "mori")...)
			if left, err := os.ReadDir(dir + "/data"); err == nil && len(left) > 0 {
				t.Errorf("%s of %s: it leaves %v", name, of, left)
			}
		}
	}
	otherDir := filepath.Dir(other[1])
	if err := os.RemoveAll(otherDir + "/data"); err != nil {
		t.Fatal(err)
	}
	refuses(t, "the signature is not", append(other, "restore", plain, "--account", "mori")...)
	third, err := crypt.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/stranger", third.String()+"\n")
	refuses(t, "for others", append(at, "restore", file, "--identity", dir+"/stranger", "--account", "mori")...)
}

// edited changes one octet of the record: no backup of that is made.
func edited(t *testing.T, at []string, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+dir+"/data/central.db")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), 'maizuru', 'maizurv') AS BLOB) WHERE sequence = 20"); err != nil {
		t.Fatal(err)
	}
	refuses(t, "main-ctl/", append(at, "backup", "-o", dir+"/edited", "--account", "mori", "--purpose", "x")...)
	if left, _ := filepath.Glob(dir + "/edited*"); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
	if left, _ := filepath.Glob(dir + "/data/backup-*"); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

func TestPostgresBackup(t *testing.T) {
	t.Parallel()
	at := newSite(t, "central", shelftest.Blank(t))
	output(t, append(at, "init")...)
	refuses(t, "own tools", append(at, "backup", "-o", "x", "--purpose", "x", "--account", "mori")...)
	refuses(t, "own tools", append(at, "restore", "x", "--account", "mori")...)
}

// end lets a central log end by itself.
func end(t *testing.T, c *exec.Cmd) {
	t.Helper()
	_ = c.Process.Signal(os.Interrupt)
	if err := c.Wait(); err != nil {
		t.Errorf("serve ends with %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
