package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// An index finds what a map finds, also where hashes crowd and wrap round its end.
func TestCardIndex(t *testing.T) {
	hashes := rapid.Custom(func(t *rapid.T) (h Hash) {
		h[0], h[31] = rapid.SampledFrom([]byte{0, 1, 6, 7, 8, 15}).Draw(t, "place"), rapid.ByteRange(0, 2).Draw(t, "rest")
		return h
	})
	rapid.Check(t, func(t *rapid.T) {
		x, want := newCardIndex(rapid.IntRange(0, 9).Draw(t, "room")), map[Hash]*card{}
		for range rapid.IntRange(0, 40).Draw(t, "changes") {
			h := hashes.Draw(t, "hash")
			if c := want[h]; c != nil || rapid.Bool().Draw(t, "drop") {
				x.drop(&h)
				delete(want, h)
			} else {
				want[h] = &card{hash: h}
				x.put(want[h])
			}
			for first := range 16 {
				for rest := range byte(3) {
					h := Hash{0: byte(first), 31: rest}
					if c, _ := x.find(&h); c != want[h] {
						t.Fatalf("%x: %v, want %v", h, c, want[h])
					}
				}
			}
			if free := len(x.places) - len(want); x.used != len(want) || 3*free < len(x.places) {
				t.Fatalf("%d of %d in %d places", x.used, len(want), len(x.places))
			}
		}
	})
}

// A shelf's words stay what they are when it is full.
func TestShelf(t *testing.T) {
	var s shelf
	s.text.Grow(8)
	var got []string
	words := []string{"abc", "", "defg", "hijklmnopq", "r"}
	for range 3 {
		for _, w := range words {
			got = append(got, s.keep(w))
		}
	}
	if want := slices.Repeat(words, 3); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
