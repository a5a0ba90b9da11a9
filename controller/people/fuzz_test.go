package people_test

import (
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

func FuzzCSV(f *testing.F)  { fuzz(f, "f.csv") }
func FuzzTOML(f *testing.F) { fuzz(f, "f.toml") }

// No bytes panic; every problem has a place and a text; what has none can be merged, and merging it again changes nothing.
func fuzz(f *testing.F, name string) {
	f.Add(people.Demo())
	f.Add([]byte(two))
	f.Add([]byte(tomlRoster))
	f.Add([]byte("\ufeffid,name,kind\r\n1,\"甲\"\"乙\",職員\r\n"))
	if sjis, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte("職員番号,氏名,区分\r\n1,髙①㈱,職員\r\n")); err == nil {
		f.Add(sjis)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		imp, bad := people.Parse(name, data, hash)
		for _, p := range bad {
			if p.Line < 1 || p.Column < 1 || p.Text == "" || p.File != name {
				t.Errorf("a problem without place or text: %+v", p)
			}
		}
		if len(bad) > 0 {
			return
		}
		roster, sum := imp.Merge(ledger.Roster{}, true)
		if len(sum.Problems) > 0 {
			return // a schedule that is not there
		}
		if _, again := imp.Merge(roster, true); len(again.Edits) > 0 {
			t.Errorf("the same import changes %d rows the second time", len(again.Edits))
		}
	})
}

func FuzzDay(f *testing.F) {
	for _, s := range []string{"2026-04-01", "R8.4.1", "令和元年5月1日", "平成32年4月1日", "46113"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := people.ParseDay(s); err == nil && (d.Year() < 1900 || d.Year() > 2199 || d.Hour() != 0) {
			t.Errorf("%q is %v", s, d)
		}
	})
}
