package people_test

import (
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

const duties = "id,氏名,ふりがな,区分,任務,任務区域,指定日,指定満了日\n"

func TestDuties(t *testing.T) {
	imp := good(t, "f.csv", duties+
		"1,甲,こう,職員,退室承諾の指定者,room,令和8年4月1日,R9.3.31\n"+
		"1,,,,clerk,,2026-04-01,\n"+
		"2,乙,おつ,職員,監査担当,,,\n"+
		"2,,,,代決者,room,,\n")
	want := []access.Duty{
		{Person: "1", Duty: access.DutyConsent, Zone: "room", Span: access.Span{From: day(2026, time.April, 1), Until: day(2027, time.April, 1)}},
		{Person: "1", Duty: access.DutyClerk, Span: access.Span{From: day(2026, time.April, 1)}},
		{Person: "2", Duty: access.DutyAuditor},
		{Person: "2", Duty: access.DutyDeputy, Zone: "room"},
	}
	got := imp.Roster.Records.Duties
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Person != w.Person || g.Duty != w.Duty || g.Zone != w.Zone || !g.From.Equal(w.From) || !g.Until.Equal(w.Until) {
			t.Errorf("got %+v, want %+v", g, w)
		}
	}
	roster, sum := merged(t, imp, ledger.Roster{}, false)
	if sum.Added != 6 {
		t.Errorf("%+v", sum)
	}
	if _, again := merged(t, imp, roster, true); len(again.Edits) != 0 {
		t.Errorf("the same again: %+v", again.Edits)
	}
	next, sum := merged(t, good(t, "f.csv", "id,name,kind\n1,甲,職員\n"), roster, true)
	if len(next.Records.Duties) != 0 || sum.Removed != 5 {
		t.Errorf("replaced: %+v", sum)
	}
}

func TestDutiesInTOML(t *testing.T) {
	imp := good(t, "f.toml", `
[[person]]
id = "1"
name = "甲"
kind = "職員"
duty = [{ name = "consent", zone = "room", from = 2026-04-01, until = "R8.9.30" }, { name = "clerk" }]
`)
	got := imp.Roster.Records.Duties
	if len(got) != 2 || got[0].Zone != "room" || !got[0].Until.Equal(day(2026, time.October, 1)) || got[1].Duty != access.DutyClerk {
		t.Errorf("got %+v", got)
	}
}

func TestDutyProblems(t *testing.T) {
	for rows, want := range map[string][]string{
		"1,甲,,委託,consent,,,\n":        {"2:9 duty: only 職員 (staff) are designated to consent to leaving (退室承諾の指定者, Article 20(4)); they need not be"},
		"1,甲,,その他,監査担当,,,\n":          {"2:10 duty: only 職員 (staff) are auditors"},
		"1,甲,,職員,指定者,,,\n":            {"2:9 duty: two kinds of person are called so; write 退室承諾の指定者 (Article 20(4))"},
		"1,甲,,職員,庶務,,,\n":             {"2:9 duty: is one of 退室承諾の指定者 (consent), 入退室事務担当 (clerk)"},
		"1,甲,,職員,clerk,管理室,,\n":       {"2:15 duty_zone: is the name of a zone as the configuration has it"},
		"1,甲,,職員,clerk,,平成32年4月1日,\n": {"2:16 duty_from: 平成 was from 1989-01-08 to 2019-04-30; that day is R2.4.1"},
		"1,甲,,職員,clerk,,R8.4.1,R8.3.31\n": {
			"2:23 duty_until: ends before it begins; correct one of the days",
		},
		"1,甲,,職員,,room,R8.4.1,\n": {
			"2:10 duty_zone: is a duty's, and the line has none; write duty (任務) too",
			"2:15 duty_from: is a duty's, and the line has none; write duty (任務) too",
		},
		"1,甲,,職員,clerk,,R8.4.1,\n1,,,,入退室事務担当,,2026-04-01,\n": {
			"3:6 duty: line 2 says the same of this person from the same day; keep one",
		},
		"1,甲,ﾔﾏﾀﾞ,職員,clerk,,,\n": {"2:5 reading: half-width kana; write them full-width (カタカナ)"},
	} {
		_, bad := people.Parse("f.csv", []byte(duties+rows), hash)
		begins(t, texts(bad), want)
	}
}

// A duty in a zone that the site does not have would never hold: the import is refused at its cell.
func TestDutyInAStrangeZone(t *testing.T) {
	imp := good(t, "f.csv", duties+"1,甲,,職員,clerk,rooom,,\n1,,,,consent,room,,\n1,,,,deputy,,,\n")
	bad := imp.Strange(func(zone string) bool { return zone == "room" })
	begins(t, texts(bad), []string{"2:15 duty_zone: the configuration has no zone of this name"})
}
