package shelf_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\$([0-9]+)`)

// SQLite gives a statement's arguments to its placeholders in the order in which these first occur, PostgreSQL by number:
// both agree only where the numbers rise from 1.
func TestPlaceholdersRise(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text, ok := literal(e)
			if ok && !rises(text) {
				t.Errorf("%s: %s", set.Position(e.Pos()), text)
			}
			return !ok
		})
	}
}

// literal is the text of a string, or of a sum of strings where what is not known counts as nothing.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, ok2 := literal(e.Y)
		return left + right, e.Op == token.ADD && (ok || ok2)
	}
	return "", false
}

var statement = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH) `)

// rises judges a whole statement from 1 on, a piece of one from where it begins.
func rises(text string) bool {
	most, whole := 0, statement.MatchString(text)
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		if n > most+1 && (whole || most > 0) {
			return false
		}
		most = max(most, n)
	}
	return true
}
