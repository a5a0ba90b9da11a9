// Package wiegand turns the pulses of a Wiegand reader into cards and keys. It is pure: it does no I/O, starts no
// goroutine, reads no clock; whoever watches the two lines calls it with the time of each pulse.
//
// It promises:
//   - A frame is judged against the one format its reader is configured with, as a whole: length, every parity rule,
//     every constant bit. There is no nearest format, and nothing is repaired.
//   - A card is reported at the format's last bit, without waiting for silence. A pulse that follows within the frame gap
//     takes it back (Voids), and all until the line is quiet belongs to that one misread.
//   - A frame that is not a card is a Misread with a Diagnosis: what is wrong and what to check.
//   - No number, bit of a card or key is in any error, diagnosis or printed value; Bits.Text, Learn and Explain, for a
//     person who holds the card, are the only ways to see one.
//
// What no check can see stays unseen: two flipped bits under one parity, a raw format's every fault. Configure the
// facility, and let no raw number alone open a door that matters.
package wiegand

import (
	"fmt"

	"kidoban/device"
)

// Decode reads one whole frame. The error is a Diagnosis.
func Decode(f Format, b Bits) (device.Credential, error) {
	c, d := decode(f, b)
	if d.Fault != NoFault {
		return device.Credential{}, d
	}
	return c, nil
}

// decode is Decode without the allocation of an error.
func decode(f Format, b Bits) (device.Credential, Diagnosis) {
	l := f.l
	if l == nil {
		return device.Credential{}, Diagnosis{Fault: NoFormat, Got: b.Len()}
	}
	if b.Len() != l.bits {
		return device.Credential{}, l.wrongLength(b)
	}
	if d := l.check(b); d.Fault != NoFault {
		if good := l.check(b.complement()); good.Fault == NoFault {
			d.Fault = Swapped
		}
		return device.Credential{}, d
	}
	return l.credential(b), Diagnosis{}
}

// check judges a frame of the right length.
func (l *layout) check(b Bits) Diagnosis {
	d := Diagnosis{Format: l.name, Got: b.Len(), Want: l.bits}
	for _, p := range l.parity {
		if !p.holds(b.v) {
			d.Fault, d.Bit = ParityWrong, p.at
			return d
		}
	}
	if l.fixed.of(b.v, l.bits) != l.constant {
		d.Fault = Constant
	}
	return d
}

func (l *layout) credential(b Bits) device.Credential {
	facility, card := l.facility.of(b.v, l.bits), l.card.of(b.v, l.bits)
	wf, wc := l.facility.width(), l.card.width()
	return device.Credential{
		Format: l.name, Facility: facility, Card: card, HasFacility: wf > 0, Raw: l.raw, Bits: uint8(l.bits),
		Degenerate: facility|card == 0 || facility == ones(wf) && card == ones(wc),
	}
}

// wrongLength names what most likely made a frame of another length.
func (l *layout) wrongLength(b Bits) Diagnosis {
	d := Diagnosis{Format: l.name, Got: b.Len(), Want: l.bits}
	symbol, single := b.single()
	_, four := key(4, b)
	_, eight := key(8, b)
	switch {
	case d.Got < 4:
		d.Fault = Stray
	case d.Got > d.Want && d.Got%d.Want == 0:
		d.Fault = Glued
	case d.Got > d.Want:
		d.Fault = TooLong
	case single && symbol == 0:
		d.Fault = D1Silent
	case single:
		d.Fault = D0Silent
	case four || eight:
		d.Fault = KeyBurst
	default:
		d.Fault = TooShort
	}
	return d
}

// Check tells whether the card is of the facility a reader is configured with. The error is a Diagnosis.
func Check(c device.Credential, facility uint64) error {
	if !c.HasFacility || c.Facility != facility {
		return otherFacility(c)
	}
	return nil
}

func otherFacility(c device.Credential) Diagnosis {
	return Diagnosis{Fault: OtherFacility, Format: c.Format, Got: int(c.Bits), Want: int(c.Bits), Facility: c.Facility}
}

// Encode makes the frame of a card, for simulated readers and tests. facility is 0 where the format has none.
func Encode(f Format, facility, card uint64) (Bits, error) {
	l := f.l
	if l == nil {
		return Bits{}, fmt.Errorf("encode a card: no format")
	}
	if facility > f.MaxFacility() {
		return Bits{}, fmt.Errorf("encode a card: the facility is above %s's largest, %d", l.name, f.MaxFacility())
	}
	if card > f.MaxCard() {
		return Bits{}, fmt.Errorf("encode a card: the number is above %s's largest, %d", l.name, f.MaxCard())
	}
	v := l.facility.in(facility, l.bits) | l.card.in(card, l.bits) | l.fixed.in(l.constant, l.bits)
	for _, p := range l.parity {
		if !p.holds(v) {
			v ^= 1 << (l.bits - 1 - p.at)
		}
	}
	return Bits{v: v, n: uint16(l.bits)}, nil
}
