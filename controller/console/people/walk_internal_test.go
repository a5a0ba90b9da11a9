package people

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"kidoban/controller/access"
)

// Every walk that access explains has a result or says that there is no card; nothing of it is left as an id or a code.
func TestWalks(t *testing.T) {
	body, err := os.ReadFile("../../access/testdata/explain.txt")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`[a-z]+_[a-z]+|^- |civic-affairs|west-branch|refused|不可|passed as|結果|answer`)
	for i, walk := range strings.Split(string(body), "== ")[1:] {
		title, lines, _ := strings.Cut(strings.TrimSpace(walk), "\n")
		l := access.English
		if i%2 == 1 {
			l = access.Japanese
		}
		got := split(l, strings.Split(lines, "\n"))
		if len(got) != 1 {
			t.Fatalf("%s: %d answers", title, len(got))
		}
		a := got[0]
		if without := title == "nobody" || title == "one who has no card"; a.Asked == without || a.Asked && a.Basis == "" || a.May == (a.Result != "") && a.Asked {
			t.Errorf("%s: %+v", title, a)
		}
		for _, s := range a.Steps {
			said := append([]string{s.Text, s.Why}, s.Rows...)
			if bad := codes.FindString(strings.Join(said, "\n")); bad != "" {
				t.Errorf("%s: %q in %s", title, bad, fmt.Sprint(said))
			}
		}
	}
}
