package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/outboxtest"
)

// A witness signs what goes on, an auditor believes both signatures, and a central log that was changed is found out.
func TestAnOfflineWitness(t *testing.T) {
	dir := t.TempDir()
	at := func(args ...string) []string {
		return append([]string{"--data", dir + "/data", "--keys", dir + "/keys"}, args...)
	}
	public := strings.TrimSpace(output(t, at("init")...))
	memory := dir + "/witness.json"
	second := strings.TrimSpace(output(t, "witness", "init", "--central", public, "--file", memory))
	denied(t, "exists", "witness", "init", "--central", public, "--file", memory)
	if st, err := os.Stat(memory); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the witness's memory is %v", st.Mode())
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keys := []string{"--key", public, "--key", second}
	for round, hold := range []string{"first", "second", "third"} {
		output(t, at("hold", "add", "--all", "--reason", hold, "--account", "officer")...) // the own journal grows
		request := write("request", output(t, at("head", "--witness", "witness")...))
		signed := write("signed", output(t, "witness", "sign", request, "--file", memory))
		args := at("witness", "add", signed, "--account", "officer")
		if round == 0 {
			denied(t, "--key", args...)
			args = append(args, "--key", second)
		}
		if got := output(t, args...); !strings.Contains(got, "witness has signed the heads of 1 journals") {
			t.Error(got)
		}
		if got := output(t, append([]string{"witness", "check", signed}, keys...)...); !strings.Contains(got, "signed by 2 keys") {
			t.Error(got)
		}
		denied(t, "missing", append([]string{"witness", "check", write("one", output(t, at("head")...))}, keys...)...)
	}
	// One who makes a database anew with the same keys has no proof for the witness.
	if err := os.RemoveAll(dir + "/data"); err != nil {
		t.Fatal(err)
	}
	output(t, at("init")...)
	for range 20 {
		output(t, at("hold", "add", "--all", "--reason", "again", "--account", "officer")...)
	}
	denied(t, "nothing is signed", "witness", "sign", write("request", output(t, at("head", "--witness", "witness")...)), "--file", memory)
	code := filepath.Join(dir, "head.png")
	output(t, at("head", "--qr", code)...)
	if b, err := os.ReadFile(code); err != nil {
		t.Error(err)
	} else if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
	if got := output(t, at("head", "--qr", "-")...); !strings.Contains(got, "█") || strings.Contains(got, "heads") {
		t.Errorf("%q", got)
	}
}

func TestTheDaysHeads(t *testing.T) {
	dir := t.TempDir()
	conf := dir + "/central.toml"
	text := "[storage]\ndata = \"" + dir + "/data\"\nkeys = \"" + dir + "/keys\"\n[watch]\nheads = \"" + dir + "/heads\"\n"
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	public := strings.TrimSpace(output(t, "--config", conf, "init"))
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	f, err := shelf.Open(t.Context(), dir+"/data")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := outboxtest.NewDoor(t, "main-ctl", v)
	if _, err := f.Accept(t.Context(), d.Keys.Public(), d.Entry(journal.JournalStarted).At.Wall); err != nil {
		t.Fatal(err)
	}
	c := program("--config", conf, "serve", "--listen", freeAddress(t))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Signal(os.Interrupt); _ = c.Wait() }()
	outboxtest.Await(t, "they are written", func() bool {
		found, _ := filepath.Glob(dir + "/heads/heads-*.txt")
		return len(found) == 1
	})
	found, _ := filepath.Glob(dir + "/heads/heads-*")
	if len(found) != 2 {
		t.Errorf("%v", found)
	}
	got := output(t, "witness", "check", strings.TrimSuffix(found[1], ".png")+"", "--key", public)
	if !strings.Contains(got, d.Store.Origin().Line()+" 0 ") {
		t.Error(got)
	}
}
