package console_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// plural are the forms of one message.
var plural = []string{"one", "other"}

// messages are the sentences of a file of words, by key: "permits.ask.title".
func messages(t *testing.T, file string) map[string]string {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(body, &tree); err != nil {
		t.Fatal(file, err)
	}
	out := map[string]string{}
	flatten("", tree, out)
	return out
}

func flatten(at string, v any, out map[string]string) {
	table, is := v.(map[string]any)
	if !is {
		out[at], _ = v.(string)
		return
	}
	for k, v := range table {
		key := strings.TrimPrefix(at+"."+k, ".")
		if slices.Contains(plural, k) {
			key = at
		}
		flatten(key, v, out)
	}
}

// sources are the pages and the code of the console, without tests.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".html"}, filepath.Ext(path)) {
			return err
		}
		body, err := os.ReadFile(path)
		all.Write(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

var (
	argument = regexp.MustCompile(`\{\{\s*\.([a-z_]+)`)
	asked    = regexp.MustCompile(`[{(|] *t "([a-z0-9_.]+[a-z0-9_])"|(?:Word|Done): "([a-z0-9_]+\.[a-z0-9_.]+[a-z0-9_])"|\.T\("([a-z0-9_.]+[a-z0-9_])"`)
	begun    = regexp.MustCompile(`"([a-z0-9_]+\.(?:[a-z0-9_]+\.)*(?:[a-z0-9]+_|w)?)(?:%s[a-z_]*)?"`)
)

// Each sentence is there in both languages, tells of the same, and is said somewhere; what is said is there.
func TestWords(t *testing.T) {
	source, have := sources(t), map[string]bool{}
	files, _ := filepath.Glob("*/words.ja.toml")
	if len(files) < 10 {
		t.Fatal(files)
	}
	prefixes := map[string]bool{}
	for _, m := range begun.FindAllStringSubmatch(source, -1) {
		prefixes[m[1]] = true
	}
	for _, file := range files {
		ja, en := messages(t, file), messages(t, strings.Replace(file, ".ja.", ".en.", 1))
		for _, key := range slices.Sorted(maps.Keys(ja)) {
			have[key] = true
			if en[key] == "" || ja[key] == "" {
				t.Errorf("%s: %s is not said in both languages", file, key)
			} else if a, b := arguments(ja[key]), arguments(en[key]); !slices.Equal(a, b) {
				t.Errorf("%s: %s tells of %q in Japanese, of %q in English", file, key, a, b)
			}
			if !strings.Contains(source, `"`+key+`"`) && !made(source, prefixes, key) {
				t.Errorf("%s: %s is said nowhere", file, key)
			}
		}
		for key := range en {
			if ja[key] == "" {
				t.Errorf("%s: %s is said in English alone", file, key)
			}
		}
	}
	for _, m := range asked.FindAllStringSubmatch(source, -1) {
		if key := m[1] + m[2] + m[3]; !have[key] && !prefixes[key] {
			t.Errorf("%s is said and has no words", key)
		}
	}
}

func arguments(s string) (out []string) {
	for _, m := range argument.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(out, m[1]) && m[1] != "count" {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

// made says that a key is put together: of a beginning in the source, and where that is a group's alone ("field.") of an end
// that is a word of the source too; or of another key and an end ("_deputy").
func made(source string, prefixes map[string]bool, key string) bool {
	for i := range key {
		begin, end := key[:i+1], key[i+1:]
		if prefixes[begin] && end != "" && (strings.Count(begin, ".") > 1 || regexp.MustCompile(`["\x60 ,/]`+regexp.QuoteMeta(end)+`["\x60 ,/]`).MatchString(source)) {
			return true
		}
	}
	i := strings.LastIndexByte(key, '_')
	return i > 0 && strings.Contains(source, `"`+key[:i]+`"`) && strings.Contains(source, `"`+key[i:]+`"`)
}
