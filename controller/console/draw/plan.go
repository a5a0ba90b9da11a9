package draw

import (
	"html/template"
	"math"
	"strings"

	"kidoban/controller/access"
)

// Plan is the rooms from above, each with its doors and who is inside.
type Plan struct {
	Lang  access.Language
	Zones []Zone
}

// Zone is a room.
type Zone struct {
	Name   string
	Title  string // "" = Name
	Doors  []Door
	People []Person
}

// Door is a door as it stands now, in the words of its retained topic.
type Door struct {
	Name     string
	Title    string // "" = Name
	Position string // "open", "closed"; anything else is unknown
	Lock     string // "released", "locked"; anything else is unknown
	Mode     string // "lockdown", "normal"
	Alarm    string // "held", "forced", "fault", "none"
	Tampered bool
	Entry    Part // the reader outside
	Exit     Part // the reader inside
	Button   Part // the exit button
	Lamp     Part
}

// Part is something that hangs on a door.
type Part uint8

// The states of a part.
const (
	None   Part = iota // there is none
	Well               // it is there
	Faulty             // it is there, and does not answer or was tampered with
)

// Person is somebody inside.
type Person struct {
	ID      string
	Name    string // "" = not to be shown
	Visitor bool
	Escort  string // the ID of who attends a visitor; "" = nobody
}

// Draw draws every zone as an SVG of its own, one after the other.
func (p Plan) Draw() template.HTML {
	var out strings.Builder
	for i := range p.Zones {
		out.WriteString(string(p.Zones[i].draw(p.Lang)))
	}
	return template.HTML(out.String()) //nolint:gosec // made of what the pen wrote
}

const (
	lineHigh  = em + 1.5
	margins   = 6.0
	wall      = 5.0
	beside    = 30.0 // outside a wall with doors: what hangs there
	threshold = 64.0 // within a wall with doors: where a leaf swings
)

// room is where a zone is being drawn.
type room struct {
	*pen
	lang        access.Language
	id          string
	top, bottom float64 // the walls
}

func (z *Zone) draw(l access.Language) template.HTML {
	below, above := z.walls()
	crowd := gather(z.People)
	r := room{pen: &pen{}, lang: l, id: "plan-" + z.Name, top: margins + em*1.7}
	inner := 0.0
	if len(above) > 0 {
		r.top += captions(above, l)
		inner = threshold
	}
	r.bottom = r.top + inner + crowd.high() + threshold + 8
	r.begin(z, r.bottom+captions(below, l)+4)
	r.said("text", fitted(nameOf(z.Title, z.Name), em, wide-2*margins), attr{"class", "plan-name"}, attr{"x", margins}, attr{"y", em + 3}, attr{"font-weight", "bold"})
	r.shell(below, above)
	crowd.draw(&r, r.top+inner+10)
	r.doors(below, r.bottom, 1)
	r.doors(above, r.top, -1)
	r.end("svg")
	return r.html()
}

func nameOf(title, name string) string {
	if title != "" {
		return title
	}
	return name
}

// walls shares the doors out: up to three stand in the wall below, of more a half each below and above.
func (z *Zone) walls() (below, above []Door) {
	n := len(z.Doors)
	if n > 3 {
		n = (n + 1) / 2
	}
	return z.Doors[:n], z.Doors[n:]
}

func (r *room) begin(z *Zone, high float64) {
	t, d := r.id+"-title", r.id+"-desc"
	r.open("svg", attr{"xmlns", "http://www.w3.org/2000/svg"}, attr{"class", "plan"}, attr{"role", "img"}, attr{"aria-labelledby", t + " " + d},
		attr{"viewBox", "0 0 " + number(wide) + " " + number(high)}, attr{"font-size", em}, attr{"fill", "currentColor"})
	r.said("title", nameOf(z.Title, z.Name), attr{"id", t})
	r.said("desc", z.summary(r.lang), attr{"id", d})
	r.open("defs")
	r.open("pattern", attr{"id", r.id + "-hatch"}, attr{"width", 5.0}, attr{"height", 5.0}, attr{"patternUnits", "userSpaceOnUse"})
	r.empty("path", attr{"d", "M-1,1l2,-2M0,5l5,-5M4,6l2,-2"}, attr{"class", "plan-hatch"}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.2})
	r.end("pattern")
	r.end("defs")
}

// summary is what the plan shows, in words.
func (z *Zone) summary(l access.Language) string {
	var parts []string
	for i := range z.Doors {
		d := &z.Doors[i]
		parts = append(parts, nameOf(d.Title, d.Name)+colon.in(l)+strings.Join(d.states(l), comma(l)))
	}
	return strings.Join(append(parts, gather(z.People).words(l)), stop.in(l))
}

// captions is the room that a wall's doors take outside of it.
func captions(doors []Door, l access.Language) float64 {
	lines := 0
	for i := range doors {
		lines = max(lines, 2+len(doors[i].amiss(l)))
	}
	return beside + float64(lines)*lineHigh
}

// leafWide is how wide an opening is among n doors of a wall.
func leafWide(n int) float64 { return math.Min(56, wide/float64(n)*0.42) }

func middle(i, n int) float64 {
	slot := (wide - 2*margins) / float64(n)
	return margins + slot*(float64(i)+0.5)
}

// shell draws the walls, with a gap for every door.
func (r *room) shell(below, above []Door) {
	var d strings.Builder
	line := func(y float64, doors []Door) {
		d.WriteString("M" + number(margins) + "," + number(y))
		for i := range doors {
			half := leafWide(len(doors)) / 2
			d.WriteString("H" + number(middle(i, len(doors))-half) + "M" + number(middle(i, len(doors))+half) + "," + number(y))
		}
		d.WriteString("H" + number(wide-margins))
	}
	line(r.top, above)
	line(r.bottom, below)
	for _, x := range []float64{margins, wide - margins} {
		d.WriteString("M" + number(x) + "," + number(r.top-wall/2) + "V" + number(r.bottom+wall/2))
	}
	r.empty("path", attr{"class", "plan-wall"}, attr{"d", d.String()}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", wall})
}
