package wiegand_test

import (
	"fmt"
	"testing"

	"kidoban/device"
	"kidoban/device/wiegand"
)

// Of all bursts of the width, twelve are keys and each of them is its own.
func TestEveryBurst(t *testing.T) {
	for _, width := range []int{wiegand.Keypad4, wiegand.Keypad8} {
		seen := make(map[device.Key]bool)
		for x := range 1 << width {
			text := fmt.Sprintf("%0*b", width, x)
			k, err := wiegand.DecodeKey(width, bits(t, text))
			if err != nil {
				continue
			}
			if seen[k] || wiegand.EncodeKey(width, k).Text() != text {
				t.Errorf("%s is a second burst of one key", text)
			}
			seen[k] = true
		}
		if len(seen) != 12 {
			t.Errorf("%d keys of %d bits", len(seen), width)
		}
	}
}

// Eight bits check themselves: no single flip of a key is a key.
func TestKeyFlips(t *testing.T) {
	for _, k := range []device.Key("0123456789*#") {
		text := wiegand.EncodeKey(wiegand.Keypad8, k).Text()
		for i := range text {
			flipped := text[:i] + string('0'+'1'-text[i]) + text[i+1:]
			if _, err := wiegand.DecodeKey(wiegand.Keypad8, bits(t, flipped)); err == nil {
				t.Errorf("%s, %s with bit %d flipped, is a key", flipped, text, i)
			}
		}
	}
}

func TestNoKey(t *testing.T) {
	for _, k := range []device.Key{0, 'A', 0xFF} {
		if wiegand.EncodeKey(wiegand.Keypad4, k).Len() != 0 {
			t.Errorf("%#x has a burst", byte(k))
		}
	}
	if wiegand.EncodeKey(6, '1').Len() != 0 || wiegand.EncodeKey(wiegand.NoKeypad, '1').Len() != 0 {
		t.Error("a keypad that does not exist has a burst")
	}
	if _, err := wiegand.DecodeKey(wiegand.NoKeypad, wiegand.Bits{}); err == nil {
		t.Error("nothing is a key")
	}
}
