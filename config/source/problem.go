// Package source reads files that people write: it names every problem by file, line and column, all of them at once,
// each with what to do about it.
//
// Text accepts UTF-8 with or without a byte order mark and names any other encoding it recognises. Decode reads TOML
// strictly into a struct: unknown keys, wrong types and bad values are all listed, none hides another. Only an error of
// TOML's own grammar stands alone, since what follows it cannot be read. Columns count characters, from 1.
//
// It does no I/O. A problem never quotes a value, since values may be secret; it names the key.
package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pos is a place in a file, from 1:1. The zero Pos is the file as a whole.
type Pos struct{ Line, Column int }

// Problem is one thing wrong at one place, and what to do.
type Problem struct {
	File string
	Pos
	Text string
}

// String is "file:line:column: text".
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Problems is every problem of a file, in its order.
type Problems []Problem

// Error lists them, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// Sort puts problems in the order of their places.
func (p Problems) Sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Err is p as an error, nil if there is none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// PosAt is the place of a byte offset in text.
func PosAt(text []byte, offset int) Pos {
	offset = min(max(offset, 0), len(text))
	before := string(text[:offset])
	start := strings.LastIndexByte(before, '\n') + 1
	return Pos{strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1}
}
