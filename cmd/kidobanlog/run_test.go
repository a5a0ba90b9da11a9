package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/outbox/outboxtest"
)

// TestMain lets the test binary be the program, so that it can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("KIDOBANLOG_TEST_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func program(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "KIDOBANLOG_TEST_MAIN=1")
	return c
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	c := program(args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("kidobanlog %s: %v: %s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); killedUnderLoad(t, newSite(t, "central", "")) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); killedUnderLoad(t, newSite(t, "central", shelftest.Blank(t))) })
}

// newSite is a place for a central log, with nothing there yet: the arguments that name it. database is a connection
// string, or "" for a file; lines are more of its configuration.
func newSite(t *testing.T, name, database string, lines ...string) []string {
	t.Helper()
	dir := t.TempDir()
	conf := fmt.Sprintf("name = %q\n[storage]\ndata = %q\nkeys = %q\n", name, dir+"/data", dir+"/keys")
	if database != "" {
		if err := os.WriteFile(dir+"/database", []byte(database+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		conf += fmt.Sprintf("database_file = %q\n", dir+"/database")
	}
	conf += strings.Join(lines, "\n")
	if err := os.WriteFile(dir+"/central.toml", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--config", dir + "/central.toml"}
}

func killedUnderLoad(t *testing.T, at []string) {
	pinned, err := note.NewVerifier(strings.TrimSpace(output(t, append(at, "init")...)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	if got := output(t, append(at, "pin", d.Keys.Public())...); got != "accepted "+d.Store.Origin().Line()+"\n" {
		t.Fatalf("pin prints %q", got)
	}
	d.Run("tcp://"+addr, nil)
	kills := 20
	if testing.Short() {
		kills = 4
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	for range kills {
		c := program(append(at, "serve", "--listen", addr)...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		d.Commit(200)
		time.Sleep(time.Duration(random.IntN(1200)) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	c := program(append(at, "serve", "--listen", addr)...)
	var printed, errs bytes.Buffer
	c.Stdout, c.Stderr = &printed, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s %d\n", d.Store.Origin().Line(), d.Store.Head().Size)
	outboxtest.Await(t, "all confirmed", func() bool { return output(t, append(at, "journals")...) == want })
	_ = c.Process.Signal(os.Interrupt)
	if err := c.Wait(); err != nil {
		t.Errorf("serve ends with %v: %s", err, errs.String())
	}
	rows, err := d.Store.Rows(context.Background(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(output(t, append(at, "print", "--json", "--purpose", "test", "--account", "tester", "main-ctl")...)), "\n")
	if len(lines) != len(rows) {
		t.Fatalf("%d lines, want %d", len(lines), len(rows))
	}
	for i, line := range lines {
		if line != string(rows[i].Payload) {
			t.Fatalf("line %d is not the door's entry", i)
		}
	}
}

func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--data", dir + "/data", "--keys", dir + "/keys"}
	fails := func(want string, args ...string) {
		t.Helper()
		c := program(append(at, args...)...)
		var errs bytes.Buffer
		c.Stderr = &errs
		if err := c.Run(); err == nil || !strings.Contains(errs.String(), want) {
			t.Errorf("kidobanlog %s: %v: %s: want %q", strings.Join(args, " "), err, errs.String(), want)
		}
	}
	fails("kidobanlog init", "serve")
	fails("--purpose", "print")
	fails("kidobanlog init", "print", "--purpose", "test", "--account", "tester")
	public := output(t, append(at, "init")...)
	fails("exists", "init")
	fails("kidoban init prints", "pin", "nonsense")
	fails("this machine alone", "serve", "--listen", "0.0.0.0:1883")
	fails("use tls://", "serve", "--broker", "tcp://192.0.2.1:1883")
	if err := os.RemoveAll(dir + "/data"); err != nil {
		t.Fatal(err)
	}
	if again := output(t, append(at, "init")...); again != public {
		t.Error("a lost data directory costs the key that doors pin")
	}
	fails("--log", "serve", "--log", "loud")
}
