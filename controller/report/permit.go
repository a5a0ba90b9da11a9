package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Application is 入室許可申請書: what was asked for under Article 20(2), with room for the decision.
type Application struct {
	Permit    ledger.Permit
	Applicant string // the name of RequestedBy, "" = the id
}

// PermitLetter is 入室許可書: the decision of the security officer, a refusal and a revocation included.
type PermitLetter struct {
	Permit   ledger.Permit
	Recorder string // the name of OralBy, "" = the id
}

// PermitBadges is 入室許可証: a badge to be worn, one for each person that the permit names.
type PermitBadges struct{ Permit ledger.Permit }

var permitArticle = word{"第20条第2項", ", Article 20(2)"}

var permitStates = map[access.PermitState]word{
	access.Requested:       {"審査中", "requested"},
	access.Permitted:       {"許可済", "granted"},
	access.PermittedOrally: {"口頭許可・許可者の確認待ち", "granted orally, to be confirmed by the officer"},
	access.NotPermitted:    {"不許可", "refused"},
	access.Withdrawn:       {"許可取消し", "revoked"},
}

// asked is what both papers say of the request.
func (h *Head) permitFields(p *ledger.Permit) []field {
	t := &p.Text
	return []field{
		{label: word{"所属(会社名)", "Organisation"}, value: h.known(t.Organisation)},
		{label: word{"入室者", "Permit holders"}, value: h.visitors(p)},
		{label: word{"入室目的", "Purpose"}, value: h.known(t.Purpose), tall: 34},
		{label: word{"作業内容", "Work"}, value: h.written(t.Work), tall: 34},
		{label: word{"対象機器", "Equipment"}, value: h.written(t.Equipment)},
		{label: word{"入室の期間", "From, until"}, value: h.hours(p.Span)},
		{label: word{"曜日・時間帯", "Days and hours"}, value: plain(h.weekly(p))},
		{label: word{"入室の回数", "Entries"}, value: plain(h.entries(p.Entries))},
		{label: word{"立会いの予定", "Escort plan"}, value: h.written(t.EscortPlan)},
		{label: word{"持込機器・媒体", "To be carried in"}, value: h.written(t.CarryIn)},
		{label: word{"持出機器・媒体", "To be carried out"}, value: h.written(t.CarryOut)},
	}
}

func (h *Head) visitors(p *ledger.Permit) value {
	var parts []string
	for _, v := range p.Text.Visitors {
		s := h.orElse(v.Name, unknown)
		if v.Reading != "" {
			s += h.say(word{"(", " ("}) + v.Reading + ")"
		}
		if v.Affiliation != "" {
			s += h.say(word{"　", ", "}) + v.Affiliation
		}
		if v.Class != "" {
			s += h.say(word{"　", ", "}) + h.class(v.Class)
		}
		parts = append(parts, s)
	}
	if p.Most > len(p.Text.Visitors) {
		parts = append(parts, fmt.Sprintf(h.say(word{"当日記名を含め%d人まで", "up to %d persons, names on the day"}), p.Most))
	}
	return plain(h.orElse(strings.Join(parts, "\n"), unknown))
}

func (h *Head) weekly(p *ledger.Permit) string {
	names := [7]word{{"日", "Sun"}, {"月", "Mon"}, {"火", "Tue"}, {"水", "Wed"}, {"木", "Thu"}, {"金", "Fri"}, {"土", "Sat"}}
	var days []string
	for i, on := range p.Days {
		if on {
			days = append(days, h.say(names[i]))
		}
	}
	s := h.orElse(strings.Join(days, h.say(word{"・", ", "})), word{"毎日", "every day"})
	d := p.Daily
	if d == (access.Hours{}) {
		return s + h.say(word{"　終日", ", all day"})
	}
	return s + fmt.Sprintf(h.say(word{"　%d:%02d～%d:%02d", ", %d:%02d to %d:%02d"}), d.From/60, d.From%60, d.Until/60, d.Until%60)
}

func (h *Head) entries(n int) string {
	if n == 0 {
		return h.say(word{"制限なし(期間・時間帯の内)", "without limit within the hours"})
	}
	return fmt.Sprintf(h.say(word{"1人%d回まで", "at most %d each"}), n)
}

func (a Application) fields(h *Head) []field {
	p := &a.Permit
	return append([]field{
		{label: word{"申請番号", "Number"}, value: h.known(string(p.ID))},
		{label: word{"申請年月日", "Requested"}, value: h.second(p.Requested, unknown)},
		{label: word{"申請者", "Requested by"}, value: h.known(cmp.Or(a.Applicant, string(p.RequestedBy)))},
	}, h.permitFields(p)...)
}

// Doc lays out the application.
func (a Application) Doc(h Head) sheet.Doc {
	p := page{title: word{"入室許可申請書", "Request for a permit to enter"}, article: permitArticle, sub: string(a.Permit.ID)}
	to := h.say(word{"(宛先)", "To the "}) + strings.ReplaceAll(h.say(h.officer()), "\n", "")
	ask := h.say(word{"次のとおり入室の許可を申請します。", "Permission to enter is asked for as follows."})
	return h.doc(p, sheet.Paragraph{Text: sheet.T(to), Size: 10.5, After: 2}, sheet.Paragraph{Text: sheet.T(ask), Size: 9.5, After: 3},
		h.fields(a.fields(&h)), spacer, h.seals(word{"申請者", "Applicant"}, word{"申請者の所属長", "Applicant's head"}, clerk, h.officer()))
}

// CSV writes the application as two columns.
func (a Application) CSV(w io.Writer, h Head) error { return fieldsCSV(w, h, a.fields(&h)) }

func (l PermitLetter) fields(h *Head) []field {
	p := &l.Permit
	state, known := permitStates[p.State]
	if !known {
		state = unknown
	}
	out := []field{
		{label: word{"許可番号", "Number"}, value: h.known(string(p.ID))},
		{label: word{"決定", "Decision"}, value: plain(h.say(state))},
		{label: word{"決定者・年月日", "Decided by, on"}, value: h.act(p.Act, none)},
	}
	if !p.Oral.IsZero() {
		oral := join("\n", " ", h.second(p.Oral, unknown), plain(h.oralHow(p.OralHow)),
			join(": ", ": ", plain(h.say(word{"記録者", "recorded by"})), h.known(cmp.Or(l.Recorder, string(p.OralBy)))))
		if p.Late {
			oral = join("\n", " ", oral, plain(h.say(word{"入室後の記録", "recorded after the entry"})))
		}
		out = append(out, field{label: word{"口頭許可", "Oral permission"}, value: oral})
	}
	if !p.Oral.IsZero() || p.Act.Deputy {
		out = append(out, field{label: word{"許可者の確認・後閲", "Officer's confirmation"}, value: h.act(p.Confirmed, word{"確認待ち", "awaited"})})
	}
	out = append(out, h.permitFields(p)...)
	out = append(out, field{label: word{"許可の条件", "Conditions"}, value: h.written(p.Text.Conditions)})
	if p.Revoked.Done() {
		out = append(out, field{label: word{"取消し", "Revoked"}, value: h.act(p.Revoked, none)})
	}
	return append(out, field{label: word{"不許可・取消しの理由", "Reason of refusal"}, value: h.written(p.Text.Reason)})
}

func (h *Head) oralHow(s string) string {
	switch s {
	case "telephone":
		return h.say(word{"電話による", "by telephone"})
	case "in_person":
		return h.say(word{"対面による", "in person"})
	}
	return h.orElse(s, unknown)
}

// Doc lays out the letter.
func (l PermitLetter) Doc(h Head) sheet.Doc {
	p := page{title: l.title(), article: permitArticle, sub: string(l.Permit.ID)}
	rules := h.say(word{
		"入室には立会者(第20条第1項に掲げる者)の立会いを要する(第20条第3項)。退室時間を記録し、退室の承諾を受けること(第20条第4項)。退室は、いつでもできる。",
		"An escort (a person of Article 20(1)) attends the entry (Article 20(3)). Leaving is recorded and consented to (Article 20(4)); " +
			"the way out is always open.",
	})
	if l.Permit.State != access.Permitted && l.Permit.State != access.PermittedOrally {
		rules = ""
	}
	return h.doc(p, append(l.opening(&h), h.fields(l.fields(&h)),
		sheet.Space(4), sheet.Paragraph{Text: sheet.T(rules), Size: 8.5, After: 4}, h.seals(h.officer()))...)
}

// title says so where it is no permit.
func (l PermitLetter) title() word {
	switch l.Permit.State {
	case access.Permitted, access.PermittedOrally:
		return word{"入室許可書", "Permit to enter"}
	case access.NotPermitted:
		return word{"入室許可について(不許可)", "On a request for a permit: refused"}
	case access.Withdrawn:
		return word{"入室許可について(取消し)", "On a permit: revoked"}
	}
	return word{"入室許可について(審査中)", "On a request for a permit: not decided"}
}

// opening is to whom, from whom, and what became of the request.
func (l PermitLetter) opening(h *Head) []sheet.Block {
	p := &l.Permit
	say := word{"次のとおり入室を許可する。", "Entry is permitted as follows."}
	switch p.State {
	case access.Requested:
		say = word{"次の申請は、審査中である。", "The following request is not decided yet."}
	case access.NotPermitted:
		say = word{"次の申請は、許可しない。", "The following request is refused."}
	case access.Withdrawn:
		say = word{"次の許可は、取り消した。", "The following permit is revoked."}
	case access.PermittedOrally:
		say = word{"次のとおり口頭で許可した。許可者の確認を要する。", "Permitted orally as follows; the officer is to confirm it."}
	}
	out := []sheet.Block{sheet.Paragraph{
		Text: sheet.T(h.orElse(p.Text.Organisation, unknown) + h.say(word{"　様", ""})), Size: 11, After: 2,
	}}
	if p.Act.Done() {
		out = append(out, sheet.Paragraph{Text: sheet.T(h.sentence(p.Act.At)), Size: 9.5, Align: sheet.Right},
			sheet.Paragraph{Text: sheet.T(h.say(word{"セキュリティ責任者　", "Security officer: "}) + h.who(p.Act)), Size: 10.5, Align: sheet.Right})
	}
	return append(out, sheet.Paragraph{Text: sheet.T(h.say(say)), Size: 10.5, After: 3})
}

// CSV writes the letter as two columns.
func (l PermitLetter) CSV(w io.Writer, h Head) error { return fieldsCSV(w, h, l.fields(&h)) }

// Doc lays out the badges, two abreast, each to be cut out.
func (b PermitBadges) Doc(h Head) sheet.Doc {
	p := page{title: word{"入室許可証(名札)", "Entry badges"}, article: permitArticle, sub: string(b.Permit.ID)}
	blocks := []sheet.Block{}
	people := b.people()
	for i := 0; i < len(people); i += 2 {
		cells := []sheet.Cell{h.badge(&b.Permit, people[i]), {Open: true}, {Open: true}}
		if i+1 < len(people) {
			cells[2] = h.badge(&b.Permit, people[i+1])
		}
		blocks = append(blocks, sheet.Table{
			Widths: []float64{20, 1, 20}, Size: 12, Lines: 12, Rows: []sheet.Row{{Least: 150, Lines: [][]sheet.Cell{cells}}},
		}, spacer)
	}
	return h.doc(p, blocks...)
}

// people are those named, and an unnamed badge for each who is named on the day.
func (b PermitBadges) people() []ledger.Visitor {
	out := append([]ledger.Visitor{}, b.Permit.Text.Visitors...)
	for len(out) < min(b.Permit.Most, 100) {
		out = append(out, ledger.Visitor{})
	}
	return out
}

func (h *Head) badge(p *ledger.Permit, v ledger.Visitor) sheet.Cell {
	name := v.Name
	if name == "" {
		name = h.say(word{"(当日記名)", "(name on the day)"})
	}
	firm := v.Affiliation
	if firm == "" {
		firm = p.Text.Organisation
	}
	return sheet.Cell{Align: sheet.Center, Name: name, Text: sheet.Text{
		{S: h.say(word{"入 室 許 可 証", "ENTRY PERMIT"}) + "\n", Bold: true}, {S: h.or(h.Room) + "\n", Small: true},
		{S: "\n" + name + "\n", Bold: true}, {S: h.orElse(firm, unknown) + "\n\n", Small: true},
		{S: string(p.ID) + "\n", Small: true}, {S: h.span(p.Span).text[0].S + h.badgeUntil(p), Small: true},
		{S: "\n" + h.say(word{"立会者とともに入室すること", "to be escorted"}), Small: true},
	}}
}

func (h *Head) badgeUntil(p *ledger.Permit) (s string) {
	for _, run := range h.span(p.Span).text[1:] {
		s += run.S
	}
	return s
}

// CSV writes a row for each badge.
func (b PermitBadges) CSV(w io.Writer, h Head) error {
	heads := []string{
		h.say(word{"許可番号", "permit"}), h.say(columns[3]), h.say(columns[5]), h.say(word{"入室の期間", "from, until"}),
	}
	var rows [][]string
	for _, v := range b.people() {
		rows = append(rows, []string{
			h.orElse(string(b.Permit.ID), unknown), h.orElse(v.Name, word{"(当日記名)", "(name on the day)"}), h.or(v.Affiliation), h.hours(b.Permit.Span).csv,
		})
	}
	return writeCSV(w, h, heads, rows)
}
