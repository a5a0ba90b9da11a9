package wiegand

import "kidoban/device"

// The widths of a keypad's bursts. Eight bits carry their own check, the first four being the complement of the last;
// four bits carry none, so that any disturbance of that length is a key: prefer eight.
const (
	NoKeypad = 0
	Keypad4  = 4
	Keypad8  = 8
)

// DecodeKey reads one key burst of a keypad of the width. The error is a Diagnosis; it never tells a digit.
func DecodeKey(width int, b Bits) (device.Key, error) {
	k, ok := key(width, b)
	if !ok {
		return 0, Diagnosis{Fault: KeyWrong, Got: b.Len(), Want: width}
	}
	return k, nil
}

// EncodeKey is the burst of a key, for simulated readers and tests; it is empty for what is no key or no keypad.
func EncodeKey(width int, k device.Key) Bits {
	var v uint64
	switch {
	case k >= '0' && k <= '9':
		v = uint64(k - '0')
	case k == device.Star:
		v = 10
	case k == device.Hash:
		v = 11
	default:
		return Bits{}
	}
	switch width {
	case Keypad4:
		return Bits{v: v, n: Keypad4}
	case Keypad8:
		return Bits{v: (^v&0xF)<<4 | v, n: Keypad8}
	}
	return Bits{}
}

// key reads a burst of exactly width bits.
func key(width int, b Bits) (device.Key, bool) {
	if b.Len() != width || width != Keypad4 && width != Keypad8 {
		return 0, false
	}
	low := b.v & 0xF
	if width == Keypad8 && b.v>>4 != ^low&0xF {
		return 0, false
	}
	switch {
	case low < 10:
		return device.Key('0' + low), true
	case low == 10:
		return device.Star, true
	case low == 11:
		return device.Hash, true
	}
	return 0, false
}
