package draw

import "html/template"

const (
	plotHigh = 150.0
	tickRoom = 6.0
)

// Columns draws a chart upright, its categories along the foot.
func Columns(c Chart) template.HTML {
	var p, legend pen
	top := c.legend(&legend, 2) + small + 4
	c.begin(&p, top+plotHigh+small*2)
	p.WriteString(legend.String())
	f := frame{pen: &p, c: c, top: top, right: wide - 2, bottom: top + plotHigh, scale: scaleOf(c.highest())}
	f.left = extent(thousands(f.scale.top), small) + tickRoom
	f.grid()
	if len(c.Categories) > 0 {
		f.step = (f.right - f.left) / float64(len(c.Categories))
		f.grounds()
		f.columns()
		f.values()
		f.labels()
	}
	if c.peak() < 0 {
		p.said("text", nothing.in(c.Lang), attr{"class", "chart-none"}, attr{"x", (f.left + wide) / 2}, attr{"y", top + plotHigh/2}, attr{"text-anchor", "middle"})
	}
	p.end("svg")
	return p.html()
}

// highest is the most that a category has.
func (c Chart) highest() int {
	if at := c.peak(); at >= 0 {
		return c.Total(at)
	}
	return 0
}

// frame is where the columns stand.
type frame struct {
	*pen
	c                        Chart
	left, top, right, bottom float64
	step                     float64 // from one column to the next
	scale                    scale
}

func (f *frame) x(i int) float64 { return f.left + f.step*float64(i) }

func (f *frame) y(n int) float64 {
	return f.bottom - (f.bottom-f.top)*float64(n)/float64(f.scale.top)
}

// texts opens a group of small texts.
func (f *frame) texts(class, anchor string) {
	f.open("g", attr{"class", class}, attr{"font-size", small}, attr{"text-anchor", anchor})
}

// grid draws the lines that counts are read by, with their numbers.
func (f *frame) grid() {
	f.open("g", attr{"class", "chart-grid"}, attr{"stroke", "currentColor"}, attr{"stroke-width", "0.5"})
	for _, n := range f.scale.ticks() {
		faint := ".3"
		if n == 0 {
			faint = ""
		}
		f.empty("path", attr{"d", "M" + number(f.left) + "," + number(f.y(n)) + "H" + number(f.right)}, attr{"stroke-opacity", faint})
	}
	f.end("g")
	f.texts("chart-tick", "end")
	for _, n := range f.scale.ticks() {
		f.said("text", thousands(n), attr{"x", f.left - 4}, attr{"y", f.y(n) + small*0.35})
	}
	if f.c.Unit != "" {
		f.said("text", "("+f.c.Unit+")", attr{"x", f.left}, attr{"y", f.top - 5}, attr{"text-anchor", "start"})
	}
	f.end("g")
}

func (f *frame) grounds() {
	for i, k := range f.c.Categories {
		if k.Off {
			f.c.ground(f.pen, f.x(i), f.top, f.step, f.bottom-f.top)
		}
	}
}

func (f *frame) columns() {
	gap := min(f.step*0.14, 3)
	f.open("g", attr{"class", "chart-columns"}, attr{"stroke", "currentColor"}, attr{"stroke-width", "0.8"})
	for i := range f.c.Categories {
		f.open("g")
		f.said("title", f.c.said(i))
		f.empty("path", attr{"class", "chart-hit"}, attr{"d", box(f.x(i), f.top, f.step, f.bottom-f.top)}, attr{"fill", "none"}, attr{"stroke", "none"})
		low := 0
		for k, s := range f.c.Series {
			if n := s.At(i); n > 0 {
				f.c.bar(f.pen, k, f.x(i)+gap, f.y(low+n), f.step-2*gap, f.y(low)-f.y(low+n))
				low += n
			}
		}
		f.end("g")
	}
	f.end("g")
}

// values are the counts above the columns, of those that have room for it and of the highest.
func (f *frame) values() {
	f.texts("chart-value", "middle")
	for i := range f.c.Categories {
		total := f.c.Total(i)
		text := thousands(total)
		room := extent(text, small)
		if total > 0 && (room <= f.step || i == f.c.peak()) {
			f.said("text", text, attr{"x", f.within(f.x(i)+f.step/2, room/2)}, attr{"y", f.y(total) - 3})
		}
	}
	f.end("g")
}

// labels stand under the middle of their columns, each with room until the next.
func (f *frame) labels() {
	f.texts("chart-label", "middle")
	for i, k := range f.c.Categories {
		if k.Label == "" {
			continue
		}
		next := i + 1
		for next < len(f.c.Categories) && f.c.Categories[next].Label == "" {
			next++
		}
		room := max(f.step*float64(next-i), small*2)
		text := fitted(k.Label, small, room)
		f.said("text", text, attr{"x", f.within(f.x(i)+f.step/2, extent(text, small)/2)}, attr{"y", f.bottom + small*1.3})
	}
	f.end("g")
}

// within keeps the middle of a text of this half width inside the drawing.
func (f *frame) within(x, half float64) float64 { return max(min(x, wide-half), half) }
