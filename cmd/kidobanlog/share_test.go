package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
)

// Two central logs on one PostgreSQL: each has its share of the doors, the survivor takes the other's over, gives it back,
// and each door's entries are there once, in order, byte for byte, and confirmed.
func TestTwoShareADatabase(t *testing.T) {
	t.Parallel()
	broker, where := linktest.StartMosquitto(t), shelftest.Blank(t)
	at := map[string][]string{}
	for _, name := range []string{"log-a", "log-b"} {
		at[name] = newSite(t, name, where, "[mqtt]", fmt.Sprintf("broker = %q", broker.URL()))
	}
	public := output(t, append(at["log-a"], "init")...)
	refuses(t, "first copy central.key", append(at["log-b"], "init")...)
	copyKeys(t, at["log-a"], at["log-b"])
	if joined := output(t, append(at["log-b"], "init")...); joined != public {
		t.Fatalf("the second has another key: %s", joined)
	}
	pinned, err := note.NewVerifier(strings.TrimSpace(public))
	if err != nil {
		t.Fatal(err)
	}
	var doors []*outboxtest.Door
	for i := range 5 {
		d := outboxtest.NewDoor(t, fmt.Sprintf("ctl-%d", i), pinned)
		output(t, append(at["log-a"], "pin", d.Keys.Public())...)
		d.Run(broker.URL(), nil)
		doors = append(doors, d)
	}
	s, err := shelf.OpenReader(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a, b := serving(t, at["log-a"]), serving(t, at["log-b"])
	outboxtest.Await(t, "each has its share", func() bool { return shares(t, s)["log-a"] >= 2 && shares(t, s)["log-b"] >= 2 })

	n := 4000
	if testing.Short() {
		n = 400
	}
	var load sync.WaitGroup
	for _, d := range doors {
		load.Go(func() {
			for range n / 50 {
				d.Commit(50)
			}
		})
	}
	outboxtest.Await(t, "something is confirmed", func() bool { return doors[0].Out.Acked() > 100 })
	_ = a.Process.Kill()
	_ = a.Wait()
	killed := time.Now()
	outboxtest.Await(t, "the other took over", func() bool { return shares(t, s)["log-b"] == 5 })
	t.Logf("taken over after %v", time.Since(killed).Round(time.Millisecond))
	a = serving(t, at["log-a"])
	outboxtest.Await(t, "it gave back", func() bool { return shares(t, s)["log-a"] >= 2 })
	load.Wait()
	for _, d := range doors {
		outboxtest.Await(t, "all confirmed", func() bool { return d.Out.Acked() == d.Store.Head().Size })
		same(t, s, d)
	}
	for _, c := range []*exec.Cmd{a, b} {
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("serve ends with %v: %s", err, c.Stderr)
		}
	}
	if got := shares(t, s); len(got) != 0 {
		t.Errorf("who has left holds something: %v", got)
	}
}

// shares is how many controllers each living instance has.
func shares(t *testing.T, s *shelf.Shelf) map[string]int {
	t.Helper()
	all, err := s.Holdings(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, h := range all {
		if h.Alive {
			out[h.Name] = h.Controllers
		}
	}
	return out
}

func serving(t *testing.T, at []string, flags ...string) *exec.Cmd {
	t.Helper()
	c := program(append(append(at[:len(at):len(at)], "serve"), flags...)...)
	c.Stderr = &bytes.Buffer{}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.ProcessState == nil {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
		if t.Failed() {
			t.Logf("%s: %s", at, c.Stderr)
		}
	})
	return c
}

func same(t *testing.T, s *shelf.Shelf, d *outboxtest.Door) {
	t.Helper()
	js, err := s.Journals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.Store.Rows(context.Background(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range js {
		if j.Origin != d.Store.Origin().Line() {
			continue
		}
		next := 0
		err := s.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
			if next >= len(rows) || seq != rows[next].Sequence || !bytes.Equal(payload, rows[next].Payload) {
				return fmt.Errorf("entry %d is not the door's", seq)
			}
			next++
			return nil
		})
		if err != nil || next != len(rows) {
			t.Errorf("%s: %d of %d: %v", j.Origin, next, len(rows), err)
		}
		return
	}
	t.Error("the journal is not known")
}

func refuses(t *testing.T, want string, args ...string) {
	t.Helper()
	c := program(args...)
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), want) {
		t.Errorf("%v: %s: want %q", err, out, want)
	}
}

func copyKeys(t *testing.T, from, to []string) {
	t.Helper()
	dir := func(at []string) string { return filepath.Join(filepath.Dir(at[1]), "keys") }
	if err := os.MkdirAll(dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"central.key", "central.pub"} {
		b, err := os.ReadFile(filepath.Join(dir(from), name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir(to), name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
