package main

import (
	"bytes"
	"net"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/outboxtest"
)

// denied fails unless the program ends with an error that says want.
func denied(t *testing.T, want string, args ...string) {
	t.Helper()
	c := program(args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Run(); err == nil || !strings.Contains(errs.String(), want) {
		t.Errorf("kidobanlog %s: %v: %s: want %q", strings.Join(args, " "), err, errs.String(), want)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A door waits, is accepted by its fingerprint, is replaced by somebody; the alarm of that is acknowledged and closed.
func TestAPersonsOrders(t *testing.T) {
	dir := t.TempDir()
	at := func(args ...string) []string {
		return append([]string{"--data", dir + "/data", "--keys", dir + "/keys"}, args...)
	}
	pinned, err := note.NewVerifier(strings.TrimSpace(output(t, at("init")...)))
	if err != nil {
		t.Fatal(err)
	}
	addr := freeAddress(t)
	log, err := os.Create(dir + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := program(at("serve", "--listen", addr)...)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Signal(os.Interrupt); _ = c.Wait() }()
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	d.Commit(4)
	d.Run("tcp://"+addr, nil)
	print := journal.Fingerprint(d.Keys.Public())
	outboxtest.Await(t, "it waits with its key", func() bool {
		return strings.Contains(output(t, at("waiting")...), "fingerprint "+print)
	})
	denied(t, "--account", at("accept", "main-ctl", "--fingerprint", print)...)
	denied(t, "--fingerprint", at("accept", "main-ctl", "--account", "officer")...)
	denied(t, "somebody pretends", at("accept", "main-ctl", "--account", "officer", "--fingerprint", journal.Fingerprint("x"))...)
	denied(t, "kidobanlog waiting", at("accept", "back-ctl", "--account", "officer")...)
	if got := output(t, at("accept", "main-ctl", "--account", "officer", "--fingerprint", print[:39])...); got != "accepted "+d.Store.Origin().Line()+"\n" {
		t.Errorf("accept prints %q", got)
	}
	outboxtest.Await(t, "it is taken", func() bool { return d.Out.Acked() == d.Store.Head().Size })
	impostor := outboxtest.NewDoor(t, "main-ctl", pinned)
	impostor.Commit(2)
	impostor.Run("tcp://"+addr, func(o *outbox.Config) { o.Link.ClientID = "impostor" })
	var id string
	outboxtest.Await(t, "an alarm", func() bool {
		for _, word := range strings.Fields(output(t, at("alarm", "list")...)) {
			if strings.HasPrefix(word, "controller.replaced/maizuru/main-ctl/") {
				id = word
			}
		}
		return id != ""
	})
	denied(t, "nobody has acknowledged", at("alarm", "close", id, "--finding", "x", "--account", "officer")...)
	denied(t, "--finding", at("alarm", "close", id, "--account", "officer")...)
	output(t, at("alarm", "ack", id, "--account", "officer")...)
	if got := output(t, at("alarm", "list")...); !strings.Contains(got, "acknowledged by officer") {
		t.Errorf("alarm list: %s", got)
	}
	output(t, at("alarm", "close", id, "--finding", "a disk was replaced", "--account", "officer")...)
	if got := output(t, at("alarm", "list")...); strings.Contains(got, id) {
		t.Errorf("alarm list: %s", got)
	}
	holdBack(t, at)
	own := ownJournal(t, dir+"/data")
	for _, want := range []string{"controller.accepted", "controller.replaced", "alarm.raised", "alarm.acknowledged", "alarm.closed", "journal.hold_changed",
		`"account":"officer"`, `"assumed":true`} {
		if !strings.Contains(own, want) {
			t.Errorf("the own journal lacks %s", want)
		}
	}
	if strings.Contains(own, "a disk was replaced") || strings.Contains(own, "audit") {
		t.Error("somebody's words are in an entry")
	}
}

func holdBack(t *testing.T, at func(...string) []string) {
	t.Helper()
	denied(t, "--reason", at("hold", "add", "--all", "--account", "officer")...)
	denied(t, "--controller", at("hold", "add", "--reason", "audit", "--account", "officer")...)
	id := strings.TrimSpace(output(t, at("hold", "add", "--all", "--reason", "audit", "--account", "officer")...))
	if got := output(t, at("hold", "list")...); !strings.Contains(got, id+"  every controller") || !strings.Contains(got, "stands") {
		t.Errorf("hold list: %s", got)
	}
	output(t, at("hold", "end", id, "--reason", "over", "--account", "officer")...)
	denied(t, "kidobanlog hold list", at("hold", "end", id, "--reason", "over", "--account", "officer")...)
}

// ownJournal is what the central log has recorded of itself.
func ownJournal(t *testing.T, where string) string {
	t.Helper()
	f, err := shelf.OpenReader(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	js, err := f.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, j := range js {
		if !j.Own {
			continue
		}
		err := f.Entries(t.Context(), j, 0, func(_ uint64, payload []byte) error {
			all.Write(append(payload, '\n'))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
