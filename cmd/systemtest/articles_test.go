package systemtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// articles are the paragraphs that must each name what tests them.
var articles = []string{
	"6", "9(1)", "9(2)", "9(3)", "10(1)", "10(2)", "11(1)", "11(2)", "11(3)", "11(4)", "11(5)", "11(6)", "11(7)",
	"20(1)(1)", "20(1)(2)", "20(1)(3)", "20(2)", "20(3)", "20(4)",
	"21(1)", "21(2)", "21(3)", "21(4)", "21(5)", "23(1)", "23(2)", "23(3)", "25(1)", "25(2)", "25(3)", "25(4)",
}

var testName = regexp.MustCompile("`([^`]+)`")

// TestArticleTable: the README's last table has a row for each paragraph, and what it names as tests is there: a test's
// function, a scenario, or a script. A row may say in words why there is nothing to test ("―").
func TestArticleTable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(readme), "\n## The regulation, article by article\n")
	if !found {
		t.Fatal("the README has no article table")
	}
	table, _, _ = strings.Cut(table, "\n## ")
	there := tests(t)
	var rows []string
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || strings.Contains(line, "---") {
			continue
		}
		article, named := strings.TrimSpace(cells[1]), cells[4]
		for _, a := range strings.Split(article, ", ") {
			rows = append(rows, strings.Fields(a)[0])
		}
		for _, m := range testName.FindAllStringSubmatch(named, -1) {
			if !there[m[1]] {
				t.Errorf("Article %s names %s, and there is no such test, scenario or script", article, m[1])
			}
		}
		if article != "Article" && !testName.MatchString(named) && !strings.Contains(named, "―") {
			t.Errorf("Article %s names no test", article)
		}
	}
	for _, a := range articles {
		if !slices.Contains(rows, a) {
			t.Errorf("the table has no row for Article %s", a)
		}
	}
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`)

// tests are the names of all tests, as "package.TestName" and "TestName", and of all scenarios and scripts.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return nil
		case strings.HasSuffix(path, ".txt") && strings.Contains(path, "scenario"), strings.HasSuffix(path, ".txtar"):
			out[filepath.Base(path)] = true
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range testFunc.FindAllStringSubmatch(string(text), -1) {
				out[m[1]], out[filepath.Base(filepath.Dir(path))+"."+m[1]] = true, true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
