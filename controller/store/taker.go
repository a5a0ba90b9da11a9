package store

import (
	"strings"

	"kidoban/controller/access"
)

// taker takes apart the JSON of a line as json.Marshal writes it, four times as fast as encoding/json does: a register is
// read by thousands of lines. It knows objects, lists, whole numbers, booleans and texts without escapes; anything else is
// odd, and left to encoding/json.
type taker struct {
	text string
	at   int
	odd  bool
}

func (r *taker) take(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *taker) must(c byte) {
	if !r.take(c) {
		r.odd = true
	}
}

func (r *taker) string() string {
	r.must('"')
	n := strings.IndexByte(r.text[r.at:], '"')
	if n < 0 || r.odd {
		r.odd = true
		return ""
	}
	s := r.text[r.at : r.at+n]
	if strings.IndexByte(s, '\\') >= 0 {
		r.odd = true
	}
	r.at += n + 1
	return s
}

func (r *taker) number() stamp {
	minus, from, n := r.take('-'), r.at, int64(0)
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		n = n*10 + int64(r.text[r.at]-'0')
		r.at++
	}
	if digits := r.at - from; digits == 0 || digits > 18 {
		r.odd = true
	}
	if minus {
		n = -n
	}
	return stamp(n)
}

// yes is true; false is never written.
func (r *taker) yes() bool {
	if !strings.HasPrefix(r.text[r.at:], "true") {
		r.odd = true
		return false
	}
	r.at += len("true")
	return true
}

func (r *taker) list(item func()) {
	r.must('[')
	for first := true; !r.odd && !r.take(']'); first = false {
		if !first {
			r.must(',')
		}
		item()
	}
}

func (r *taker) object(member func(name string)) {
	r.must('{')
	for first := true; !r.odd && !r.take('}'); first = false {
		if !first {
			r.must(',')
		}
		name := r.string()
		r.must(':')
		if !r.odd {
			member(name)
		}
	}
}

func readAll[T any](r *taker, read func(*T, *taker)) (out []T) {
	r.list(func() {
		var x T
		read(&x, r)
		out = append(out, x)
	})
	return out
}

func (a *act) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "person":
			a.Person = access.PersonID(r.string())
		case "name":
			a.Name = r.string()
		case "post":
			a.Post = access.Post(r.string())
		case "acting":
			a.Acting = r.yes()
		case "deputy":
			a.Deputy = r.yes()
		case "at":
			a.At = r.number()
		default:
			r.odd = true
		}
	})
}

func (e *escorting) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "person":
			e.Person = access.PersonID(r.string())
		case "name":
			e.Name = r.string()
		case "rule":
			e.Rule = r.string()
		case "from":
			e.From = r.number()
		case "until":
			e.Until = r.number()
		case "assumed":
			e.Assumed = r.yes()
		default:
			r.odd = true
		}
	})
}

func (i *incident) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "at":
			i.At = r.number()
		case "type":
			i.Type = r.string()
		case "reason":
			i.Reason = r.string()
		default:
			r.odd = true
		}
	})
}

func (c *correction) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "field":
			c.Field = r.string()
		case "before":
			c.Before = r.string()
		case "after":
			c.After = r.string()
		case "reason":
			c.Reason = r.string()
		case "maker":
			c.Maker.read(r)
		case "checker":
			c.Checker.read(r)
		case "permitter":
			c.Permitter.read(r)
		default:
			r.odd = true
		}
	})
}

func (m *more) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "identity":
			m.Identity = r.string()
		case "badge":
			m.Badge = r.string()
		case "work":
			m.Work = r.string()
		case "equipment":
			m.Equipment = r.string()
		case "permit_act":
			m.PermitAct.read(r)
		case "permit_oral":
			m.PermitOral = r.yes()
		case "escorts":
			m.Escorts = readAll(r, (*escorting).read)
		case "carry_in":
			m.CarryIn = r.string()
		case "carry_out":
			m.CarryOut = r.string()
		case "consent_act":
			m.ConsentAct.read(r)
		case "consent_how":
			m.ConsentHow = r.string()
		case "consent_text":
			m.ConsentText = r.string()
		case "incidents":
			m.Incidents = readAll(r, (*incident).read)
		case "remarks":
			m.Remarks = r.string()
		case "corrections":
			m.Corrections = readAll(r, (*correction).read)
		case "checked":
			m.Checked.read(r)
		default:
			r.odd = true
		}
	})
}
