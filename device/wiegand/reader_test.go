package wiegand_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/device"
	"kidoban/device/wiegand"
)

const (
	frame = "10111101100010001110101110" // H10301 123/4567
	other = "10001000111010100001100011" // H10301 17/54321
	ms    = time.Millisecond
)

// bench is a reader on the bench: pulses in, what it made of them out.
type bench struct {
	r      *wiegand.Reader
	now    time.Duration
	events []device.Event
}

var start = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func newBench(t testing.TB, s wiegand.Settings) *bench {
	t.Helper()
	if s.Format == (wiegand.Format{}) {
		s.Format = format(t, "H10301")
	}
	s.Door = "room"
	if s.Direction == device.NoDirection {
		s.Direction = device.Entry
	}
	r, err := wiegand.NewReader(s)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{r: r, now: time.Second}
}

func (b *bench) at() device.Instant { return device.Instant{Wall: start.Add(b.now), Mono: b.now} }

// send sends text's pulses, each after the pause.
func (b *bench) send(text string, pause time.Duration) {
	for i := range len(text) {
		b.wait(pause)
		b.events = append(b.events, b.r.Pulse(b.at(), text[i]-'0')...)
	}
}

// wait lets time pass, ticking at the deadlines on the way.
func (b *bench) wait(d time.Duration) {
	end := b.now + d
	for {
		at, waiting := b.r.Deadline()
		if !waiting || at > end {
			break
		}
		b.now = max(b.now, at)
		b.events = append(b.events, b.r.Tick(b.at())...)
	}
	b.now = end
}

// told is the events so far as words, and forgets them.
func (b *bench) told() []string {
	var words []string
	for _, e := range b.events {
		switch {
		case e.Door != "room" || e.Direction == device.NoDirection:
			words = append(words, "event without its door")
		case e.Kind == device.CardRead:
			words = append(words, "card")
		case e.Kind == device.KeyPressed:
			words = append(words, "key "+string(rune(e.Key)))
		case e.Voids:
			words = append(words, "VOID: "+e.Diagnosis)
		default:
			words = append(words, "misread: "+e.Diagnosis)
		}
	}
	b.events = nil
	return words
}

// A step is either pulses or a pause.
func TestReader(t *testing.T) {
	facility := wiegand.Settings{HasFacility: true, Facility: 123}
	exit := wiegand.Settings{HasFacility: true, Facility: 7, Direction: device.Exit}
	foreign := wiegand.Settings{HasFacility: true, Facility: 7}
	key8, key4 := wiegand.Settings{Keypad: 8}, wiegand.Settings{Keypad: 4}
	for _, c := range []struct {
		name string
		set  wiegand.Settings
		send string // pulses 1 ms apart; "_" is 60 ms, "." 5 ms of silence, "X" both lines low
		want []string
	}{
		{"a card", wiegand.Settings{}, frame, []string{"card"}},
		{"two cards", wiegand.Settings{}, frame + "_" + other, []string{"card", "card"}},
		{"one pulse too many", wiegand.Settings{}, frame + "1", []string{"card", "VOID: a further pulse"}},
		{"one pulse too many after 24 ms", wiegand.Settings{}, frame + "....0", []string{"card", "VOID: a further pulse"}},
		{"a stray pulse after the gap", wiegand.Settings{}, frame + "_1_", []string{"card", "misread: 1 stray bit"}},
		{"Pitfall 20: two frames glued", wiegand.Settings{}, frame + frame + "_" + frame, []string{"card", "VOID:", "card"}},
		{"Pitfall 20: three frames glued", wiegand.Settings{}, frame + "." + frame + "." + frame + "_", []string{"card", "VOID:"}},
		{"a frame that lost a pulse", wiegand.Settings{}, frame[1:] + "_", []string{"misread: 25 bits where H10301 has 26"}},
		{"a frame that lost a pulse, and the next", wiegand.Settings{}, frame[1:] + "_" + frame, []string{"misread: 25 bits", "card"}},
		{"a frame of bad parity, and more", wiegand.Settings{}, "0" + frame[1:] + "111_", []string{"misread: parity bit 0"}},
		{"swapped", wiegand.Settings{}, strings.NewReplacer("0", "1", "1", "0").Replace(frame), []string{"misread: D0 and D1 look swapped"}},
		{"D0 silent", wiegand.Settings{}, strings.ReplaceAll(frame, "0", "") + "_", []string{"misread: line D0 silent"}},
		{"D1 silent", wiegand.Settings{}, strings.ReplaceAll(frame, "1", "") + "_", []string{"misread: line D1 silent"}},
		{"both lines low", wiegand.Settings{}, "1011X0110_" + frame, []string{"misread: D0 and D1 low at once", "card"}},
		{"both lines low on a quiet line, for long", wiegand.Settings{}, "X.X.X.X_" + frame, []string{"misread: D0 and D1 low at once", "card"}},
		{"both lines low after a card", wiegand.Settings{}, frame + "X_", []string{"card", "VOID: D0 and D1 low at once"}},
		{"both lines low after a bad frame", wiegand.Settings{}, "0" + frame[1:] + "X_", []string{"misread: parity", "misread: D0 and D1 low"}},
		{"a key before both lines low", key8, "10100101_X", []string{"key 5", "misread: D0 and D1 low"}},
		{"its facility", facility, frame, []string{"card"}},
		{"another facility", facility, other + "_", []string{"misread: facility 17 is not this reader's"}},
		{"another facility, glued", foreign, frame + frame + "_", []string{"misread: facility 123 is not this reader's"}},
		{"another facility on the way out", exit, frame, []string{"card"}},
		{"a bad frame on the way out", exit, "0" + frame[1:] + "_", []string{"misread: parity bit 0"}},
		{"keys of eight bits", key8, "10100101_01011010_01001011_" + frame, []string{"key 5", "key *", "key #", "card"}},
		{"keys of four bits", key4, "0000_1001_1011_" + frame, []string{"key 0", "key 9", "key #", "card"}},
		{"a card cut at eight bits", key8, frame[:8] + "_", []string{"misread: 8 bits are no key of this keypad"}},
		{"a key of the other width", key8, "0101_", []string{"misread: 4 bits are no key of this keypad"}},
		{"four bits beyond the keys", key4, "1111_", []string{"misread: 4 bits are no key"}},
		{"two keys of four bits glued", key4, "0101.0001_", []string{"misread: 8 bits are no key"}},
		{"Pitfall 20: noise on a key", key8, "101001001_101000101_", []string{"misread: 9 bits", "misread: 9 bits"}},
		{"a key where none is expected", wiegand.Settings{}, "10100101_", []string{"misread: 8 bits look like a key"}},
		{"a second of noise", wiegand.Settings{}, frame + strings.Repeat(".0", 400) + "_" + frame,
			[]string{"card", "VOID:", "misread: pulses without a pause", "card"}},
	} {
		b := newBench(t, c.set)
		for i := range len(c.send) {
			switch c.send[i] {
			case '_':
				b.wait(60 * ms)
			case '.':
				b.wait(5 * ms)
			case 'X':
				b.wait(ms)
				b.events = append(b.events, b.r.Both(b.at())...)
			default:
				b.send(c.send[i:i+1], ms)
			}
		}
		got := b.told()
		same := len(got) == len(c.want)
		for j := 0; same && j < len(got); j++ {
			same = strings.HasPrefix(got[j], c.want[j])
		}
		if !same {
			t.Errorf("%s:\n\tgot  %q\n\twant %q", c.name, got, c.want)
		}
	}
}

// The card is reported at its last bit, not after the gap: that saves 25 to 50 ms a badge.
func TestCardAtItsLastBit(t *testing.T) {
	b := newBench(t, wiegand.Settings{})
	b.send(frame[:25], ms)
	if len(b.events) != 0 {
		t.Fatalf("%q after 25 bits", b.told())
	}
	b.send(frame[25:], ms)
	if len(b.events) != 1 || b.events[0].Kind != device.CardRead || b.events[0].At != b.at() {
		t.Fatalf("%q at the last bit", b.told())
	}
	if c := b.events[0].Credential; c.Facility != 123 || c.Card != 4567 || b.events[0].Direction != device.Entry {
		t.Error("another card, or another side")
	}
	if b.r.Last().Text() != frame {
		t.Error("the learn tool would see another frame")
	}
}

// What the gap ends is stamped with its last pulse, on both clocks.
func TestGapStampsTheLastPulse(t *testing.T) {
	for name, later := range map[string]func(*bench){
		"tick":  func(b *bench) { b.wait(time.Second) },
		"pulse": func(b *bench) { b.now += time.Second; b.events = append(b.events, b.r.Pulse(b.at(), 1)...) },
		"both":  func(b *bench) { b.now += time.Second; b.events = append(b.events, b.r.Both(b.at())...) },
	} {
		b := newBench(t, wiegand.Settings{Keypad: 8})
		b.send("10100101", ms)
		pressed := b.at()
		later(b)
		if len(b.events) == 0 || b.events[0].Kind != device.KeyPressed || b.events[0].At != pressed {
			t.Errorf("%s: %q", name, b.told())
		}
	}
}

// The gap follows the frame's own pace within its bounds: a reader that sends a bit every 20 ms, the slowest legal one, is
// read, and a gap that was configured is kept to.
func TestGap(t *testing.T) {
	for _, c := range []struct {
		pause, configured, want time.Duration
	}{
		{ms, 0, 25 * ms}, {8 * ms, 0, 25 * ms}, {10 * ms, 0, 30 * ms}, {20 * ms, 0, 50 * ms}, {20 * ms, 40 * ms, 40 * ms}, {ms, 50 * ms, 50 * ms},
	} {
		b := newBench(t, wiegand.Settings{Gap: c.configured})
		b.send(frame, c.pause)
		if got := b.told(); len(got) != 1 || got[0] != "card" {
			t.Errorf("a bit every %v: %q", c.pause, got)
		}
		end, waiting := b.r.Deadline()
		if !waiting || end-b.now != c.want {
			t.Errorf("a bit every %v, configured %v: gap %v, want %v", c.pause, c.configured, end-b.now, c.want)
		}
		b.now = end - 1
		if b.r.Tick(b.at()); !deadline(b) {
			t.Error("quiet before the deadline")
		}
		b.now = end
		if b.r.Tick(b.at()); deadline(b) {
			t.Error("not quiet at the deadline")
		}
	}
}

func deadline(b *bench) bool {
	_, waiting := b.r.Deadline()
	return waiting
}

// The pace is each frame's own: after a slow frame a fast one is not waited for longer.
func TestGapForgetsTheFrameBefore(t *testing.T) {
	b := newBench(t, wiegand.Settings{})
	b.send(frame, 20*ms)
	b.wait(60 * ms)
	b.send(frame, ms)
	if end, _ := b.r.Deadline(); end-b.now != 25*ms {
		t.Errorf("gap %v", end-b.now)
	}
}

// A pulse exactly at the gap's end begins a new frame; one nanosecond earlier it voids the card.
func TestGapBoundary(t *testing.T) {
	for early, want := range map[time.Duration]int{0: 1, 1: 2} {
		b := newBench(t, wiegand.Settings{})
		b.send(frame, ms)
		b.now += 25*ms - early
		b.events = append(b.events, b.r.Pulse(b.at(), 1)...)
		if len(b.events) != want {
			t.Errorf("%v before the end: %q", early, b.told())
		}
	}
}

// A clock that goes back (it should not) is taken as standing still: no card is lost, and the gap is not over earlier.
func TestTimeGoesBack(t *testing.T) {
	b := newBench(t, wiegand.Settings{})
	b.send(frame[:10], ms)
	before, _ := b.r.Deadline()
	b.now -= 500 * ms
	b.events = b.r.Pulse(b.at(), frame[10]-'0')
	if after, _ := b.r.Deadline(); after != before {
		t.Errorf("the gap ends at %v, and ended at %v", after, before)
	}
	b.send(frame[11:], ms)
	if got := b.told(); len(got) != 1 || got[0] != "card" {
		t.Errorf("%q", got)
	}
}

func TestCounts(t *testing.T) {
	b := newBench(t, wiegand.Settings{})
	b.send(frame, ms)
	b.wait(60 * ms)
	b.send(frame+"10", ms)
	b.wait(60 * ms)
	b.send("101", ms)
	b.wait(60 * ms)
	want := wiegand.Counts{Pulses: 57, Frames: 2, Shorts: 1, Swallowed: 2, Voided: 1}
	if got := b.r.Counts(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestSettingsRefused(t *testing.T) {
	h := format(t, "H10301")
	for _, c := range []struct {
		set  wiegand.Settings
		want string
	}{
		{wiegand.Settings{}, "no card format"},
		{wiegand.Settings{Format: h, Keypad: 6}, "keypad of 6 bits"},
		{wiegand.Settings{Format: h, HasFacility: true, Facility: 256}, "above H10301's largest, 255"},
		{wiegand.Settings{Format: format(t, "H10302"), HasFacility: true, Facility: 1}, "H10302 has none"},
		{wiegand.Settings{Format: h, Gap: 20 * ms}, "25ms to 50ms"},
		{wiegand.Settings{Format: h, Gap: 100 * ms}, "25ms to 50ms"},
	} {
		if _, err := wiegand.NewReader(c.set); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	for _, length := range []int{-1, 1, 8, 65} {
		if _, err := wiegand.NewAssembler(length, 0); err == nil {
			t.Errorf("frames of %d bits were taken", length)
		}
	}
}

// What the assembler says, pulse by pulse: the frame, that it is void, and then nothing until the line is quiet.
func TestAssemblerVoids(t *testing.T) {
	for both, want := range map[bool]wiegand.Out{
		false: {What: wiegand.Extra, At: 27 * ms, Void: true}, true: {What: wiegand.Jam, At: 27 * ms, Void: true},
	} {
		a, err := wiegand.NewAssembler(26, 0)
		if err != nil {
			t.Fatal(err)
		}
		var out wiegand.Out
		for i := range 26 {
			out = a.Pulse(time.Duration(i+1)*ms, frame[i]-'0')
		}
		if out != (wiegand.Out{What: wiegand.Whole, Bits: bits(t, frame), At: 26 * ms}) {
			t.Errorf("%+v after 26 pulses", out)
		}
		if both {
			out = a.Both(27 * ms)
		} else {
			out = a.Pulse(27*ms, 1)
		}
		if out != want {
			t.Errorf("%+v, want %+v", out, want)
		}
		if out = a.Pulse(28*ms, 1); out != (wiegand.Out{}) {
			t.Errorf("%+v after the void", out)
		}
	}
}

// With no length every frame ends by the gap: what the learn tool needs for an unknown card.
func TestAssemblerOfAnyLength(t *testing.T) {
	a, err := wiegand.NewAssembler(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 37 {
		if out := a.Pulse(time.Duration(i)*ms, byte(i%2)); out.What != wiegand.Nothing {
			t.Fatalf("bit %d: %v", i, out.What)
		}
	}
	end, _ := a.Deadline()
	if out := a.Tick(end); out.What != wiegand.Short || out.Bits.Len() != 37 || out.At != 36*ms {
		t.Errorf("%v, %d bits", out.What, out.Bits.Len())
	}
}

func TestReaderAllocatesNothing(t *testing.T) {
	b := newBench(t, wiegand.Settings{HasFacility: true, Facility: 123, Keypad: 8})
	cards, keys := 0, 0
	if n := testing.AllocsPerRun(100, func() {
		for _, text := range []string{frame, "10100101"} {
			for i := range len(text) {
				b.now += ms
				cards += len(b.r.Pulse(b.at(), text[i]-'0'))
			}
			b.now += 100 * ms
			keys += len(b.r.Tick(b.at()))
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if cards != 101 || keys != 101 {
		t.Errorf("%d cards, %d keys", cards, keys)
	}
}

func BenchmarkReaderCard(b *testing.B) {
	r := newBench(b, wiegand.Settings{HasFacility: true, Facility: 123})
	b.ReportAllocs()
	for b.Loop() {
		for i := range len(frame) {
			r.now += ms
			r.r.Pulse(r.at(), frame[i]-'0')
		}
		r.now += 100 * ms
		r.r.Tick(r.at())
	}
}
