package font

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// group is a run of characters with consecutive glyphs, as in a cmap subtable of format 12.
type group struct{ from, to, glyph uint32 }

// variant is a character followed by a variation selector.
type variant struct{ base, selector rune }

// cmap is what a font says of characters: which it has, and which variants.
type cmap struct {
	groups   []group // sorted
	plain    map[variant]bool
	variants map[variant]uint32
	bmp      []byte // the subtable of format 4, as it is
}

var errShort = errors.New("the table ends early")

// reader reads big-endian numbers and remembers that one was missing.
type reader struct {
	b   []byte
	err error
}

func (r *reader) at(off, n uint32) []byte {
	if uint64(off)+uint64(n) > uint64(len(r.b)) {
		r.err = errShort
		return make([]byte, min(n, 8))
	}
	return r.b[off : off+n]
}

func (r *reader) u16(off uint32) uint32 { return uint32(binary.BigEndian.Uint16(r.at(off, 2))) }
func (r *reader) u24(off uint32) uint32 { return r.u16(off)<<8 | uint32(r.at(off+2, 1)[0]) }
func (r *reader) u32(off uint32) uint32 { return binary.BigEndian.Uint32(r.at(off, 4)) }

// tableOf finds a table of the font: where its record is, where it lies and how long it is.
func tableOf(data []byte, tag string) (record, offset, length uint32, err error) {
	r := reader{b: data}
	for i := range r.u16(4) {
		record = 12 + 16*i
		if string(r.at(record, 4)) == tag {
			offset, length = r.u32(record+8), r.u32(record+12)
			if uint64(offset)+uint64(length) > uint64(len(data)) {
				return 0, 0, 0, fmt.Errorf("table %s: %w", tag, errShort)
			}
			return record, offset, length, r.err
		}
		if r.err != nil {
			break
		}
	}
	return 0, 0, 0, fmt.Errorf("no table %s", tag)
}

func readCmap(data []byte) (*cmap, error) {
	_, offset, length, err := tableOf(data, "cmap")
	if err != nil {
		return nil, err
	}
	r := reader{b: data[offset : offset+length]}
	c := &cmap{plain: map[variant]bool{}, variants: map[variant]uint32{}}
	for i := range r.u16(2) {
		platform, encoding, at := r.u16(4+8*i), r.u16(6+8*i), r.u32(8+8*i)
		if r.err != nil {
			return nil, r.err
		}
		switch {
		case platform == 3 && encoding == 1 && r.u16(at) == 4:
			c.bmp = r.at(at, r.u16(at+2))
		case platform == 3 && encoding == 10 && r.u16(at) == 12:
			c.readGroups(&r, at)
		case platform == 0 && encoding == 5 && r.u16(at) == 14:
			c.readVariants(&r, at)
		}
	}
	if r.err == nil && (c.bmp == nil || c.groups == nil) {
		return nil, errors.New("it has no Unicode tables of the formats 4 and 12")
	}
	return c, r.err
}

func (c *cmap) readGroups(r *reader, at uint32) {
	for i := range r.u32(at + 12) {
		o := at + 16 + 12*i
		c.groups = append(c.groups, group{r.u32(o), r.u32(o + 4), r.u32(o + 8)})
		if r.err != nil {
			return
		}
	}
	slices.SortFunc(c.groups, func(a, b group) int { return cmp.Compare(a.from, b.from) })
}

func (c *cmap) readVariants(r *reader, at uint32) {
	for i := range r.u32(at + 6) {
		o := at + 10 + 11*i
		selector := rune(r.u24(o))
		if plain := r.u32(o + 3); plain != 0 {
			c.readPlain(r, at+plain, selector)
		}
		if own := r.u32(o + 7); own != 0 {
			c.readOwn(r, at+own, selector)
		}
		if r.err != nil {
			return
		}
	}
}

// readPlain reads the variants that look as their character does.
func (c *cmap) readPlain(r *reader, at uint32, selector rune) {
	for i := range r.u32(at) {
		base, more := r.u24(at+4+4*i), uint32(r.at(at+7+4*i, 1)[0])
		if r.err != nil {
			return
		}
		for n := range more + 1 {
			c.plain[variant{rune(base + n), selector}] = true
		}
	}
}

// readOwn reads the variants with a glyph of their own.
func (c *cmap) readOwn(r *reader, at uint32, selector rune) {
	for i := range r.u32(at) {
		o := at + 4 + 5*i
		if r.err != nil {
			return
		}
		c.variants[variant{rune(r.u24(o)), selector}] = r.u16(o + 3)
	}
}

// glyph of a character; 0 = the font has none.
func (c *cmap) glyph(r rune) uint32 {
	i, exact := slices.BinarySearchFunc(c.groups, uint32(r), func(g group, r uint32) int { return cmp.Compare(g.from, r) })
	if !exact {
		i--
	}
	if i < 0 || uint32(r) > c.groups[i].to {
		return 0
	}
	return c.groups[i].glyph + uint32(r) - c.groups[i].from
}

// proxies is where the variants get characters of their own: plane 16, which is for private use.
const proxies = 0x100000

// widen gives every variant that has a glyph of its own a character in plane 16, so that a writer which knows characters
// alone can draw it. The font is a copy with a new cmap behind it; nothing else of it changes.
func widen(data []byte, c *cmap) (font []byte, proxy map[variant]rune, err error) {
	record, _, _, err := tableOf(data, "cmap")
	if err != nil {
		return nil, nil, err
	}
	all := make([]variant, 0, len(c.variants))
	for v := range c.variants {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b variant) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.selector, b.selector))
	})
	groups := slices.DeleteFunc(slices.Clone(c.groups), func(g group) bool { return g.to >= proxies })
	proxy = make(map[variant]rune, len(all))
	for i, v := range all {
		proxy[v] = rune(proxies + i)
		groups = append(groups, group{uint32(proxies + i), uint32(proxies + i), c.variants[v]})
	}
	table := write(c.bmp, groups)
	font = append(slices.Clone(data), make([]byte, -len(data)&3)...)
	binary.BigEndian.PutUint32(font[record+8:], uint32(len(font)))
	binary.BigEndian.PutUint32(font[record+12:], uint32(len(table)))
	return append(font, table...), proxy, nil
}

// write makes a cmap of one subtable of format 4 and one of format 12.
func write(bmp []byte, groups []group) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(nil, 0)
	b = be.AppendUint16(b, 2)
	b = be.AppendUint32(append(b, 0, 3, 0, 1), 20)
	b = be.AppendUint32(append(b, 0, 3, 0, 10), uint32(20+len(bmp)))
	b = append(b, bmp...)
	b = append(b, 0, 12, 0, 0)
	b = be.AppendUint32(b, uint32(16+12*len(groups)))
	b = be.AppendUint32(b, 0)
	b = be.AppendUint32(b, uint32(len(groups)))
	for _, g := range groups {
		b = be.AppendUint32(be.AppendUint32(be.AppendUint32(b, g.from), g.to), g.glyph)
	}
	return b
}
