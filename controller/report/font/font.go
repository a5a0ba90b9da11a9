// Package font knows the typefaces of the forms: which characters they have, how wide each is, and what is printed for a
// character that none of them has.
//
// BIZ UD Gothic (regular and bold, OFL.txt) is embedded whole, with a supplement of kanji of names beyond it, 𠮷 first
// among them (HANAZONO.txt). A Set asks the fonts in this order, and those on disk (IPAmj Mincho) only when the embedded
// ones do not suffice. A kanji with a variation selector is printed in that very form where a font has it.
//
// Nothing is ever dropped: what no font has is printed as 〓 and noted by its code point; a variant that no font has is
// printed in the character's plain form and noted. No text, however broken, is an error.
package font

import (
	"cmp"
	_ "embed" // the fonts
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// IPAmj is where Debian's package fonts-ipamj-mincho puts the typeface that has every kanji of the registers.
const IPAmj = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"

//go:embed BIZUDGothic-Regular.ttf
var regular []byte

//go:embed BIZUDGothic-Bold.ttf
var bold []byte

//go:embed Supplement.ttf
var supplement []byte

// Face is one typeface, ready to be embedded in a document.
type Face struct {
	Name string
	Data []byte
	Back map[rune]string // what stands for a variant in Data, and what it stands for

	cmap    *cmap
	proxy   map[variant]rune
	advance []uint16
	em      float64
}

// Set is the typefaces of one document, in the order they are asked. It is not for use by several at once.
type Set struct {
	Regular, Bold *Face
	more          []*Face  // read because a text needed them
	paths         []string // not yet read
	last          bool     // the supplement was read, behind all others
	faults        []error
	seen          [2]map[rune]Glyph // of regular and bold: a character looks the same throughout
}

// Load prepares the embedded typefaces; those at paths are read when a text needs them, and need not exist.
func Load(paths ...string) (*Set, error) {
	s := &Set{paths: paths, seen: [2]map[rune]Glyph{{}, {}}}
	var err [2]error
	s.Regular, err[0] = newFace("KIDOBA+BIZUDGothic", regular)
	s.Bold, err[1] = newFace("KIDOBB+BIZUDGothic-Bold", bold)
	return s, errors.Join(err[:]...)
}

// Faults are the files that could not be read as fonts.
func (s *Set) Faults() []error { return s.faults }

// next reads the next font, and says whether there was one.
func (s *Set) next() bool {
	for len(s.paths) > 0 {
		path := s.paths[0]
		s.paths = s.paths[1:]
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if s.add(fmt.Sprintf("KIDOB%c+Extra", 'D'+len(s.more)%20), path, data, err) {
			return true
		}
	}
	if s.last {
		return false
	}
	s.last = true
	return s.add("KIDOBC+KidobanSupplement", "supplement", supplement, nil)
}

func (s *Set) add(name, path string, data []byte, err error) bool {
	var f *Face
	if err == nil {
		f, err = newFace(name, data)
	}
	if err != nil {
		s.faults = append(s.faults, fmt.Errorf("read font %s: %w", path, err))
		return false
	}
	s.more = append(s.more, f)
	return true
}

func newFace(name string, data []byte) (*Face, error) {
	c, err := readCmap(data)
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	f := &Face{Name: name, cmap: c, Back: map[rune]string{}}
	if err := f.readWidths(data); err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	if f.Data, f.proxy, err = widen(data, c); err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	for v, p := range f.proxy {
		f.Back[p] = string([]rune{v.base, v.selector})
	}
	return f, nil
}

func (f *Face) readWidths(data []byte) error {
	_, head, headLen, err := tableOf(data, "head")
	_, hhea, hheaLen, err2 := tableOf(data, "hhea")
	_, hmtx, hmtxLen, err3 := tableOf(data, "hmtx")
	if err := cmp.Or(err, err2, err3); err != nil {
		return err
	}
	if headLen < 20 || hheaLen < 36 {
		return errShort
	}
	be := binary.BigEndian
	f.em = float64(be.Uint16(data[head+18:]))
	n := uint32(be.Uint16(data[hhea+34:]))
	if f.em == 0 || n == 0 || 4*n > hmtxLen {
		return errShort
	}
	for i := range n {
		f.advance = append(f.advance, be.Uint16(data[hmtx+4*i:]))
	}
	return nil
}

// width of a glyph as a part of the type size, cut to thousandths as a PDF states it.
func (f *Face) width(glyph uint32) float64 {
	a := f.advance[min(int(glyph), len(f.advance)-1)]
	return float64(int(float64(a)*1000/f.em)) / 1000
}
