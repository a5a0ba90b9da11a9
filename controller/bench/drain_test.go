package bench_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/store"
)

// watched is a central log as a site with Debian's broker has it.
type watched struct {
	central
	shown chan string // lines that it prints, while somebody asks
	ask   atomic.Bool
}

// watch starts kidobanlog beside mosquitto, for a site's journal.
func watch(t *testing.T, bin, dir string, s *site) *watched {
	t.Helper()
	m := linktest.StartMosquitto(t, "max_queued_messages 0", "max_inflight_messages 1000")
	at := []string{"--data", filepath.Join(dir, "data"), "--keys", filepath.Join(dir, "keys")}
	say := func(args ...string) string {
		out, err := exec.Command(filepath.Join(bin, "kidobanlog"), append(at, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("kidobanlog %s: %v\n%s", args[0], err, out)
		}
		return strings.TrimSpace(string(out))
	}
	w := &watched{central: central{broker: strings.TrimPrefix(m.URL(), "tcp://"), key: say("init")}, shown: make(chan string, 1024)}
	say("pin", s.keys.Public())
	p := &process{t: t, cmd: exec.Command(filepath.Join(bin, "kidobanlog"), append(at, "serve", "--log", "error", "--broker", m.URL())...)}
	p.cmd.Stderr = &p.says
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { w.read(out); close(read) }()
	t.Cleanup(func() { <-read }) // after the end of the process
	t.Cleanup(p.end)
	return w
}

func (w *watched) read(out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if w.ask.Load() {
			w.shown <- lines.Text()
		}
	}
}

// drain is P6: a backlog of many entries goes from a door's journal over Debian's broker to a central log that verifies,
// stores and confirms all of it, until the door has believed the last confirmation; beside it the same payloads as one
// bulk insert into a SQLite file.
func drain(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	bin := programs(t, dir)
	each := count(*backlog / *rounds, 3000)
	s := build(t, filepath.Join(dir, "p6"), 100, each)
	w := watch(t, bin, filepath.Join(dir, "p6c"), s)
	disk := s.open(t)
	defer disk.Close()
	full := true
	r := measure(t, func() (r round) {
		if !full {
			fill(t, disk, each)
		}
		full = false
		rows := payloads(t, disk, each)
		began := time.Now()
		out := carry(t, s, disk, w.central)
		stop := carrying(t, out)
		for out.Acked() < disk.Head().Size {
			time.Sleep(time.Millisecond)
			if time.Since(began) > 10*time.Minute {
				t.Fatalf("%d of %d are confirmed", out.Acked(), disk.Head().Size)
			}
		}
		took := time.Since(began)
		stop()
		r.add(took, insert(t, filepath.Join(dir, "p6.db"), rows))
		return r
	})
	perSecond := float64(each) / r.ours(50).Seconds()
	x := 1 / r.ratio(50)
	show(line{"P6", fmt.Sprintf("drain, confirmed end to end, %d entries", each*len(r.rounds)), fmt.Sprintf("%.1fk/s %.2fx", perSecond/1e3, x),
		"25k/s, 0.2x", "80k 0.5x", verdict(r.enough(), perSecond >= 25e3 && x >= 0.2, perSecond >= 80e3 && x >= 0.5),
		fmt.Sprintf("%d entries a round in %s; SQLite's bulk insert of them %.1fk/s; -backlog; %s", each, short(r.ours(50)), float64(each)/r.limit(50).Seconds()/1e3, r.count())})
}

// carrying runs an outbox until the function is called that it returns.
func carrying(t *testing.T, out *outbox.Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- out.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// payloads are the last n entries' bytes.
func payloads(t *testing.T, disk *store.Store, n int) (out [][]byte) {
	t.Helper()
	for from := disk.Head().Size - uint64(n); len(out) < n; {
		rows, err := disk.Rows(context.Background(), from, 10_000)
		if err != nil || len(rows) == 0 {
			t.Fatal(len(rows), err)
		}
		for _, r := range rows {
			out = append(out, r.Payload)
		}
		from += uint64(len(rows))
	}
	return out[:n]
}

// insert is a bulk insert as anybody would write it: one prepared statement, one transaction, synced.
func insert(t *testing.T, path string, payloads [][]byte) time.Duration {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, payload BLOB)"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	st, err := tx.Prepare("INSERT INTO entry (payload) VALUES (?)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	for _, p := range payloads {
		if _, err := st.Exec(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}
