package journal

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

var errJSON = errors.New("not compact JSON")

// scanner reads JSON as Seal writes it: without white space between tokens.
type scanner struct {
	b []byte
	i int
}

const maxDepth = 16

func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// member yields the next member's name of the object whose brace was taken; "" ends it. first is true at first.
func (s *scanner) member(first *bool) (name []byte, err error) {
	if s.take('}') {
		return nil, nil
	}
	if !*first && !s.take(',') {
		return nil, errJSON
	}
	*first = false
	if name, err = s.text(); err != nil || len(name) == 0 || !s.take(':') {
		return nil, errJSON
	}
	for _, c := range name {
		if c == '\\' { // an escaped name would be the same to others and another to us
			return nil, errJSON
		}
	}
	return name, nil
}

// text takes a string and returns what is between its quotes, escapes untouched.
func (s *scanner) text() ([]byte, error) {
	if !s.take('"') {
		return nil, errJSON
	}
	from, ascii := s.i, true
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			raw := s.b[from:s.i]
			s.i++
			if !ascii && !utf8.Valid(raw) {
				return nil, errJSON
			}
			return raw, nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return nil, err
			}
			continue
		case c < ' ':
			return nil, errJSON
		case c >= utf8.RuneSelf:
			ascii = false
		}
		s.i++
	}
	return nil, errJSON
}

func (s *scanner) escape() error {
	s.i++
	if s.i >= len(s.b) {
		return errJSON
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
		return nil
	case 'u':
		if s.i+5 > len(s.b) {
			return errJSON
		}
		for _, c := range s.b[s.i+1 : s.i+5] {
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return errJSON
			}
		}
		s.i += 5
		return nil
	}
	return errJSON
}

// literal takes a number, true, false or null.
func (s *scanner) literal() ([]byte, error) {
	from := s.i
	for s.i < len(s.b) && s.b[s.i] != ',' && s.b[s.i] != '}' && s.b[s.i] != ']' {
		s.i++
	}
	raw := s.b[from:s.i]
	if len(raw) == 0 || !json.Valid(raw) {
		return nil, errJSON
	}
	for _, c := range raw {
		if c <= ' ' {
			return nil, errJSON
		}
	}
	return raw, nil
}

// skip takes a value of any sort.
func (s *scanner) skip(depth int) error {
	if s.i >= len(s.b) || depth > maxDepth {
		return errJSON
	}
	switch s.b[s.i] {
	case '"':
		_, err := s.text()
		return err
	case '{':
		s.i++
		for first := true; ; {
			name, err := s.member(&first)
			if err != nil || name == nil {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	case '[':
		s.i++
		return s.skipList(depth)
	}
	_, err := s.literal()
	return err
}

func (s *scanner) skipList(depth int) error {
	if s.take(']') {
		return nil
	}
	for {
		if err := s.skip(depth + 1); err != nil {
			return err
		}
		if s.take(']') {
			return nil
		}
		if !s.take(',') {
			return errJSON
		}
	}
}

// unescaped is what the inside of a JSON string means.
func unescaped(raw []byte) (string, error) {
	for _, c := range raw {
		if c == '\\' {
			var s string
			err := json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &s)
			return s, err
		}
	}
	return string(raw), nil
}
