package draw

import (
	"html/template"
	"strconv"
	"strings"

	"kidoban/controller/access"
)

// Chart is counts by category. A page shows the same as a table beside the drawing: it ranges over Categories and Series.
type Chart struct {
	ID         string // of the drawing, unlike any other's on its page: letters, digits, hyphens
	Lang       access.Language
	Title      string
	Unit       string // behind a count: "件"
	Of         string // what the categories are: 「時」, for the table's head
	Categories []Category
	Series     []Series
	Off        string // what Category.Off means; "" = there is none
}

// Category is one place on the axis.
type Category struct {
	Label string // at the axis; "" where there is no room for all
	Name  string // in full, for those who point at it or listen
	Off   bool   // a day off
}

// Series is one kind of what is counted, on top of those before it.
type Series struct {
	Name   string
	Counts []int // one for each category; what is missing is 0
}

// countMost is what more than it is drawn as: no door sees so many.
const countMost = 1_000_000_000

// At is the count of a category.
func (s Series) At(i int) int {
	if i < 0 || i >= len(s.Counts) {
		return 0
	}
	return min(max(s.Counts[i], 0), countMost)
}

// Total is the count of a category over all series.
func (c Chart) Total(i int) int {
	n := 0
	for _, s := range c.Series {
		n += s.At(i)
	}
	return n
}

// All is the count of everything.
func (c Chart) All() int {
	n := 0
	for i := range c.Categories {
		n += c.Total(i)
	}
	return n
}

// peak is the category with the most, -1 if there is nothing at all.
func (c Chart) peak() int {
	at, most := -1, 0
	for i := range c.Categories {
		if n := c.Total(i); n > most {
			at, most = i, n
		}
	}
	return at
}

var (
	nothing = word{"記録はありません", "Nothing on record"}
	sum     = word{"合計", "Total"}
	most    = word{"最も多いのは", "Most at"}
	colon   = word{":", ": "}
	stop    = word{"。", ". "}
)

// summary is what the chart shows, in words.
func (c Chart) summary() string {
	at := c.peak()
	if at < 0 {
		return nothing.in(c.Lang)
	}
	text := sum.in(c.Lang)
	for i, s := range c.Series {
		n := 0
		for j := range c.Categories {
			n += s.At(j)
		}
		if i == 0 {
			text += " " + c.count(c.All())
		}
		if len(c.Series) > 1 {
			text += comma(c.Lang) + s.Name + " " + c.count(n)
		}
	}
	return text + stop.in(c.Lang) + most.in(c.Lang) + " " + c.Categories[at].Name + " " + c.count(c.Total(at)) + strings.TrimSpace(stop.in(c.Lang))
}

func comma(l access.Language) string { return word{"、", ", "}.in(l) }

func (c Chart) count(n int) string {
	if c.Unit == "" {
		return thousands(n)
	}
	return thousands(n) + word{"", " "}.in(c.Lang) + c.Unit
}

// said is a bar in words: 4月29日(水): 職員 12件、入室者 3件.
func (c Chart) said(i int) string {
	text := c.Categories[i].Name + colon.in(c.Lang)
	for k, s := range c.Series {
		if k > 0 {
			text += comma(c.Lang)
		}
		if len(c.Series) > 1 {
			text += s.Name + " "
		}
		text += c.count(s.At(i))
	}
	return text
}

// begin opens the drawing with its title, description and patterns.
func (c Chart) begin(p *pen, high float64) {
	t, d := c.ID+"-title", c.ID+"-desc"
	p.open("svg", attr{"xmlns", "http://www.w3.org/2000/svg"}, attr{"class", "chart"}, attr{"role", "img"}, attr{"aria-labelledby", t + " " + d},
		attr{"viewBox", "0 0 " + number(wide) + " " + number(high)}, attr{"font-size", em}, attr{"fill", "currentColor"})
	p.said("title", c.Title, attr{"id", t})
	p.said("desc", c.summary(), attr{"id", d})
	p.open("defs")
	c.pattern(p, "1", 6, "M-1,1l2,-2M0,6l6,-6M5,7l2,-2", 1.6)
	c.pattern(p, "2", 5, "M0,2.5h5", 1.4)
	c.pattern(p, "3", 6, "M3,0v6M0,3h6", 1)
	c.pattern(p, "off", 7, "M0,0l7,7", 0.5)
	p.end("defs")
}

func (c Chart) pattern(p *pen, name string, size float64, d string, stroke float64) {
	p.open("pattern", attr{"id", c.ID + "-" + name}, attr{"width", size}, attr{"height", size}, attr{"patternUnits", "userSpaceOnUse"})
	p.empty("path", attr{"d", d}, attr{"class", "chart-hatch"}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", stroke})
	p.end("pattern")
}

// bar is one piece of a bar: the first series full, the others each with a pattern of its own.
func (c Chart) bar(p *pen, series int, x, y, w, h float64) {
	kind := strconv.Itoa(series % 4)
	fill := ""
	if kind != "0" {
		fill = "url(#" + c.ID + "-" + kind + ")"
	}
	p.empty("path", attr{"class", "chart-" + kind}, attr{"d", box(x, y, w, h)}, attr{"fill", fill})
}

// box is the path of a rectangle.
func box(x, y, w, h float64) string {
	return "M" + number(x) + "," + number(y) + "h" + number(w) + "v" + number(h) + "h" + number(-w) + "z"
}

// legend names the series and days off in one line or more, and says where the next thing may begin.
func (c Chart) legend(p *pen, y float64) float64 {
	x := 0.0
	item := func(name string, swatch func(x, y float64)) {
		w := 18 + extent(name, small) + 14
		if x > 0 && x+w > wide {
			x, y = 0, y+small*1.5
		}
		swatch(x, y)
		p.said("text", fitted(name, small, wide-20), attr{"class", "chart-label"}, attr{"x", x + 18}, attr{"y", y + 10}, attr{"font-size", small})
		x += w
	}
	if len(c.Series) > 1 {
		for i, s := range c.Series {
			item(s.Name, func(x, y float64) {
				p.open("g", attr{"stroke", "currentColor"}, attr{"stroke-width", "0.8"})
				c.bar(p, i, x+1, y+1, 12, 10)
				p.end("g")
			})
		}
	}
	if c.Off != "" {
		item(c.Off, func(x, y float64) { c.ground(p, x+1, y+1, 12, 10) })
	}
	if x == 0 {
		return y
	}
	return y + small*1.7
}

// ground is what a day off stands on.
func (c Chart) ground(p *pen, x, y, w, h float64) {
	p.empty("path", attr{"class", "chart-off"}, attr{"d", box(x, y, w, h)}, attr{"fill", "url(#" + c.ID + "-off)"})
}

// Draw is columns, or rows where the categories have long names.
func (c Chart) Draw() template.HTML {
	for _, k := range c.Categories {
		if extent(k.Label, small) > wide/8 {
			return Rows(c)
		}
	}
	return Columns(c)
}
