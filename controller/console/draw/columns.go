package draw

import "html/template"

const (
	plotHigh = 150.0
	tickRoom = 6.0
)

// Columns draws a chart upright, its categories along the foot.
func Columns(c Chart) template.HTML {
	var p pen
	var legend pen
	top := c.legend(&legend, 2) + small
	high := top + plotHigh + small*2
	c.begin(&p, high)
	p.WriteString(legend.String())
	scale := scaleOf(c.highest())
	left := extent(thousands(scale.top), small) + tickRoom
	plot := frame{c: c, p: &p, left: left, top: top, right: wide - 2, bottom: top + plotHigh, scale: scale}
	plot.grid()
	plot.columns()
	if c.peak() < 0 {
		p.said("text", nothing.in(c.Lang), attr{"class", "chart-none"}, attr{"x", (left + wide) / 2}, attr{"y", top + plotHigh/2}, attr{"text-anchor", "middle"})
	}
	p.end("svg")
	return p.html()
}

func (c Chart) highest() int {
	if at := c.peak(); at >= 0 {
		return c.Total(at)
	}
	return 0
}

// frame is where the columns stand.
type frame struct {
	c                        Chart
	p                        *pen
	left, top, right, bottom float64
	scale                    scale
}

func (f *frame) y(n int) float64 {
	return f.bottom - (f.bottom-f.top)*float64(n)/float64(f.scale.top)
}

// grid draws the lines that counts are read by.
func (f *frame) grid() {
	for _, n := range f.scale.ticks() {
		y := f.y(n)
		f.p.empty("path", attr{"class", "chart-grid"}, attr{"d", "M" + number(f.left) + "," + number(y) + "H" + number(f.right)}, attr{"stroke", "currentColor"},
			attr{"stroke-width", 0.5}, attr{"stroke-opacity", map[bool]string{true: "", false: ".35"}[n == 0]})
		f.p.said("text", thousands(n), attr{"class", "chart-tick"}, attr{"x", f.left - 4}, attr{"y", y + small*0.35}, attr{"font-size", small}, attr{"text-anchor", "end"})
	}
	if f.c.Unit != "" {
		f.p.said("text", "("+f.c.Unit+")", attr{"class", "chart-tick"}, attr{"x", f.left}, attr{"y", f.top - 5}, attr{"font-size", small})
	}
}

func (f *frame) columns() {
	n := len(f.c.Categories)
	if n == 0 {
		return
	}
	step := (f.right - f.left) / float64(n)
	for i, k := range f.c.Categories {
		x := f.left + step*float64(i)
		if k.Off {
			f.c.ground(f.p, x, f.top, step, f.bottom-f.top)
		}
		f.column(i, x, step)
		if k.Label != "" {
			f.label(k.Label, x+step/2)
		}
	}
}

func (f *frame) column(i int, x, step float64) {
	total := f.c.Total(i)
	f.p.open("g", attr{"class", "chart-column"})
	f.p.said("title", f.c.said(i))
	f.p.empty("rect", attr{"x", x}, attr{"y", f.top}, attr{"width", step}, attr{"height", f.bottom - f.top}, attr{"fill", "none"}, attr{"pointer-events", "all"})
	gap := min(step*0.14, 3)
	low := 0
	for k, s := range f.c.Series {
		if n := s.At(i); n > 0 {
			y, foot := f.y(low+n), f.y(low)
			f.c.bar(f.p, k, x+gap, y, step-2*gap, foot-y)
			low += n
		}
	}
	if text := thousands(total); total > 0 && (extent(text, small) <= step || i == f.c.peak()) {
		at := min(max(x+step/2, f.left+extent(text, small)/2), f.right-extent(text, small)/2)
		f.p.said("text", text, attr{"class", "chart-value"}, attr{"x", at}, attr{"y", f.y(total) - 3}, attr{"font-size", small}, attr{"text-anchor", "middle"})
	}
	f.p.end("g")
}

// label stands under the middle of its column, within the drawing.
func (f *frame) label(text string, at float64) {
	text = fitted(text, small, wide/2)
	half := extent(text, small) / 2
	at = min(max(at, half), wide-half)
	f.p.said("text", text, attr{"class", "chart-label"}, attr{"x", at}, attr{"y", f.bottom + small*1.3}, attr{"font-size", small}, attr{"text-anchor", "middle"})
}
