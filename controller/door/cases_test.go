package door_test

import (
	"slices"
	"testing"
	"time"

	"kidoban/controller/door"
)

// TestCases are the rare crossings, each with its last step's facts.
func TestCases(t *testing.T) {
	const s = time.Second
	in := func(at time.Duration, id string) door.Input {
		return door.Input{At: at, Kind: door.Grant, ID: id, Way: door.In}
	}
	out := func(at time.Duration, id string) door.Input {
		return door.Input{At: at, Kind: door.Grant, ID: id, Way: door.Out}
	}
	long := func(i door.Input) door.Input { i.Extended = true; return i }
	tell := func(at time.Duration, k door.InputKind) door.Input { return door.Input{At: at, Kind: k} }
	contact := func(at time.Duration, k door.InputKind) door.Input {
		return door.Input{At: at, Kind: k, Point: door.ContactPoint}
	}
	closing := usual
	closing.Relock = door.RelockOnClose

	for _, c := range []struct {
		name  string
		times door.Times
		steps []door.Input
		want  []string
	}{
		{"a longer open time is not shortened by the next grant", usual,
			[]door.Input{long(in(0, "A")), tell(0, door.ContactOpen), in(s, "B"), tell(59*s, door.Tick), tell(60*s, door.Tick)},
			[]string{"door held"}},
		{"a longer release is not shortened by the next grant", usual,
			[]door.Input{long(in(0, "A")), in(s, "B"), tell(10*s-1, door.Tick), tell(10*s, door.Tick)},
			[]string{"drive secure", "not taken A, in", "not taken B, in", "lock secured"}},
		{"the contact fails before one who leaves: the strike stays", usual,
			[]door.Input{out(0, "A"), contact(s, door.Fault)},
			[]string{"door fault, contact", "taken A, out"}},
		{"the contact fails before a party of both: who enters is given up, who leaves is let out", usual,
			[]door.Input{in(0, "A"), out(0, "B"), contact(s, door.Fault)},
			[]string{"door fault, contact", "not taken A, in", "taken B, out"}},
		{"and the opening is theirs if the contact comes back in time", usual,
			[]door.Input{out(0, "A"), contact(s, door.Fault), contact(2*s, door.Restored), tell(3*s, door.ContactOpen)},
			[]string{"door opened, out"}},
		{"and only the first", usual,
			[]door.Input{out(0, "A"), contact(s, door.Fault), contact(2*s, door.Restored), tell(3*s, door.ContactOpen),
				tell(3*s, door.ContactClose), tell(4*s, door.ContactOpen)},
			[]string{"door forced, second opening", "drive secure", "lock secured"}},
		{"the contact fails twice", usual,
			[]door.Input{contact(0, door.Fault), contact(s, door.Fault)}, nil},
		{"the contact is restored unasked", usual,
			[]door.Input{contact(0, door.Restored)}, nil},
		{"what a faulty contact says is not believed", usual,
			[]door.Input{contact(0, door.Fault), tell(s, door.ContactOpen)}, nil},
		{"forced, then the contact failed and came back: held after the open time anew, without a warning", usual,
			[]door.Input{tell(0, door.ContactOpen), contact(s, door.Fault), contact(60*s, door.Restored), tell(85*s, door.Tick), tell(90*s, door.Tick)},
			[]string{"door held"}},
		{"held, then the contact failed and came back: held once", usual,
			[]door.Input{tell(0, door.ContactOpen), tell(30*s, door.Tick), contact(31*s, door.Fault), contact(60*s, door.Restored), tell(90*s, door.ContactClose)},
			[]string{"door closed after 1m30s", "held cleared after 1m0s"}},
		{"one enters, another leaves, and the opening comes after the tick", usual,
			[]door.Input{in(0, "A"), out(0, "B"), tell(5*s, door.Tick), tell(5*s-1, door.ContactOpen)},
			[]string{"door opened, in"}},
		{"told late, the second opening is still the second", usual,
			[]door.Input{in(0, "A"), tell(5*s, door.Tick), tell(4*s, door.ContactOpen), tell(4*s+1, door.ContactClose), tell(4*s+2, door.ContactOpen)},
			[]string{"door forced, second opening"}},
		{"relock on closing waits for whom the door fell shut before", closing,
			[]door.Input{in(0, "A"), tell(s, door.ContactOpen), in(2*s, "B"), tell(3*s, door.ContactClose)},
			[]string{"door closed after 2s"}},
		{"relock on closing: a second opening in the delay takes the strike away", func() door.Times { t := closing; t.RelockDelay = 2 * s; return t }(),
			[]door.Input{in(0, "A"), tell(s, door.ContactOpen), tell(2*s, door.ContactClose), tell(3*s, door.ContactOpen)},
			[]string{"door forced, second opening", "drive secure", "lock secured"}},
		{"found open at start after an early grant", usual,
			[]door.Input{in(0, "A"), {At: s, Kind: door.ContactOpen, AtStart: true}},
			[]string{"door opened, in, found so", "taken A, in", "drive secure", "lock secured"}},
		{"found closed while it was thought open", usual,
			[]door.Input{{Kind: door.ContactOpen, AtStart: true}, {At: s, Kind: door.ContactClose, AtStart: true}},
			[]string{"door closed after 1s"}},
		{"an answer nobody waits for", usual, []door.Input{tell(0, door.Driven)}, nil},
		{"no warning before an open time as short as that", door.Times{Release: s, Open: 5 * s, PreAlarm: 5 * s, HasContact: true},
			[]door.Input{tell(0, door.ContactOpen), tell(s, door.ContactClose), in(2*s, "A"), tell(2*s, door.ContactOpen), tell(7*s-1, door.Tick)}, nil},
		{"a stop ends those who leave too", usual,
			[]door.Input{out(0, "A"), tell(s, door.Close)},
			[]string{"not taken A, out", "drive secure", "lock secured"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := door.New(c.times)
			var got []string
			for _, in := range c.steps {
				got = got[:0]
				facts := d.Step(in, nil)
				if drives(facts) {
					facts = d.Step(door.Input{At: in.At, Kind: door.Driven}, facts)
				}
				for _, f := range facts {
					got = append(got, say(f))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestStrikeAnswers: what was ordered is not yet so, and a failure is told once however often the strike is tried.
func TestStrikeAnswers(t *testing.T) {
	d := door.New(usual)
	step := func(in door.Input) []door.FactKind { return kinds(d.Step(in, nil)) }
	expect := func(got []door.FactKind, want ...door.FactKind) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	leave := door.Input{Kind: door.Grant, ID: "A", Way: door.Out}
	step(leave)
	expect(step(door.Input{Kind: door.Fault, Point: door.ContactPoint}), door.DoorFault)
	expect(step(door.Input{Kind: door.Driven}), door.LockReleased, door.Taken)
	expect(step(door.Input{At: usual.Release, Kind: door.Tick}), door.DriveSecure)
	expect(step(door.Input{At: usual.Release, Kind: door.DriveFailed}), door.DoorFault)
	for i := range time.Duration(100) {
		at := usual.Release + (i+1)*door.RetrySecure
		expect(step(door.Input{At: at - 1, Kind: door.Tick}))
		expect(step(door.Input{At: at, Kind: door.Tick}), door.DriveSecure)
		expect(step(door.Input{At: at, Kind: door.DriveFailed}))
	}
	if d.Lock() != "released" {
		t.Error("locked, though the strike never let go")
	}
	at := usual.Release + 101*door.RetrySecure
	expect(step(door.Input{At: at, Kind: door.Tick}), door.DriveSecure)
	expect(step(door.Input{At: at, Kind: door.Driven}), door.DoorRestored, door.LockSecured)
}

// TestSecondAfterFailedSecure: Pitfall 6, also where the strike did not let go.
func TestSecondAfterFailedSecure(t *testing.T) {
	d := door.New(usual)
	run(&d, door.Input{Kind: door.Grant, ID: "A", Way: door.In})
	d.Step(door.Input{At: 1, Kind: door.ContactOpen}, nil)
	d.Step(door.Input{At: 1, Kind: door.DriveFailed}, nil)
	d.Step(door.Input{At: 2, Kind: door.ContactClose}, nil)
	if got := d.Step(door.Input{At: 3, Kind: door.ContactOpen}, nil); got[0].Kind != door.DoorForced || !got[0].Second {
		t.Errorf("%+v", got)
	}
}
