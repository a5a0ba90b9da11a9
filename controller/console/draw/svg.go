package draw

import (
	"html/template"
	"strconv"
	"strings"
)

// pen writes one SVG.
type pen struct{ strings.Builder }

// attr is an attribute: a name and a text or a number.
type attr struct {
	name  string
	value any
}

// open begins an element.
func (p *pen) open(name string, attrs ...attr) {
	p.tag(name, attrs)
	p.WriteByte('>')
}

// empty is an element without content.
func (p *pen) empty(name string, attrs ...attr) {
	p.tag(name, attrs)
	p.WriteString("/>")
}

func (p *pen) tag(name string, attrs []attr) {
	p.WriteString("<" + name)
	for _, a := range attrs {
		if a.value == "" {
			continue
		}
		p.WriteString(" " + a.name + `="`)
		p.value(a.value)
		p.WriteByte('"')
	}
}

func (p *pen) value(v any) {
	switch v := v.(type) {
	case string:
		p.WriteString(escaped(v))
	case int:
		p.WriteString(strconv.Itoa(v))
	case float64:
		p.WriteString(number(v))
	}
}

func (p *pen) end(name string) { p.WriteString("</" + name + ">") }

// said is an element that holds a text alone.
func (p *pen) said(name, text string, attrs ...attr) {
	p.open(name, attrs...)
	p.WriteString(escaped(text))
	p.end(name)
}

func (p *pen) html() template.HTML {
	return template.HTML(p.String()) //nolint:gosec // every text and attribute went through escaped
}

// number is a coordinate to a tenth.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// escaped is a text as XML and HTML both read it. What no XML may hold becomes a replacement character.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&#34;")
		case r == '\'':
			b.WriteString("&#39;")
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
