package controller_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// pure packages and files compute: no I/O, no clock, no goroutine. What each may import is said here, file by file where
// a package has a thin shell beside its pure part.
var pure = map[string][]string{
	"access":            {"time", "encoding/binary", "errors", "fmt", "slices", "sort", "strings", "strconv", "cmp", "maps", "math", "unicode/utf8", "crypto/subtle", "kidoban/device"},
	"account":           {"embed", "time", "crypto/sha256", "crypto/subtle", "encoding/base64", "errors", "fmt", "maps", "slices", "strconv", "strings", "unicode/utf8", "golang.org/x/crypto/argon2"},
	"archive/ocsf":      {"cmp", "crypto/sha256", "encoding/hex", "strings", "golang.org/x/mod/sumdb/tlog", "kidoban/controller/journal"},
	"article20":         {"time", "slices"}, // nothing of access: it is what access is held against
	"console/draw":      {"embed", "cmp", "encoding/xml", "errors", "fmt", "html/template", "io", "bytes", "math", "slices", "strconv", "strings", "time", "kidoban/controller/access", "rsc.io/qr"},
	"console/words":     {"fmt", "reflect", "regexp", "slices", "maps", "strconv", "strings", "sync", "time", "unicode", "unicode/utf8", "kidoban/controller/access", "kidoban/controller/account", "kidoban/controller/journal", "kidoban/controller/retention"},
	"door":              {"time", "fmt", "slices", "math", "strings"},
	"archive/watch":     {"time"},
	"archive/witness":   {"bytes", "encoding/base64", "errors", "fmt", "maps", "slices", "strconv", "strings", "time", "golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog"},
	"alarm":             {"time", "fmt", "slices", "strconv", "strings", "cmp", "maps", "kidoban/controller/journal", "kidoban/controller/ledger", "kidoban/device"},
	"bundle":            {"time", "bytes", "cmp", "crypto/sha256", "encoding/base64", "encoding/hex", "encoding/json", "errors", "fmt", "io", "regexp", "slices", "strings", "filippo.io/age", "golang.org/x/mod/sumdb/note", "kidoban/controller/access", "kidoban/controller/cards", "kidoban/controller/journal", "kidoban/controller/ledger"},
	"cards":             {"time", "fmt", "slices", "maps", "cmp", "encoding/json", "kidoban/controller/access", "kidoban/controller/ledger"},
	"ledger":            {"time", "cmp", "slices", "strings", "kidoban/controller/access", "kidoban/device"},
	"register":          {"time", "cmp", "encoding/json", "slices", "kidoban/controller/access", "kidoban/controller/journal", "kidoban/controller/ledger"},
	"retention":         {"time", "cmp", "crypto/sha256", "encoding/hex", "encoding/json", "errors", "fmt", "iter", "maps", "slices", "strconv", "strings", "kidoban/controller/access", "kidoban/controller/journal", "kidoban/controller/ledger"},
	"fold":              {"strings", "unicode", "golang.org/x/text/unicode/norm"},
	"health":            {"fmt", "slices", "cmp", "encoding/json", "strings", "time", "kidoban/controller/journal", "kidoban/controller/wire"},
	"homeassistant":     {"encoding/json", "fmt", "slices", "strings", "kidoban/controller/journal"},
	"wire":              {"encoding/json", "kidoban/controller/journal"},
	"journal":           {"bytes", "cmp", "crypto/ed25519", "crypto/sha256", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "iter", "maps", "slices", "strconv", "strings", "time", "unicode/utf8", "math", "math/bits", "kidoban/device", "golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog"},
	"notify":            {"time", "encoding/json", "fmt", "maps", "slices", "strings", "kidoban/controller/access", "kidoban/controller/alarm", "kidoban/controller/journal"},
	"../device":         {"embed", "time", "encoding/hex", "strconv", "log/slog"},
	"../device/wiegand": {"time", "log/slog", "math", "encoding/hex", "errors", "fmt", "iter", "math/bits", "slices", "sort", "strconv", "strings", "cmp", "maps", "kidoban/device"},
	".":                 {"time", "fmt", "strings", "kidoban/controller/account", "encoding/json", "slices", "maps", "strconv", "cmp", "kidoban/config", "kidoban/controller/access", "kidoban/controller/alarm", "kidoban/controller/bundle", "kidoban/controller/cards", "kidoban/controller/door", "kidoban/controller/journal", "kidoban/controller/ledger", "kidoban/controller/register", "kidoban/controller/retention", "kidoban/controller/wiring", "kidoban/device"},
	"wiring":            {"strings", "time", "kidoban/device"},
}

// shells are the files beside the pure step that run it.
var shells = map[string]bool{"run.go": true, "drive.go": true, "committer.go": true}

var clockCalls = map[string]bool{
	"Now": true, "Since": true, "Until": true, "Sleep": true, "After": true, "AfterFunc": true, "NewTimer": true,
	"NewTicker": true, "Tick": true,
}

func TestPureMeansPure(t *testing.T) {
	for dir, allowed := range pure {
		may := map[string]bool{}
		for _, a := range allowed {
			may[a] = true
		}
		for _, file := range goFiles(t, dir) {
			checkFile(t, file, may)
		}
	}
}

func goFiles(t *testing.T, dir string) (out []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		n := e.Name()
		if strings.HasSuffix(n, ".go") && !strings.HasSuffix(n, "_test.go") && !(dir == "." && shells[n]) {
			out = append(out, filepath.Join(dir, n))
		}
	}
	if len(out) == 0 {
		t.Errorf("%s: no files: is the list of pure packages true?", dir)
	}
	return out
}

func checkFile(t *testing.T, file string, may map[string]bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); !may[p] {
			t.Errorf("%s imports %s: not on the list of what a pure package may import", fset.Position(i.Pos()), p)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s: a pure package starts no goroutine", fset.Position(n.Pos()))
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && clockCalls[n.Sel.Name] {
				t.Errorf("%s: a pure package does not ask for the time: time.%s", fset.Position(n.Pos()), n.Sel.Name)
			}
		}
		return true
	})
}

// TestPeriphStaysInDevice keeps the hardware library's types below the waist, and its global host.Init out altogether.
func TestPeriphStaysInDevice(t *testing.T) {
	imports(t, func(file, path string) {
		if strings.HasPrefix(path, "periph.io/") && !strings.HasPrefix(file, "../device/") {
			t.Errorf("%s imports %s: periph stays inside device/", file, path)
		}
		switch path {
		case "periph.io/x/host/v3", "periph.io/x/host/v3/bcm283x", "periph.io/x/host/v3/rpi":
			t.Errorf("%s imports %s: it maps registers behind the kernel's back", file, path)
		}
	})
}

// TestSQLStaysInStores keeps SQL in the two packages that are for it.
func TestSQLStaysInStores(t *testing.T) {
	imports(t, func(file, path string) {
		if path != "database/sql" && path != "github.com/mattn/go-sqlite3" {
			return
		}
		if !strings.HasPrefix(file, "store/") && !strings.HasPrefix(file, "archive/") && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s imports %s: SQL is written in controller/store and controller/archive alone", file, path)
		}
	})
}

// TestPahoInOnePackage keeps the MQTT client behind one package.
func TestPahoInOnePackage(t *testing.T) {
	packages := map[string]bool{}
	imports(t, func(file, path string) {
		if path == "github.com/eclipse/paho.mqtt.golang" && !strings.HasSuffix(file, "_test.go") {
			packages[filepath.Dir(file)] = true
		}
	})
	if len(packages) > 1 {
		t.Errorf("paho is imported in %v: one package is enough", packages)
	}
}

func imports(t *testing.T, see func(file, path string)) {
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(p, "../controller/")
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			see(rel, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMainsAreShort keeps wiring in run.go and the mains at a glance.
func TestMainsAreShort(t *testing.T) {
	mains, _ := filepath.Glob("../cmd/*/main.go")
	if len(mains) != 3 {
		t.Errorf("programs: %v, want three", mains)
	}
	for _, m := range mains {
		b, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\n"); n > 40 {
			t.Errorf("%s has %d lines, at most 40", m, n)
		}
	}
}
