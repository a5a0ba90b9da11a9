package systemtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kidoban/device/sim"
)

// TestInquiry plays testdata/inquiry: what people ask a central log of two doors, at each of which somebody went in, somebody
// was turned away, and one was forced. The first publishes names. $AT is the central log's directory, $MAIN and $ANNEX hold the doors' verifier keys.
func TestInquiry(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	c := newCentral(t, "--listen", addr)
	doors := map[string]*site{"MAIN": newController(t, "main-ctl", c.table("tcp://"+addr)+"publish_names = true\n", gate{"room", "H10301", "never"}),
		"ANNEX": newController(t, "annex-ctl", c.table("tcp://"+addr), gate{"hall", "H10301", "never"})}
	for _, s := range doors {
		c.pin(s)
	}
	c.start()
	for name, s := range doors {
		door := map[string]string{"MAIN": "room", "ANNEX": "hall"}[name]
		s.start()
		s.bring(clerks)
		s.goesIn(t, door)
		s.act(sim.Act{Verb: "card", Door: door, Facility: 118, Card: 1901})
		if name == "MAIN" {
			s.act(sim.Act{Verb: "force", Door: door})
		}
	}
	c.settled(t, doors)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/inquiry",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("GORACE", os.Getenv("GORACE"))
			e.Setenv("AT", c.dir)
			for name, s := range doors {
				e.Setenv(name, s.in("keys/verifier.pub"))
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"edit": cmdEdit, "keep": cmdKeep, "flip": cmdFlip, "verify-pack": cmdVerifyPack},
	})
}

// goesIn lets the first clerk in by a door.
func (s *site) goesIn(t *testing.T, door string) {
	t.Helper()
	await(t, "the card is let in", 10*time.Second, func() bool {
		s.act(sim.Act{Verb: "card", Door: door, Facility: 118, Card: 1201})
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if s.look(door).Strike {
				return true
			}
		}
		return false
	})
	s.act(sim.Act{Verb: "open", Door: door})
	s.act(sim.Act{Verb: "close", Door: door})
}

// settled waits until the central log has all that the doors have.
func (c *central) settled(t *testing.T, doors map[string]*site) {
	t.Helper()
	for name, s := range doors {
		controller := map[string]string{"MAIN": "/main-ctl/", "ANNEX": "/annex-ctl/"}[name]
		await(t, "all of it is at the central log", 30*time.Second, func() bool {
			st := s.status()
			for _, l := range strings.Split(c.run("journals"), "\n") {
				if f := strings.Fields(l); len(f) >= 2 && strings.Contains(l, controller) && f[1] == fmt.Sprint(st.Entries) {
					return true
				}
			}
			return false
		})
	}
}

// cmdFlip changes one bit of a file behind everybody's back: flip FILE AFTER-TEXT.
func cmdFlip(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 2, "flip FILE TEXT")
	names, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, name := range names {
		b, err := os.ReadFile(name)
		ts.Check(err)
		at := strings.Index(string(b), args[1])
		if at < 0 {
			ts.Fatalf("%s does not hold %q", name, args[1])
		}
		b[at+len(args[1])] ^= 1
		ts.Check(os.WriteFile(name, b, 0o600))
	}
}

// cmdVerifyPack runs the commands that README.txt of a pack tells an auditor, as they stand there.
func cmdVerifyPack(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, args, 1, "verify-pack DIR")
	var script []string
	for _, l := range strings.Split(ts.ReadFile(filepath.Join(args[0], "README.txt")), "\n") {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, "sha256sum") || strings.HasPrefix(l, "for f in") {
			script = append(script, l)
		}
	}
	if len(script) != 2 {
		ts.Fatalf("README.txt tells %d commands", len(script))
	}
	ts.Check(ts.Exec("sh", "-c", "cd "+args[0]+" && exec 2>&1; "+strings.Join(script, "\n")))
}
