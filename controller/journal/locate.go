package journal

import (
	"fmt"
)

// Place is what an entry's bytes say of where they belong, as it stands there, escapes untouched.
type Place struct{ Spec, ID, Source, Type, Sequence []byte }

// Locate reads where an entry belongs. It is strict about the form, one compact JSON object whose members of Place are
// there once and are strings, and judges nothing else: neither those nor the rest. It allocates nothing unless it fails.
func Locate(payload []byte) (p Place, err error) {
	s := scanner{b: payload}
	if !s.take('{') {
		return Place{}, fmt.Errorf("locate entry: %w", errJSON)
	}
	for first := true; ; {
		name, err := s.member(&first)
		if err == nil && name != nil {
			err = s.place(name, &p)
		}
		if err != nil {
			return Place{}, fmt.Errorf("locate entry: %w", err)
		}
		if name == nil {
			break
		}
	}
	if s.i != len(s.b) || p.Spec == nil || p.ID == nil || p.Source == nil || p.Type == nil || p.Sequence == nil {
		return Place{}, fmt.Errorf("locate entry: %w, or a member is missing", errJSON)
	}
	return p, nil
}

// place takes the value of a member.
func (s *scanner) place(name []byte, p *Place) error {
	var to *[]byte
	switch string(name) {
	case "specversion":
		to = &p.Spec
	case "id":
		to = &p.ID
	case "source":
		to = &p.Source
	case "type":
		to = &p.Type
	case "sequence":
		to = &p.Sequence
	default:
		return s.skip(0)
	}
	if *to != nil {
		return fmt.Errorf("%s is there twice", name)
	}
	raw, err := s.text()
	*to = raw
	return err
}
