package draw

import (
	"strconv"

	"kidoban/controller/access"
)

var (
	nobody     = word{"在室者なし", "Nobody inside"}
	inside     = word{"在室", "Inside"}
	persons    = word{"人", ""}
	unattended = word{"立会者不在", "no escort"}
	others     = word{"ほか", "and"}
	moreOf     = word{"人", " more"}
	attending  = word{"立会い", "escort"}
)

// group is somebody inside with the visitors whom they attend; or a visitor whom nobody does.
type group []Person

// crowd is who is inside, in groups.
type crowd struct {
	groups          []group
	staff, visitors int
}

// gather puts visitors beside their escort. An escort who is not inside is none.
func gather(people []Person) crowd {
	var c crowd
	at := map[string]int{}
	for _, p := range people {
		if !p.Visitor {
			at[p.ID] = len(c.groups)
			c.groups = append(c.groups, group{p})
			c.staff++
		}
	}
	for _, p := range people {
		if !p.Visitor {
			continue
		}
		c.visitors++
		if i, here := at[p.Escort]; here && p.Escort != "" {
			c.groups[i] = append(c.groups[i], p)
			continue
		}
		p.Escort = ""
		c.groups = append(c.groups, group{p})
	}
	return c
}

// words are how many are inside: 在室 5人(職員 3人、入室者 2人).
func (c crowd) words(l access.Language) string {
	if c.staff+c.visitors == 0 {
		return nobody.in(l)
	}
	text := inside.in(l) + " " + strconv.Itoa(c.staff+c.visitors) + persons.in(l)
	if c.visitors > 0 {
		text += word{"(", " ("}.in(l) + staff.in(l) + " " + strconv.Itoa(c.staff) + persons.in(l) + comma(l) + visitors.in(l) + " " +
			strconv.Itoa(c.visitors) + persons.in(l) + word{")", ")"}.in(l)
	}
	return text
}

const (
	figureWide   = 30.0
	figureHigh   = 40.0
	rowsMost     = 3
	figuresInRow = 12
	rowWide      = wide - 2*margins - 24
)

// spot is where a group's figures stand.
type spot struct {
	of   group
	x, y float64
}

// spots places the groups in rows, and says how many persons there was no place for.
func (c crowd) spots() (all []spot, left int) {
	x, row := 0.0, 0
	for _, g := range c.groups {
		for len(g) > 0 {
			n := min(len(g), figuresInRow)
			w := float64(n) * figureWide
			if x+w > rowWide {
				x, row = 0, row+1
			}
			if row >= rowsMost {
				left += len(g)
				break
			}
			all = append(all, spot{g[:n], x, float64(row) * figureHigh})
			x, g = x+w+8, g[n:]
		}
	}
	return all, left
}

// high is the room that the crowd takes, with the line above it.
func (c crowd) high() float64 {
	all, left := c.spots()
	rows := 1.0
	if len(all) > 0 {
		rows = all[len(all)-1].y/figureHigh + 1
	}
	if left > 0 {
		rows += 0.5
	}
	return em*1.8 + rows*figureHigh
}

func (c crowd) draw(r *room, y float64) {
	r.open("g", attr{"class", "plan-people"}, attr{"id", r.id + "-people"})
	r.said("text", c.words(r.lang), attr{"class", "plan-count"}, attr{"x", margins + 12}, attr{"y", y + em}, attr{"font-weight", "bold"})
	all, left := c.spots()
	y += em * 1.8
	for _, s := range all {
		r.group(s.of, margins+12+s.x, y+s.y)
	}
	if left > 0 {
		r.said("text", others.in(r.lang)+" "+strconv.Itoa(left)+moreOf.in(r.lang), attr{"class", "plan-more"}, attr{"x", margins + 12}, attr{"y", y + rowsMost*figureHigh + small}, attr{"font-size", small})
	}
	r.end("g")
}

// group draws figures beside each other; an escort and those attended stand within one line.
func (r *room) group(g group, x, y float64) {
	if len(g) > 1 {
		r.empty("rect", attr{"class", "plan-pair"}, attr{"x", x + 1}, attr{"y", y - 2}, attr{"width", float64(len(g))*figureWide - 2}, attr{"height", figureHigh - 4}, attr{"rx", 6.0},
			attr{"fill", "none"}, attr{"stroke", "currentColor"}, attr{"stroke-dasharray", "4 2"})
	}
	for i, p := range g {
		r.figure(p, len(g) > 1, x+figureWide*(float64(i)+0.5), y)
	}
}

// figure is a person: round and full for staff, angular and hatched for a visitor, with a sign over one whom nobody attends.
func (r *room) figure(p Person, paired bool, x, y float64) {
	kind, class := staff, "plan-staff"
	if p.Visitor {
		kind, class = visitors, "plan-visitor"
	}
	title := kind.in(r.lang)
	if p.Name != "" {
		title += colon.in(r.lang) + p.Name
	}
	alone := p.Visitor && p.Escort == ""
	switch {
	case alone:
		title, class = title+comma(r.lang)+unattended.in(r.lang), class+" unattended"
	case paired && !p.Visitor:
		title += comma(r.lang) + attending.in(r.lang)
	}
	r.open("g", attr{"class", class})
	r.said("title", title)
	if p.Visitor {
		hatch := "url(#" + r.id + "-hatch)"
		r.empty("path", attr{"d", "M" + number(x) + "," + number(y+1) + "l6.5,6.5l-6.5,6.5l-6.5,-6.5z"}, attr{"fill", hatch}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.4})
		r.empty("path", attr{"d", "M" + number(x-9) + "," + number(y+31) + "l3,-14h12l3,14z"}, attr{"fill", hatch}, attr{"stroke", "currentColor"}, attr{"stroke-width", 1.4})
	} else {
		r.empty("circle", attr{"cx", x}, attr{"cy", y + 8}, attr{"r", 6.0})
		r.empty("path", attr{"d", "M" + number(x-10) + "," + number(y+31) + "v-4a10,11 0 0 1 20,0v4z"})
	}
	if alone {
		r.said("text", "▲", attr{"class", "plan-amiss"}, attr{"x", x + 11}, attr{"y", y + 8}, attr{"font-size", small}, attr{"text-anchor", "middle"})
	}
	r.end("g")
}
