package panel_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kidoban/config"
	"kidoban/device"
	"kidoban/device/wiegand"
)

// learning asks for the next frame and returns where the answer will be.
func (d desk) learning(limit time.Duration, door, side string) <-chan [2]string {
	got := make(chan [2]string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(d.ctx, limit)
		defer cancel()
		bits, err := d.p.Learn(ctx, door, side)
		text := ""
		if err != nil {
			text = err.Error()
		}
		got <- [2]string{bits, text}
	}()
	synctest.Wait()
	return got
}

func (d desk) pulses(bits string) {
	for _, b := range bits {
		n := map[rune]int{'0': d0, '1': d1}[b]
		d.move(n, false)
		time.Sleep(50 * time.Microsecond)
		d.move(n, true)
		time.Sleep(950 * time.Microsecond)
	}
}

// What is learnt is what came over the wires, of whatever length; the door sees the card only when nobody learns.
func TestLearn(t *testing.T) {
	format, err := wiegand.Lookup("H10301")
	if err != nil {
		t.Fatal(err)
	}
	known, err := wiegand.Encode(format, 118, 1603)
	if err != nil {
		t.Fatal(err)
	}
	for name, frame := range map[string]string{
		"the reader's format": known.Text(), "a longer one": strings.Repeat("0110", 8) + "01", "a broken one": "1011101100",
	} {
		t.Run(name, func(t *testing.T) {
			onDesk(t, nil, func(d desk) {
				d.events(time.Second)
				got := d.learning(time.Minute, "main", "entry")
				d.pulses(frame)
				d.expect(time.Second)
				if answer := <-got; answer[0] != frame || answer[1] != "" {
					t.Errorf("learnt %d bits of %d, %s", len(answer[0]), len(frame), answer[1])
				}
				d.badge(118, 1603)
				d.expect(time.Second, device.CardRead)
			})
		})
	}
}

// At the reader inside the door sees the card all the same: nobody is held in while somebody learns.
func TestLearnAtTheExitLetsOut(t *testing.T) {
	inside := func(_ *config.Panel, dr *config.Door, _ *bench) {
		dr.Leave, dr.Entry = dr.Entry, nil
	}
	onDesk(t, inside, func(d desk) {
		d.events(time.Second)
		got := d.learning(time.Minute, "main", "exit")
		d.badge(118, 1603)
		d.expect(time.Second, device.CardRead)
		if answer := <-got; len(answer[0]) != 26 {
			t.Errorf("learnt %d bits, %s", len(answer[0]), answer[1])
		}
	})
}

func TestLearnEnds(t *testing.T) {
	onDesk(t, nil, func(d desk) {
		d.events(time.Second)
		first := d.learning(time.Second, "main", "entry")
		second := d.learning(time.Minute, "main", "entry")
		if answer := <-second; !strings.Contains(answer[1], "somebody else") {
			t.Errorf("two learn at one reader: %v", answer[1])
		}
		if answer := <-first; !strings.Contains(answer[1], "no badge came") {
			t.Errorf("nothing came, and yet: %v", answer[1])
		}
		if answer := <-d.learning(time.Minute, "main", "exit"); !strings.Contains(answer[1], "no exit reader") {
			t.Errorf("at a reader that is not there: %v", answer[1])
		}
		d.badge(118, 1603)
		d.expect(time.Second, device.CardRead)
	})
}
