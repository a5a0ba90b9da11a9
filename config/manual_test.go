package config_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/config/source"
)

var update = flag.Bool("update", false, "write the manual's keys into README.md")

const begin, end = "<!-- keys: printed from the comments of the structs -->\n", "<!-- end of keys -->\n"

// TestManual holds README.md against the comments of the structs: every key, in its words.
func TestManual(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the keys")
	}
	keys := manual(t)
	if keys == old {
		return
	}
	if !*update {
		t.Fatal("README.md is not what the comments say; run go test ./config -update")
	}
	if err := os.WriteFile("README.md", []byte(before+begin+keys+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// manual prints every table that can be reached from Config.
func manual(t *testing.T) string {
	docs := structDocs(t)
	var out strings.Builder
	for _, table := range tables() {
		name := table.of.Name()
		fmt.Fprintf(&out, "\n### %s\n%s\n\n| key | meaning |\n|---|---|\n", table.heading, docs[name])
		for _, f := range source.Keys(table.of) {
			doc := docs[name+"."+f.Name]
			if s := element(f.Type); s.Kind() == reflect.Struct {
				doc = strings.TrimSpace(doc + " See " + headings(s) + ".")
			}
			if doc == "" {
				t.Errorf("%s.%s has no comment", name, f.Name)
			}
			fmt.Fprintf(&out, "| `%s` | %s |\n", f.Key, strings.ReplaceAll(doc, "|", `\|`))
		}
	}
	return out.String() + "\n"
}

type table struct {
	heading string
	of      reflect.Type
}

func tables() []table {
	return []table{
		{"top of the file", reflect.TypeFor[config.Config]()},
		{"[contact]", reflect.TypeFor[config.Contact]()},
		{"[storage]", reflect.TypeFor[config.Storage]()},
		{"[backup]", reflect.TypeFor[config.Backup]()},
		{"[clock]", reflect.TypeFor[config.Clock]()},
		{"[mqtt]", reflect.TypeFor[config.MQTT]()},
		{"[access]", reflect.TypeFor[config.Access]()},
		{"[alarms]", reflect.TypeFor[config.Alarms]()},
		{"[health]", reflect.TypeFor[config.Health]()},
		{"[metrics]", reflect.TypeFor[config.Metrics]()},
		{"[home_assistant]", reflect.TypeFor[config.HomeAssistant]()},
		{"[duties]", reflect.TypeFor[config.Duties]()},
		{"[visits]", reflect.TypeFor[config.Visits]()},
		{"[retention]", reflect.TypeFor[config.Retention]()},
		{"[roster]", reflect.TypeFor[config.Roster]()},
		{"[panel]", reflect.TypeFor[config.Panel]()},
		{"[[zone]]", reflect.TypeFor[config.Zone]()},
		{"[[door]]", reflect.TypeFor[config.Door]()},
		{"input", reflect.TypeFor[config.Input]()},
		{"output", reflect.TypeFor[config.Output]()},
		{"reader", reflect.TypeFor[config.Reader]()},
		{"[[account]]", reflect.TypeFor[config.Account]()},
		{"[socket]", reflect.TypeFor[config.Socket]()},
		{"[console]", reflect.TypeFor[config.Console]()},
		{"[directory]", reflect.TypeFor[config.Directory]()},
	}
}

func headings(of reflect.Type) string {
	for _, t := range tables() {
		if t.of == of {
			return t.heading
		}
	}
	return "nowhere"
}

func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// structDocs are the comments of the package's structs and fields, as "Struct" and "Struct.Field".
func structDocs(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	names, _ := filepath.Glob("*.go")
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				spec, ok := s.(*ast.TypeSpec)
				if !ok {
					continue
				}
				fields, ok := spec.Type.(*ast.StructType)
				if !ok {
					continue
				}
				docs[spec.Name.Name] = oneLine(g.Doc.Text())
				for _, f := range fields.Fields.List {
					for _, n := range f.Names {
						docs[spec.Name.Name+"."+n.Name] = oneLine(f.Doc.Text())
					}
				}
			}
		}
	}
	return docs
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Every key that is not a table says its default or that it is required, and who sets it.
func TestEveryKeySaysItsDefaultAndWhoSetsIt(t *testing.T) {
	docs := structDocs(t)
	who := regexp.MustCompile(`\[(訓令|市長\(26\)|セキュリティ責任者(?:\(25\(4\)\))?|システム管理者\((?:23\(3\)|25\(4\))\)|製品既定値)\]$`)
	for _, table := range tables() {
		for _, f := range source.Keys(table.of) {
			doc := docs[table.of.Name()+"."+f.Name]
			if doc == "" && element(f.Type).Kind() == reflect.Struct {
				continue
			}
			if !who.MatchString(doc) {
				t.Errorf("%s.%s does not end in who sets it: %s", table.of.Name(), f.Name, doc)
			}
			if !regexp.MustCompile(`(?i)default|required`).MatchString(doc) {
				t.Errorf("%s.%s says neither a default nor that it is required: %s", table.of.Name(), f.Name, doc)
			}
		}
	}
}

// TestSample: the sample parses, holds each key of each table, and shows its default beside a comment.
func TestSample(t *testing.T) {
	if _, err := config.Parse("sample.toml", config.Sample()); err != nil {
		t.Fatal(err)
	}
	var c config.Config
	places, bad := source.Decode("sample.toml", config.Sample(), &c)
	if bad != nil {
		t.Fatal(bad)
	}
	lines := strings.Split(string(config.Sample()), "\n")
	seen := map[string]bool{}
	walk(reflect.ValueOf(&c).Elem(), "", func(of reflect.Type, f source.Field, path string, v reflect.Value) {
		if !places.Has(path) {
			return
		}
		line := lines[places[path].Line-1]
		key := of.Name() + "." + f.Key
		if element(f.Type).Kind() == reflect.Struct {
			seen[key] = true
			return
		}
		if !strings.Contains(line, "#") {
			return // a further table of the same kind
		}
		seen[key] = true
		if strings.Contains(line, "required") || strings.Contains(line, "default:") {
			return
		}
		if want := defaultOf(of).FieldByIndex(f.Index); !reflect.DeepEqual(v.Interface(), want.Interface()) && v.String() != want.String() {
			t.Errorf("line %d shows %s = %v, the default is %v", places[path].Line, key, v, want)
		}
	})
	for _, table := range tables() {
		for _, f := range source.Keys(table.of) {
			if !seen[table.of.Name()+"."+f.Key] && table.of != reflect.TypeFor[config.Config]() {
				t.Errorf("the sample does not show %s of %s with a comment", f.Key, table.heading)
			}
		}
	}
	for _, f := range source.Keys(reflect.TypeFor[config.Config]()) {
		if !places.Has(f.Key) && !places.Has(f.Key+"[0]") {
			t.Errorf("the sample has no %s", f.Key)
		}
	}
}

func walk(v reflect.Value, path string, do func(reflect.Type, source.Field, string, reflect.Value)) {
	for _, f := range source.Keys(v.Type()) {
		field, at := v.FieldByIndex(f.Index), strings.TrimPrefix(path+"."+f.Key, ".")
		do(v.Type(), f, at, field)
		switch {
		case field.Kind() == reflect.Pointer && field.IsNil():
		case field.Kind() == reflect.Pointer && field.Elem().Kind() == reflect.Struct:
			walk(field.Elem(), at, do)
		case field.Kind() == reflect.Struct:
			walk(field, at, do)
		case field.Kind() == reflect.Slice && element(field.Type()).Kind() == reflect.Struct:
			for i := range field.Len() {
				walk(field.Index(i), fmt.Sprintf("%s[%d]", at, i), do)
			}
		}
	}
}

func defaultOf(of reflect.Type) reflect.Value {
	v := reflect.New(of)
	if d, ok := v.Interface().(source.Defaulter); ok {
		d.SetDefaults()
	}
	return v.Elem()
}
