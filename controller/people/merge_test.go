package people_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

const two = heading +
	"1,甲,職員,市民課,市民課長,R6.4.1,,,C-1,H10301,118,11,,R6.4.1,,\n" +
	"2,乙,職員,市民課,,R6.4.1,,,C-2,H10301,118,12,,R6.4.1,,\n"

func standing(t *testing.T) ledger.Roster {
	t.Helper()
	roster, sum := merged(t, good(t, "f", two), ledger.Roster{}, false)
	if sum.Added != 7 || sum.Persons.Added != 2 || sum.Cards.Added != 2 || sum.Changed+sum.Removed+sum.Kept != 0 {
		t.Fatalf("%+v", sum)
	}
	return roster
}

func TestMergeOfTheSameChangesNothing(t *testing.T) {
	roster := standing(t)
	for i := range roster.Records.Credentials { // as a store gives them back
		s := &roster.Records.Credentials[i].Span
		s.From = s.From.UTC()
	}
	for _, replace := range []bool{false, true} {
		next, sum := merged(t, good(t, "f", two), roster, replace)
		if len(sum.Edits) != 0 || sum.Added+sum.Changed+sum.Removed != 0 || len(next.People) != 2 {
			t.Errorf("replace %v: %+v", replace, sum)
		}
	}
}

func TestMergeAddsAndReplaces(t *testing.T) {
	roster := standing(t)
	imp := good(t, "f", "id,name,kind,section,from,until\n2,乙 改,職員,市民課,R6.4.1,R8.3.31\n3,丙,職員,,,\n")
	next, sum := merged(t, imp, roster, false)
	if sum.Added != 1 || sum.Changed != 2 || sum.Removed != 0 || len(next.People) != 3 || len(next.Records.Credentials) != 2 {
		t.Errorf("added to: %+v", sum)
	}
	next, sum = merged(t, imp, roster, true)
	if sum.Removed != 5 || sum.Persons.Removed != 1 || sum.Cards.Removed != 2 || len(next.People) != 2 || len(next.Records.Credentials) != 0 {
		t.Errorf("replaced: %+v", sum)
	}
	if len(roster.People) != 2 || roster.People[1].Name != "乙" {
		t.Error("the standing roster was changed")
	}
}

// Applied one by one in their order, the edits make the same roster, and no rule refuses one on the way.
func TestEditsLeadThere(t *testing.T) {
	roster := standing(t)
	imp := good(t, "f", heading+
		"2,乙,職員,市民課,市民課長,R8.4.1,,,C-2,H10301,118,12,,,,\n"+
		"1,甲,職員,市民課,市民課長,R6.4.1,R8.3.31,R8.4.1,C-9,H10301,118,99,,,,\n")
	given := func(kind, until string) string {
		return "id,name,kind,duty,duty_zone,duty_from,duty_until\n1,甲,職員," + kind + ",room,R8.4.1," + until + "\n"
	}
	roster, _ = merged(t, good(t, "f", given("退室承諾の指定者", "")), roster, false)
	duties := good(t, "f", given("退室承諾の指定者", "R9.3.31")+"1,,,代決者,,R8.4.1,\n")
	imp.Roster.Records.Duties = duties.Roster.Records.Duties
	next, sum := merged(t, imp, roster, true)
	rules, bad := access.NewRoster(1, withPersons(roster))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for _, e := range sum.Edits {
		edit := access.Edit{Incumbency: e.Incumbency, Belonging: e.Belonging, Finding: e.Finding, Duty: e.Duty, Credential: e.Credential, Schedule: e.Schedule, Holiday: e.Holiday, Delete: e.Delete}
		if e.Person != nil {
			edit.Person = &e.Person.Person
		}
		if p := rules.Apply(edit); p != nil {
			t.Errorf("refused on the way: %s", p)
		}
	}
	want, bad := access.NewRoster(1, withPersons(next))
	if len(bad) > 0 || !reflect.DeepEqual(rules.Records(), want.Records()) {
		t.Errorf("got %+v\nwant %+v", rules.Records(), want.Records())
	}
}

func withPersons(r ledger.Roster) access.Records {
	rec := r.Records
	for _, p := range r.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	return rec
}

// An old list from the personnel office must not make a lost card open doors again, nor forget its PIN.
func TestAnImportNeverMakesACardBetter(t *testing.T) {
	for _, worse := range []access.CardState{access.Blocked, access.Lost, access.Revoked} {
		for _, replace := range []bool{false, true} {
			roster := standing(t)
			roster.Records.Credentials[0].State = worse
			roster.Records.Credentials[0].PIN = access.Hash{1}
			roster.Records.Credentials[0].Duress = access.Hash{2}
			next, sum := merged(t, good(t, "f", two), roster, replace)
			if c, _ := find(next, "C-1"); c.State != worse || c.PIN != (access.Hash{1}) || c.Duress != (access.Hash{2}) || sum.Kept != 1 {
				t.Errorf("state %d, replace %v: %+v", worse, replace, sum)
			}
		}
	}
	roster := standing(t)
	roster.Records.Credentials[0].PIN = access.Hash{1}
	next, _ := merged(t, good(t, "f", strings.Replace(strings.Replace(two, "118,11,,", "118,31,,", 1), "118,12,,", "118,12,紛失,", 1)), roster, false)
	if c, _ := find(next, "C-1"); c.PIN != (access.Hash{}) {
		t.Error("another card under the id took over the PIN")
	}
	if c, _ := find(next, "C-2"); c.State != access.Lost {
		t.Error("the file cannot report a card lost")
	}
}

func TestColumnsThatAreNotThereLeaveWhatStands(t *testing.T) {
	full := "id,name,reading,kind,section,from,card_id,format,facility,number,valid_until,schedule,extended\n1,甲,こう,職員,市民課,R6.4.1,C-1,H10301,118,11,R9.3.31,,はい\n"
	roster, _ := merged(t, good(t, "f", full), ledger.Roster{}, false)
	next, sum := merged(t, good(t, "f", "id,name,kind,card_id,format,facility,number\n1,甲 改,職員,C-1,H10301,118,11\n"), roster, false)
	c, _ := find(next, "C-1")
	if sum.Changed != 1 || next.People[0].Reading != "こう" || next.People[0].Affiliation != "市民課" || !c.Extended || c.Until.IsZero() || len(next.Records.Belongings) != 1 {
		t.Errorf("%+v %+v", sum, next)
	}
}

func TestMergeRefusesWithTheLine(t *testing.T) {
	roster := standing(t)
	for name, c := range map[string]struct{ rows, want string }{
		"a card enrolled already":    {"3,丙,職員,,,,,,C-3,H10301,118,0011,,,,\n", "2:13 card_id: the card in line 2 is enrolled already as C-1, of person 1"},
		"by an id that sorts before": {"3,丙,職員,,,,,,A-3,H10301,118,0011,,,,\n", "2:13 card_id: the card in line 2 is enrolled already as C-1, of person 1"},
		"a post that is held":        {"3,丙,職員,,市民課長,R8.4.1,,,,,,,,,,\n", "2:9 incumbency security-officer/3"},
		"an unknown schedule":        {"3,丙,職員,,,,,,C-3,H10301,118,13,,,,night\n", "2:13 credential C-3"},
		"no longer staff":            {"1,甲,委託,,,,,,,,,,,,,\n", "incumbency security-officer/1"},
	} {
		next, sum := good(t, "f", heading+c.rows).Merge(roster, false)
		if len(sum.Problems) != 1 || !strings.Contains(texts(sum.Problems)[0], c.want) {
			t.Errorf("%s: %q, want %s", name, texts(sum.Problems), c.want)
		}
		if len(sum.Edits) > 0 || !reflect.DeepEqual(next, roster) {
			t.Errorf("%s: refused, and yet changed", name)
		}
	}
}

func TestSchedulesOfACSVStay(t *testing.T) {
	roster, _ := merged(t, good(t, "r.toml", tomlRoster), ledger.Roster{}, false)
	next, _ := merged(t, good(t, "f", two), roster, true)
	if len(next.Records.Schedules) != 1 || len(next.Records.Holidays) != 2 {
		t.Errorf("%+v", next.Records)
	}
	next, _ = merged(t, good(t, "r.toml", "[[holiday]]\ndate = 2026-12-29\n"), roster, true)
	if len(next.Records.Schedules) != 0 || len(next.Records.Holidays) != 1 || len(next.People) != 0 {
		t.Errorf("%+v", next)
	}
}

func large() []byte {
	var b strings.Builder
	b.WriteString(heading)
	for i := range 10_000 {
		fmt.Fprintf(&b, "%05d,山田 花子%d,職員,市民課,,R6.4.1,,,C-%05d,H10306,%d,%d,有効,2024-04-01,R9.3.31,\n", i, i, i, 1+i/5000, 1+i%5000)
	}
	return []byte(b.String())
}

// 10,000 rows are read and merged in a moment (see the benchmarks); the bound only catches what grows with the square.
func TestTenThousandRows(t *testing.T) {
	data := large()
	start := time.Now()
	imp, bad := people.Parse("f.csv", data, hash)
	parsed := time.Since(start)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	roster, sum := merged(t, imp, ledger.Roster{}, true)
	t.Logf("parsed in %s, merged in %s", parsed, time.Since(start)-parsed)
	if len(roster.People) != 10_000 || sum.Cards.Added != 10_000 || parsed > 30*time.Second {
		t.Errorf("%s, %+v", parsed, sum.Cards)
	}
}

func TestTenThousandTables(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "[[person]]\nid = \"%05d\"\nname = \"山田\"\nkind = \"職員\"\nsection = [{ name = \"市民課\", from = 2024-04-01 }]\n"+
			"[[person.card]]\nid = \"C-%05d\"\nformat = \"H10306\"\nfacility = %d\nnumber = %d\n", i, i, 1+i/5000, 1+i%5000)
	}
	start := time.Now()
	imp := good(t, "f.toml", b.String())
	t.Logf("parsed in %s", time.Since(start))
	if len(imp.Roster.Records.Credentials) != 10_000 || time.Since(start) > 30*time.Second {
		t.Errorf("%d cards in %s", len(imp.Roster.Records.Credentials), time.Since(start))
	}
}

func BenchmarkParse(b *testing.B) {
	data := large()
	for b.Loop() {
		people.Parse("f.csv", data, hash)
	}
}

func BenchmarkMerge(b *testing.B) {
	imp, _ := people.Parse("f.csv", large(), hash)
	roster, _ := imp.Merge(ledger.Roster{}, true)
	for b.Loop() {
		imp.Merge(roster, true)
	}
}
