package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kidoban/controller/console/words"
)

// worded are the members of an entry that hold words of the record.
var worded = []string{"Mode", "Reason", "WaitingFor", "Point", "Detail", "Direction", "Post"}

// TestEveryMember: each word that the daemon writes into an entry's data, as its source has it, has its words.
func TestEveryMember(t *testing.T) {
	n := 0
	for _, dir := range []string{".", "desk", "store", "outbox", "health", "register", "../cmd/kidoband"} {
		files, _ := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		values := map[string]string{}
		var parsed []*ast.File
		fset := token.NewFileSet()
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, f)
			for name, value := range constantsOf(f) {
				values[name] = value
			}
		}
		for _, f := range parsed {
			for at, value := range written(f, values) {
				if n++; value[0] != ';' && !words.Termed(value) && !words.Said(value) {
					t.Errorf("%s: an entry says %q, and the pages do not", fset.Position(at), value)
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("%d words of entries in the source: is this how they are written?", n)
	}
}

// written are the texts that a file puts into data: in a literal, or member by member.
func written(f *ast.File, constants map[string]string) map[token.Pos]string {
	out := map[token.Pos]string{}
	keep := func(member string, value ast.Expr) {
		if !slices.Contains(worded, member) {
			return
		}
		switch v := value.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(v.Value); err == nil && s != "" {
				out[v.Pos()] = s
			}
		case *ast.Ident:
			if s := constants[v.Name]; s != "" {
				out[v.Pos()] = s
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if of, is := n.Type.(*ast.SelectorExpr); is && of.Sel.Name == "Data" {
				for _, e := range n.Elts {
					if kv, is := e.(*ast.KeyValueExpr); is {
						keep(kv.Key.(*ast.Ident).Name, kv.Value)
					}
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				sel, is := left.(*ast.SelectorExpr)
				if x, named := selected(sel); is && named && (x == "d" || x == "data" || x == "Data") && len(n.Rhs) == len(n.Lhs) {
					keep(sel.Sel.Name, n.Rhs[i])
				}
			}
		}
		return true
	})
	return out
}

// selected is the name of what a member is of.
func selected(s *ast.SelectorExpr) (string, bool) {
	if s == nil {
		return "", false
	}
	switch x := s.X.(type) {
	case *ast.Ident:
		return x.Name, true
	case *ast.SelectorExpr:
		return x.Sel.Name, true
	}
	return "", false
}
