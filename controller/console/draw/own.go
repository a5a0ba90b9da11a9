package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// Own is a plan that the site drew itself, as an SVG file: what stands in it under id="door-NAME" and id="zone-NAME" gets
// the states of that door and zone as classes, a title that says them, and a <text id="door-NAME-state"> their words.
//
// It is read strictly, and made anew from what was read: shapes, groups and texts with the attributes that draw them, no
// script, no style, no reference to anything, no entity. What drawing programs add for themselves is left out.
type Own struct{ root element }

// element is a shape, a group or a text.
type element struct {
	name  string
	attrs []attr
	id    string // of a door's or a zone's, "" = none
	parts []any  // element or string, in order
}

// The bounds of a plan: a page carries it each time.
const (
	ownBytes = 64 << 10
	ownDepth = 32
)

const svgSpace = "http://www.w3.org/2000/svg"

// foreign are the namespaces that drawing programs keep their own things in.
var foreign = map[string]bool{
	"http://www.inkscape.org/namespaces/inkscape": true, "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd": true,
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#": true, "http://purl.org/dc/elements/1.1/": true, "http://creativecommons.org/ns#": true,
	"http://www.w3.org/XML/1998/namespace": true, "http://www.serif.com/": true,
}

var elements = map[string]bool{
	"svg": true, "g": true, "path": true, "rect": true, "circle": true, "ellipse": true, "line": true, "polyline": true, "polygon": true,
	"text": true, "tspan": true, "title": true, "desc": true,
}

var attributes = words(`viewBox preserveAspectRatio transform d points x y x1 y1 x2 y2 cx cy r rx ry dx dy width height
	fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
	stroke-dashoffset opacity visibility display font-size font-family font-weight font-style text-anchor dominant-baseline letter-spacing
	textLength lengthAdjust vector-effect`)

func words(s string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		all[w] = true
	}
	return all
}

// ReadOwn reads a plan. An error says where in the file, and what to do.
func ReadOwn(file []byte) (Own, error) {
	if len(file) > ownBytes {
		return Own{}, fmt.Errorf("the plan has %d kB, at most %d: simplify it", len(file)>>10, ownBytes>>10)
	}
	r := reading{Decoder: xml.NewDecoder(bytes.NewReader(file))}
	root, err := r.root()
	if err != nil {
		line, column := r.InputPos()
		return Own{}, fmt.Errorf("the plan, line %d, column %d: %w", line, column, err)
	}
	return Own{root}, nil
}

// reading is a plan being read.
type reading struct {
	*xml.Decoder
	ids map[string]bool
}

func (r *reading) root() (element, error) {
	r.ids = map[string]bool{}
	for {
		token, err := r.Token()
		switch t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return element{}, errors.New("there is no <svg> in it")
			}
			return element{}, err
		case xml.Directive:
			return element{}, errors.New("a DOCTYPE is not taken: remove it (save as plain SVG)")
		case xml.StartElement:
			if t.Name.Local != "svg" || t.Name.Space != svgSpace {
				return element{}, fmt.Errorf("it begins with <%s>, not with <svg xmlns=%q>", t.Name.Local, svgSpace)
			}
			root, err := r.element(t, 1)
			if err == nil {
				err = r.rest()
			}
			return root, err
		}
	}
}

// rest is what follows the root: nothing.
func (r *reading) rest() error {
	for {
		token, err := r.Token()
		switch t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case xml.StartElement, xml.Directive:
			return errors.New("something follows the end of the drawing")
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return errors.New("something follows the end of the drawing")
			}
		}
	}
}

func (r *reading) element(start xml.StartElement, depth int) (e element, err error) {
	e.name = start.Name.Local
	if depth > ownDepth {
		return e, fmt.Errorf("<%s> lies more than %d deep: ungroup", e.name, ownDepth)
	}
	for _, a := range start.Attr {
		if err := r.attribute(&e, a, depth == 1); err != nil {
			return e, err
		}
	}
	for {
		token, err := r.Token()
		if err != nil {
			return e, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return e, nil
		case xml.Directive:
			return e, errors.New("a directive (<!…>) is not taken: remove it")
		case xml.CharData:
			e.parts = append(e.parts, string(t))
		case xml.StartElement:
			if foreign[t.Name.Space] || t.Name.Space == svgSpace && (t.Name.Local == "metadata" || t.Name.Local == "defs" && depth == 1) {
				if err := r.emptied(t); err != nil {
					return e, err
				}
				continue
			}
			if t.Name.Space != svgSpace || !elements[t.Name.Local] {
				return e, fmt.Errorf("<%s> is not taken: a plan holds shapes, groups and texts alone (convert it to a path)", t.Name.Local)
			}
			child, err := r.element(t, depth+1)
			if err != nil {
				return e, err
			}
			e.parts = append(e.parts, child)
		}
	}
}

// emptied passes over an element that is left out; a definition that has something in it is refused, since something refers
// to it.
func (r *reading) emptied(t xml.StartElement) error {
	if t.Name.Local != "defs" {
		return r.Skip()
	}
	for {
		token, err := r.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if !foreign[t.Name.Space] {
				return fmt.Errorf("<defs> with <%s> is not taken: gradients, patterns and clones refer to it (use plain colours, unlink clones)", t.Name.Local)
			}
			if err := r.Skip(); err != nil {
				return err
			}
		}
	}
}

func (r *reading) attribute(e *element, a xml.Attr, root bool) error {
	name := a.Name.Local
	switch {
	case foreign[a.Name.Space], a.Name.Space == "xmlns", name == "xmlns", name == "class", name == "role", strings.HasPrefix(name, "aria-"),
		root && (name == "width" || name == "height" || name == "x" || name == "y" || name == "version" || name == "baseProfile"):
		return nil
	case a.Name.Space != "":
		return fmt.Errorf("the attribute %s of <%s> refers to something: a plan stands for itself", name, e.name)
	case name == "id":
		return r.named(e, a.Value)
	case name == "style":
		return r.styled(e, a.Value)
	case !attributes[name]:
		return fmt.Errorf("the attribute %s of <%s> is not taken: remove it", name, e.name)
	}
	return e.set(name, a.Value)
}

// named keeps the ids that mean something, and lets no two be the same.
func (r *reading) named(e *element, id string) error {
	if !strings.HasPrefix(id, "door-") && !strings.HasPrefix(id, "zone-") {
		return nil
	}
	if r.ids[id] {
		return fmt.Errorf("the id %q is there twice", id)
	}
	r.ids[id], e.id = true, id
	return nil
}

// styled makes attributes of a style: a page's policy allows no style in it.
func (r *reading) styled(e *element, style string) error {
	for one := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(one, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !attributes[name] || name == "d" || name == "transform" {
			continue // what draws nothing here
		}
		if err := e.set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// set takes an attribute whose value is a plain one: numbers, a colour, a path, a font's name.
func (e *element) set(name, value string) error {
	low := strings.ToLower(value)
	if strings.ContainsAny(value, `\<>&{}@`) || strings.Contains(low, "url") || strings.Contains(low, "script") || strings.Contains(low, "expression") ||
		strings.Contains(low, "data:") || strings.Contains(low, "//") {
		return fmt.Errorf("the attribute %s of <%s> refers to something (%.40q): use a plain value", name, e.name, value)
	}
	e.attrs = append(e.attrs, attr{name, value})
	return nil
}

// Missing are the doors and zones of a plan that the drawing has no place for.
func (o Own) Missing(p Plan) (ids []string) {
	have := map[string]bool{}
	o.root.each(func(id string) { have[id] = true })
	for _, z := range p.Zones {
		if !have["zone-"+z.Name] {
			ids = append(ids, "zone-"+z.Name)
		}
		for _, d := range z.Doors {
			if !have["door-"+d.Name] {
				ids = append(ids, "door-"+d.Name)
			}
		}
	}
	return ids
}

func (e *element) each(f func(id string)) {
	if e.id != "" {
		f(e.id)
	}
	for _, part := range e.parts {
		if child, is := part.(element); is {
			child.each(f)
		}
	}
}

// Draw draws it with everything as it stands now.
func (o Own) Draw(p Plan) template.HTML {
	d := drawing{states: map[string]told{}}
	for i := range p.Zones {
		z := &p.Zones[i]
		name, text, class := nameOf(z.Title, z.Name), gather(z.People).words(p.Lang), "zone"
		if len(z.People) > 0 {
			class += " occupied"
		}
		d.states["zone-"+z.Name] = told{class, name + colon.in(p.Lang) + text, text}
		for j := range z.Doors {
			door := &z.Doors[j]
			text := strings.Join(door.states(p.Lang), comma(p.Lang))
			d.states["door-"+door.Name] = told{door.classes(), nameOf(door.Title, door.Name) + colon.in(p.Lang) + text, text}
		}
	}
	d.element(o.root, true)
	return d.html()
}

// told is what is to be said of a door or a zone.
type told struct{ class, title, words string }

// drawing writes a plan of the site's own.
type drawing struct {
	pen
	states map[string]told
}

func (d *drawing) element(e element, root bool) {
	attrs := e.attrs
	if root {
		attrs = append([]attr{{"xmlns", svgSpace}, {"class", "plan plan-own"}, {"role", "img"}}, attrs...)
	}
	state, known := d.states[e.id]
	if e.id != "" {
		attrs = append([]attr{{"id", e.id}, {"class", state.class}}, attrs...)
	}
	d.open(e.name, attrs...)
	if known {
		d.said("title", state.title)
	}
	if of, is := strings.CutSuffix(e.id, "-state"); is && e.name == "text" {
		d.WriteString(escaped(d.states[of].words))
	} else {
		d.parts(e, known)
	}
	d.end(e.name)
}

// parts writes what is in an element; the title of a door is the plan's own.
func (d *drawing) parts(e element, titled bool) {
	for _, part := range e.parts {
		switch part := part.(type) {
		case string:
			d.WriteString(escaped(part))
		case element:
			if !titled || part.name != "title" {
				d.element(part, false)
			}
		}
	}
}
