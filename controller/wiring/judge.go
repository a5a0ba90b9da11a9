package wiring

import "time"

// Trouble is what does not fit in what was seen.
type Trouble string

// The troubles. Those that end a try have it begun anew.
const (
	NoTrouble Trouble = ""
	Inverted  Trouble = "inverted" // the opposite came first: the level is the wrong way round, or it began the wrong way round
	Bounces   Trouble = "bounces"  // it came and went: a loose wire, a failing contact, too short a debounce time
	Other     Trouble = "elsewhere"
	Garbled   Trouble = "misread"
	Broken    Trouble = "faulted"
)

// Ends says that a try is not to be believed after it.
func (t Trouble) Ends() bool { return t == Inverted || t == Bounces }

// bounceWithin is how soon nobody opens a door or presses a button again.
const bounceWithin = 400 * time.Millisecond

// Finding is how the check of a point stands.
type Finding struct {
	Step    int     `json:"step"` // how many of the things were seen that must be
	Steps   int     `json:"steps"`
	Waits   What    `json:"waits,omitempty"` // for what
	Trouble Trouble `json:"trouble,omitempty"`
	By      *Seen   `json:"by,omitempty"` // what the trouble is
}

// Done says that all was seen that can be, and nothing that speaks against it.
func (f Finding) Done() bool { return f.Step == f.Steps && !f.Trouble.Ends() && f.Trouble != Broken }

// Judge is how a point stands after what was seen since somebody began with it.
func Judge(p Point, seen []Seen) Finding {
	want := steps[p.Kind]
	f := Finding{Steps: len(want)}
	last := map[What]time.Time{}
	for i := range seen {
		s := &seen[i]
		trouble := f.judge(p, want, s, last)
		if trouble != NoTrouble && !f.Trouble.Ends() {
			f.Trouble, f.By = trouble, s
		}
	}
	if f.Step < len(want) {
		f.Waits = want[f.Step]
	}
	return f
}

// judge takes one more thing into account, and says what is wrong with it.
func (f *Finding) judge(p Point, want []What, s *Seen, last map[What]time.Time) Trouble {
	at := index(want, s.What)
	switch {
	case at < 0:
		return p.speaks(s)
	case !s.of(p) && p.driven(): // a lamp and a siren of one door, a strike of another: each is driven for itself
		return NoTrouble
	case !s.of(p):
		return Other
	case p.driven(): // the daemon drives it: nothing bounces, and what was driven before is no fault
		return f.drove(want, s.What)
	}
	before, again := last[s.What]
	last[s.What] = s.At
	switch {
	case again && len(want) > 1 && s.At.Sub(before) < bounceWithin:
		return Bounces
	case at == f.Step:
		f.Step++
		if !f.Trouble.Ends() {
			f.Trouble, f.By = NoTrouble, nil
		}
	case f.Step == 0:
		return Inverted
	}
	return NoTrouble
}

// drove takes into account what was done with a point that is driven.
func (f *Finding) drove(want []What, w What) Trouble {
	if f.Step < len(want) && want[f.Step] == w {
		f.Step++
		f.Trouble, f.By = NoTrouble, nil
	}
	return NoTrouble
}

// speaks is what something else says of a point: a fault of it, or what cannot be read.
func (p Point) speaks(s *Seen) Trouble {
	reads := p.Kind == Reader || p.Kind == Keypad
	switch {
	case s.Door != p.Door || len(steps[p.Kind]) == 0:
	case s.What == Misread && reads && s.Side == p.Side:
		return Garbled
	case s.What == ReaderDown && reads && s.Side == p.Side, s.What == Faulted && p.named(s):
		return Broken
	}
	return NoTrouble
}

// named says that the panel's name of a line is this point's.
func (p Point) named(s *Seen) bool {
	switch p.Kind {
	case Reader, Keypad:
		return s.Point == "reader "+p.Side.String()
	case Tamper:
		return s.Point == string(p.Kind) && s.Side == p.Side
	}
	return s.Point == string(p.Kind)
}

func index(want []What, w What) int {
	for i, x := range want {
		if x == w {
			return i
		}
	}
	return -1
}
