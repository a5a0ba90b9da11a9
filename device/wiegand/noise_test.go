package wiegand_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kidoban/device"
	"kidoban/device/wiegand"
)

var (
	noisyFrames = flag.Int("noisy-frames", 50_000, "frames sent in TestNoisyFrames; 1000000 for the full run")
	noisySeed   = flag.Uint64("noisy-seed", 26, "of TestNoisyFrames")
)

// pulse is one pulse on the way to the reader's terminals.
type pulse struct {
	at  time.Duration
	bit byte
}

// faults are what the line does to a frame of one card. A single one is always to be seen, by count, parity or void; the
// mixed ones can add up to a whole frame of another card, which nothing but a second read would tell.
var faults = []struct {
	name   string
	single bool
	do     func(*rand.Rand, []pulse) []pulse
}{
	{"bounce", true, bounce},
	{"lost pulse", true, lose},
	{"runt seen on the other line", true, flip},
	{"stray pulse", true, stray},
	{"swapped wires", true, func(_ *rand.Rand, p []pulse) []pulse {
		for i := range p {
			p[i].bit ^= 1
		}
		return p
	}},
	{"dead line", true, func(r *rand.Rand, p []pulse) []pulse {
		dead := byte(r.IntN(2))
		var left []pulse
		for _, x := range p {
			if x.bit != dead {
				left = append(left, x)
			}
		}
		return left
	}},
	{"glued frames", true, func(_ *rand.Rand, p []pulse) []pulse {
		again, shift := p, p[len(p)-1].at-p[0].at+2*ms
		for _, x := range p {
			again = append(again, pulse{x.at + shift, x.bit})
		}
		return again
	}},
	{"cut off", true, func(r *rand.Rand, p []pulse) []pulse { return p[:1+r.IntN(len(p)-1)] }},
	{"bounce and lost pulse", false, func(r *rand.Rand, p []pulse) []pulse { return lose(r, bounce(r, p)) }},
	{"two runts", false, func(r *rand.Rand, p []pulse) []pulse { return flip(r, flip(r, p)) }},
	{"stray and lost pulse", false, func(r *rand.Rand, p []pulse) []pulse { return lose(r, stray(r, p)) }},
}

func bounce(r *rand.Rand, p []pulse) []pulse {
	i := r.IntN(len(p))
	return insert(p, i+1, pulse{p[i].at + 30*time.Microsecond, p[i].bit})
}

func lose(r *rand.Rand, p []pulse) []pulse {
	i := r.IntN(len(p))
	return append(p[:i:i], p[i+1:]...)
}

func flip(r *rand.Rand, p []pulse) []pulse {
	p[r.IntN(len(p))].bit ^= 1
	return p
}

// stray puts a pulse anywhere from 20 ms before the frame to 20 ms after it.
func stray(r *rand.Rand, p []pulse) []pulse {
	first, last := p[0].at-20*ms, p[len(p)-1].at+20*ms
	x := pulse{first + time.Duration(r.Int64N(int64(last-first))), byte(r.IntN(2))}
	i := 0
	for i < len(p) && p[i].at <= x.at {
		i++
	}
	return insert(p, i, x)
}

func insert(p []pulse, i int, x pulse) []pulse {
	return append(p[:i:i], append([]pulse{x}, p[i:]...)...)
}

// tells is whether the text as received shows by itself that it is not a frame of facility 123: written from the rule's
// words and not from the code under test.
func tells(received string) bool {
	if len(received) != 26 {
		return true
	}
	even, odd := strings.Count(received[:13], "1"), strings.Count(received[13:], "1")
	return even%2 != 0 || odd%2 != 1 || received[1:9] != "01111011"
}

// Disturbed frames of a 26-bit reader with a facility. A read that stands (a card, and no void after it) with another
// number than the card's is a wrong identity. Wherever length, parity or facility tell, there are none; for a single fault
// there are none at all; and whatever stands is exactly what was received.
func TestNoisyFrames(t *testing.T) {
	seed := *noisySeed
	r := rand.New(rand.NewPCG(seed, seed))
	b := newBench(t, wiegand.Settings{HasFacility: true, Facility: 123})
	f := format(t, "H10301")
	var undisturbed, wrong, invisible int
	stood := make(map[string]int)
	for i := range *noisyFrames {
		card := 1 + r.Uint64N(65534)
		sent, err := wiegand.Encode(f, 123, card)
		if err != nil {
			t.Fatal(err)
		}
		kind := faults[i%len(faults)]
		pulses := kind.do(r, pulsesOf(r, b.now+100*ms, sent.Text()))
		got, stands := b.receive(pulses)
		switch received := textOf(pulses); {
		case !stands:
			continue
		case got == card:
			undisturbed++
		case tells(received):
			wrong++
			t.Errorf("frame %d of seed %d, %s: a wrong identity stood", i, seed, kind.name)
		case kind.single:
			t.Errorf("frame %d of seed %d: a single %s was not seen", i, seed, kind.name)
		default:
			invisible++
		}
		stood[kind.name]++
	}
	t.Logf("%d frames: %d wrong identities, %d that nothing tells, %d good in spite of the fault; stood: %v",
		*noisyFrames, wrong, invisible, undisturbed, stood)
	if invisible > *noisyFrames/10 {
		t.Errorf("%d of %d frames are called invisible: the faults are not what they should be", invisible, *noisyFrames)
	}
	// The line is good again: so is the next card.
	b.wait(time.Second)
	b.events = nil
	b.send(frame, ms)
	if got := b.told(); len(got) != 1 || got[0] != "card" {
		t.Errorf("after the noise: %q", got)
	}
}

// receive plays the pulses and says which card stands at the end.
func (b *bench) receive(pulses []pulse) (card uint64, stands bool) {
	b.events = b.events[:0]
	for _, p := range pulses {
		b.wait(p.at - b.now)
		b.events = append(b.events, b.r.Pulse(b.at(), p.bit)...)
	}
	b.wait(100 * ms)
	for _, e := range b.events {
		switch {
		case e.Kind == device.CardRead:
			card, stands = e.Credential.Card, true
		case e.Voids:
			stands = false
		}
	}
	return card, stands
}

// pulsesOf is a clean frame, a bit every 0.5 to 3 ms.
func pulsesOf(r *rand.Rand, at time.Duration, text string) []pulse {
	pace := time.Duration(500+r.IntN(2500)) * time.Microsecond
	var p []pulse
	for i := range len(text) {
		p = append(p, pulse{at + time.Duration(i)*pace, text[i] - '0'})
	}
	return p
}

func textOf(p []pulse) string {
	var b strings.Builder
	for _, x := range p {
		fmt.Fprint(&b, x.bit)
	}
	return b.String()
}
