// Package sheet lays out paper: A4 pages of titles, paragraphs and ruled tables with Japanese and English text, as PDF.
//
// A text is wrapped within its cell, then set smaller, and what is still too long goes on in an annex (別記) to which the
// cell points: cells never overlap, and nothing is left out. A row never crosses a page; the head of a table is repeated
// on each. What a font lacks is printed as package font says, with a numbered note at the end. The same Doc makes the same
// bytes.
package sheet

import (
	"time"

	"kidoban/controller/report/font"
)

// Doc is a document.
type Doc struct {
	Fonts     *font.Set
	Info      Info
	Words     Words
	Landscape bool
	Running   string // at the top of every page but the first
	Foot      []Text // at the bottom of every page
	Stamp     string // across the top of every page: 訓練
	Blocks    []Block
}

// Info is what the file says of itself.
type Info struct {
	Title, Subject, Author string
	Made                   time.Time
}

// Words are the sheet's own, in the document's language.
type Words struct {
	Annex     string // 別記
	Note      string // 注
	Missing   string // what is said of a character that no font has
	Plain     string // … of a variant that is printed in its plain form
	Page      string // "%d/%d頁"
	Continues string // said at the end of a page that a table leaves: 次頁へ続く
}

// Block is a Table, a Paragraph, a Space, a Keep or a Break.
type Block interface{ block() }

// Run is text in one style.
type Run struct {
	S      string `json:"s"`
	Bold   bool   `json:"bold,omitempty"`
	Strike bool   `json:"strike,omitempty"` // 見え消し: struck through by two lines, and legible
	Small  bool   `json:"small,omitempty"`
	Pale   bool   `json:"pale,omitempty"`
}

// Text is runs one after another.
type Text []Run

// T is plain text.
func T(s string) Text { return Text{{S: s}} }

// B is bold text.
func B(s string) Text { return Text{{S: s, Bold: true}} }

// Align is where a text stands in its box.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

// Cell is one box of a table.
type Cell struct {
	Text  Text    `json:"text,omitempty"`
	Name  string  `json:"-"` // what an annex calls it
	Align Align   `json:"align,omitempty"`
	Cols  int     `json:"cols,omitempty"` // that it spans, 0 = 1
	Rows  int     `json:"rows,omitempty"` // lines of its row that it spans, 0 = 1
	Head  bool    `json:"head,omitempty"` // shaded
	Size  float64 `json:"-"`              // 0 = the table's
	Lines int     `json:"-"`              // at most, 0 = the table's
	Open  bool    `json:"open,omitempty"` // without rules around it
	Top   bool    `json:"top,omitempty"`  // the text begins at the top
}

// Row is lines of cells that stay together on a page.
type Row struct {
	Lines [][]Cell `json:"lines"`
	Name  string   `json:"name,omitempty"`  // what an annex calls it
	Least float64  `json:"least,omitempty"` // height of each line, at least
}

// One is a row of one line.
func One(cells ...Cell) Row { return Row{Lines: [][]Cell{cells}} }

// Table is ruled rows.
type Table struct {
	Widths []float64 `json:"widths"`         // of the columns, in any unit: they share the width
	Wide   float64   `json:"wide,omitempty"` // of the table, as a part of the page's, 0 = all
	Align  Align     `json:"align,omitempty"`
	Head   []Row     `json:"head,omitempty"` // repeated on every page
	Rows   []Row     `json:"rows,omitempty"`
	Size   float64   `json:"size,omitempty"`
	Lines  int       `json:"-"` // of text in a cell at most, 0 = 8
}

// Paragraph is text over the whole width; it may go on over pages.
type Paragraph struct {
	Text   Text    `json:"text"`
	Size   float64 `json:"size,omitempty"`
	Align  Align   `json:"align,omitempty"`
	After  float64 `json:"-"`
	Indent float64 `json:"-"`
}

// Space is empty height.
type Space float64

// Keep is blocks that stay together on a page.
type Keep []Block

// Break begins a new page.
type Break struct{}

func (Table) block()     {}
func (Paragraph) block() {}
func (Space) block()     {}
func (Keep) block()      {}
func (Break) block()     {}
