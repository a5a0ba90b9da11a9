package door_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kidoban/controller/door"

	"pgregory.net/rapid"
)

func drawTimes(t *rapid.T) door.Times {
	span := func(name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(t, name)) * time.Second
	}
	return door.Times{
		Release: span("release", 1, 255), ExtendedRelease: span("extended release", 0, 255), Open: span("open", 1, 300),
		ExtendedOpen: span("extended open", 0, 300), PreAlarm: span("pre-alarm", 0, 60),
		Relock:      rapid.SampledFrom([]door.Relock{door.RelockOnOpen, door.RelockOnClose}).Draw(t, "relock"),
		RelockDelay: span("delay", 0, 10), HasContact: rapid.IntRange(0, 9).Draw(t, "contact") > 0,
	}
}

// drawInput draws what the world may say, never the answers of the strike.
func drawInput(t *rapid.T, at time.Duration, id string) door.Input {
	in := door.Input{At: at, Kind: rapid.SampledFrom([]door.InputKind{
		door.Grant, door.Grant, door.Grant, door.ContactOpen, door.ContactOpen, door.ContactClose, door.ContactClose, door.Tick, door.Tick,
		door.Fault, door.Restored, door.Close,
	}).Draw(t, "kind")}
	switch in.Kind {
	case door.Grant:
		in.ID, in.Way, in.Extended = id, rapid.SampledFrom([]door.Way{door.In, door.Out}).Draw(t, "way"), rapid.Bool().Draw(t, "extended")
		if in.Way == door.Out && rapid.Bool().Draw(t, "button") {
			in.ID = ""
		}
		if rapid.IntRange(0, 9).Draw(t, "for") == 0 {
			in.For = 40 * time.Second
		}
	case door.ContactOpen, door.ContactClose:
		in.AtStart = rapid.IntRange(0, 9).Draw(t, "at start") == 0
	case door.Fault, door.Restored:
		in.Point = rapid.SampledFrom([]string{door.ContactPoint, door.StrikePoint, "tamper"}).Draw(t, "point")
	}
	return in
}

func drawPause(t *rapid.T) time.Duration {
	return time.Duration(rapid.SampledFrom([]int{0, 0, 1, 400, 999, 1000, 1001, 4000, 30_000, 66_000, 301_000}).Draw(t, "pause")) * time.Millisecond
}

// world is what a watcher knows from outside: what was told, what was answered.
type world struct {
	d       door.Door
	times   door.Times
	now     time.Duration
	fails   bool
	strike  bool          // is really driven
	most    time.Duration // no longer than this, by the grants
	grants  map[string]door.Way
	ended   map[string]int
	contact bool // is believed
	open    bool
	held    bool
	next    int
}

func (w *world) step(t *rapid.T, in door.Input) {
	copied := w.d
	facts := w.d.Step(in, nil)
	if again := copied.Step(in, nil); copied != w.d || !slices.Equal(facts, again) {
		t.Fatalf("a copy did otherwise: %v, %v", facts, again)
	}
	w.check(t, in, facts)
	if _, due := w.d.Deadline(); w.strike && !due && !drives(facts) {
		t.Fatal("the strike is driven without a deadline")
	}
	if !drives(facts) {
		return
	}
	answer := door.Input{At: in.At, Kind: door.Driven}
	if w.fails {
		answer.Kind = door.DriveFailed
	} else {
		for _, f := range facts {
			switch f.Kind {
			case door.DriveRelease:
				w.strike = true
			case door.DriveSecure:
				w.strike = false
			}
		}
	}
	w.step(t, answer)
}

func (w *world) check(t *rapid.T, in door.Input, facts []door.Fact) {
	if in.Kind == door.Grant && in.ID != "" {
		w.grants[in.ID] = in.Way
	}
	last := time.Duration(0)
	for _, f := range facts {
		if f.At < last || f.At > in.At {
			t.Fatalf("out of order: %v", facts)
		}
		last = f.At
		w.fact(t, in, f)
	}
	if in.Kind == door.Grant && in.Way == door.Out && !slices.Contains(kinds(facts), door.DriveRelease) {
		t.Fatal("somebody is held in")
	}
	w.moved(t, in, facts)
}

func (w *world) fact(t *rapid.T, in door.Input, f door.Fact) {
	switch f.Kind {
	case door.DriveRelease:
		if in.Kind != door.Grant {
			t.Fatalf("released without a grant: %+v", in)
		}
		w.most = max(w.most, in.At+max(w.times.Release, w.times.ExtendedRelease, in.For))
		if in.At+f.For > w.most {
			t.Fatalf("released for %v", f.For)
		}
	case door.Taken, door.NotTaken:
		if _, known := w.grants[f.ID]; !known || f.ID == "" {
			t.Fatalf("nobody was granted %q", f.ID)
		}
		if w.ended[f.ID]++; w.ended[f.ID] > 1 {
			t.Fatalf("%s ended twice", f.ID)
		}
		delete(w.grants, f.ID)
	case door.DoorForced:
		if len(w.grants) > 0 || in.AtStart || in.Kind != door.ContactOpen || w.open || !w.contact {
			t.Fatalf("forced on %+v with %v granted, open %v", in, w.grants, w.open)
		}
	case door.DoorHeld:
		if w.held || !w.open || !w.contact {
			t.Fatal("held, but not open, or twice")
		}
		w.held = true
	case door.HeldCleared:
		if !w.held || in.Kind != door.ContactClose {
			t.Fatal("cleared what was not held, or without closing")
		}
		w.held = false
	}
}

// moved follows the contact as the panel told it.
func (w *world) moved(t *rapid.T, in door.Input, facts []door.Fact) {
	k := kinds(facts)
	switch in.Kind {
	case door.Fault:
		w.contact = w.contact && in.Point != door.ContactPoint
	case door.Restored:
		w.contact = w.times.HasContact && (w.contact || in.Point == door.ContactPoint)
	case door.ContactOpen:
		if w.contact && !w.open && !slices.Contains(k, door.DoorOpened) && !slices.Contains(k, door.DoorForced) {
			t.Fatal("an opening in silence")
		}
		w.open = w.open || w.contact
	case door.ContactClose:
		if w.contact && w.open && (w.held || !slices.Contains(k, door.DoorClosed)) {
			t.Fatal("a closing in silence")
		}
		w.open = w.open && !w.contact
	}
}

// TestInvariants drives doors with whatever may come, with a strike that fails now and then.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := drawTimes(t)
		w := &world{d: door.New(times), times: times, grants: map[string]door.Way{}, ended: map[string]int{}, contact: times.HasContact}
		for range rapid.IntRange(1, 40).Draw(t, "inputs") {
			w.now += drawPause(t)
			w.fails = rapid.IntRange(0, 6).Draw(t, "strike") == 0
			w.next++
			in := drawInput(t, w.now, strconv.Itoa(w.next))
			faulty := w.d.State() == door.Faulty
			w.step(t, in)
			if faulty && w.d.State() == door.Faulty && in.Way == door.In && w.grants[in.ID] != 0 && in.Kind == door.Grant {
				t.Fatal("an entry is open at a faulty door")
			}
		}
		w.fails = false
		for range 3 {
			w.now += time.Hour
			w.step(t, door.Input{At: w.now, Kind: door.Tick})
		}
		if len(w.grants) > 0 || w.strike || w.d.Lock() != "locked" {
			t.Fatalf("after three hours: %v open, strike driven %v", w.grants, w.strike)
		}
		w.step(t, door.Input{At: w.now, Kind: door.Restored, Point: door.ContactPoint})
		w.step(t, door.Input{At: w.now, Kind: door.ContactClose})
		if s := w.d.State(); w.held || s != door.Secure {
			t.Fatalf("closed and restored, and yet %v, held %v", s, w.held)
		}
	})
}

// TestLateTicks: nobody looking for a while changes no fact and no instant (Pitfalls 4 and 5: a stalled loop, a clock that
// jumps while it stalls).
func TestLateTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := drawTimes(t)
		prompt, late := door.New(times), door.New(times)
		var a, b []door.Fact
		now := time.Duration(0)
		for i := range rapid.IntRange(1, 25).Draw(t, "inputs") {
			now += drawPause(t)
			for at, ok := prompt.Deadline(); ok && at <= now; at, ok = prompt.Deadline() {
				if early := kinds(prompt.Step(door.Input{At: at - 1, Kind: door.Tick}, nil)); len(early) > 0 {
					t.Fatalf("a tick before its deadline did %v", early)
				}
				a = append(a, run(&prompt, door.Input{At: at, Kind: door.Tick})...)
			}
			in := drawInput(t, now, strconv.Itoa(i))
			if in.Point == door.StrikePoint {
				in = door.Input{At: now, Kind: door.Tick} // the strike answers when it is driven, which is late here
			}
			a, b = append(a, run(&prompt, in)...), append(b, run(&late, in)...)
			if !slices.Equal(a, b) {
				t.Fatalf("looked at in time:\n%+v\nlate:\n%+v", a, b)
			}
		}
		if prompt.State() != late.State() || prompt.Position() != late.Position() || prompt.Lock() != late.Lock() {
			t.Fatalf("%v and %v", prompt.State(), late.State())
		}
	})
}

// FuzzStep reads a door and its inputs out of bytes. Nothing that is told in any order ends in a panic or a loop.
func FuzzStep(f *testing.F) {
	f.Add([]byte{5, 30, 5, 0, 0, 1, 2, 1, 1, 2, 0, 0})
	f.Add([]byte{0, 0, 0, 1, 0, 2, 0, 0, 1, 0, 1, 6, 1, 1, 4, 9, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 4 {
			return
		}
		d := door.New(door.Times{
			Release: time.Duration(b[0]) * time.Second, Open: time.Duration(b[1]) * time.Second, PreAlarm: time.Duration(b[2]) * time.Second,
			Relock: door.Relock(b[3] & 1), RelockDelay: time.Duration(b[3]>>1) * time.Second, HasContact: b[3]&2 == 0,
		})
		var out []door.Fact
		for b = b[4:]; len(b) >= 3; b = b[3:] {
			in := door.Input{
				At: time.Duration(int8(b[1])) * time.Second, Kind: door.InputKind(b[0] & 15), Way: door.Way(b[2] & 3),
				ID: string(b[2:3]), Extended: b[2]&4 != 0, AtStart: b[2]&8 != 0, Point: []string{"contact", "strike", "", "x"}[b[2]>>6],
			}
			if b[2]&16 != 0 {
				in.ID = ""
			}
			out = d.Step(in, out[:0])
			if len(out) > 2*door.Party+16 {
				t.Fatalf("%d facts of one step", len(out))
			}
			if at, ok := d.Deadline(); ok && at <= in.At && len(d.Step(door.Input{At: in.At, Kind: door.Tick}, nil)) == 0 {
				if again, ok := d.Deadline(); ok && again <= in.At {
					t.Fatal("a deadline that never passes")
				}
			}
			_, _, _ = d.State().String(), d.Position(), d.Lock()
		}
	})
}
