// Package draw makes the console's drawings: charts of the figures, the plan of the room, QR codes. Each is one SVG to
// stand in a page, well formed, without a script, a style or a reference to anything outside it.
//
// What a drawing says it says by shape, pattern and word; colour is the stylesheet's (Style) and only comes after. Without
// a stylesheet, and on paper, it is drawn in the colour of the text around it. It has a title and a description for those
// who listen to it, and scales with its place: text stays readable at 320 pixels.
//
// Data is drawn as it is: nothing to show is an empty chart that says so, a negative count is none.
package draw

import (
	_ "embed"

	"kidoban/controller/access"
)

// Style is the stylesheet's part for the drawings.
//
//go:embed draw.css
var Style string

// word is a caption in both languages.
type word struct{ ja, en string }

func (w word) in(l access.Language) string {
	if l == access.English {
		return w.en
	}
	return w.ja
}
