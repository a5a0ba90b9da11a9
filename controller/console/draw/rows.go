package draw

import "html/template"

const rowHigh = 32.0

// Rows draws a chart lying, each category's name above its bar: for long names.
func Rows(c Chart) template.HTML {
	var p pen
	var legend pen
	top := c.legend(&legend, 2)
	high := top + rowHigh*float64(max(len(c.Categories), 2)) + 4
	c.begin(&p, high)
	p.WriteString(legend.String())
	if c.peak() < 0 {
		p.said("text", nothing.in(c.Lang), attr{"class", "chart-none"}, attr{"x", wide / 2}, attr{"y", (top + high) / 2}, attr{"text-anchor", "middle"})
	} else {
		for i := range c.Categories {
			c.row(&p, i, top+rowHigh*float64(i))
		}
	}
	p.end("svg")
	return p.html()
}

func (c Chart) row(p *pen, i int, y float64) {
	total, most := c.Total(i), c.highest()
	text := c.count(total)
	room := wide - extent(c.count(most), small) - 10
	p.open("g", attr{"class", "chart-row"})
	p.said("title", c.said(i))
	p.said("text", fitted(c.Categories[i].Name, em, wide-4), attr{"class", "chart-label"}, attr{"x", 1}, attr{"y", y + em})
	x := 1.0
	p.open("g", attr{"stroke", "currentColor"}, attr{"stroke-width", "0.8"})
	for k, s := range c.Series {
		if n := s.At(i); n > 0 {
			w := (room - 1) * float64(n) / float64(most)
			c.bar(p, k, x, y+em+4, w, 9)
			x += w
		}
	}
	p.end("g")
	p.said("text", text, attr{"class", "chart-value"}, attr{"x", x + 5}, attr{"y", y + em + 12.5}, attr{"font-size", small})
	p.end("g")
}
