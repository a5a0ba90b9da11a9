package central_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kidoban/config/central"
	"kidoban/config/source"
)

// TestSample: the sample parses without a warning, holds each key of each table, and shows its default beside a comment.
func TestSample(t *testing.T) {
	got, err := central.Parse("sample.toml", []byte(central.Sample()))
	if err != nil || len(got.Warnings()) > 0 {
		t.Fatalf("%v, %+v", err, got)
	}
	var c central.Config
	places, _ := source.Decode("sample.toml", []byte(central.Sample()), &c)
	lines := strings.Split(central.Sample(), "\n")
	var table func(v reflect.Value, path string)
	table = func(v reflect.Value, path string) {
		for _, f := range source.Keys(v.Type()) {
			field, at := v.FieldByIndex(f.Index), strings.TrimPrefix(path+"."+f.Key, ".")
			many := field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct
			switch {
			case many && field.Len() == 0, !many && !places.Has(at):
				t.Errorf("the sample does not show %s", at)
			case many:
				table(field.Index(0), at+"[0]")
			case field.Kind() == reflect.Struct:
				table(field, at)
			default:
				shown(t, lines[places[at].Line-1], at, field, defaultOf(v.Type()).FieldByIndex(f.Index))
			}
		}
	}
	table(reflect.ValueOf(&c).Elem(), "")
}

// shown looks at one key's line.
func shown(t *testing.T, line, path string, got, want reflect.Value) {
	t.Helper()
	_, comment, commented := strings.Cut(line, "# ")
	if !commented {
		t.Errorf("%s has no comment", path)
	}
	if strings.HasPrefix(comment, "required") || got.Kind() == reflect.Slice && got.Len() == 0 && want.Len() == 0 {
		return
	}
	if !reflect.DeepEqual(got.Interface(), want.Interface()) {
		t.Errorf("%s is shown as %v, the default is %v", path, got, want)
	}
}

func defaultOf(of reflect.Type) reflect.Value {
	v := reflect.New(of)
	if d, ok := v.Interface().(source.Defaulter); ok {
		d.SetDefaults()
	}
	return v.Elem()
}

// TestInvalid: each file of unsafe or contradicting keys is refused whole, with all that is wrong at its places, and
// nothing of what may be a secret.
func TestInvalid(t *testing.T) {
	names, err := filepath.Glob("testdata/invalid/*.toml")
	if err != nil || len(names) < 15 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, err := central.Parse(name, data)
			var bad source.Problems
			if c != nil || !errors.As(err, &bad) {
				t.Fatalf("taken: %+v, %v", c, err)
			}
			var got, want []string
			for _, p := range bad {
				got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Text))
			}
			for line := range strings.Lines(string(data)) {
				if text, ok := strings.CutPrefix(line, "# want: "); ok {
					want = append(want, strings.TrimSpace(text))
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("a password is quoted")
			}
		})
	}
}
