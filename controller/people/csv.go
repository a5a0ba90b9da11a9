package people

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"kidoban/config/source"
)

// csv reads a heading row and one row a person. A row whose name and kind are empty adds a post, a section, a finding or a
// card to the person that stands above it.
func (b *builder) csv(data []byte) {
	text, ok := b.text(data)
	if !ok {
		return
	}
	s := &sheet{b: b, lines: bytes.Split(text, []byte("\n")), r: csv.NewReader(bytes.NewReader(text))}
	s.r.FieldsPerRecord = -1
	s.r.ReuseRecord = true
	head, ok := s.next()
	if !ok {
		b.refuse(source.Pos{Line: 1, Column: 1}, "the file is empty; its first line names the columns: id,name,kind,…")
		return
	}
	if !s.heading(head) {
		return
	}
	for {
		row, ok := s.next()
		if !ok {
			return
		}
		s.row(row)
	}
}

type sheet struct {
	b     *builder
	r     *csv.Reader
	lines [][]byte
	cols  []column
	cell  [columns]int // where each column stands, from 1
}

// next is the next row that holds anything.
func (s *sheet) next() ([]string, bool) {
	for {
		row, err := s.r.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil, false
		case errors.As(err, &syntax):
			s.b.refuse(s.pos(syntax.Line, syntax.Column), "a quotation mark is out of place; a cell with a comma stands in \"…\", a quotation mark in it twice")
		case err != nil:
			s.b.refuse(source.Pos{Line: 1, Column: 1}, "the file cannot be read as CSV; save it again as CSV")
			return nil, false
		case strings.Join(row, "") != "":
			return row, true
		}
	}
}

// pos turns octets into characters.
func (s *sheet) pos(line, column int) source.Pos {
	if line < 1 || line > len(s.lines) {
		return source.Pos{Line: max(line, 1), Column: 1}
	}
	text := s.lines[line-1]
	return source.Pos{Line: line, Column: utf8.RuneCount(text[:min(max(column-1, 0), len(text))]) + 1}
}

func (s *sheet) at(i int) source.Pos { return s.pos(s.r.FieldPos(i)) }

func (s *sheet) heading(row []string) bool {
	good, count := true, len(s.b.bad)
	if len(row) == 1 && strings.Contains(row[0], "\t") {
		s.b.refuse(s.at(0), "the columns are separated by tabs; save the file as CSV with commas")
		return false
	}
	for i, text := range row {
		name := strings.ToLower(clean(text))
		col, ok := columnOf(name)
		switch {
		case secret[name]:
			s.b.refuse(s.at(i), "column %d: %s", i+1, noPIN)
		case !ok:
			s.b.refuse(s.at(i), "column %d has a heading that is not known; the columns are %s", i+1, headingNames())
		case s.cell[col] > 0:
			s.b.refuse(s.at(i), "%s: the column stands twice; keep one", headings[col][0])
		default:
			s.cell[col] = i + 1
			s.b.imp.has[col] = true
		}
		s.cols = append(s.cols, col)
		good = good && ok
	}
	for _, col := range []column{colID, colName, colKind} {
		if s.cell[col] == 0 {
			s.b.refuse(s.at(0), "the column %s (%s) is missing; the first line names the columns", headings[col][0], headings[col][len(headings[col])-1])
		}
	}
	return good && s.cell[colID] > 0 && len(s.b.bad) == count
}

func columnOf(name string) (column, bool) {
	for col := range headings {
		for _, h := range headings[col] {
			if h == name {
				return column(col), true
			}
		}
	}
	return columns, false
}

func headingNames() string {
	var names []string
	for _, h := range headings {
		names = append(names, h[0])
	}
	return strings.Join(names, ", ")
}

func (s *sheet) row(row []string) {
	if len(row) != len(s.cols) {
		s.b.refuse(s.at(0), "the line has %d cells and the heading %d; add or remove commas", len(row), len(s.cols))
		return
	}
	var c cells
	c.at = func(col column) source.Pos { return s.at(max(s.cell[col]-1, 0)) }
	for i, col := range s.cols {
		c.text[col] = clean(row[i])
	}
	s.b.row(&c)
}

// row takes one line: a person with what it says of them, or more of a person above.
func (b *builder) row(c *cells) {
	if c.text[colName] != "" || c.text[colKind] != "" {
		if id, ok := b.person(c); ok {
			b.rightsOf(id, c)
			b.card(id, c)
		}
		return
	}
	id, ok := b.personID(c)
	if !ok {
		return
	}
	if _, known := b.people[id]; !known {
		b.refuseCell(c, colName, "is missing, and no line above has this person; write name and kind")
		return
	}
	b.rightsOf(id, c)
	b.card(id, c)
}
