package people_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
	"kidoban/device/wiegand"
)

func hash(c device.Credential) access.Hash {
	mac := hmac.New(sha256.New, []byte("a key of tests"))
	mac.Write(c.AppendIdentity(nil))
	return access.Hash(mac.Sum(nil))
}

// seen is what a reader sees of a card.
func seen(t *testing.T, format string, facility, card uint64) access.Hash {
	t.Helper()
	f, err := wiegand.Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	bits, err := wiegand.Encode(f, facility, card)
	if err != nil {
		t.Fatal(err)
	}
	c, err := wiegand.Decode(f, bits)
	if err != nil {
		t.Fatal(err)
	}
	return hash(c)
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, access.JST) }

func texts(all []people.Problem) []string {
	out := []string{}
	for _, p := range all {
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Text))
	}
	return out
}

func good(t *testing.T, name, data string) people.Import {
	t.Helper()
	imp, bad := people.Parse(name, []byte(data), hash)
	if len(bad) > 0 {
		t.Fatalf("refused:\n%s", strings.Join(texts(bad), "\n"))
	}
	return imp
}

func merged(t *testing.T, imp people.Import, on ledger.Roster, replace bool) (ledger.Roster, people.Summary) {
	t.Helper()
	roster, sum := imp.Merge(on, replace)
	if len(sum.Problems) > 0 {
		t.Fatalf("refused:\n%s", strings.Join(texts(sum.Problems), "\n"))
	}
	return roster, sum
}

func TestDemo(t *testing.T) {
	roster, sum := merged(t, good(t, "demo.csv", string(people.Demo())), ledger.Roster{}, true)
	if len(roster.People) != 12 || len(roster.Records.Credentials) != 13 || len(roster.Records.Incumbents) != 4 || len(roster.Records.Findings) != 1 {
		t.Errorf("%d people, %+v", len(roster.People), sum)
	}
	if _, ok := find(roster, "C-0203"); !ok {
		t.Error("the lost card is missing")
	}
}

func find(r ledger.Roster, id access.CredentialID) (access.Credential, bool) {
	for _, c := range r.Records.Credentials {
		if c.ID == id {
			return c, true
		}
	}
	return access.Credential{}, false
}

const heading = "id,name,kind,section,post,from,until,finding_from,card_id,format,facility,number,state,valid_from,valid_until,schedule\n"

func TestCSVRow(t *testing.T) {
	imp := good(t, "f", heading+"0102,橋本 美咲,職員,市民課,市民課長,令和6年4月1日,R9.3.31,,C-0102,H10301,118,0012,有効,2024-04-01,2027/3/31,office\n")
	rec := imp.Roster.Records
	span := access.Span{From: day(2024, 4, 1), Until: day(2027, 4, 1)}
	want := access.Records{
		Incumbents: []access.Incumbency{{Person: "0102", Post: access.SecurityOfficer, Span: span}},
		Belongings: []access.Belonging{{Person: "0102", Section: access.CivicAffairs, Span: span}},
		Credentials: []access.Credential{{ID: "C-0102", Person: "0102", Format: "H10301", Card: seen(t, "H10301", 118, 12), State: access.Active,
			Schedule: "office", Span: span}},
	}
	if !reflect.DeepEqual(rec, want) {
		t.Errorf("got %+v\nwant %+v", rec, want)
	}
	who := ledger.Person{Person: access.Person{ID: "0102", Kind: access.Staff}, Name: "橋本 美咲", Affiliation: "市民課"}
	if imp.Roster.People[0] != who {
		t.Errorf("got %+v", imp.Roster.People[0])
	}
}

// A transfer on 1 April ends rights at 00:00 JST: the last day belongs to the span whole, the next not at all.
func TestLastDayBelongs(t *testing.T) {
	imp := good(t, "f", "id,name,kind,section,from,until\n1,甲,職員,市民課,R7.4.1,R8.3.31\n")
	span := imp.Roster.Records.Belongings[0].Span
	for at, want := range map[string]bool{
		"2025-03-31T23:59:59+09:00": false, "2025-04-01T00:00:00+09:00": true,
		"2026-03-31T23:59:59+09:00": true, "2026-04-01T00:00:00+09:00": false, "2026-03-31T15:00:00Z": false,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if span.Contains(when) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
}

// Pitfall 23: a first use of a new card opened a door. Enrolment alone gives no standing.
func TestPitfall23EnrolmentGivesNoStanding(t *testing.T) {
	imp := good(t, "f", heading+"1,甲,職員,税務課,係長,,,,C-1,H10301,118,77,,,,\n")
	roster, _ := merged(t, imp, ledger.Roster{}, true)
	rec := roster.Records
	rec.Persons = []access.Person{roster.People[0].Person}
	rules, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	q := access.Question{
		Point: access.AccessPoint{Door: "room", Direction: device.Entry, Zone: "room", Place: access.ManagementRoom, Officer: access.SecurityOfficer, Section: access.CivicAffairs},
		At:    access.Moment{Wall: day(2026, 4, 1), Trusted: true}, Card: seen(t, "H10301", 118, 77),
	}
	if d := access.Decide(rules, q); d.Reason == access.Granted || d.Credential != "C-1" {
		t.Errorf("decided %s of %s", d.Reason, d.Credential)
	}
}

func TestFurtherRows(t *testing.T) {
	imp := good(t, "f", heading+
		"1,甲,職員,市民課,市民課長,R6.4.1,,,C-1,H10301,118,1,紛失,,,\n"+
		"1,,,,市民文化環境部長,R7.4.1,R8.3.31,,,,,,,,,\n"+
		",,,,,,,,,,,,,,,\n"+
		"1,,,,,,,,C-2,H10301,118,2,,,,\n")
	rec := imp.Roster.Records
	if len(imp.Roster.People) != 1 || len(rec.Incumbents) != 2 || len(rec.Credentials) != 2 || rec.Credentials[0].State != access.Lost {
		t.Errorf("got %+v", rec)
	}
}

func TestEncodings(t *testing.T) {
	const rows = "職員番号,氏名,ふりがな,区分,会社名\r\n0001,髙﨑 ①,たかさき,職員,\r\nK1,山本,やまもと,委託,㈱架空\r\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"UTF-8": rows, "UTF-8 with a mark": "\ufeff" + rows, "Shift_JIS": sjis, "LF": strings.ReplaceAll(rows, "\r\n", "\n")} {
		imp := good(t, "f", data)
		if p := imp.Roster.People; p[0].Name != "髙﨑 ①" || p[1].Affiliation != "㈱架空" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	// Beyond the basic plane, with a variation selector, and with kana taken apart.
	imp := good(t, "f", "id,name,reading,kind\n1,𠮷田 葛\U000E0100,か\u3099くと,職員\n")
	if p := imp.Roster.People[0]; p.Name != "𠮷田 葛\U000E0100" || p.Reading != "がくと" {
		t.Errorf("%q %q", p.Name, p.Reading)
	}
	euc, err := japanese.EUCJP.NewEncoder().String("職員番号,氏名,区分\n1,青葉,職員\n")
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string]string{
		euc:                   "1:1 the file looks like EUC-JP; save it as UTF-8 or Shift_JIS",
		"\xff\xfei\x00d\x00":  "1:1 the file is UTF-16; save it as UTF-8",
		"id,name\n1,\x80\xff": "2:3 the file is not UTF-8; save it as UTF-8",
		"":                    "1:1 the file is empty; its first line names the columns: id,name,kind,…",
		"id\tname\tkind\n":    "1:1 the columns are separated by tabs; save the file as CSV with commas",
	} {
		if _, bad := people.Parse("f", []byte(data), hash); len(bad) != 1 || texts(bad)[0] != want {
			t.Errorf("%q: %q, want %s", data, texts(bad), want)
		}
	}
}

func TestWarnings(t *testing.T) {
	imp := good(t, "f", "id,name,kind,post\n1,=HYPERLINK(1),職員,係長\n2,+甲,職員,係長\n3,@乙,その他,\n")
	got := texts(imp.Warnings)
	if len(got) != 4 || !strings.HasPrefix(got[0], "2:3 name: begins with =, +, - or @") || !strings.HasPrefix(got[1], "2:20 post: is none") {
		t.Errorf("%q", got)
	}
}

// No problem quotes a card number, whatever is wrong with it or with the file.
func TestNoProblemQuotesANumber(t *testing.T) {
	const number = "98765432"
	digits := regexp.MustCompile(`98765432|９８７|5432`)
	for name, data := range map[string]string{
		"no heading":     "0001,甲,職員,C-1,H10301,118," + number + "\n",
		"too large":      heading + "1,甲,職員,,,,,,C-1,H10301,118," + number + ",,,,\n",
		"text":           heading + "1,甲,職員,,,,,,C-1,H10301,118,118-" + number + ",,,,\n",
		"rounded":        heading + "1,甲,職員,,,,,,C-1,H10301,118,9.8765432E+15,,,,\n",
		"wide":           heading + "1,甲,職員,,,,,,C-1,H10301,118,９８７６５４３２,,,,\n",
		"column shifted": heading + "1,甲," + number + "," + number + "," + number + "," + number + "," + number + "," + number + "," + number + "," + number + "," + number + ",x," + number + "," + number + "," + number + ",!" + number + "\n",
		"quotes":         heading + "1,甲,職員,,,,,,C-1,H10301,118,\"" + number + "\"x,,,,\n",
		"twice":          heading + "1,甲,職員,,,,,,C-1,H10306,1," + "5432" + ",,,,\n2,乙,職員,,,,,,C-2,H10306,1,5432,,,,\n",
		"a.toml":         "[[person]]\nid = \"1\"\nname = \"甲\"\nkind = \"職員\"\n[[person.card]]\nid = \"C-1\"\nformat = \"H10301\"\nfacility = 118\nnumber = " + number + "\n",
		"b.toml":         "[[person.card]]\nnumber = 0" + number + "\n",
		"c.toml":         "[[person.card]]\nnumber = " + number + number + number + "\n",
		"d.toml":         "[[person.card]]\nnumber = [" + number + ".5]\n",
		"e.toml":         "[[person.card]]\nnumber = " + number + ".5\n",
		"f.toml":         "[[person.card]]\npin = \"" + number + "\"\n",
	} {
		file := "f.csv"
		if strings.HasSuffix(name, ".toml") {
			file = name
		}
		imp, bad := people.Parse(file, []byte(data), hash)
		if len(bad) == 0 {
			t.Errorf("%s is taken", name)
		}
		if all := fmt.Sprintf("%v %+v %#v", bad, imp, imp); digits.MatchString(all) {
			t.Errorf("%s: %s", name, all)
		}
	}
}

func TestDays(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-04-01": day(2026, 4, 1), "2026/4/1": day(2026, 4, 1), "2026.4.1": day(2026, 4, 1), "2026年4月1日": day(2026, 4, 1),
		"R8.4.1": day(2026, 4, 1), "r08/04/01": day(2026, 4, 1), "令和8年4月1日": day(2026, 4, 1),
		"令和元年5月1日": day(2019, 5, 1), "平成31年4月30日": day(2019, 4, 30), "H1.1.8": day(1989, 1, 8), "S64.1.7": day(1989, 1, 7),
		"昭和元年12月25日": day(1926, 12, 25), "2024-02-29": day(2024, 2, 29),
	} {
		if got, err := people.ParseDay(text); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"平成32年4月1日": "平成 was from 1989-01-08 to 2019-04-30; that day is R2.4.1",
		"H31.5.1":   "that day is R1.5.1", "R1.4.30": "令和 was from 2019-05-01 on; that day is H31.4.30", "昭和64年1月8日": "that day is H1.1.8",
		"2026-02-29": "no such day", "R8.13.1": "no such day", "2026-4": "not a day", "8.4.1": "four digits or an era", "９.4.1": "full-width digits",
		"46113": "spreadsheet's day number", "9999-12-31": "leave the cell empty", "R0.4.1": "begins with year 1", "4/1/2026": "four digits or an era",
		"明治45年1月1日": "not a day", "--": "not a day", "R": "not a day", "": "not a day",
	} {
		if got, err := people.ParseDay(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %s", text, got, err, want)
		}
	}
}
