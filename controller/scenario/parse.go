package scenario

import (
	"fmt"
	"strings"
	"unicode"
)

// Line is one thing that a scenario says.
type Line struct {
	File  string
	No    int
	Words []string
	Text  string
}

// Error is a line that cannot be played, or an expectation that was not met.
type Error struct {
	Line Line
	What string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", e.Line.File, e.Line.No, e.Line.Text, e.What)
}

// Parse splits a scenario into lines of words. Words in "double quotes" may hold blanks.
func Parse(file, text string) ([]Line, error) {
	var out []Line
	for i, raw := range strings.Split(text, "\n") {
		l := Line{File: file, No: i + 1, Text: strings.TrimSpace(raw)}
		words, err := split(raw)
		if err != nil {
			return nil, &Error{l, err.Error()}
		}
		if len(words) == 0 {
			continue
		}
		l.Words = words
		out = append(out, l)
	}
	return out, nil
}

func split(s string) (words []string, err error) {
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		switch {
		case s == "" || s[0] == '#' && (len(s) == 1 || s[1] == ' '):
			return words, nil
		case s[0] == '"':
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("a quotation mark is missing")
			}
			words, s = append(words, s[1:1+end]), s[2+end:]
		default:
			end := strings.IndexFunc(s, unicode.IsSpace)
			if end < 0 {
				end = len(s)
			}
			words, s = append(words, s[:end]), s[end:]
		}
	}
}

// take removes word and what follows it from words and returns that: "for 1h".
func take(words []string, word string) (rest []string, value string, found bool) {
	for i, w := range words {
		if w == word && i+1 < len(words) {
			return append(append([]string{}, words[:i]...), words[i+2:]...), words[i+1], true
		}
	}
	return words, "", false
}

// drop removes word and reports whether it was there.
func drop(words []string, word string) ([]string, bool) {
	for i, w := range words {
		if w == word {
			return append(append([]string{}, words[:i]...), words[i+1:]...), true
		}
	}
	return words, false
}
