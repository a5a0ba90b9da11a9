package report

import (
	"io"
	"strings"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Threat is セキュリティ脅威報告書(第11条第5号): an officer's report to the CISO.
type Threat struct{ Report ledger.Report }

func (t Threat) fields(h *Head) []field {
	r := &t.Report
	return []field{
		{label: word{"報告番号", "Number"}, value: h.known(r.ID)},
		{label: word{"報告年月日", "Reported"}, value: h.second(r.Reported.At, unknown)},
		{label: word{"発見日時", "Found"}, value: h.second(r.Found, unknown)},
		{label: word{"発見者", "Found by"}, value: h.known(r.Text.FoundBy)},
		{label: word{"脅威の内容", "The threat"}, value: h.known(r.Text.What), tall: 90},
		{label: word{"影響の範囲", "Affected"}, value: h.known(r.Text.Affected), tall: 60},
		{label: word{"講じた措置", "Measures taken"}, value: h.known(r.Text.Measures), tall: 75},
		{label: word{"現在の状況", "Status"}, value: h.known(r.Text.Status), tall: 45},
		{label: word{"関係する警報", "Alarms"}, value: h.written(strings.Join(h.alarmsNamed(r.Alarms), "\n"))},
		{label: word{"緊急事態の番号", "Emergency"}, value: h.written(r.Incident)},
	}
}

// alarmsNamed says of each alarm what it was and when it was raised; its number is for who looks into the record.
func (h *Head) alarmsNamed(ids []string) (out []string) {
	for _, id := range ids {
		said, _, _ := strings.Cut(id, "/")
		if kind, known := alarmKinds[journal.Type(said)]; known {
			said = h.say(kind)
		}
		if raised, known := alarm.RaisedAt(id); known {
			said += " " + h.second(raised, unknown).text[0].S
		}
		out = append(out, said+" ("+id+")")
	}
	return out
}

// Doc lays out the letter.
func (t Threat) Doc(h Head) sheet.Doc {
	p := page{
		title:   word{"セキュリティ脅威報告書(第11条第5号)", "Report of a threat (Article 11(5))"},
		article: word{"第11条第5号", ", Article 11(5)"}, sub: t.Report.ID,
	}
	from := h.who(t.Report.Reported)
	return h.doc(p,
		sheet.Paragraph{Text: sheet.T(h.sentence(t.Report.Reported.At)), Size: 10, Align: sheet.Right},
		sheet.Paragraph{Text: sheet.T(h.say(word{"セキュリティ統括責任者　様", "To the CISO"})), Size: 11, After: 4},
		sheet.Paragraph{Text: sheet.T(h.say(word{"セキュリティ責任者　", "Security officer: "}) + from), Size: 10.5, Align: sheet.Right, After: 6},
		sheet.Paragraph{Text: sheet.B(h.say(word{
			"住基ネットのセキュリティに対する脅威の発生について(報告)", "On a threat to the security of Juki-net (report)",
		})), Size: 12, Align: sheet.Center, After: 4},
		sheet.Paragraph{Text: sheet.T(h.say(word{
			"このことについて、第11条第5号の規定により次のとおり報告します。", "It is reported under Article 11(5) as follows.",
		})), Size: 9.5, After: 3},
		h.fields(t.fields(&h)), spacer,
		h.seals(word{"報告者\n(セキュリティ責任者)", "Reported by"}, word{"受理\n(セキュリティ統括責任者)", "Received by the CISO"}))
}

// CSV writes the report as two columns.
func (t Threat) CSV(w io.Writer, h Head) error { return fieldsCSV(w, h, t.fields(&h)) }
