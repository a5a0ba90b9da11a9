package source

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Defaulter is a table that holds its defaults before the document's keys are laid over them.
type Defaulter interface{ SetDefaults() }

// Decode reads a TOML document into the struct that dst points to and says where each key stands. Types that implement
// encoding.TextUnmarshaler take strings, dates and whole numbers as text; their errors must not quote the text.
func Decode(name string, data []byte, dst any) (Index, Problems) {
	text, bad := Text(name, data)
	if bad != nil {
		return nil, bad
	}
	var doc map[string]any
	if err := toml.Unmarshal(text, &doc); err != nil {
		return nil, Problems{grammar(name, text, err)}
	}
	d := decoder{file: name, places: index(text)}
	d.table(reflect.ValueOf(dst).Elem(), doc, "")
	d.bad.Sort()
	return d.places, d.bad
}

// What the grammar's errors may quote of a value.
var (
	quotes = regexp.MustCompile(`"[^"]{2,}"`)
	digits = regexp.MustCompile(`U\+[0-9A-F]+ |[0-9][0-9A-Fa-f_.+-]+`)
)

func grammar(name string, text []byte, err error) Problem {
	p := Problem{File: name, Pos: Pos{1, 1}, Text: digits.ReplaceAllString(quotes.ReplaceAllString(strings.TrimPrefix(err.Error(), "toml: "), `"…"`), "")}
	var at *toml.DecodeError
	if errors.As(err, &at) {
		line, column := at.Position()
		lines := strings.SplitAfter(string(text), "\n")
		if line >= 1 && line <= len(lines) {
			column = len([]rune(lines[line-1][:min(column-1, len(lines[line-1]))])) + 1
		}
		p.Pos = Pos{line, column}
	}
	p.Text += "; correct this line first, what follows it was not read"
	return p
}

type decoder struct {
	file   string
	places Index
	bad    Problems
}

func (d *decoder) refuse(path, format string, args ...any) {
	d.bad = append(d.bad, Problem{d.file, d.places.At(path), path + ": " + fmt.Sprintf(format, args...)})
}

func (d *decoder) table(v reflect.Value, doc map[string]any, path string) {
	if t, ok := v.Addr().Interface().(Defaulter); ok {
		t.SetDefaults()
	}
	fields := Keys(v.Type())
	for key, value := range doc {
		at := join(path, key)
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key })
		if i < 0 {
			d.refuse(at, "unknown key; %s", nearest(key, fields))
			continue
		}
		d.value(v.FieldByIndex(fields[i].Index), value, at)
	}
}

func (d *decoder) value(v reflect.Value, x any, path string) {
	if v.Kind() == reflect.Pointer {
		fresh := reflect.New(v.Type().Elem())
		d.value(fresh.Elem(), x, path)
		v.Set(fresh)
		return
	}
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(t, x, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if m, ok := x.(map[string]any); ok {
			d.table(v, m, path)
			return
		}
		d.refuse(path, "is a table: write it as [%s] or {…}", path)
	case reflect.Slice:
		d.slice(v, x, path)
	case reflect.String:
		if s, ok := x.(string); ok {
			v.SetString(s)
			return
		}
		d.refuse(path, "needs a text in quotes")
	case reflect.Bool:
		if b, ok := x.(bool); ok {
			v.SetBool(b)
			return
		}
		d.refuse(path, "needs true or false, without quotes")
	default:
		d.number(v, x, path)
	}
}

func (d *decoder) number(v reflect.Value, x any, path string) {
	n, ok := x.(int64)
	switch {
	case !ok:
		d.refuse(path, "needs a whole number, without quotes")
	case v.CanUint():
		if n < 0 {
			d.refuse(path, "must not be negative")
			return
		}
		v.SetUint(uint64(n))
	case v.OverflowInt(n):
		d.refuse(path, "is too large")
	default:
		v.SetInt(n)
	}
}

func (d *decoder) slice(v reflect.Value, x any, path string) {
	list, ok := x.([]any)
	if !ok {
		if v.Type().Elem().Kind() == reflect.Struct {
			d.refuse(path, "may stand several times: write its heading as [[%s]]", path)
			return
		}
		d.refuse(path, "needs a list in [ ]")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i := range list {
		d.value(v.Index(i), list[i], fmt.Sprintf("%s[%d]", path, i))
	}
}

func (d *decoder) text(t encoding.TextUnmarshaler, x any, path string) {
	var s string
	switch x := x.(type) {
	case string:
		s = x
	case int64:
		s = strconv.FormatInt(x, 10)
	case toml.LocalDate:
		s = x.String()
	default:
		d.refuse(path, "needs a text in quotes")
		return
	}
	if err := t.UnmarshalText([]byte(s)); err != nil {
		d.refuse(path, "%s", err)
	}
}

// Field is a key of a table and the struct's field that holds it.
type Field struct {
	Key   string
	Index []int
	Type  reflect.Type
	Name  string
}

// Keys lists the keys of a struct in its order, those of embedded structs among them.
func Keys(t reflect.Type) []Field {
	var all []Field
	for _, f := range reflect.VisibleFields(t) {
		key, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if f.IsExported() && key != "" && key != "-" {
			all = append(all, Field{key, f.Index, f.Type, f.Name})
		}
	}
	return all
}

// nearest proposes the key that was probably meant.
func nearest(key string, fields []Field) string {
	best, away := "", 3
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Key
		if n := distance(key, f.Key); n < away {
			best, away = f.Key, n
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known here: " + strings.Join(names, ", ")
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
