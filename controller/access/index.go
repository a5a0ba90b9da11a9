package access

import (
	"encoding/binary"
	"strings"
)

// cardIndex finds cards by their hash: an open table of them, a third of it free or more, where each stands at the
// place that its hash says or as soon after it as there is room. A keyed hash is as even as any hash of it would be. It takes
// a quarter of the memory of a map, which keeps each hash once more.
type cardIndex struct {
	places []*card // a power of two
	used   int
}

// newCardIndex makes room for n cards.
func newCardIndex(n int) cardIndex {
	size := 8
	for 2*size < 3*n {
		size *= 2
	}
	return cardIndex{places: make([]*card, size)}
}

func (x *cardIndex) home(h *Hash) int {
	return int(binary.LittleEndian.Uint64(h[:8]) & uint64(len(x.places)-1))
}

func (x *cardIndex) after(at int) int { return (at + 1) & (len(x.places) - 1) }

// find is the card with a hash, nil for none, and its place or the one that it would get.
func (x *cardIndex) find(h *Hash) (*card, int) {
	if len(x.places) == 0 {
		return nil, 0
	}
	for at := x.home(h); ; at = x.after(at) {
		c := x.places[at]
		if c == nil || c.hash == *h {
			return c, at
		}
	}
}

// put takes up a card whose hash no other has.
func (x *cardIndex) put(c *card) {
	if 3*(x.used+1) > 2*len(x.places) {
		old := x.places
		*x = newCardIndex(len(old))
		for _, o := range old {
			if o != nil {
				x.put(o)
			}
		}
	}
	_, at := x.find(&c.hash)
	x.places[at] = c
	x.used++
}

// drop forgets the card with a hash and moves up those that stood behind it for want of room.
func (x *cardIndex) drop(h *Hash) {
	c, gap := x.find(h)
	if c == nil {
		return
	}
	x.used--
	for at := x.after(gap); x.places[at] != nil; at = x.after(at) {
		home := x.home(&x.places[at].hash)
		if stays := (at-home)&(len(x.places)-1) < (at-gap)&(len(x.places)-1); !stays {
			x.places[gap], gap = x.places[at], at
		}
	}
	x.places[gap] = nil
}

// shelf keeps copies of short strings in one piece of memory. What does not fit is kept by itself.
type shelf struct{ text strings.Builder }

func (s *shelf) keep(word string) string {
	if s.text.Cap()-s.text.Len() < len(word) {
		return strings.Clone(word)
	}
	s.text.WriteString(word)
	return s.text.String()[s.text.Len()-len(word):]
}
