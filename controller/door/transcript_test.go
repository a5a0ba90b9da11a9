package door_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/door"
)

var update = flag.Bool("update", false, "write what the door does into the transcripts")

// TestTranscripts plays testdata/transcripts/*.txt. A line at the margin says what happens at the door, the indented
// lines below it what the door makes of it: the instant and the fact, and "now" with the state if that changed.
//
//	door release 5s extended 10s open 30s extended-open 1m pre-alarm 5s relock open delay 0s      (or: no contact)
//	contact closed | contact open        what the panel finds at start
//	grant in A [extended] [for 1m]       a card with a durable record; grant out A: the exit reader
//	button                               the exit button
//	open, close                          the door moves; "open 100ms ago": told late
//	wait 29s, at 300s                    time passes, every deadline is looked at in time
//	stall 29s                            time passes and nobody looks
//	tick                                 somebody looks
//	fault contact, restored contact      a point is no longer believed, or again
//	strike fails, strike works           how the next drives go
//	stop                                 the daemon ends
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/transcripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(f, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("the door did not do as written:\n%s", got)
			}
		})
	}
}

// stage is a door with a strike that answers.
type stage struct {
	d     door.Door
	now   time.Duration
	fails bool
	out   strings.Builder
	state door.State
}

func play(t *testing.T, script string) string {
	s := &stage{d: door.New(usual), state: door.Secure}
	for line := range strings.Lines(script) {
		text := strings.TrimRight(line, "\n")
		if strings.HasPrefix(text, "    ") {
			continue
		}
		s.out.WriteString(text + "\n")
		if words := strings.Fields(text); len(words) > 0 && words[0] != "#" {
			if err := s.do(words); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
	}
	return s.out.String()
}

func (s *stage) do(w []string) error {
	arg := func(i int) string {
		if i < len(w) {
			return w[i]
		}
		return ""
	}
	span := func(i int) time.Duration {
		d, err := time.ParseDuration(arg(i))
		if err != nil {
			panic(err)
		}
		return d
	}
	switch w[0] {
	case "door":
		s.d = door.New(times(w[1:]))
	case "contact":
		s.tell(door.Input{Kind: map[string]door.InputKind{"open": door.ContactOpen, "closed": door.ContactClose}[w[1]], AtStart: true})
	case "grant":
		in := door.Input{Kind: door.Grant, ID: arg(2), Way: map[string]door.Way{"in": door.In, "out": door.Out}[w[1]]}
		in.Extended = arg(3) == "extended"
		if arg(3) == "for" {
			in.For = span(4)
		}
		s.tell(in)
	case "button":
		s.tell(door.Input{Kind: door.Grant, Way: door.Out})
	case "open":
		in := door.Input{Kind: door.ContactOpen, At: s.now}
		if arg(2) == "ago" {
			in.At -= span(1)
		}
		s.step(in)
	case "close":
		s.tell(door.Input{Kind: door.ContactClose})
	case "fault":
		s.tell(door.Input{Kind: door.Fault, Point: w[1]})
	case "restored":
		s.tell(door.Input{Kind: door.Restored, Point: w[1]})
	case "strike":
		s.fails = w[1] == "fails"
	case "stop":
		s.tell(door.Input{Kind: door.Close})
	case "tick":
		s.tell(door.Input{Kind: door.Tick})
	case "wait":
		s.pass(s.now + span(1))
	case "at":
		s.pass(span(1))
	case "stall":
		s.now += span(1)
	default:
		return fmt.Errorf("no such line")
	}
	return nil
}

func (s *stage) pass(to time.Duration) {
	for at, ok := s.d.Deadline(); ok && at <= to; at, ok = s.d.Deadline() {
		s.now = at
		s.tell(door.Input{Kind: door.Tick})
	}
	s.now = to
	s.tell(door.Input{Kind: door.Tick})
}

func (s *stage) tell(in door.Input) {
	in.At = s.now
	s.step(in)
}

func (s *stage) step(in door.Input) {
	driven := false
	for _, f := range s.d.Step(in, nil) {
		driven = driven || f.Kind == door.DriveRelease || f.Kind == door.DriveSecure
		fmt.Fprintf(&s.out, "    %-9v %s\n", f.At, say(f))
	}
	if st := s.d.State(); st != s.state {
		s.state = st
		fmt.Fprintf(&s.out, "              now %v\n", st)
	}
	if driven {
		answer := door.Driven
		if s.fails {
			answer = door.DriveFailed
		}
		s.tell(door.Input{Kind: answer})
	}
}

func say(f door.Fact) string {
	text := f.Kind.String()
	switch f.Kind {
	case door.DriveRelease:
		text += fmt.Sprintf(" for %v", f.For)
	case door.Taken, door.NotTaken:
		text += fmt.Sprintf(" %s, %v", f.ID, f.Way)
	case door.DoorClosed, door.HeldCleared:
		text += fmt.Sprintf(" after %v", f.Lasted)
	case door.DoorFault, door.DoorRestored:
		text += ", " + f.Point
	case door.DoorOpened:
		if f.Way != 0 {
			text += ", " + f.Way.String()
		}
	}
	if f.AtStart {
		text += ", found so"
	}
	if f.Second {
		text += ", second opening"
	}
	return text
}

var usual = door.Times{
	Release: 5 * time.Second, ExtendedRelease: 10 * time.Second, Open: 30 * time.Second, ExtendedOpen: time.Minute,
	PreAlarm: 5 * time.Second, HasContact: true,
}

// times reads a door line. What it does not name is as usual.
func times(w []string) door.Times {
	d := usual
	if strings.Join(w, " ") == "no contact" {
		d.HasContact = false
		return d
	}
	for i := 0; i+1 < len(w); i += 2 {
		span, err := time.ParseDuration(w[i+1])
		switch w[i] {
		case "release":
			d.Release = span
		case "extended":
			d.ExtendedRelease = span
		case "open":
			d.Open = span
		case "extended-open":
			d.ExtendedOpen = span
		case "pre-alarm":
			d.PreAlarm = span
		case "delay":
			d.RelockDelay = span
		case "relock":
			d.Relock, err = map[string]door.Relock{"open": door.RelockOnOpen, "close": door.RelockOnClose}[w[i+1]], nil
		default:
			panic("no such time: " + w[i])
		}
		if err != nil {
			panic(err)
		}
	}
	return d
}
