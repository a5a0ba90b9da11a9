package desk

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"kidoban/controller"
	"kidoban/controller/people"
)

// wordsMost bounds what one field of a form takes, in characters; linesMost how many persons or visits one order names.
const (
	wordsMost = 1000
	linesMost = 100
)

// form checks what was filled in, its form alone: whether it may be so is the step's to say. The first fault is kept.
type form struct{ fault string }

func (f *form) refuse(format string, args ...any) {
	if f.fault == "" {
		f.fault = fmt.Sprintf(format, args...)
	}
}

// words are somebody's own: one line, nothing in it that a terminal or a printed form would obey.
func (f *form) words(field string, s *string) {
	*s = strings.TrimSpace(*s)
	switch {
	case utf8.RuneCountInString(*s) > wordsMost:
		f.refuse("%s is longer than %d characters: shorten it", field, wordsMost)
	case strings.ContainsFunc(*s, unprintable):
		f.refuse("%s holds a line break, a control character or one that was lost (�): write it in one line", field)
	}
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Bidi_Control, r) ||
		unicode.In(r, unicode.Zl, unicode.Zp)
}

// name is a person's or an organisation's, by the rules of an import.
func (f *form) name(field string, s *string) {
	f.words(field, s)
	clean, err := people.Name(*s)
	if err != nil {
		f.refuse("%s: %v", field, err)
		return
	}
	*s = clean
}

// id goes into an entry, so no words may stand there. Empty says that there is none.
func (f *form) id(field, s string) {
	if s != "" && !people.IsID(s) {
		f.refuse("%s is an id: 1 to 32 of A-Z, a-z, 0-9, dot, hyphen, underscore", field)
	}
}

// theZone is the only one of the site where none is named.
func (k *Desk) theZone(f *form, zone *string) {
	if *zone == "" && len(k.Config.Zones) == 1 {
		*zone = k.Config.Zones[0].Name
	}
	if *zone == "" {
		f.refuse("say which room: --zone")
	}
	f.id("zone", *zone)
}

// theDoor is the only one of the site where none is named.
func (k *Desk) theDoor(f *form, door *string) {
	if *door == "" && len(k.Config.Doors) == 1 {
		*door = k.Config.Doors[0].Name
	}
	if *door == "" {
		f.refuse("say which door: --door")
	}
	f.id("door", *door)
}

// ids are one or more.
func ids[T ~string](f *form, field string, all []T) {
	switch {
	case len(all) == 0:
		f.refuse("name at least one: %s", field)
	case len(all) > linesMost:
		f.refuse("%s: at most %d at a time", field, linesMost)
	}
	for _, id := range all {
		if id == "" {
			f.refuse("%s: one is empty", field)
		}
		f.id(field, string(id))
	}
}

// filled writes the first fault, if there is one.
func (f *form) filled(w http.ResponseWriter) bool {
	if f.fault != "" {
		refuse(w, http.StatusBadRequest, "%s", f.fault)
	}
	return f.fault == ""
}

// order is a route: a body that is decoded strictly, checked in its form, and given to the control loop.
func order[T any](k *Desk, ask func(*form, *T) controller.Ask) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, ok := read[T](w, r)
		if !ok {
			return
		}
		var f form
		if a := ask(&f, &v); f.filled(w) {
			k.ask(w, r, a)
		}
	}
}
