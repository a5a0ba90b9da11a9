package report

import (
	"io"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Dated is a person who was designated or found necessary for a time.
type Dated struct {
	Person      access.PersonID
	Name        string
	Reading     string
	Affiliation string
	access.Span
	Reason string
	By     ledger.Act // zero = unknown
	Ended  ledger.Act // ended before its time
	Remark string
}

// Designees is 退室承諾指定簿: who may consent to leaving beside 市民課長, Article 20(4).
type Designees struct{ Lines []Dated }

// Maintenance is メンテナンス従事職員認定簿: whom 市民課長 found necessary for maintenance, Article 20(1)(3).
type Maintenance struct{ Lines []Dated }

func (h *Head) dated(p page, by, reason word, lines []Dated) list {
	p.landscape = true
	l := list{page: p, least: 24, columns: []column{
		{word{"番号", "No."}, 24, sheet.Center}, {word{"氏名", "Name"}, 90, sheet.Left}, {word{"ふりがな", "Reading"}, 80, sheet.Left},
		{word{"所属・職", "Affiliation"}, 110, sheet.Left}, {word{"始期", "From"}, 50, sheet.Left}, {word{"終期", "Until"}, 50, sheet.Left},
		{reason, 120, sheet.Left}, {by, 100, sheet.Left}, {word{"解除・取消し", "Ended"}, 90, sheet.Left}, {word{"備考", "Remarks"}, 70, sheet.Left},
	}}
	for i, d := range lines {
		until := plain(h.say(word{"定めなし", "no end"}))
		if !d.Until.IsZero() {
			until = h.day(d.Until.Add(-1), unknown)
		}
		name := d.Name
		if name == "" {
			name = string(d.Person)
		}
		l.rows = append(l.rows, []value{
			plain(itoa(i + 1)), h.known(name), h.written(d.Reading), h.known(d.Affiliation), h.day(d.From, unknown), until,
			h.written(d.Reason), h.act(d.By, unknown), h.act(d.Ended, none), h.written(d.Remark),
		})
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, h.officer())}
	return l
}

func (d Designees) list(h *Head) list {
	return h.dated(page{
		title: word{"退室承諾指定簿", "Designees who consent to leaving"}, article: word{"第20条第4項", ", Article 20(4)"},
		sub: h.say(word{"現在: ", "as of "}) + h.sentence(h.At),
	}, word{"指定した者", "Designated by"}, word{"指定の理由", "Reason"}, d.Lines)
}

// PDF writes the list.
func (d Designees) PDF(w io.Writer, h Head) error { l := d.list(&h); return l.pdf(w, h) }

// CSV writes the list.
func (d Designees) CSV(w io.Writer, h Head) error { l := d.list(&h); return l.csv(w, h) }

func (m Maintenance) list(h *Head) list {
	return h.dated(page{
		title:   word{"メンテナンス従事職員認定簿", "Staff found necessary for maintenance"},
		article: word{"第20条第1項第3号", ", Article 20(1)(3)"}, sub: h.say(word{"現在: ", "as of "}) + h.sentence(h.At),
	}, word{"必要と認めた者", "Found by"}, word{"必要と認めた理由", "Reason"}, m.Lines)
}

// PDF writes the list.
func (m Maintenance) PDF(w io.Writer, h Head) error { l := m.list(&h); return l.pdf(w, h) }

// CSV writes the list.
func (m Maintenance) CSV(w io.Writer, h Head) error { l := m.list(&h); return l.csv(w, h) }
