package draw

import (
	"fmt"
	"html/template"
	"strings"

	"rsc.io/qr"
)

// Code is a QR code of a text.
type Code struct {
	grid *qr.Code
}

// NewCode makes one; a text of more than some 2,900 bytes fits into none.
func NewCode(text string) (Code, error) {
	grid, err := qr.Encode(text, qr.L)
	if err != nil {
		return Code{}, fmt.Errorf("make a QR code: %w", err)
	}
	return Code{grid}, nil
}

// margin is the white around a code, in its squares: without it few telephones read it.
const margin = 4

// SVG is the code dark on light, whatever the colours around it; title says what it holds.
func (c Code) SVG(title string) template.HTML {
	var p pen
	size := c.grid.Size + 2*margin
	p.open("svg", attr{"xmlns", "http://www.w3.org/2000/svg"}, attr{"class", "code"}, attr{"role", "img"}, attr{"viewBox", fmt.Sprintf("0 0 %d %d", size, size)},
		attr{"shape-rendering", "crispEdges"})
	p.said("title", title)
	p.empty("rect", attr{"width", size}, attr{"height", size}, attr{"fill", "#fff"})
	p.empty("path", attr{"d", c.squares()}, attr{"fill", "#000"})
	p.end("svg")
	return p.html()
}

// squares is the dark of each row, run by run.
func (c Code) squares() string {
	var b strings.Builder
	for y := range c.grid.Size {
		for x := 0; x < c.grid.Size; x++ {
			from := x
			for x < c.grid.Size && c.grid.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d,%dh%dv1h-%dz", from+margin, y+margin, x-from, x-from)
			}
		}
	}
	return b.String()
}

// PNG is the code as a picture.
func (c Code) PNG() []byte { return c.grid.PNG() }

// Text is the code in half blocks for a terminal, dark on light.
func (c Code) Text() string {
	var b strings.Builder
	const margin = 2
	for y := -margin; y < c.grid.Size+margin; y += 2 {
		for x := -margin; x < c.grid.Size+margin; x++ {
			switch upper, lower := c.grid.Black(x, y), c.grid.Black(x, y+1); {
			case upper && lower:
				b.WriteByte(' ')
			case upper:
				b.WriteString("▄")
			case lower:
				b.WriteString("▀")
			default:
				b.WriteString("█")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
