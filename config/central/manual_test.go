package central_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kidoban/config/central"
	"kidoban/config/source"
)

var update = flag.Bool("update", false, "write the manual's keys into README.md")

const begin, end = "<!-- keys: printed from the comments of the structs -->\n", "<!-- end of keys -->\n"

// TestManual holds README.md against the comments of the structs: every key, in its words.
func TestManual(t *testing.T) {
	before, rest, ok := strings.Cut(central.Manual(), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the keys")
	}
	keys := manual(t, structDocs(t))
	if keys == old {
		return
	}
	if !*update {
		t.Fatal("README.md is not what the comments say; run go test ./config/central -update")
	}
	if err := os.WriteFile("README.md", []byte(before+begin+keys+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// manual prints the file's tables in their order, each below the one that holds it.
func manual(t *testing.T, docs map[string]string) string {
	var out strings.Builder
	var table func(heading string, of reflect.Type)
	table = func(heading string, of reflect.Type) {
		var below []source.Field
		fmt.Fprintf(&out, "\n### %s\n%s\n\n| key | meaning |\n|---|---|\n", heading, docs[of.Name()])
		for _, f := range source.Keys(of) {
			if f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
				below = append(below, f)
				continue
			}
			doc := docs[of.Name()+"."+f.Name]
			if doc == "" {
				t.Errorf("%s.%s has no comment", of.Name(), f.Name)
			}
			fmt.Fprintf(&out, "| `%s` | %s |\n", f.Key, strings.ReplaceAll(doc, "|", `\|`))
		}
		for _, f := range below {
			key := f.Key
			if under := strings.Trim(heading, "[]"); strings.HasPrefix(heading, "[") {
				key = under + "." + key
			}
			if f.Type.Kind() == reflect.Slice {
				table("[["+key+"]]", f.Type.Elem())
			} else {
				table("["+key+"]", f.Type)
			}
		}
	}
	table("top of the file", reflect.TypeFor[central.Config]())
	return out.String() + "\n"
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
		ast.Inspect(file, func(n ast.Node) bool {
			g, ok := n.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				return true
			}
			for _, s := range g.Specs {
				spec := s.(*ast.TypeSpec)
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
			return true
		})
	}
	return docs
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
