package wiegand

import "fmt"

// Fault says what is wrong with a frame. Its String is stable.
type Fault uint8

// The faults.
const (
	NoFault       Fault = iota
	NoFormat            // no format to judge by
	Stray               // one to three pulses: not even a key
	TooShort            // fewer bits than the format's
	TooLong             // more bits than the format's
	Glued               // twice the format's bits, or more times
	ParityWrong         // right length, a parity bit does not fit
	Constant            // right length, bits that are the same on every card of the format are not
	Swapped             // the complement fits the format and the frame does not
	D0Silent            // ones alone, and too few
	D1Silent            // zeros alone, and too few
	KeyBurst            // length and form of a key, where cards alone are expected
	KeyWrong            // length of a key, but no key
	OtherFacility       // a good frame of another facility
	BothLow             // D0 and D1 low at once
	Further             // a pulse too soon after a whole frame
	Noise               // pulses without a pause
)

// String is the fault's stable name.
func (f Fault) String() string {
	names := [...]string{
		"none", "no_format", "stray", "too_short", "too_long", "glued", "parity", "constant", "swapped", "d0_silent",
		"d1_silent", "key_burst", "key_wrong", "other_facility", "both_low", "further_pulse", "noise",
	}
	if int(f) >= len(names) {
		return "unknown"
	}
	return names[f]
}

// Diagnosis is what is wrong with a frame and what to check. It holds no card number, no bit of a card and no key.
type Diagnosis struct {
	Fault    Fault
	Format   string
	Got      int    // bits received
	Want     int    // bits of the format, or of a key
	Bit      int    // ParityWrong: the first parity bit that does not fit
	Facility uint64 // OtherFacility: the card's
}

// Error is the sentence for the log and for whoever stands at the reader.
func (d Diagnosis) Error() string {
	const wiring = "check the common ground, the shield and the cable's length"
	switch d.Fault {
	case NoFormat:
		return "no card format is configured"
	case Stray:
		return fmt.Sprintf("%s: no card and no key; %s", plural(d.Got, "stray bit"), wiring)
	case TooShort:
		return fmt.Sprintf("%s where %s has %d: pulses were lost or the card is of another format; %s", plural(d.Got, "bit"), d.Format, d.Want, wiring)
	case TooLong:
		return fmt.Sprintf("%d bits where %s has %d: stray pulses or a card of another format; %s", d.Got, d.Format, d.Want, wiring)
	case Glued:
		return fmt.Sprintf("%d bits, %d times %s's %d: frames glued together; check the reader's pause between frames", d.Got, d.Got/max(d.Want, 1), d.Format, d.Want)
	case ParityWrong:
		return fmt.Sprintf("parity bit %d of %s does not fit: a disturbed frame or a card of another format; %s", d.Bit, d.Format, wiring)
	case Constant:
		return fmt.Sprintf("the constant bits of %s are not there: a card of another format", d.Format)
	case Swapped:
		return "D0 and D1 look swapped: exchange the two wires"
	case D0Silent:
		return fmt.Sprintf("line D0 silent: %s, all 1, where %s has %d; check the D0 wire, its level shifter and the common ground", plural(d.Got, "bit"), d.Format, d.Want)
	case D1Silent:
		return fmt.Sprintf("line D1 silent: %s, all 0, where %s has %d; check the D1 wire, its level shifter and the common ground", plural(d.Got, "bit"), d.Format, d.Want)
	case KeyBurst:
		return fmt.Sprintf("%d bits look like a key, or a frame cut short: if the reader has a keypad, configure it; else %s", d.Got, wiring)
	case KeyWrong:
		return fmt.Sprintf("%d bits are no key of this keypad; check that it sends %d bits a key; %s", d.Got, d.Want, wiring)
	case OtherFacility:
		return fmt.Sprintf("facility %d is not this reader's", d.Facility)
	case BothLow:
		return "D0 and D1 low at once: a short circuit or tampering; check the cable and the reader's supply"
	case Further:
		return "a further pulse came too soon after a whole frame: noise, frames glued together or a longer format; " + wiring
	case Noise:
		return "pulses without a pause: the reader can read nothing until its lines are quiet; " + wiring
	}
	return "nothing is wrong"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
