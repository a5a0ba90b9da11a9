package door_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"kidoban/controller/door"
)

// run tells a door the inputs, answers every drive, and returns the facts other than the strike's.
func run(d *door.Door, inputs ...door.Input) []door.Fact {
	var got []door.Fact
	for _, in := range inputs {
		facts := d.Step(in, nil)
		got = append(got, facts...)
		if drives(facts) {
			got = append(got, d.Step(door.Input{At: in.At, Kind: door.Driven}, nil)...)
		}
	}
	return slices.DeleteFunc(got, func(f door.Fact) bool { return ofStrike(f.Kind) })
}

func drives(facts []door.Fact) bool {
	return slices.ContainsFunc(facts, func(f door.Fact) bool {
		return f.Kind == door.DriveRelease || f.Kind == door.DriveSecure
	})
}

func ofStrike(k door.FactKind) bool {
	return k == door.DriveRelease || k == door.DriveSecure || k == door.LockReleased || k == door.LockSecured
}

func kinds(facts []door.Fact) (k []door.FactKind) {
	for _, f := range facts {
		k = append(k, f.Kind)
	}
	return k
}

// TestBoundaries: Pitfall 4, the exact instant of every duration, and durations beyond 65.5 s: an instant belongs to what
// begins at it.
func TestBoundaries(t *testing.T) {
	const ns = time.Nanosecond
	for _, span := range []time.Duration{time.Millisecond, 5 * time.Second, 65535 * time.Millisecond, 65536 * time.Millisecond, 300 * time.Second, 24 * time.Hour} {
		times := door.Times{Release: span, Open: span, HasContact: true}
		grant := door.Input{At: 7, Kind: door.Grant, ID: "A", Way: door.In}
		end := 7 + span
		for _, c := range []struct {
			name string
			in   []door.Input
			want []door.FactKind
		}{
			{"opened just in time", []door.Input{grant, {At: end - ns, Kind: door.ContactOpen}}, []door.FactKind{door.DoorOpened, door.Taken}},
			{"opened as the release ends", []door.Input{grant, {At: end, Kind: door.ContactOpen}}, []door.FactKind{door.NotTaken, door.DoorForced}},
			{"opened after the release", []door.Input{grant, {At: end + ns, Kind: door.ContactOpen}}, []door.FactKind{door.NotTaken, door.DoorForced}},
			{"tick before the end", []door.Input{grant, {At: end - ns, Kind: door.Tick}}, nil},
			{"tick at the end", []door.Input{grant, {At: end, Kind: door.Tick}}, []door.FactKind{door.NotTaken}},
			{"granted again just in time", []door.Input{grant, {At: end - ns, Kind: door.Grant, ID: "B", Way: door.In}, {At: end, Kind: door.ContactOpen}},
				[]door.FactKind{door.DoorOpened, door.Taken, door.Taken}},
			{"granted again as it ends", []door.Input{grant, {At: end, Kind: door.Grant, ID: "B", Way: door.In}, {At: end, Kind: door.ContactOpen}},
				[]door.FactKind{door.NotTaken, door.DoorOpened, door.Taken}},
			{"closed just in time", []door.Input{{At: 7, Kind: door.ContactOpen, AtStart: true}, {At: end - ns, Kind: door.ContactClose}},
				[]door.FactKind{door.DoorOpened, door.DoorClosed}},
			{"closed as the open time ends", []door.Input{{At: 7, Kind: door.ContactOpen, AtStart: true}, {At: end, Kind: door.ContactClose}},
				[]door.FactKind{door.DoorOpened, door.DoorHeld, door.DoorClosed, door.HeldCleared}},
			{"forced and held", []door.Input{{At: 7, Kind: door.ContactOpen}, {At: end - ns, Kind: door.Tick}, {At: end, Kind: door.Tick}},
				[]door.FactKind{door.DoorForced, door.DoorHeld}},
		} {
			t.Run(span.String()+" "+c.name, func(t *testing.T) {
				d := door.New(times)
				if got := kinds(run(&d, c.in...)); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
	}
}

// TestSecondWindow: Pitfall 6, a second opening is told apart up to the end of the release that was used.
func TestSecondWindow(t *testing.T) {
	for after, second := range map[time.Duration]bool{time.Second: true, 5*time.Second - 1: true, 5 * time.Second: false} {
		for _, way := range []door.Way{door.In, door.Out} {
			d := door.New(usual)
			got := run(&d, door.Input{Kind: door.Grant, ID: "A", Way: way}, door.Input{At: 1, Kind: door.ContactOpen},
				door.Input{At: 2, Kind: door.ContactClose}, door.Input{At: after, Kind: door.ContactOpen})
			if last := got[len(got)-1]; last.Kind != door.DoorForced || last.Second != second {
				t.Errorf("after %v, %v: %+v", after, way, last)
			}
		}
	}
}

// TestFaulty: Pitfall 26, no card whatever opens while the door cannot be believed, and everybody can leave.
func TestFaulty(t *testing.T) {
	for _, point := range []string{door.ContactPoint, door.StrikePoint} {
		d := door.New(usual)
		d.Step(door.Input{Kind: door.ContactClose, AtStart: true}, nil)
		d.Step(door.Input{Kind: door.Fault, Point: point}, nil)
		if d.State() != door.Faulty {
			t.Fatalf("%s: %v", point, d.State())
		}
		for _, in := range []door.Input{{Kind: door.Grant, ID: "A", Way: door.In}, {Kind: door.Grant, ID: "A"}, {Kind: door.Grant, ID: "A", Way: door.In, Extended: true, For: time.Hour}} {
			if got := kinds(d.Step(in, nil)); !slices.Equal(got, []door.FactKind{door.NotTaken}) {
				t.Errorf("%s: %v", point, got)
			}
		}
		if got := kinds(d.Step(door.Input{Kind: door.Grant, Way: door.Out}, nil)); !slices.Equal(got, []door.FactKind{door.DriveRelease}) {
			t.Errorf("%s, leaving: %v", point, got)
		}
	}
}

// TestVoidWindow: what was taken back by a fault or a stop is no licence to open within the old release.
func TestVoidWindow(t *testing.T) {
	for name, in := range map[string]door.Input{
		"drive failed": {At: 1, Kind: door.DriveFailed},
		"strike fault": {At: 1, Kind: door.Fault, Point: door.StrikePoint},
		"stop":         {At: 1, Kind: door.Close},
	} {
		d := door.New(usual)
		d.Step(door.Input{Kind: door.ContactClose, AtStart: true}, nil)
		d.Step(door.Input{Kind: door.Grant, ID: "A", Way: door.In}, nil)
		d.Step(in, nil)
		if got := d.Step(door.Input{At: 2, Kind: door.ContactOpen}, nil); got[0].Kind != door.DoorForced || got[0].Second {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestFullParty(t *testing.T) {
	d := door.New(usual)
	for i := range door.Party {
		d.Step(door.Input{Kind: door.Grant, ID: strconv.Itoa(i), Way: door.In}, nil)
	}
	if got := kinds(d.Step(door.Input{Kind: door.Grant, ID: "more", Way: door.In}, nil)); !slices.Equal(got, []door.FactKind{door.NotTaken}) {
		t.Errorf("one more to enter: %v", got)
	}
	if got := kinds(d.Step(door.Input{Kind: door.Grant, ID: "out", Way: door.Out}, nil)); !slices.Equal(got, []door.FactKind{door.NotTaken, door.DriveRelease}) {
		t.Errorf("one more to leave: %v", got)
	}
	if got := kinds(d.Step(door.Input{Kind: door.Grant, Way: door.Out}, nil)); !slices.Equal(got, []door.FactKind{door.DriveRelease}) {
		t.Errorf("the button: %v", got)
	}
	if got := run(&d, door.Input{At: 1, Kind: door.ContactOpen}); len(got) != 1+door.Party {
		t.Errorf("%d facts on opening", len(got))
	}
}

func TestViews(t *testing.T) {
	d := door.New(usual)
	see := func(position, lock string, s door.State) {
		t.Helper()
		if d.Position() != position || d.Lock() != lock || d.State() != s {
			t.Errorf("got %s, %s, %v; want %s, %s, %v", d.Position(), d.Lock(), d.State(), position, lock, s)
		}
	}
	see("unknown", "locked", door.Secure)
	run(&d, door.Input{Kind: door.ContactClose, AtStart: true})
	see("closed", "locked", door.Secure)
	d.Step(door.Input{Kind: door.Grant, ID: "A", Way: door.In}, nil)
	see("closed", "locked", door.Released) // not driven yet
	d.Step(door.Input{Kind: door.Driven}, nil)
	see("closed", "released", door.Released)
	run(&d, door.Input{Kind: door.ContactOpen})
	see("open", "locked", door.Opened)
	run(&d, door.Input{Kind: door.Fault, Point: door.ContactPoint})
	see("unknown", "locked", door.Faulty)
	run(&d, door.Input{Kind: door.Restored, Point: door.ContactPoint})
	see("open", "locked", door.Opened)
	run(&d, door.Input{Kind: door.ContactClose})
	see("closed", "locked", door.Secure)
}

// TestNames: every kind is distinct and has a name (Pitfalls 1 and 2).
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for k := door.DriveRelease; k <= door.DoorRestored; k++ {
		if n := k.String(); n == "" || n == "unknown" || seen[n] {
			t.Errorf("kind %d is called %q", k, n)
		} else {
			seen[n] = true
		}
	}
	for s := door.Secure; s <= door.Faulty; s++ {
		if n := s.String(); n == "" || n == "unknown" || seen[n] {
			t.Errorf("state %d is called %q", s, n)
		} else {
			seen[n] = true
		}
	}
}

func TestStepAllocates(t *testing.T) {
	d := door.New(usual)
	out := make([]door.Fact, 0, 16)
	at := time.Duration(0)
	n := testing.AllocsPerRun(200, func() {
		at += time.Minute
		out = d.Step(door.Input{At: at, Kind: door.Grant, ID: "A", Way: door.In}, out[:0])
		out = d.Step(door.Input{At: at, Kind: door.Driven}, out[:0])
		out = d.Step(door.Input{At: at + 1, Kind: door.ContactOpen}, out[:0])
		out = d.Step(door.Input{At: at + time.Second*50, Kind: door.ContactClose}, out[:0])
	})
	if n != 0 {
		t.Errorf("%v allocations a passage", n)
	}
}
