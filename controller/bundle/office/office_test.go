package office_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"kidoban/controller/bundle"
	"kidoban/controller/bundle/office"
)

func begin(t *testing.T) (string, *office.Keys) {
	t.Helper()
	dir := t.TempDir() + "/office"
	if _, err := office.CreateKeys(dir, "maizuru"); err != nil {
		t.Fatal(err)
	}
	k, err := office.LoadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, k
}

func doors(names ...string) (all []bundle.Enrolment) {
	for _, n := range names {
		name, journal, _ := strings.Cut(n, "/")
		all = append(all, bundle.Enrolment{Site: "maizuru", Controller: name, Journal: "kidoban/maizuru/" + name + "/" + journal})
	}
	return all
}

// Versions only rise, a number that nothing came of is given again, and another journal in a door's name is a person's to
// accept.
func TestVersions(t *testing.T) {
	dir, k := begin(t)
	fine := func(int64) error { return nil }
	next := func(want int64, version int64, names ...string) {
		t.Helper()
		if got, err := k.Next(version, doors(names...), nil, fine); err != nil || got != want {
			t.Errorf("version %d, %v; want %d", got, err, want)
		}
	}
	next(1, 0, "main-ctl/aaaaaaaa")
	if _, err := k.Next(0, doors("main-ctl/aaaaaaaa"), nil, func(int64) error { return errors.New("a mistake in the file") }); err == nil {
		t.Error("a mistake passes")
	}
	next(2, 0, "main-ctl/aaaaaaaa", "west-ctl/bbbbbbbb")
	next(9, 9, "main-ctl/aaaaaaaa")
	for name, c := range map[string]struct {
		version int64
		doors   []bundle.Enrolment
	}{
		"a version that was given":     {9, doors("main-ctl/aaaaaaaa")},
		"another journal":              {0, doors("main-ctl/cccccccc")},
		"a door twice":                 {0, doors("main-ctl/aaaaaaaa", "main-ctl/aaaaaaaa")},
		"a door of another site":       {0, []bundle.Enrolment{{Site: "ayabe", Controller: "a", Journal: "x"}}},
		"another journal of the other": {0, doors("main-ctl/aaaaaaaa", "west-ctl/cccccccc")},
	} {
		if _, err := k.Next(c.version, c.doors, nil, fine); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	if got, err := k.Next(0, doors("main-ctl/cccccccc"), []string{"main-ctl"}, fine); err != nil || got != 10 {
		t.Errorf("%d, %v", got, err)
	}
	if err := os.WriteFile(dir+"/roster.state", []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Next(0, doors("main-ctl/cccccccc"), nil, fine); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("begins anew without a word: %v", err)
	}
}

// The list of lost cards grows, and is the office's own.
func TestLose(t *testing.T) {
	dir, k := begin(t)
	how := bundle.Loss{To: "lost", Reason: "lost", Account: "office"}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	if _, err := k.Lose(at, how, []string{"C-1"}); err != nil {
		t.Fatal(err)
	}
	msg, err := k.Lose(at.Add(time.Hour), how, []string{"C-2", "C-3"})
	if err != nil {
		t.Fatal(err)
	}
	if l, err := bundle.PeekLost(msg); err != nil || l.Sequence != 2 || len(l.Cards) != 3 || l.Cards[2].Credential != "C-3" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := k.Lose(at, bundle.Loss{To: "lost", Reason: "in the bus", Account: "x"}, []string{"C-4"}); err == nil {
		t.Error("somebody's words go over the wire in clear")
	}
	if err := os.WriteFile(dir+"/lost.note", msg[:len(msg)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Lose(at, how, []string{"C-5"}); err == nil {
		t.Error("a list that nobody signed is gone on with")
	}
}

// Secrets are their owner's alone, and made once.
func TestKeys(t *testing.T) {
	dir, _ := begin(t)
	for _, name := range []string{"roster.key", "loss.key", "office.identity"} {
		if info, err := os.Stat(dir + "/" + name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if _, err := office.CreateKeys(dir, "maizuru"); err == nil {
		t.Error("keys are made over others")
	}
	if err := os.Chmod(dir+"/roster.key", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := office.LoadKeys(dir); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("%v", err)
	}
}
