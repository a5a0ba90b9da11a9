package journal_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

type pair struct {
	note.Signer
	note.Verifier
}

func newKey(t testing.TB, name string) pair {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return pair{s, v}
}

func of(k pair) journal.Origin {
	o := origin
	o.Journal = journal.JournalID(k.Verifier)
	return o
}

func head(k pair, size uint64, root tlog.Hash) journal.Checkpoint {
	return journal.Checkpoint{Origin: of(k).Line(), Size: size, Root: root,
		Time: time.Date(2026, 4, 1, 9, 5, 12, 482e6, tokyo), Clock: journal.Synchronised}
}

func TestCheckpointText(t *testing.T) {
	c := journal.Checkpoint{Origin: origin.Line(), Size: 1235, Time: time.Date(2026, 4, 1, 9, 5, 12, 482e6, tokyo),
		Clock: journal.Unsynchronised}
	want := "kidoban/maizuru/main-ctl/5f3a91c0\n1235\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" +
		"time 2026-04-01T09:05:12.482+09:00 unsynchronised\n"
	if c.Text() != want {
		t.Errorf("body is\n%s\nwant\n%s", c.Text(), want)
	}
}

func TestCheckpointSignedAndCosigned(t *testing.T) {
	door, central, stranger := newKey(t, origin.KeyName()), newKey(t, "log.maizuru.example"), newKey(t, "stranger")
	c := head(door, 3, tlog.Hash{1})
	msg, err := c.Sign(door.Signer)
	if err != nil {
		t.Fatal(err)
	}
	got, err := journal.OpenCheckpoint(msg, door.Verifier)
	if err != nil || got.Size != 3 || got.Root != c.Root || !got.Time.Equal(c.Time) || got.Clock != c.Clock || got.Origin != c.Origin {
		t.Errorf("opens as %+v, %v", got, err)
	}
	if _, err := journal.OpenCheckpoint(msg, stranger.Verifier); err == nil {
		t.Error("opens with a stranger's key")
	}
	if _, err := journal.OpenCosigned(msg, door.Verifier, central.Verifier); err == nil {
		t.Error("one signature counts as two")
	}
	both, err := journal.Cosign(msg, door.Verifier, central.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(both, msg[:bytes.Index(msg, []byte("\n\n"))]) {
		t.Error("co-signing changed the body")
	}
	if got, err := journal.OpenCosigned(both, door.Verifier, central.Verifier); err != nil || got.Size != 3 {
		t.Errorf("co-signed: %+v, %v", got, err)
	}
	if _, err := journal.OpenCosigned(both, door.Verifier, stranger.Verifier); err == nil {
		t.Error("a stranger counts as the central log")
	}
	alone, err := c.Sign(central.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenCosigned(alone, door.Verifier, central.Verifier); err == nil {
		t.Error("the central log alone counts as both")
	}
	if _, err := journal.Cosign(alone, door.Verifier, central.Signer); err == nil {
		t.Error("co-signed what the controller had not signed")
	}
	c.Origin = strings.Replace(c.Origin, "main-ctl", "other-ctl", 1)
	other, err := c.Sign(door.Signer, central.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenCosigned(other, door.Verifier, central.Verifier); err == nil {
		t.Error("another controller's checkpoint counts as ours")
	}
}

func TestCheckpointIsStrict(t *testing.T) {
	door := newKey(t, origin.KeyName())
	good := head(door, 12, tlog.Hash{1}).Text()
	for name, c := range map[string][2]string{
		"leading zero":    {"\n12\n", "\n012\n"},
		"negative":        {"\n12\n", "\n-12\n"},
		"too long":        {"\n12\n", "\n9999999999999999999\n"},
		"short root":      {"AA=\n", "\n"},
		"trailing line":   {"synchronised\n", "synchronised\nmore\n"},
		"no time":         {"time ", "date "},
		"another clock":   {"synchronised", "sure"},
		"not ours":        {"kidoban/", "other/"},
		"no milliseconds": {".482", ""},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("%s: nothing replaced", name)
		}
		msg, err := note.Sign(&note.Note{Text: bad}, door.Signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journal.OpenCheckpoint(msg, door.Verifier); err == nil {
			t.Errorf("%s is accepted:\n%s", name, bad)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	c := journal.Checkpoint{Origin: origin.Line(), Size: 1235, Time: time.Date(2026, 4, 1, 9, 5, 12, 482e6, tokyo),
		Clock: journal.Synchronised}
	f.Add([]byte(c.Text() + "\n— x y\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := journal.PeekCheckpoint(b)
		if err == nil && !bytes.HasPrefix(b, []byte(c.Text()+"\n")) {
			t.Fatalf("%q reads as %q", b, c.Text())
		}
	})
}
