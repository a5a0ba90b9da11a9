package draw

import (
	"strings"

	"kidoban/controller/access"
)

var positions = map[string]word{"open": {"開", "open"}, "closed": {"閉", "closed"}}

var locks = map[string]word{"released": {"解錠", "released"}, "locked": {"施錠", "secured"}}

var alarms = map[string]word{
	"held": {"扉の閉め忘れ", "held open"}, "forced": {"不正開扉", "forced open"}, "fault": {"機器の異常", "faulty"},
}

var (
	unknownPosition = word{"開閉不明", "unknown"}
	unknownLock     = word{"施錠不明", "lock unknown"}
	lockdown        = word{"入室停止", "entry suspended"}
	tampered        = word{"機器の取外し・こじ開け", "tampered with"}
	readerOutside   = word{"読取機(入口側)", "Reader outside"}
	readerInside    = word{"読取機(室内側)", "Reader inside"}
	exitButton      = word{"退室ボタン", "Exit button"}
	lamp            = word{"表示灯", "Lamp"}
	faulty          = word{"異常", "faulty"}
)

func said(words map[string]word, value string, otherwise word, l access.Language) string {
	if w, known := words[value]; known {
		return w.in(l)
	}
	return otherwise.in(l)
}

// states are all that is to be said of a door: how it stands first, then what is out of order.
func (d *Door) states(l access.Language) []string {
	return append([]string{said(positions, d.Position, unknownPosition, l), said(locks, d.Lock, unknownLock, l)}, d.amiss(l)...)
}

func (d *Door) amiss(l access.Language) (all []string) {
	if w, known := alarms[d.Alarm]; known {
		all = append(all, w.in(l))
	}
	if d.Tampered {
		all = append(all, tampered.in(l))
	}
	if d.Mode == "lockdown" {
		all = append(all, lockdown.in(l))
	}
	return all
}

// classes are a door's states for the stylesheet.
func (d *Door) classes() string {
	c := []string{"door"}
	for _, s := range []struct {
		kind, value string
		known       map[string]word
	}{{"position", d.Position, positions}, {"lock", d.Lock, locks}, {"alarm", d.Alarm, alarms}} {
		if _, known := s.known[s.value]; known {
			c = append(c, s.kind+"-"+s.value)
		} else if s.kind != "alarm" {
			c = append(c, s.kind+"-unknown")
		}
	}
	if d.Tampered {
		c = append(c, "tampered")
	}
	if d.Mode == "lockdown" {
		c = append(c, "lockdown")
	}
	return strings.Join(c, " ")
}

// doors draws a wall's doors; out is +1 where outside is below, -1 where it is above.
func (r *room) doors(doors []Door, y, out float64) {
	for i := range doors {
		d := &doors[i]
		r.open("g", attr{"class", d.classes()}, attr{"id", r.id + "-door-" + d.Name})
		r.said("title", nameOf(d.Title, d.Name)+colon.in(r.lang)+strings.Join(d.states(r.lang), comma(r.lang)))
		x, w := middle(i, len(doors)), leafWide(len(doors))
		r.leaf(d, x, y, w, out)
		r.padlock(d, x-w/2-13, y+out*18)
		r.parts(d, x+w/2, y, out)
		r.caption(d, x, y, out, (wide-2*margins)/float64(len(doors))-4)
		r.end("g")
	}
}

// leaf is the door's own: across the gap, swung into the room, or dashed where nobody knows.
func (r *room) leaf(d *Door, x, y, w, out float64) {
	stroke := func(class, path, dash string, width float64) {
		r.empty("path", attr{"class", class}, attr{"d", path}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", width}, attr{"stroke-dasharray", dash})
	}
	left, right := x-w/2, x+w/2
	switch d.Position {
	case "closed":
		stroke("plan-leaf", "M"+number(left)+","+number(y)+"H"+number(right), "", 3)
	case "open":
		tipX, tipY := left+w*0.42, y-out*w*0.907
		sweep := "1"
		if out < 0 {
			sweep = "0"
		}
		stroke("plan-swing", "M"+number(tipX)+","+number(tipY)+"A"+number(w)+","+number(w)+" 0 0 "+sweep+" "+number(right)+","+number(y), "3 3", 1)
		stroke("plan-leaf", "M"+number(left)+","+number(y)+"L"+number(tipX)+","+number(tipY), "", 3)
	default:
		stroke("plan-leaf", "M"+number(left)+","+number(y)+"H"+number(right), "4 4", 2)
		r.said("text", "?", attr{"class", "plan-unknown"}, attr{"x", x}, attr{"y", y - out*12 + em*0.35}, attr{"text-anchor", "middle"}, attr{"font-weight", "bold"})
	}
}

// padlock is shut, or open beside its body, or crossed by a question.
func (r *room) padlock(d *Door, x, y float64) {
	shackle := "M" + number(x-3.5) + "," + number(y-1) + "v-4a3.5,3.5 0 0 1 7,0v4"
	if d.Lock == "released" {
		shackle = "M" + number(x+3.5) + "," + number(y-1) + "v-4a3.5,3.5 0 0 1 7,0v2"
	}
	r.open("g", attr{"class", "plan-lock"})
	r.said("title", said(locks, d.Lock, unknownLock, r.lang))
	fill := "currentColor"
	if d.Lock != "locked" {
		fill = "none"
	}
	r.empty("path", attr{"d", shackle}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.6})
	r.empty("rect", attr{"x", x - 5.5}, attr{"y", y - 1}, attr{"width", 11.0}, attr{"height", 8.0}, attr{"rx", 1.0}, attr{"fill", fill}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.2})
	if d.Lock != "locked" && d.Lock != "released" {
		r.said("text", "?", attr{"x", x}, attr{"y", y + 6}, attr{"font-size", 8.0}, attr{"text-anchor", "middle"})
	}
	r.end("g")
}

// parts are what hangs beside the door: reader and lamp outside, reader and button inside.
func (r *room) parts(d *Door, x, y, out float64) {
	r.part(d.Entry, readerOutside, x+12, y+out*15, reader)
	r.part(d.Lamp, lamp, x+26, y+out*15, bulb)
	r.part(d.Exit, readerInside, x+12, y-out*15, reader)
	r.part(d.Button, exitButton, x+28, y-out*15, button)
}

func reader(r *room, x, y float64) {
	r.empty("rect", attr{"x", x - 5}, attr{"y", y - 7}, attr{"width", 10.0}, attr{"height", 14.0}, attr{"rx", 2.0}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.4})
	r.empty("path", attr{"d", "M" + number(x-2) + "," + number(y-2.5) + "a3,3 0 0 1 4,0M" + number(x-2) + "," + number(y+2) + "h4"}, attr{"fill", "none"}, attr{"stroke", "currentColor"})
}

func bulb(r *room, x, y float64) {
	r.empty("path", attr{"d", "M" + number(x-4) + "," + number(y+3) + "a4.5,4.5 0 1 1 8,0z"}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.4})
}

func button(r *room, x, y float64) {
	r.empty("rect", attr{"x", x - 6.5}, attr{"y", y - 6.5}, attr{"width", 13.0}, attr{"height", 13.0}, attr{"rx", 2.0}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.4})
	r.empty("circle", attr{"cx", x}, attr{"cy", y}, attr{"r", 3.5})
}

// part draws something that is there; what is faulty is crossed out, and says so.
func (r *room) part(state Part, name word, x, y float64, shape func(*room, float64, float64)) {
	if state == None {
		return
	}
	title, class := name.in(r.lang), "plan-part"
	if state == Faulty {
		title += colon.in(r.lang) + faulty.in(r.lang)
		class += " faulty"
	}
	r.open("g", attr{"class", class})
	r.said("title", title)
	shape(r, x, y)
	if state == Faulty {
		r.empty("path", attr{"class", "plan-cross"}, attr{"d", "M" + number(x-8) + "," + number(y-8) + "l16,16m0,-16l-16,16"}, attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-width", 2.4})
	}
	r.end("g")
}

// caption says under the door what it is called and how it stands, and on lines of their own what is out of order.
func (r *room) caption(d *Door, x, y, out, room float64) {
	lines := []string{nameOf(d.Title, d.Name), strings.Join(d.states(r.lang)[:2], word{"・", ", "}.in(r.lang))}
	classes := []string{"plan-door-name", "plan-state"}
	for _, text := range d.amiss(r.lang) {
		lines, classes = append(lines, "▲"+text), append(classes, "plan-amiss")
	}
	first := y + beside + em
	if out < 0 {
		first = y - beside - 2 - float64(len(lines)-1)*lineHigh
	}
	for i, text := range lines {
		a := []attr{{"class", classes[i]}, {"x", x}, {"y", first + float64(i)*lineHigh}, {"text-anchor", "middle"}}
		if i != 1 {
			a = append(a, attr{"font-weight", "bold"})
		}
		size := em
		if extent(text, em) > room {
			size = small
			a = append(a, attr{"font-size", size})
		}
		r.said("text", fitted(text, size, room), a...)
	}
}
