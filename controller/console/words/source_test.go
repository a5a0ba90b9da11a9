package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sentence is a string of the source that a person reads.
type sentence struct {
	file string // controller/desk/pin.go
	line int
	text string
}

// sentences are the folded strings of a package's files that look like one.
func sentences(t *testing.T, dir string) (out []sentence) {
	files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files (%v)", dir, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		constants := constantsOf(f)
		ast.Inspect(f, func(n ast.Node) bool {
			if skipped(n) {
				return false
			}
			e, is := n.(ast.Expr)
			if !is {
				return true
			}
			text, is := fold(e, constants)
			if is && spoken(text) {
				out = append(out, sentence{strings.TrimPrefix(file, "../../"), fset.Position(n.Pos()).Line, text})
			}
			return !is
		})
	}
	return out
}

// skipped are the places of strings that are no sentences: tags, imports, what is logged or makes a program stop.
func skipped(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return true
	case *ast.Field:
		return n.Tag != nil
	case *ast.CallExpr:
		switch f := n.Fun.(type) {
		case *ast.Ident:
			return f.Name == "panic"
		case *ast.SelectorExpr:
			return slices.Contains([]string{
				"Warn", "Info", "Error", "Debug", "MustCompile", "NewReplacer", "Format", "Sscanf", "Sscan",
				"ParseInLocation", "Log", "LogAttrs", "QueryContext", "ExecContext", "QueryRowContext",
			}, f.Sel.Name)
		}
	}
	return false
}

// constantsOf are the strings that a file names, to fold them where they are joined to others.
func constantsOf(f *ast.File) map[string]string {
	out := map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, is := n.(*ast.ValueSpec); is && len(v.Values) == len(v.Names) {
			for i, name := range v.Names {
				if lit, is := v.Values[i].(*ast.BasicLit); is && lit.Kind == token.STRING {
					out[name.Name], _ = strconv.Unquote(lit.Value)
				}
			}
		}
		return true
	})
	return out
}

// fold is a string, joined, with verbs for what is not known before it runs.
func fold(e ast.Expr, constants map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.ParenExpr:
		return fold(e.X, constants)
	case *ast.CallExpr:
		if f, is := e.Fun.(*ast.SelectorExpr); is && f.Sel.Name == "Sprintf" && len(e.Args) > 0 {
			return fold(e.Args[0], constants)
		}
	case *ast.BinaryExpr:
		left, ok := fold(e.X, constants)
		right, also := fold(e.Y, constants)
		if e.Op != token.ADD || !ok && !also {
			return "", false
		}
		return piece(e.X, left, ok, constants) + piece(e.Y, right, also, constants), true
	}
	return "", false
}

func piece(e ast.Expr, text string, ok bool, constants map[string]string) string {
	if id, is := e.(*ast.Ident); is && constants[id.Name] != "" {
		return constants[id.Name]
	}
	if !ok {
		return "%s"
	}
	return text
}

var (
	wordy = regexp.MustCompile(`[A-Za-z]{2}`)
	route = regexp.MustCompile(`^(GET|POST) /|^text/`)
	verb  = regexp.MustCompile(`%[-+# 0]*[0-9]*(\.[0-9]+)?[svw]`)
)

// spoken says that a string is of words.
func spoken(s string) bool {
	return strings.Contains(strings.TrimSpace(s), " ") && wordy.MatchString(verb.ReplaceAllString(s, "")) && !route.MatchString(s)
}

// plain makes all verbs of texts one.
func plain(format string) string { return verb.ReplaceAllString(format, "%s") }
