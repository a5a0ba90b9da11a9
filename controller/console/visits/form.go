package visits

import (
	"errors"

	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// form is what was filled in, shown again, with what is wrong beside each field.
type form struct{ c *web.Call }

// Get is a field as it was typed.
func (f form) Get(field string) string { return f.c.Form.Values.Get(field) }

// Has says that a value of a field was chosen.
func (f form) Has(field, value string) bool {
	for _, s := range f.c.Form.Values[field] {
		if s == value {
			return true
		}
	}
	return false
}

// Wrong is what is wrong with a field, "" for nothing.
func (f form) Wrong(field string) string {
	var bad *web.FieldFault
	if errors.As(f.c.Form.Err(), &bad) && bad.Field == field {
		return f.c.T(bad.Key, bad.Args...)
	}
	return ""
}

// WrongOf is what is wrong with a field of the form about one line or proposal, "" where another form was sent.
func (f form) WrongOf(of, id, field string) string {
	if !f.Has(of, id) {
		return ""
	}
	return f.Wrong(field)
}

// GetOf is a field as it was typed in the form about one line or proposal.
func (f form) GetOf(of, id, field string) string {
	if !f.Has(of, id) {
		return ""
	}
	return f.Get(field)
}

// refusal says that an error is one that the page shows beside what was filled in.
func refusal(err error) bool {
	switch desk.CodeOf(err) {
	case desk.CodeRefused, desk.CodeInvalid:
		return true
	}
	return false
}
