package people_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kidoban/controller/people"
)

// README.md names the columns that the parser knows: all of the first ones, and no other.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, bad := people.Parse("f.csv", []byte("id,name,kind,shoe\n"), hash)
	_, list, _ := strings.Cut(bad[0].Text, "the columns are ")
	known := strings.Split(list, ", ")
	if len(known) < 20 {
		t.Fatalf("%d columns: %s", len(known), bad[0].Text)
	}
	for _, column := range known {
		if !strings.Contains(string(readme), "`"+column+"`") {
			t.Errorf("README.md does not name %s", column)
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `(.*?)` \\| (.*?) \\|").FindAllStringSubmatch(string(readme), -1)
	for _, row := range rows {
		for name := range strings.SplitSeq(strings.NewReplacer("`", "", " ", "").Replace(row[1]+","+row[2]), ",") {
			if name == "" || name == "id" || name == "name" || name == "kind" || name == "person" || strings.Contains("職員番号,番号,氏名,区分", name) {
				continue
			}
			if _, bad := people.Parse("f.csv", []byte("id,name,kind,"+name+"\n"), hash); len(bad) > 0 {
				t.Errorf("README.md names %s, which the parser does not know", name)
			}
		}
	}
}
