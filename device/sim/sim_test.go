package sim_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kidoban/device"
	"kidoban/device/sim"
)

// street is a simulated door with its own time.
type street struct {
	*testing.T
	p   *sim.Panel
	now device.Instant
}

func newStreet(t *testing.T) *street {
	s := &street{T: t, now: device.Instant{Wall: time.Unix(0, 0), Mono: time.Hour}}
	s.p = sim.New([]string{"room"}, func() device.Instant { return s.now })
	if ev := <-s.p.Events(); ev.Kind != device.DoorClosed || !ev.AtStart {
		t.Errorf("at start the door is found %+v", ev)
	}
	return s
}

// act does one thing and returns what the panel reports.
func (s *street) act(a sim.Act) (out []device.Event) {
	s.Helper()
	if a.Door == "" {
		a.Door = "room"
	}
	if err := s.p.Act(a); err != nil {
		s.Fatalf("%s: %v", a.Verb, err)
	}
	for {
		select {
		case ev := <-s.p.Events():
			if ev.At != s.now {
				s.Errorf("%s is stamped %v, it is %v", a.Verb, ev.At, s.now)
			}
			out = append(out, ev)
		default:
			return out
		}
	}
}

func (s *street) kinds(a sim.Act, want ...device.Kind) {
	s.Helper()
	var got []device.Kind
	for _, e := range s.act(a) {
		got = append(got, e.Kind)
	}
	if !slices.Equal(got, want) {
		s.Errorf("%s reports %v, want %v", a.Verb, got, want)
	}
}

func (s *street) do(c device.Command) error {
	c.Door = "room"
	return s.p.Do(context.Background(), c)
}

func (s *street) look() sim.Look {
	s.Helper()
	l, err := s.p.Look("room")
	if err != nil {
		s.Fatal(err)
	}
	return l
}

// A locked door is not opened from outside; a released one is, until its time is over, whether or not anyone secures it.
func TestStrike(t *testing.T) {
	s := newStreet(t)
	locked := func() {
		t.Helper()
		if err := s.p.Act(sim.Act{Verb: "open", Door: "room"}); err == nil || !strings.Contains(err.Error(), "locked") {
			t.Errorf("opened from outside: %v", err)
		}
		if s.look().Strike {
			t.Error("the strike is driven")
		}
	}
	locked()
	if err := s.do(device.Command{Action: device.Release, For: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(4999 * time.Millisecond)
	s.kinds(sim.Act{Verb: "open"}, device.DoorOpened)
	s.kinds(sim.Act{Verb: "open"})
	s.kinds(sim.Act{Verb: "close"}, device.DoorClosed)
	s.now = s.now.Add(time.Millisecond)
	locked()
	for _, end := range []func() error{func() error { return s.do(device.Command{Action: device.Secure}) }, s.p.Close} {
		if err := s.do(device.Command{Action: device.Release, For: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		locked()
	}
}

// From inside the handle always opens.
func TestHandleAndForce(t *testing.T) {
	s := newStreet(t)
	for _, verb := range []string{"handle", "force"} {
		s.kinds(sim.Act{Verb: verb}, device.DoorOpened)
		s.kinds(sim.Act{Verb: "close"}, device.DoorClosed)
	}
	s.kinds(sim.Act{Verb: "exit"}, device.ExitPressed, device.ExitReleased)
}

// What comes over the wires goes through the wire's own code; a number that the format cannot carry is an error.
func TestReaders(t *testing.T) {
	s := newStreet(t)
	got := s.act(sim.Act{Verb: "card", Facility: 118, Card: 1603, Side: "exit"})
	if len(got) != 1 || got[0].Kind != device.CardRead || got[0].Direction != device.Exit ||
		got[0].Credential.Facility != 118 || got[0].Credential.Card != 1603 || got[0].Credential.Format != "H10301" {
		t.Errorf("a card: %+v", got)
	}
	s.kinds(sim.Act{Verb: "keys", Keys: "12*#"}, device.KeyPressed, device.KeyPressed, device.KeyPressed, device.KeyPressed)
	s.kinds(sim.Act{Verb: "misread"}, device.Misread)
	if got := s.act(sim.Act{Verb: "void"}); len(got) != 1 || !got[0].Voids {
		t.Errorf("a void: %+v", got)
	}
	for _, a := range []sim.Act{
		{Verb: "card", Facility: 300, Card: 1}, {Verb: "card", Format: "X99", Card: 1}, {Verb: "keys", Keys: "12a#"}, {Verb: "cut"},
		{Verb: "dance"},
	} {
		a.Door = "room"
		if err := s.p.Act(a); err == nil {
			t.Errorf("%+v is done", a.Verb)
		}
	}
	if err := s.p.Act(sim.Act{Verb: "open", Door: "cellar"}); err == nil {
		t.Error("a door that is not there opens")
	}
	for verb := range sim.Verbs {
		if err := s.p.Act(sim.Act{Verb: verb, Door: "room", Card: 1, Keys: "1#", Point: "tamper"}); err != nil && !strings.Contains(err.Error(), "locked") {
			t.Errorf("%s: %v", verb, err)
		}
		for len(s.p.Events()) > 0 {
			<-s.p.Events()
		}
	}
}

// A cut wire is the fault of that point, once, and what it carried no longer comes.
func TestWires(t *testing.T) {
	s := newStreet(t)
	for point, silent := range map[string]sim.Act{
		"contact": {Verb: "handle"}, "exit button": {Verb: "exit"}, "reader entry": {Verb: "card", Card: 7},
	} {
		got := s.act(sim.Act{Verb: "cut", Point: point})
		if len(got) != 1 || got[0].Kind != device.PointFaulted || got[0].Point != point || got[0].Diagnosis == "" {
			t.Errorf("cut %s: %+v", point, got)
		}
		s.kinds(sim.Act{Verb: "cut", Point: point})
		s.kinds(silent)
	}
	mended := s.act(sim.Act{Verb: "mend", Point: "contact"})
	if len(mended) != 2 || mended[0].Kind != device.PointRestored || mended[1].Kind != device.DoorOpened || !mended[1].AtStart {
		t.Errorf("the contact is mended while the door is open: %+v", mended)
	}
	s.act(sim.Act{Verb: "cut", Point: "strike"})
	if err := s.do(device.Command{Action: device.Release, For: time.Second}); err == nil || s.look().Strike {
		t.Error("a strike without a wire is driven")
	}
	s.act(sim.Act{Verb: "mend", Point: "strike"})
	if err := s.do(device.Command{Action: device.Release, For: time.Second}); err != nil || !s.look().Strike {
		t.Error("a mended strike is not driven: ", err)
	}
}

// Switches tell what changed, not what they are told twice.
func TestSwitches(t *testing.T) {
	s := newStreet(t)
	for _, x := range []struct {
		on, off string
		yes, no device.Kind
	}{{"mains-fail", "mains-back", device.MainsLost, device.MainsRestored}, {"fire", "fire-clear", device.FireAlarmed, device.FireCleared}} {
		s.kinds(sim.Act{Verb: x.off})
		s.kinds(sim.Act{Verb: x.on}, x.yes)
		s.kinds(sim.Act{Verb: x.on})
		s.kinds(sim.Act{Verb: x.off}, x.no)
	}
	s.kinds(sim.Act{Verb: "tamper", Side: "entry"}, device.Tampered)
	s.kinds(sim.Act{Verb: "untamper"}, device.TamperCleared)
}

func TestLamps(t *testing.T) {
	s := newStreet(t)
	if err := s.do(device.Command{Action: device.Show, Direction: device.Exit, Signal: device.Alarm}); err != nil {
		t.Fatal(err)
	}
	if l := s.look(); l.Exit != "alarm" || l.Entry != "idle" {
		t.Errorf("%+v", l)
	}
	if err := s.p.Do(context.Background(), device.Command{Action: device.Release, Door: "cellar"}); err == nil {
		t.Error("a door that is not there is released")
	}
	if _, err := s.p.Look("cellar"); err == nil {
		t.Error("a door that is not there is looked at")
	}
}

// Who learns gets the bits; outside the door does not see them, inside it does.
func TestLearn(t *testing.T) {
	for side, seen := range map[string]int{"entry": 0, "exit": 1} {
		synctest.Test(t, func(t *testing.T) {
			s := newStreet(t)
			got := make(chan string, 1)
			go func() {
				bits, err := s.p.Learn(t.Context(), "room", side)
				if err != nil {
					bits = err.Error()
				}
				got <- bits
			}()
			synctest.Wait()
			if _, err := s.p.Learn(t.Context(), "room", side); err == nil {
				t.Error("two learn at one reader")
			}
			if n := len(s.act(sim.Act{Verb: "card", Facility: 118, Card: 1603, Side: side})); n != seen {
				t.Errorf("at the %s the door sees %d cards, want %d", side, n, seen)
			}
			if bits := <-got; len(bits) != 26 || strings.Trim(bits, "01") != "" {
				t.Errorf("learnt %d bits", len(bits))
			}
			synctest.Wait()
			s.kinds(sim.Act{Verb: "card", Card: 7, Side: side}, device.CardRead)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := s.p.Learn(ctx, "room", side); err == nil || !strings.Contains(err.Error(), "no badge came") {
				t.Error("nothing came, and yet: ", err)
			}
			s.kinds(sim.Act{Verb: "card", Card: 7, Side: side}, device.CardRead)
		})
	}
}
