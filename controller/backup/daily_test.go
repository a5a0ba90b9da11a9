package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"filippo.io/age"

	"kidoban/controller"
	"kidoban/controller/backup"
	"kidoban/controller/journal"
	"kidoban/controller/store"
	"kidoban/device"
)

var origin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "boot"}

func record(t *testing.T) *store.Store {
	t.Helper()
	dir := t.TempDir()
	keys, err := store.CreateKeys(dir+"/keys", origin)
	if err != nil {
		t.Fatal(err)
	}
	first := journal.Entry{At: device.Instant{Wall: time.Now()}, Type: journal.JournalStarted, Severity: journal.Notice}
	if err := store.Create(context.Background(), dir+"/data", keys, origin, first); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), dir+"/data", keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func daily(t *testing.T, to string, id *age.X25519Identity) (*backup.Daily, *[]controller.BackedUp) {
	t.Helper()
	var told []controller.BackedUp
	at, err := backup.Clock("03:30")
	if err != nil {
		t.Fatal(err)
	}
	return &backup.Daily{Store: record(t), Directory: to, Name: "kidoban-maizuru-main-ctl", At: at, Keep: 3,
		Recipients: []string{id.Recipient().String()}, Log: slog.New(slog.DiscardHandler),
		Clock:  func() journal.Clock { return journal.Synchronised },
		Report: func(_ context.Context, b controller.BackedUp) { told = append(told, b) }}, &told
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		out = append(out, f.Name())
	}
	return out
}

func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// runFor runs d for a while of the test's own time.
func runFor(t *testing.T, d *backup.Daily, during time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), during)
	defer cancel()
	if err := d.Run(ctx); err != nil {
		t.Error(err)
	}
}

// The clock of a test begins at 09:00 on 1 January 2000 in Japan.
func TestOneADay(t *testing.T) {
	id := identity(t)
	synctest.Test(t, func(t *testing.T) {
		to := t.TempDir()
		for _, name := range []string{"kidoban-maizuru-main-ctl-19991231T033000.age.unfinished", "holiday.jpg", "kidoban-maizuru-other-19991231T033000.age"} {
			if err := os.WriteFile(filepath.Join(to, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		d, told := daily(t, to, id)
		runFor(t, d, time.Hour)
		runFor(t, d, time.Hour) // a restart makes no further one
		if got := names(t, to); !slices.Equal(got, []string{"holiday.jpg", "kidoban-maizuru-main-ctl-20000101T090000.age", "kidoban-maizuru-other-19991231T033000.age"}) {
			t.Fatal(got)
		}
		runFor(t, d, 4*24*time.Hour)
		if got := names(t, to); !slices.Equal(got, []string{"holiday.jpg", "kidoban-maizuru-main-ctl-20000103T033000.age",
			"kidoban-maizuru-main-ctl-20000104T033000.age", "kidoban-maizuru-main-ctl-20000105T033000.age", "kidoban-maizuru-other-19991231T033000.age"}) {
			t.Fatal(got)
		}
		if len(*told) != 5 {
			t.Errorf("told %+v", *told)
		}
		for _, b := range *told {
			if b.Fault != "" || b.Size != 1 || len(b.Digest) != 64 || !strings.HasPrefix(b.For, "for age1") {
				t.Errorf("%+v", b)
			}
		}
		file, err := os.ReadFile(filepath.Join(to, "kidoban-maizuru-main-ctl-20000105T033000.age"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.Restore(context.Background(), bytes.NewReader(file), t.TempDir(), store.Restoring{Identities: []age.Identity{id}})
		if err != nil || got.Checkpoint.Size != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Without the disk: said at once where there never was one, tried again each hour, and made when the disk is back.
func TestTheDiskIsNotThere(t *testing.T) {
	id := identity(t)
	synctest.Test(t, func(t *testing.T) {
		to := filepath.Join(t.TempDir(), "mnt")
		d, told := daily(t, to, id)
		runFor(t, d, 150*time.Minute)
		if len(*told) != 3 {
			t.Fatalf("told %+v", *told)
		}
		for _, b := range *told {
			if !b.Late || !strings.Contains(b.Fault, "missing") {
				t.Errorf("%+v", b)
			}
		}
		if _, err := os.Stat(to); err == nil {
			t.Error("the directory was made: the backup would lie on the disk that it is to survive")
		}
		if err := os.Mkdir(to, 0o700); err != nil {
			t.Fatal(err)
		}
		runFor(t, d, time.Minute)
		if b := (*told)[len(*told)-1]; b.Fault != "" || len(names(t, to)) != 1 {
			t.Errorf("%+v", b)
		}
	})
}

func TestWriteNeverReplacesAndNeverLeaves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.age")
	failing := errors.New("no space left on device")
	if err := backup.Write(path, func(w io.Writer) error { _, _ = w.Write([]byte("half")); return failing }); !errors.Is(err, failing) {
		t.Errorf("%v", err)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	whole := func(w io.Writer) error { _, err := w.Write([]byte("whole")); return err }
	if err := backup.Write(path, whole); err != nil {
		t.Fatal(err)
	}
	if err := backup.Write(path, func(io.Writer) error { t.Error("written to"); return nil }); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("over one that is there: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != 5 {
		t.Errorf("%v, %v", info, err)
	}
	if got := names(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}

func TestRecipients(t *testing.T) {
	id := identity(t).Recipient().String()
	if r, err := backup.Recipients(id, "# a comment", "", id); err != nil || len(r) != 2 {
		t.Errorf("%v, %v", r, err)
	}
	for _, bad := range []string{"", "age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"} {
		if _, err := backup.Recipients(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if got := backup.For([]string{id, "# x", id}); got != "for "+id[:16]+", "+id[:16] {
		t.Error(got)
	}
}
