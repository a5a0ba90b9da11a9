package people

import (
	"bytes"
	"encoding/csv"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// mark makes a spreadsheet read a CSV as UTF-8.
const mark = "\ufeff"

// sheetColumns are the columns of people that an import reads, cards left out: their numbers are known to nobody.
var sheetColumns = []column{
	colID, colName, colReading, colKind, colAffiliation, colSection, colPost, colFrom, colUntil, colFindingFrom, colFindingUntil,
	colDuty, colDutyZone, colDutyFrom, colDutyUntil,
}

// Template is the heading row of a file to be filled in and imported, and a line for a person with a card as an example.
func Template() []byte {
	head := make([]string, columns)
	for c := range headings {
		head[c] = japanese(column(c))
	}
	example := make([]string, columns)
	for c, text := range map[column]string{
		colID: "0305", colName: "山田 花子", colReading: "やまだ はなこ", colKind: "職員", colSection: "市民課", colFrom: "R8.4.1",
		colCardID: "C-0305", colFormat: "H10301", colFacility: "118", colNumber: "1305", colState: "有効",
	} {
		example[c] = text
	}
	return written([][]string{head, example})
}

// japanese is a column's heading as people of the office read it.
func japanese(c column) string {
	for _, h := range headings[c] {
		if h[0] >= utf8.RuneSelf {
			return h
		}
	}
	return headings[c][0]
}

// Sheet is a roster's people, posts, sections, findings and duties as a file that Parse reads, one right a line.
func Sheet(r ledger.Roster) []byte {
	x := NewIndex(r)
	rows := [][]string{{}}
	for _, c := range sheetColumns {
		rows[0] = append(rows[0], japanese(c))
	}
	ids := make([]access.PersonID, 0, len(r.People))
	for _, p := range r.People {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	for _, id := range ids {
		rows = append(rows, x.rows[id].lines()...)
	}
	return written(rows)
}

// lines are a person's: the first says who they are.
func (r *Rows) lines() [][]string {
	var out []map[column]string
	add := func(m map[column]string) { out = append(out, m) }
	for _, i := range r.Incumbents {
		add(map[column]string{colPost: string(i.Post), colFrom: firstDay(i.Span), colUntil: lastDay(i.Span)})
	}
	for _, b := range r.Belongings {
		add(map[column]string{colSection: harmless(b.Section), colFrom: firstDay(b.Span), colUntil: lastDay(b.Span)})
	}
	for _, f := range r.Findings {
		add(map[column]string{colFindingFrom: firstDay(f.Span), colFindingUntil: lastDay(f.Span)})
	}
	for _, d := range r.Duties {
		add(map[column]string{colDuty: string(d.Duty), colDutyZone: d.Zone, colDutyFrom: firstDay(d.Span), colDutyUntil: lastDay(d.Span)})
	}
	if len(out) == 0 {
		add(map[column]string{})
	}
	p := r.Person
	maps.Copy(out[0], map[column]string{
		colName: harmless(p.Name), colReading: harmless(p.Reading), colKind: kindWords[p.Kind], colAffiliation: harmless(p.Affiliation),
	})
	lines := make([][]string, len(out))
	for i, m := range out {
		m[colID] = string(p.ID)
		for _, c := range sheetColumns {
			lines[i] = append(lines[i], m[c])
		}
	}
	return lines
}

var kindWords = map[access.Kind]string{access.Staff: "職員", access.Contractor: "委託", access.Other: "その他"}

func firstDay(s access.Span) string {
	if s.From.IsZero() {
		return ""
	}
	return s.From.In(access.JST).Format(time.DateOnly)
}

// lastDay is the last day that belongs to a span.
func lastDay(s access.Span) string {
	if s.Until.IsZero() {
		return ""
	}
	return s.Until.Add(-time.Nanosecond).In(access.JST).Format(time.DateOnly)
}

// CardSheet is a list of the cards, whose they are, and how they stand.
func CardSheet(x *Index) []byte {
	rows := [][]string{{"管理番号", "職員番号", "氏名", "所属名", "カード形式", "状態", "有効開始日", "有効期限", "時間帯", "暗証番号の設定"}}
	for _, c := range x.cards {
		p := x.Of(c.Person)
		pin := "なし"
		if c.PIN != (access.Hash{}) {
			pin = "あり"
		}
		rows = append(rows, []string{
			string(c.ID), string(c.Person), harmless(p.Name), harmless(p.Affiliation), c.Format, stateWords[c.State],
			firstDay(c.Span), lastDay(c.Span), string(c.Schedule), pin,
		})
	}
	return written(rows)
}

var stateWords = map[access.CardState]string{access.Active: "有効", access.Blocked: "一時停止", access.Lost: "紛失", access.Revoked: "失効"}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

func written(rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(mark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.WriteAll(rows) // into memory
	return b.Bytes()
}
