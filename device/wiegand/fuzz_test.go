package wiegand_test

import (
	"testing"
	"time"

	"kidoban/device"
	"kidoban/device/wiegand"
)

func FuzzParseBits(f *testing.F) {
	for _, text := range []string{"", "0", frame, frame + frame, "01x", "１０"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := wiegand.ParseBits(text)
		if err != nil {
			return
		}
		if b.Len() != len(text) || len(text) <= 64 && b.Text() != text {
			t.Errorf("%q became %d bits %q", text, b.Len(), b.Text())
		}
	})
}

// FuzzDecode: never a panic, never a card from a frame of another length, and a card that is read encodes to the same bits.
func FuzzDecode(f *testing.F) {
	for i, format := range wiegand.Formats() {
		b, err := wiegand.Encode(format, format.MaxFacility()/3, format.MaxCard()/5)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, b.Text())
	}
	f.Add(0, frame+frame)
	f.Fuzz(func(t *testing.T, i int, text string) {
		all := wiegand.Formats()
		format := all[uint(i)%uint(len(all))]
		b, err := wiegand.ParseBits(text)
		if err != nil {
			return
		}
		wiegand.Learn(b)
		c, err := wiegand.Decode(format, b)
		if err != nil {
			if err.Error() == "" || c != (device.Credential{}) {
				t.Errorf("%s %q: refused with %v and %#v", format, text, err, c.Bits)
			}
			return
		}
		again, err := wiegand.Encode(format, c.Facility, c.Card)
		if err != nil || again != b || len(text) != format.Bits() {
			t.Errorf("%s %q: read, but encodes to %q (%v)", format, text, again.Text(), err)
		}
	})
}

// FuzzReader plays octets as pulses and pauses: never a panic, and a card only from exactly the last 26 pulses since the
// line was last quiet.
func FuzzReader(f *testing.F) {
	clean := make([]byte, 0, 2*len(frame))
	for i := range len(frame) {
		clean = append(clean, 4|frame[i]&1)
	}
	f.Add(uint8(0), clean)
	f.Add(uint8(8), append(clean, clean...))
	f.Add(uint8(4), []byte{0xff, 4, 5, 4, 5, 0xff, 2, 3, 2, 0xfe})
	f.Fuzz(func(t *testing.T, keypad uint8, script []byte) {
		set := wiegand.Settings{Keypad: []int{wiegand.NoKeypad, wiegand.Keypad4, wiegand.Keypad8}[keypad%3]}
		b := newBench(t, set)
		run := 0 // pulses since the line was quiet for the longest gap there is
		for _, x := range script {
			pause := time.Duration(x>>2) * ms
			if pause >= wiegand.MostGap {
				run = 0
			}
			b.now += pause
			var events []device.Event
			if x&2 != 0 && x&1 != 0 && pause == 0 {
				events = b.r.Both(b.at())
			} else {
				run++
				events = b.r.Pulse(b.at(), x&1)
			}
			for _, e := range events {
				if e.Kind == device.CardRead && run < 26 {
					t.Fatalf("a card after %d pulses", run)
				}
				if e.Kind == device.Misread && e.Diagnosis == "" || e.Door == "" || e.Direction == device.NoDirection {
					t.Fatalf("an event without its %v", e.Kind)
				}
			}
		}
		b.wait(time.Second)
		if _, waiting := b.r.Deadline(); waiting {
			t.Fatal("still waiting after a second of silence")
		}
		b.events = nil
		b.send(frame, ms)
		if got := b.told(); len(got) != 1 || got[0] != "card" {
			t.Fatalf("a clean card after it: %q", got)
		}
	})
}
