package people_test

import (
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
)

// No name makes a spreadsheet reckon, in either width, and each comes back from the sheet as it was.
func TestSheetIsHarmless(t *testing.T) {
	for _, name := range []string{"=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "＝１＋１", "＋", "－", "＠"} {
		r := ledger.Roster{People: []ledger.Person{{Person: access.Person{ID: "0201", Kind: access.Staff}, Name: name, Reading: name, Affiliation: name}}}
		sheet := people.Sheet(r)
		if text := string(sheet); strings.Count(text, "'"+name) != 3 {
			t.Errorf("%q: %s", name, text)
		}
		imp, bad := people.Parse("sheet.csv", sheet, func(device.Credential) access.Hash { return access.Hash{} })
		if got := imp.Roster.People; len(bad) > 0 || len(got) != 1 || got[0].Name != name || got[0].Affiliation != name {
			t.Errorf("%q comes back as %+v: %v", name, got, bad)
		}
	}
}
