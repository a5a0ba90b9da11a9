package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kidoban/config"
	"kidoban/config/source"
)

// comments are the values of "# key: value" lines.
func comments(data []byte, key string) []string {
	var out []string
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(strings.TrimPrefix(line, "\ufeff"), "# "+key+": "); ok {
			out = append(out, strings.TrimSpace(rest))
		}
	}
	return out
}

func texts(all []config.Problem) []string {
	var out []string
	for _, p := range all {
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Text))
	}
	return out
}

func TestValid(t *testing.T) {
	each(t, "testdata/valid/*.toml", 20, func(t *testing.T, name string, data []byte) {
		c, err := config.Parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		same(t, texts(c.Warnings()), comments(data, "warn"))
	})
}

// Unsafe combinations, IEC 60839-11-1's fixed open time (2.21), Pitfall 17 (a relay that works at every start) and Pitfall
// 20 (a gap that glues frames) among them.
func TestInvalid(t *testing.T) {
	each(t, "testdata/invalid/*.toml", 59, func(t *testing.T, name string, data []byte) {
		c, err := config.Parse(name, data)
		var bad config.Problems
		if c != nil || !errors.As(err, &bad) {
			t.Fatalf("taken: %v, %v", c, err)
		}
		same(t, texts(bad), comments(data, "want"))
		if lines := strings.Split(err.Error(), "\n"); len(lines) != len(bad) || !strings.HasPrefix(lines[0], name+":") {
			t.Errorf("the error is not one line a problem:\n%v", err)
		}
	})
}

func each(t *testing.T, pattern string, least int, do func(*testing.T, string, []byte)) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) < least {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			do(t, name, data)
		})
	}
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestLoad(t *testing.T) {
	if _, err := config.Load(filepath.Join(t.TempDir(), "none.toml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "kidoban.toml")
	if err := os.WriteFile(path, config.Demo(), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Site != "maizuru" || c.Controller != "main-ctl" || c.Panel.Kind != "sim" || c.Panel.Chip != "" || c.Doors[0].Leave == nil ||
		c.Zones[0].Officer != "security-officer" || c.Zones[0].Section != "civic-affairs" || c.Zones[0].Title != "住基ネット管理室" {
		t.Errorf("the demonstration site is %+v", c)
	}
}

func TestEncodings(t *testing.T) {
	text := "site = \"maizuru\"\n# 管理室\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, data, want string }{
		{"Shift_JIS", sjis, "f:2:3: the file is Shift_JIS, not UTF-8; save it as UTF-8"},
		{"UTF-16", "\xff\xfes\x00i\x00", "f:1:1: the file is UTF-16; save it as UTF-8"},
		{"UTF-16 without a mark", "s\x00i\x00t\x00e\x00", "f:1:1: the file is UTF-16; save it as UTF-8"},
		{"broken", "site = \"\x80\xff\"\n", "f:1:9: the file is not UTF-8; save it as UTF-8"},
	} {
		if _, err := config.Parse("f", []byte(c.data)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	var d config.Duration
	for _, bad := range []string{"", "5", "soon", "5 s", "1d"} {
		if d.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is taken as %s", bad, d)
		}
	}
	if err := d.UnmarshalText([]byte("90s")); err != nil || d.Std().Seconds() != 90 {
		t.Errorf("90s: %v, %v", d, err)
	}
	if b, err := d.MarshalText(); err != nil || string(b) != "1m30s" {
		t.Errorf("back: %s, %v", b, err)
	}
}

// A grammar error must not quote what may be a secret.
func TestGrammarQuotesNothing(t *testing.T) {
	for _, value := range []string{"98765432109876543210", "0987654321", "9876_5432__1", "98765432.1.2", "+0x98765432zz", "98765432-13-45"} {
		_, err := config.Parse("f", []byte("site = "+value+"\n"))
		if err == nil || regexp.MustCompile(`[0-9]{3,}`).MatchString(err.Error()) {
			t.Errorf("%s: %v", value, err)
		}
	}
}

// No input panics, and none yields both a Config and an error, or neither.
func FuzzParse(f *testing.F) {
	f.Add(config.Sample())
	f.Add(config.Demo())
	for _, pattern := range []string{"testdata/valid/*.toml", "testdata/invalid/*.toml"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			if data, err := os.ReadFile(name); err == nil {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("f", data)
		var bad source.Problems
		if (c == nil) != errors.As(err, &bad) {
			t.Fatalf("%v, %v", c, err)
		}
		for _, p := range bad {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Errorf("a problem without place or text: %+v", p)
			}
		}
	})
}
