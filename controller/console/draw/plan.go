package draw

import (
	"html/template"

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
	Lock     string // "released", "locked"
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
	var out template.HTML
	for _, z := range p.Zones {
		out += z.draw(p.Lang)
	}
	return out
}

func (z Zone) draw(l access.Language) template.HTML { return "" }
