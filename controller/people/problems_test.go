package people_test

import (
	"reflect"
	"strings"
	"testing"

	"kidoban/controller/people"
)

// Every problem of a file in one list, each at its cell.
func TestProblems(t *testing.T) {
	const tail = ",,,,,,,,,,,,,\n"
	for _, c := range []struct {
		name, rows string
		want       []string
	}{
		{"all at once", "1,甲,職員,市民課,,平成32年4月1日,,,,,,,,,,\n\nＡ１,乙,正規,,,,,,,,,,,,,\n3,ﾔﾏﾀﾞ,職員,,,,,,,,,,,,,\n", []string{
			"2:13 from: 平成 was from 1989-01-08 to 2019-04-30; that day is R2.4.1",
			"4:1 id: full-width digits; write them as 0 to 9",
			"5:3 name: half-width kana; write them full-width (カタカナ)",
		}},
		{"kind", "1,甲,正規" + tail + "2,乙," + tail, []string{
			"2:5 kind: is one of 職員 (staff), 委託 (contractor), その他 (other)",
			"3:5 kind: is one of 職員 (staff), 委託 (contractor), その他 (other)",
		}},
		{"id", ",甲,職員" + tail + "１,甲,職員" + tail, []string{
			"2:1 id: is missing", "3:1 id: full-width digits; write them as 0 to 9",
		}},
		{"same person twice", "1,甲,職員" + tail + "2,乙,職員" + tail + "1,甲,職員" + tail, []string{
			"4:1 id: this person stands in line 2 already; keep one, or leave name and kind of this line empty to add a post or a card",
		}},
		{"further row of nobody", "1,,,,市民課長,R6.4.1,,,,,,,,,,\n", []string{
			"2:3 name: is missing, and no line above has this person; write name and kind",
		}},
		{"Article 20(1)(3): a contractor with a finding", "1,甲,委託,,,,,R6.4.1,,,,,,,,\n", []string{
			"2:12 finding_from: Article 20(1)(3) is for 職員 alone: who is not staff enters by permit, escorted (Article 20(2), (3)); remove the finding",
		}},
		{"a contractor with a post", "1,甲,委託,,市民課長,R6.4.1,,,,,,,,,,\n", []string{
			"2:9 post: only 職員 (staff) hold a post (Article 20(1)(1))",
		}},
		{"which security officer", "1,甲,職員,,セキュリティ責任者,R6.4.1,,,,,,,,,,\n", []string{
			"2:9 post: two posts have this name (Article 10(2)); write 市民課長 or 西支所長",
		}},
		{"two holders of a post", "1,甲,職員,,市民課長,R6.4.1,,,,,,,,,,\n2,乙,職員,,市民課長,R7.4.1,,,,,,,,,,\n", []string{
			"3:9 incumbency security-officer/2: person \"1\" holds the post at the same time",
		}},
		{"days without a post", "1,甲,職員,,,R6.4.1,,,,,,,,,,\n", []string{
			"2:10 from: dates a post or a section, and the line has neither; write the card's days into valid_from and valid_until",
		}},
		{"ends before it begins", "1,甲,職員,市民課,,R8.4.1,R8.3.31,,,,,,,,,\n", []string{
			"2:20 until: ends before it begins; correct one of the days",
		}},
		{"same section twice", "1,甲,職員,市民課,,R8.4.1,,,,,,,,,,\n1,,,市民課,,R8.4.1,,,,,,,,,,\n", []string{
			"3:5 section: line 2 says the same of this person from the same day; keep one",
		}},
		{"same card twice", "1,甲,職員,,,,,,C-1,H10301,118,12,,,,\n2,乙,職員,,,,,,C-2,H10301,118,012,,,,\n3,丙,職員,,,,,,C-1,H10301,118,13,,,,\n", []string{
			"3:28 number: the card of line 2 has this number already; one card belongs to one person (Article 23(2) by analogy)",
			"4:13 card_id: the card of line 2 has this id already; every card has its own",
		}},
		{"formats", "1,甲,職員,,,,,,C-1,HID26,118,12,,,,\n2,乙,職員,,,,,,C-2,,118,12,,,,\n", []string{
			"2:17 format: is not a card format; it is one of H10301,", "3:17 format: is missing; it is one of H10301,",
		}},
		{"ranges", "1,甲,職員,,,,,,C-1,H10301,256,12,,,,\n2,乙,職員,,,,,,C-2,H10301,118,65536,,,,\n3,丙,職員,,,,,,C-3,H10302,1,12,,,,\n4,丁,職員,,,,,,C-4,H10301,,12,,,,\n", []string{
			"2:24 facility: is a decimal number of 0 to 255 in H10301",
			"3:28 number: the card number in line 3 is above H10301's largest, 65535",
			"4:24 facility: H10302 has no facility code; leave it empty",
			"5:24 facility: is missing; cards of H10301 have one, 0 to 255",
		}},
		{"what no card has", "1,甲,職員,,,,,,C-1,H10301,0,0,,,,\n2,乙,職員,,,,,,C-2,H10301,255,65535,,,,\n", []string{
			"2:26 number: all zeros or all ones is what broken wires send, no card has it; look at the card again",
			"3:28 number: all zeros or all ones is what broken wires send, no card has it; look at the card again",
		}},
		{"numbers", "1,甲,職員,,,,,,C-1,H10301,118,１２,,,,\n2,乙,職員,,,,,,C-2,H10301,118,1.2E+04,,,,\n3,丙,職員,,,,,,C-3,H10301,118,x12,,,,\n4,丁,職員,,,,,,C-4,H10301,118,,,,,\n5,戊,職員,,,,,,C-5,RAW32,,12,,,,\n", []string{
			"2:28 number: full-width digits in the card number in line 2; write them as 0 to 9",
			"3:28 number: a spreadsheet has rounded the card number in line 3; format the column as text and enter it again",
			"4:28 number: the card number in line 4 is not decimal; write digits alone, the facility code apart",
			"5:28 number: is missing, and the line has a card's other columns",
			"6:24 number: RAW32 takes 8 hexadecimal digits, as kidoban reader learn shows them",
		}},
		{"card's words", "1,甲,職員,,,,,,C-1,H10301,118,12,無効,R8.4.1,R8.3.1,時間内\n2,乙,職員,,,,,,,,,,,R8.4.1,,\n3,丙,職員,,,,,,,H10301,118,14,,,,\n", []string{
			"2:31 state: is one of 有効 (active), 一時停止 (blocked), 紛失 (lost), 失効 (revoked)",
			"2:41 valid_until: ends before it begins; correct one of the days",
			"2:48 schedule: is 1 to 32 of A-Z, a-z, 0-9, dot, hyphen, underscore, half-width",
			"3:18 valid_from: is a card's, and the line has no card; write card_id and number too",
			"4:13 card_id: is missing",
		}},
		{"cells", "1,甲\n2,乙,職員,\"税務\"課,,,,,,,,,,,,\n3,\"丙\n丙\",職員" + tail, []string{
			"2:1 the line has 2 cells and the heading 16; add or remove commas",
			"3:11 a quotation mark is out of place; a cell with a comma stands in \"…\", a quotation mark in it twice",
			"4:3 name: a line break or control character; remove it",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, bad := people.Parse("f.csv", []byte(heading+c.rows), hash)
			begins(t, texts(bad), c.want)
		})
	}
}

func begins(t *testing.T, got, want []string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && strings.HasPrefix(got[i], want[i])
	}
	if !ok {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestHeadings(t *testing.T) {
	for rows, want := range map[string][]string{
		"id,氏名,区分,暗証番号\n":            {"1:10 column 4: a PIN never stands in a file"},
		"id,name,kind,PIN,duress\n":  {"1:14 column 4: a PIN never stands in a file", "1:18 column 5: a PIN never stands in a file"},
		"id,name,kind,shoe\n":        {"1:14 column 4 has a heading that is not known; the columns are id, name, reading"},
		"id,name,氏名,kind\n":          {"1:9 name: the column stands twice; keep one"},
		"職員番号,氏名\n":                  {"1:1 the column kind (区分) is missing; the first line names the columns"},
		"ID , Name,KIND\n1,甲,職員\n":   {},
		"職員番号,氏名,フリガナ,区分,所属,職,発令日\n": {},
	} {
		_, bad := people.Parse("f.csv", []byte(rows), hash)
		begins(t, texts(bad), want)
	}
}

const tomlRoster = `
[[person]]
id = "0102"
name = "橋本 美咲"
reading = "はしもと みさき"
kind = "職員"
affiliation = "市民課"
post = [{ name = "市民課長", from = 2024-04-01 }]
section = [{ name = "市民課", from = "R4.4.1" }]
finding = [{ from = "2023-04-01", until = "R6.3.31" }]

[[person.card]]
id = "C-0102"
format = "H10301"
facility = 118
number = 1102
extended = true
schedule = "office"

[[person.card]]
id = "C-0103"
format = "RAW32"
number = "04A1b2C3"
state = "lost"

[[schedule]]
id = "office"
monday = ["08:30-12:00", "13:00-17:15"]
saturday = ["22:00-06:00"]
sunday = ["00:00-24:00"]

[[holiday]]
date = "令和8年12月28日"
[[holiday]]
date = 2026-05-06
working = true
`

func TestTOML(t *testing.T) {
	imp := good(t, "roster.toml", tomlRoster)
	rec := imp.Roster.Records
	if len(rec.Incumbents) != 1 || len(rec.Belongings) != 1 || len(rec.Findings) != 1 || len(rec.Credentials) != 2 || len(rec.Schedules) != 1 || len(rec.Holidays) != 2 {
		t.Fatalf("got %+v", rec)
	}
	if c := rec.Credentials; c[0].Card != seen(t, "H10301", 118, 1102) || !c[0].Extended || c[1].Card != seen(t, "RAW32", 0, 0x04A1B2C3) {
		t.Error("the cards are not what a reader sees")
	}
	if w := rec.Schedules[0].Week; !reflect.DeepEqual(w[1][1].From, uint16(13*60)) || w[6][0].Until != 360 || w[0][0].Until != 1440 {
		t.Errorf("got %+v", w)
	}
	if h := rec.Holidays; h[0].Working || h[0].Month != 12 || !h[1].Working {
		t.Errorf("got %+v", h)
	}
}

func TestTOMLProblems(t *testing.T) {
	const doc = `
[[person]]
id = "1"
name = "甲"
kind = "委託"
finding = [{ from = "H32.4.1" }]
shoe = 42
[[person.card]]
id = "C-1"
pin = "2580"
number = true
[[person]]
id = "1"
name = "乙"
kind = "職員"
[[schedule]]
id = "office"
monday = ["8-17", "09:00-25:00"]
[[schedule]]
id = "office"
[[holiday]]
date = "R8.2.30"
`
	_, bad := people.Parse("roster.toml", []byte(doc), hash)
	begins(t, texts(bad), []string{
		"6:14 finding_from: Article 20(1)(3) is for 職員 alone",
		"7:1 person[0].shoe: unknown key",
		"8:10 format: is missing; it is one of H10301",
		"10:1 person[0].card[0].pin: a PIN never stands in a file",
		"11:1 person[0].card[0].number: needs a text in quotes",
		"13:1 id: this person stands in line 3 already",
		`18:11 schedule[0].monday[0]: hours are written "08:30-17:15"`,
		`18:19 schedule[0].monday[1]: hours are written "08:30-17:15"`,
		"20:1 id: line 17 says the same",
		"22:1 date: there is no such day in the calendar",
	})
}
