package web

import (
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kidoban/controller/access"
)

// Form is what was filled in: read field by field, the first fault kept. It is shown again with a page that has a Fault.
type Form struct {
	Values url.Values
	files  map[string][]*multipart.FileHeader
	fault  error
}

// FieldFault says which field is wrong, and how: Key is of the words.
type FieldFault struct {
	Field, Key string
	Args       []any
}

// Error is for a log; people are told by the words of Key.
func (f *FieldFault) Error() string { return fmt.Sprintf("%s: %s", f.Field, f.Key) }

func readForm(r *http.Request) (*Form, error) {
	if r.Method != http.MethodPost {
		return &Form{Values: r.URL.Query()}, nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(math.MaxInt32); err != nil { // bounded by the route: no file ever touches the disk
			return nil, err
		}
		return &Form{Values: r.PostForm, files: r.MultipartForm.File}, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	return &Form{Values: r.PostForm}, nil
}

// Get is a field, trimmed; "" where it is empty or missing.
func (f *Form) Get(field string) string { return strings.TrimSpace(f.Values.Get(field)) }

// All are the values of a field that may stand several times, the empty ones left out.
func (f *Form) All(field string) []string {
	var out []string
	for _, s := range f.Values[field] {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Has says that a box is ticked.
func (f *Form) Has(field string) bool { return f.Get(field) != "" }

// Fail keeps a fault of a field, if it is the first.
func (f *Form) Fail(field, key string, args ...any) {
	if f.fault == nil {
		f.fault = &FieldFault{field, key, args}
	}
}

// Wrong is the fault of a field, nil where it is not the first that was found.
func (f *Form) Wrong(field string) *FieldFault {
	if x, is := errors.AsType[*FieldFault](f.fault); is && x.Field == field {
		return x
	}
	return nil
}

// Err is the first fault.
func (f *Form) Err() error { return f.fault }

// Need is a field that must be filled in.
func (f *Form) Need(field string) string {
	s := f.Get(field)
	if s == "" {
		f.Fail(field, "web.fault.missing")
	}
	return s
}

// Time is an instant in Japan, as a datetime-local field sends it: 2026-11-23T09:00. Empty is the zero Time.
func (f *Form) Time(field string) time.Time {
	return f.instant(field, "2006-01-02T15:04", "2006-01-02T15:04:05")
}

// Day is the beginning of a day in Japan, as a date field sends it. Empty is the zero Time.
func (f *Form) Day(field string) time.Time { return f.instant(field, time.DateOnly) }

// Month is the beginning of a month in Japan, as a month field sends it. Empty is the zero Time.
func (f *Form) Month(field string) time.Time { return f.instant(field, "2006-01") }

func (f *Form) instant(field string, layouts ...string) time.Time {
	s := f.Get(field)
	if s == "" {
		return time.Time{}
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, s, access.JST); err == nil && t.Year() >= 1900 && t.Year() < 3000 {
			return t
		}
	}
	f.Fail(field, "web.fault.time")
	return time.Time{}
}

// Number is a whole number within bounds; empty is zero.
func (f *Form) Number(field string, least, most int) int {
	s := f.Get(field)
	if s == "" {
		return 0
	}
	var n int
	if _, err := fmt.Sscanf(s+" ", "%d ", &n); err != nil || fmt.Sprint(n) != s || n < least || n > most {
		f.Fail(field, "web.fault.number", "least", least, "most", most)
		return 0
	}
	return n
}

// File is what was uploaded in a field.
func (f *Form) File(field string) (name string, body []byte, err error) {
	all := f.files[field]
	if len(all) == 0 {
		f.Fail(field, "web.fault.file")
		return "", nil, f.fault
	}
	file, err := all[0].Open()
	if err != nil {
		return "", nil, err
	}
	body, err = io.ReadAll(file)
	return all[0].Filename, body, errors.Join(err, file.Close())
}
