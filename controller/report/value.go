package report

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// value is what a box holds, on paper and as CSV.
type value struct {
	text sheet.Text
	csv  string
}

func plain(s string) value { return value{sheet.T(s), s} }

// words is a text that a person wrote; 「―」 where there is none.
func (h *Head) written(s string) value { return plain(h.or(s)) }

// known is a text that must have been there: 「不明」 where it is not.
func (h *Head) known(s string) value { return plain(h.orElse(s, unknown)) }

// time is an instant in a table: R8.4.1 over 09:05:12.
func (h *Head) time(t time.Time, missing word) value {
	if t.IsZero() {
		return plain(h.say(missing))
	}
	return value{sheet.T(h.short(t)), iso(t)}
}

// until is the end of a validity: that of a day is its 24:00.
func (h *Head) until(t time.Time, missing word) value {
	if !t.IsZero() && t.Equal(retention.On(t).Start()) {
		return value{sheet.T(h.day(t.Add(-1), missing).text[0].S + " 24:00"), iso(t)}
	}
	return h.time(t, missing)
}

func (h *Head) short(t time.Time) string {
	clock := t.In(access.JST).Format(" 15:04:05")
	if h.english() {
		return retention.On(t).String() + clock
	}
	return retention.EraShort(t) + clock
}

// day is a date in a table.
func (h *Head) day(t time.Time, missing word) value {
	if t.IsZero() {
		return plain(h.say(missing))
	}
	d := retention.On(t)
	if h.english() {
		return plain(d.String())
	}
	return value{sheet.T(d.EraShort()), d.String()}
}

// sentence is an instant in words: 令和8年4月1日(水)午前9時5分.
func (h *Head) sentence(t time.Time) string {
	switch {
	case t.IsZero():
		return h.say(unknown)
	case h.english():
		return t.In(access.JST).Format("2 January 2006, 15:04")
	}
	return retention.EraDateTime(t)
}

// second is an instant in a form, to the second.
func (h *Head) second(t time.Time, missing word) value {
	switch {
	case t.IsZero():
		return plain(h.say(missing))
	case h.english():
		return value{sheet.T(t.In(access.JST).Format("2 January 2006 (Mon), 15:04:05")), iso(t)}
	}
	return value{sheet.T(retention.EraSecond(t)), iso(t)}
}

// span is a validity; its end does not belong to it.
func (h *Head) span(s access.Span) value {
	from, until := h.day(s.From, unknown), plain(h.say(word{"定めなし", "no end"}))
	if !s.Until.IsZero() {
		until = h.day(s.Until.Add(-1), unknown)
	}
	return join(h.say(word{"～", " to "}), "/", from, until)
}

// hours is a span to the minute, as a permit states it.
func (h *Head) hours(s access.Span) value {
	if s.From.IsZero() || s.Until.IsZero() {
		return h.span(s)
	}
	text := h.sentence(s.From) + h.say(word{"から\n", " to\n"}) + h.sentence(s.Until) + h.say(word{"まで", ""})
	return value{sheet.T(text), iso(s.From) + "/" + iso(s.Until)}
}

func iso(t time.Time) string { return t.In(access.JST).Format("2006-01-02T15:04:05-07:00") }

// join puts values behind each other.
func join(between, csv string, vs ...value) (out value) {
	for i, v := range vs {
		if i > 0 {
			out.text = append(out.text, sheet.Run{S: between})
			out.csv += csv
		}
		out.text = append(out.text, v.text...)
		out.csv += v.csv
	}
	return out
}

// act is who did something, in which post, and when.
func (h *Head) act(a ledger.Act, missing word) value {
	if !a.Done() {
		return plain(h.say(missing))
	}
	return join("\n", " ", plain(h.who(a)), h.time(a.At, unknown))
}

// who is a person in a post: 市民課長 山田 太郎.
func (h *Head) who(a ledger.Act) string {
	name := a.Name
	if name == "" {
		name = string(a.Person)
	}
	parts := []string{h.orElse(name, unknown)}
	if post := h.post(a); post != "" {
		parts = []string{post, parts[0]}
	}
	return strings.Join(parts, " ")
}

var posts = map[access.Post]word{
	access.CISO:            {"市民文化環境部長", "CISO"},
	access.SecurityOfficer: {"市民課長", "Head of Civic Affairs"},
	access.WestBranchHead:  {"西支所長", "Head of the West Branch"},
	access.SystemManager:   {"デジタル推進課長", "system manager"},
}

func (h *Head) post(a ledger.Act) string {
	w, known := posts[a.Post]
	if !known {
		w = word{string(a.Post), string(a.Post)}
	}
	switch {
	case w.ja == "":
		return ""
	case a.Acting:
		w.ja, w.en = w.ja+"事務取扱", "acting "+w.en
	case a.Deputy:
		w.ja, w.en = w.ja+" 代", "for the "+w.en
	}
	return h.say(w)
}

var classes = map[string]word{
	"art20.1.1":           {"第20条第1項第1号", "Article 20(1)(1)"},
	"art20.1.2":           {"第20条第1項第2号(市民課職員)", "Article 20(1)(2), staff of civic affairs"},
	"art20.1.3":           {"第20条第1項第3号(メンテナンス従事職員)", "Article 20(1)(3), maintenance staff"},
	"art11.2":             {"第11条第2号", "Article 11(2)"},
	"art20.2":             {"入室者", "permit holder"},
	"visitor":             {"入室者", "permit holder"},
	"visitor.staff":       {"入室者(職員)", "permit holder (staff)"},
	"visitor.contractor":  {"入室者(委託)", "permit holder (contractor)"},
	"visitor.maintenance": {"入室者(保守)", "permit holder (maintenance)"},
	"visitor.other":       {"入室者(その他)", "permit holder (other)"},
	"staff":               {"職員", "staff"},
	"contractor":          {"委託", "contractor"},
	"maintenance":         {"保守", "maintenance"},
	"other":               {"その他", "other"},
	"emergency":           {"緊急", "emergency"},
}

func (h *Head) class(c string) string {
	if w, known := classes[c]; known {
		return h.say(w)
	}
	return h.orElse(c, unknown)
}

// length of a stay: 1:25:30.
func length(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
