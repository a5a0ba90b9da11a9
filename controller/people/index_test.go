package people_test

import (
	"slices"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
)

func TestFind(t *testing.T) {
	april := time.Date(2026, 4, 1, 0, 0, 0, 0, access.JST)
	row := func(id access.PersonID, name, reading string, k access.Kind) ledger.Person {
		return ledger.Person{Person: access.Person{ID: id, Kind: k}, Name: name, Reading: reading}
	}
	x := people.NewIndex(ledger.Roster{
		People: []ledger.Person{
			row("3", "高橋 一", "たかはし はじめ", access.Staff), row("1", "代田 二", "だいた じ", access.Staff),
			row("2", "無名", "", access.Contractor), row("4", "青木 三", "アオキ ミ", access.Staff),
		},
		Records: access.Records{
			Belongings:  []access.Belonging{{Person: "3", Section: "west", Span: access.Span{Until: april}}, {Person: "4", Section: "west", Span: access.Span{From: april}}},
			Credentials: []access.Credential{{ID: "C-9", Person: "2"}, {ID: "C-1", Person: "3"}},
		},
	})
	for _, c := range []struct {
		q     people.Query
		from  int
		limit int
		want  []access.PersonID
		all   int
	}{
		{people.Query{}, 0, 9, []access.PersonID{"4", "1", "3", "2"}, 4}, {people.Query{}, 1, 2, []access.PersonID{"1", "3"}, 4},
		{people.Query{Words: "髙橋 ﾊｼﾞﾒ"}, 0, 9, []access.PersonID{"3"}, 1}, {people.Query{Words: "c-9"}, 0, 9, []access.PersonID{"2"}, 1},
		{people.Query{Words: "高橋 青木"}, 0, 9, nil, 0}, {people.Query{Kind: access.Contractor}, 0, 9, []access.PersonID{"2"}, 1},
		{people.Query{Section: "west", At: april.Add(-1)}, 0, 9, []access.PersonID{"3"}, 1}, {people.Query{Section: "west", At: april}, 0, 9, []access.PersonID{"4"}, 1},
		{people.Query{}, 9, 9, nil, 4},
	} {
		found, all := x.Find(c.q, c.from, c.limit)
		var got []access.PersonID
		for _, r := range found {
			got = append(got, r.Person.ID)
		}
		if !slices.Equal(got, c.want) || all != c.all {
			t.Errorf("%+v from %d: %v of %d, want %v of %d", c.q, c.from, got, all, c.want, c.all)
		}
	}
	if found, all := x.Cards("たかはし", func(access.Credential) bool { return true }, 0, 9); all != 1 || found[0].ID != "C-1" {
		t.Errorf("cards: %v", found)
	}
}

// What is exported can be imported: nothing changes by it.
func TestSheetComesBack(t *testing.T) {
	hash := func(device.Credential) access.Hash { return access.Hash{1} }
	imp, bad := people.Parse("demo.csv", people.Demo(), func(c device.Credential) access.Hash { return access.Hash{byte(c.Card), byte(c.Card >> 8)} })
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	roster, _ := imp.Merge(ledger.Roster{}, true)
	again, bad := people.Parse("sheet.csv", people.Sheet(roster), hash)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	if _, sum := again.Merge(roster, false); len(sum.Problems) > 0 || len(sum.Edits) > 0 {
		t.Errorf("%v %+v", sum.Problems, sum.Edits)
	}
	if _, bad := people.Parse("template.csv", people.Template(), hash); len(bad) > 0 {
		t.Error(bad[0])
	}
}

// What somebody has changes next when the first of their rows begins or ends.
func TestNext(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, time.April, n, 0, 0, 0, 0, access.JST) }
	r := people.Rows{
		Incumbents: []access.Incumbency{{Span: access.Span{From: day(9)}}},
		Belongings: []access.Belonging{{Span: access.Span{From: day(1), Until: day(5)}}, {}},
		Findings:   []access.Finding{{Span: access.Span{Until: day(7)}}},
		Duties:     []access.Duty{{Span: access.Span{From: day(3), Until: day(11)}}},
	}
	for at, want := range map[time.Time]time.Time{
		day(0): day(1), day(1): day(3), day(3): day(5), day(5): day(7), day(7): day(9), day(9): day(11), day(11): {},
	} {
		if got := r.Next(at); !got.Equal(want) {
			t.Errorf("after %v: %v, want %v", at, got, want)
		}
	}
}
