package controller

import (
	"encoding/json"
	"maps"
	"time"

	"kidoban/config"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/wiring"
	"kidoban/device"
)

// The bounds of one try: how long a point is watched, and how much is kept of what was seen.
const (
	watchFor  = 10 * time.Minute
	watchMost = 60
)

// tryFor is how long a lamp is lit or a siren sounds for a check.
const tryFor = 5 * time.Second

// KindWiring is that of the documents which keep the results.
const KindWiring = "wiring"

// installing is what the step keeps of the check of the wiring.
type installing struct {
	checked map[string]Checked
	watch   *Watch
	began   time.Duration
}

func newInstalling(snap ledger.Snapshot) installing {
	in := installing{checked: map[string]Checked{}}
	for _, d := range snap.Documents {
		var c Checked
		if d.Kind == KindWiring && json.Unmarshal(d.Body, &c) == nil {
			in.checked[d.ID] = c
		}
	}
	return in
}

// pointsOf are the points of a configuration, in the order in which one goes round.
func pointsOf(c *config.Config) (out []wiring.Point) {
	add := func(door string, is bool, kind wiring.Kind, side device.Direction) {
		if is {
			out = append(out, wiring.NewPoint(door, kind, side))
		}
	}
	for _, d := range c.Doors {
		add(d.Name, true, wiring.Handle, 0)
		add(d.Name, d.Contact != nil, wiring.Contact, 0)
		add(d.Name, d.Exit != nil, wiring.Button, 0)
		add(d.Name, d.Strike != nil, wiring.Strike, 0)
		addReader(add, d.Name, d.Entry, device.Entry)
		addReader(add, d.Name, d.Leave, device.Exit)
		add(d.Name, d.Tamper != nil, wiring.Tamper, 0)
		add(d.Name, d.Lamp != nil, wiring.Lamp, 0)
		add(d.Name, d.Siren != nil, wiring.Siren, 0)
	}
	add("", c.Panel.Tamper != nil, wiring.Tamper, 0)
	add("", c.Panel.Fire != nil, wiring.Fire, 0)
	add("", c.Panel.Mains != nil, wiring.Mains, 0)
	return out
}

func addReader(add func(string, bool, wiring.Kind, device.Direction), door string, r *config.Reader, side device.Direction) {
	if r != nil {
		add(door, true, wiring.Reader, side)
		add(door, r.Keypad != 0, wiring.Keypad, side)
		add(door, r.Tamper != nil, wiring.Tamper, side)
	}
}

// witness keeps what the panel reports for the point that is being checked.
func (s *State) witness(ev device.Event) {
	if seen, tells := wiring.See(ev); tells {
		s.saw(seen)
	}
}

func (s *State) saw(seen wiring.Seen) {
	if w := s.watched(); w != nil && len(w.Seen) < watchMost {
		w.Seen = append(w.Seen, seen)
	}
}

// watched is the point that is being checked now, nil if none is.
func (s *State) watched() *Watch {
	if s.installing.watch != nil && s.now.Mono-s.installing.began > watchFor {
		s.installing.watch = nil
	}
	return s.installing.watch
}

// wiring answers AskWiring.
func (s *State) wiring() *Answer {
	w := Wiring{Points: s.site.Wiring, Checked: maps.Clone(s.installing.checked), SettingUp: s.settingUp(), Few: s.fewManagers()}
	if now := s.watched(); now != nil {
		shown := *now
		shown.Seen = append([]wiring.Seen(nil), now.Seen...)
		shown.Finding = s.finding()
		w.Watch = &shown
	}
	return &Answer{Value: w}
}

func (s *State) finding() wiring.Finding {
	p, _ := s.wire(s.installing.watch.ID)
	return wiring.Judge(p, s.installing.watch.Seen)
}

func (s *State) wire(id string) (wiring.Point, bool) {
	for _, p := range s.site.Wiring {
		if p.ID == id {
			return p, true
		}
	}
	return wiring.Point{}, false
}

// onWiring carries out the orders about it; nil where it is another.
func (s *State) onWiring(a Account, ask Ask) *Answer {
	switch ask := ask.(type) {
	case BeginPoint:
		return &Answer{Refusal: s.beginPoint(a, ask)}
	case TryPoint:
		return &Answer{Refusal: s.tryPoint(a, ask)}
	case EndPoint:
		return &Answer{Refusal: s.endPoint(a, ask)}
	}
	return nil
}

const noPoint = "no such point of the wiring: the points are those of the configuration"

func (s *State) beginPoint(a Account, ask BeginPoint) string {
	p, known := s.wire(ask.ID)
	if !known {
		return noPoint
	}
	if w := s.watched(); w != nil && w.Account != a.Name {
		return "account " + w.Account + " checks a point just now: wait until it is done"
	}
	s.installing.watch, s.installing.began = &Watch{ID: p.ID, Account: a.Name, Since: s.now.Wall}, s.now.Mono
	s.notePoint(a, p, "begun", nil)
	return ""
}

// tryPoint lights a lamp or sounds a siren for a moment, beside whatever alarms tell. It opens nothing, so it waits for no record.
func (s *State) tryPoint(a Account, ask TryPoint) string {
	p, known := s.wire(ask.ID)
	w, g := s.watched(), s.gate(p.Door)
	switch {
	case !known || g == nil:
		return noPoint
	case !p.Signals():
		return "only an alarm lamp or a siren is tried so: a strike is released by whoever may release the door"
	case w == nil || w.ID != p.ID || w.Account != a.Name:
		return "begin with this point first"
	}
	g.siren.trial = trial{device.Lit, s.now.Mono + tryFor}
	if p.Kind == wiring.Siren {
		g.siren.trial.shown = device.Sounding
	}
	s.saw(wiring.SeeSignal(s.now.Wall, p))
	s.notePoint(a, p, "tried", nil)
	return ""
}

func (s *State) endPoint(a Account, ask EndPoint) string {
	p, known := s.wire(ask.ID)
	w := s.watched()
	if !known {
		return noPoint
	}
	switch ask.Result {
	case PointPassed:
		if w == nil || w.ID != p.ID || w.Account != a.Name || !s.finding().Done() {
			return "that this point works was not seen: begin with it anew, and do what the page says"
		}
	case PointFailed, PointSkipped:
		if ask.Reason == "" {
			return "say why the point is not passed"
		}
	default:
		return "a point is passed, failed or skipped"
	}
	c := Checked{
		ID: p.ID, Result: ask.Result, At: s.now.Wall, Account: a.Name, Person: a.Person, Name: s.people.Of(a.Person).Name,
		Reason: ask.Reason, ByEye: p.ByEye(), Digest: ask.Digest,
	}
	s.installing.checked[p.ID], s.installing.watch = c, nil
	s.file(KindWiring, p.ID, c)
	s.notePoint(a, p, string(ask.Result), ask.Private)
	return ""
}

func (s *State) notePoint(a Account, p wiring.Point, mode string, private []byte) {
	at := "controller"
	if p.Door != "" {
		at = "door/" + p.Door
	}
	s.noteWith(journal.ConfigChecked, journal.Notice, at, journal.Data{
		Door: p.Door, Direction: p.Side.String(), Point: string(p.Kind), Mode: mode, Account: a.Name, Person: string(a.Person),
	}, private)
}
