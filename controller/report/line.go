package report

import (
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// The 22 columns of a line, in the register's order.
var columns = [...]word{
	{"連番", "No."}, {"年度", "Fiscal year"}, {"室名", "Room"}, {"氏名", "Name"}, {"ふりがな", "Reading"},
	{"所属", "Affiliation"}, {"区分", "Class"}, {"本人確認・名札・カード", "Identity, badge, card"},
	{"入室年月日・入室時間", "Entry time"}, {"入室目的", "Purpose"}, {"作業内容・対象機器", "Work, equipment"},
	{"入室許可・許可者", "Permit, by whom"}, {"立会者", "Escort"}, {"持込機器・媒体", "Carried in"},
	{"持出機器・媒体", "Carried out"}, {"退室年月日・退室時間", "Exit time"}, {"退室の承諾", "Consent to leave"},
	{"在室時間", "Stay"}, {"異常・備考", "Incidents, remarks"}, {"訂正履歴", "Corrections"},
	{"確認", "Checked"}, {"保存満了日", "Kept through"},
}

// line is the values of one visit's columns, corrections shown where they were made.
func (h *Head) line(v *ledger.Visit) [22]value {
	entered := h.time(v.Entered, unknown)
	return [22]value{
		h.known(v.ID), plain(retention.FiscalYearLabel(retention.FiscalYear(v.Entered), h.Language)), h.known(h.Room),
		h.corrected(v, "name", h.known(v.Name)), h.corrected(v, "reading", h.written(v.Reading)),
		h.corrected(v, "affiliation", h.known(v.Affiliation)), plain(h.class(v.Class)), h.identity(v),
		entered, h.corrected(v, "purpose", h.asked(v, v.Purpose)), h.work(v),
		h.permit(v), h.escorts(v), h.corrected(v, "carry_in", h.written(v.CarryIn)),
		h.corrected(v, "carry_out", h.written(v.CarryOut)), h.left(v), h.consent(v), h.stay(v), h.remarks(v),
		h.corrections(v), h.checked(v.Checked), h.kept(v),
	}
}

// asked is what Article 20(3) asks of a permit holder and of nobody else.
func (h *Head) asked(v *ledger.Visit, s string) value {
	if v.Visitor() {
		return h.known(s)
	}
	return h.written(s)
}

func (h *Head) identity(v *ledger.Visit) value {
	labels := []word{{"確認 ", "identity "}, {"名札 ", "badge "}, {"カード ", "card "}}
	parts := []value{
		h.corrected(v, "identity", h.asked(v, v.Identity)), h.corrected(v, "badge", h.written(v.Badge)),
		h.written(string(v.Credential)),
	}
	for i := range parts {
		parts[i] = join("", "", plain(h.say(labels[i])), parts[i])
	}
	return join("\n", " ", parts...)
}

func (h *Head) work(v *ledger.Visit) value {
	if v.Work == "" && v.Equipment == "" && len(v.Corrections) == 0 {
		return plain(h.say(none))
	}
	return join("\n", " / ", h.corrected(v, "work", h.written(v.Work)), h.corrected(v, "equipment", h.written(v.Equipment)))
}

func (h *Head) permit(v *ledger.Visit) value {
	if !v.Visitor() {
		return plain(h.say(none))
	}
	parts := []value{plain(string(v.Permit)), h.act(v.PermitAct, unknown)}
	if v.PermitOral {
		parts = append(parts, plain(h.say(word{"口頭許可", "oral"})))
	}
	return join("\n", " ", parts...)
}

func (h *Head) escorts(v *ledger.Visit) value {
	if len(v.Escorts) == 0 {
		if v.Visitor() {
			return plain(h.say(unknown))
		}
		return plain(h.say(none))
	}
	var parts []value
	for i, e := range v.Escorts {
		name := e.Name
		if name == "" {
			name = string(e.Person)
		}
		text := h.orElse(name, unknown) + "\n" + h.rule(e.Rule)
		if i > 0 || len(v.Escorts) > 1 {
			text += "\n" + clock(e.From) + h.say(word{"～", "–"}) + clock(e.Until)
		}
		if e.Assumed {
			text += h.say(word{"(推定)", " (assumed)"})
		}
		parts = append(parts, value{sheet.T(text), strings.ReplaceAll(text, "\n", " ")})
	}
	return join("\n", "; ", parts...)
}

// rule is a person's standing without the words that explain it.
func (h *Head) rule(c string) string {
	s, _, _ := strings.Cut(h.class(c), h.say(word{"(", ","}))
	return s
}

// checked is who looked the line over in the monthly review, and on which day.
func (h *Head) checked(a ledger.Act) value {
	if !a.Done() {
		return plain(h.say(none))
	}
	return join("\n", " ", plain(h.who(a)), h.day(a.At, none))
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(access.JST).Format("15:04:05")
}

// left is the time of leaving. Who is not recorded as gone is inside, or, since another day, not recorded.
func (h *Head) left(v *ledger.Visit) value {
	w := word{"在室中", "inside"}
	if v.Inside() && retention.On(v.Entered) != retention.On(h.At) {
		w = word{"退室未記録", "exit not recorded"}
	}
	out := h.corrected(v, "left", h.time(v.Left, w))
	if v.LeftHow == "account" {
		out = join("\n", " ", out, plain(h.say(word{"(申告)", "(declared)"})))
	}
	return out
}

var consents = map[ledger.ConsentState]word{
	ledger.ConsentRequested: {"承諾待ち", "requested"},
	ledger.Consented:        {"承諾済", "consented"},
	ledger.ConsentWithheld:  {"承諾しない", "withheld"},
	ledger.ConsentMissing:   {"未承諾退室", "left without consent"},
	ledger.ConsentAfter:     {"事後承諾(退室時未承諾)", "later consent (left without)"},
}

func (h *Head) consent(v *ledger.Visit) value {
	c := &v.Consent
	if c.State == ledger.ConsentNone {
		if v.Visitor() && !v.Inside() {
			return plain(h.say(unknown))
		}
		return plain(h.say(none))
	}
	w, known := consents[c.State]
	if !known {
		w = word{string(c.State), string(c.State)}
	}
	parts := []value{plain(h.say(w))}
	if c.Act.Done() {
		parts = append(parts, h.act(c.Act, none))
	}
	switch c.How {
	case "badge":
		parts = append(parts, plain(h.say(word{"カードによる", "by badge"})))
	case "account":
		parts = append(parts, plain(h.say(word{"画面による", "by account"})))
	}
	if c.Text != "" {
		parts = append(parts, plain(c.Text))
	}
	return join("\n", " ", parts...)
}

func (h *Head) stay(v *ledger.Visit) value {
	if v.Inside() || v.Left.Before(v.Entered) {
		return plain(h.say(none))
	}
	return plain(length(v.Left.Sub(v.Entered)))
}

var incidents = map[string]word{
	"visit.escort_lost":          {"立会者不在", "escort lost"},
	"visit.overstayed":           {"滞在時間超過", "overstay"},
	"visit.left_without_consent": {"未承諾退室", "left without consent"},
	"visit.consent_withheld":     {"承諾しない", "consent withheld"},
	"permit.expired":             {"許可期限切れ(在室中)", "permit ran out while inside"},
}

func (h *Head) remarks(v *ledger.Visit) value {
	var parts []value
	for _, i := range v.Incidents {
		w, known := incidents[i.Type]
		if !known {
			w = word{i.Type, i.Type}
		}
		parts = append(parts, plain(h.say(w)+" "+clock(i.At)))
	}
	for _, f := range []struct {
		is bool
		w  word
	}{
		{v.Late, word{"事後記入", "entered by hand afterwards"}},
		{v.Assumed, word{"入室は推定", "entry assumed"}},
	} {
		if f.is {
			parts = append(parts, plain(h.say(f.w)))
		}
	}
	if len(v.Incidents) == 0 {
		parts = append([]value{plain(h.say(word{"異常なし", "nothing"}))}, parts...)
	}
	if r := h.corrected(v, "remarks", plain(v.Remarks)); r.csv != "" {
		parts = append(parts, r)
	}
	return join("\n", "; ", parts...)
}

// corrected puts before a value what it was before, struck through (見え消し).
func (h *Head) corrected(v *ledger.Visit, field string, now value) value {
	out := value{}
	for _, c := range v.Corrections {
		if c.Field == field {
			before := h.before(c)
			out.text = append(out.text, sheet.Run{S: before, Strike: true}, sheet.Run{S: "\n"})
			out.csv += "[" + h.say(word{"訂正前: ", "was: "}) + before + "] "
		}
	}
	return value{append(out.text, now.text...), out.csv + now.csv}
}

func (h *Head) before(c ledger.Correction) string { return h.stated(c.Field, c.Before) }

// stated is a corrected field's text; a time is written as times are.
func (h *Head) stated(field, s string) string {
	if field == "left" {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return h.short(t)
		}
	}
	return h.orElse(s, word{"(空欄)", "(empty)"})
}

var correctable = map[string]word{
	"name": columns[3], "reading": columns[4], "affiliation": columns[5], "identity": {"本人確認", "identity"},
	"badge": {"名札番号", "badge"}, "purpose": columns[9], "work": {"作業内容", "work"}, "equipment": {"対象機器", "equipment"},
	"carry_in": columns[13], "carry_out": columns[14], "left": {"退室時間", "exit time"}, "remarks": {"備考", "remarks"},
}

// corrections is column 20, a paragraph each: what, from what, to what, why, and its three persons.
func (h *Head) corrections(v *ledger.Visit) value {
	if len(v.Corrections) == 0 {
		return plain(h.say(none))
	}
	var parts []value
	for i, c := range v.Corrections {
		w, known := correctable[c.Field]
		if !known {
			w = word{c.Field, c.Field}
		}
		number := h.say(word{"訂正", "Correction "}) + itoa(i+1) + " " + h.say(w) + ": "
		before, after := h.before(c), h.stated(c.Field, c.After)
		reason := h.say(word{"　理由: ", "  reason: "}) + h.orElse(c.Reason, unknown)
		three := h.say(word{"　訂正者: ", "  made by: "}) + h.signed(c.Maker) +
			h.say(word{"　確認者: ", "  checked by: "}) + h.signed(c.Checker) +
			h.say(word{"　許可者: ", "  permitted by: "}) + h.signed(c.Permitter)
		parts = append(parts, value{
			sheet.Text{{S: number}, {S: before, Strike: true}, {S: " → "}, {S: after, Bold: true}, {S: reason + three}},
			number + before + " → " + after + reason + three,
		})
	}
	return join("\n", " ", parts...)
}

func (h *Head) signed(a ledger.Act) string {
	if !a.Done() {
		return h.say(unknown)
	}
	return h.who(a) + " " + h.short(a.At)
}

// kept is the last day of Article 25(3): five fiscal years after that of the entry or the exit, whichever is later.
func (h *Head) kept(v *ledger.Visit) value {
	last := v.Entered
	if v.Inside() {
		return plain(h.say(word{"退室後に確定", "open"}))
	}
	if v.Left.After(last) {
		last = v.Left
	}
	return h.day(retention.RegisterKeepThrough(last).Start(), unknown)
}
