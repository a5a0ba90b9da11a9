package report

import (
	"io"
	"time"

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
	Reason  string
	By      Origin
	Ended   Origin // ended before its time
	Changed Origin // its end was set anew
}

// Origin is how a row came about. The zero one is unknown: a form says so, and guesses nobody.
type Origin struct {
	Means Means
	Act   ledger.Act // who had it made so; of an import who approved it, if that is known
	First time.Time  // of Imported and SetUp: when, or when at the earliest; zero = before the record begins
	Last  time.Time  // of several imports nobody knows by which: when at the latest
}

// Means is by what a row came about.
type Means uint8

// The means.
const (
	Unknown  Means = iota
	Acted          // somebody's act of its own
	Imported       // with a whole roster (名簿の取込み)
	SetUp          // before the site had an officer (初期設定)
)

// By is an act of its own.
func By(a ledger.Act) Origin { return Origin{Means: Acted, Act: a} }

func (h *Head) origin(o Origin, missing word) value {
	switch o.Means {
	case Acted:
		return h.act(o.Act, missing)
	case SetUp:
		return join("\n", " ", plain(h.say(word{"初期設定", "setting up"})), h.time(o.First, unknown))
	case Imported:
		out := join("\n", " ", plain(h.say(word{"名簿の取込みによる", "by import of the roster"})), h.between(o.First, o.Last))
		if o.Act.Done() {
			out = join("\n", " ", out, plain(h.say(word{"承認 ", "approved by "})+h.who(o.Act)))
		}
		return out
	}
	return plain(h.say(missing))
}

// between is one time, or those that it lies between.
func (h *Head) between(first, last time.Time) value {
	switch {
	case last.IsZero() || first.Equal(last):
		return h.time(first, unknown)
	case first.IsZero():
		return join("", " ", h.time(last, unknown), plain(h.say(word{"まで", " at the latest"})))
	}
	out := join(h.say(word{"から\n", " to\n"}), "/", h.time(first, unknown), h.time(last, unknown))
	out.text = append(out.text, sheet.Run{S: h.say(word{"まで", ""})})
	return out
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
			h.known(d.Reason), h.origin(d.By, unknown), h.origin(d.Ended, none), h.anew(d.Changed),
		})
	}
	l.after = []sheet.Block{spacer, h.seals(clerk, h.officer())}
	return l
}

// anew is who has set the end anew.
func (h *Head) anew(o Origin) value {
	if o.Means == Unknown {
		return plain(h.say(none))
	}
	return join("\n", " ", plain(h.say(word{"終期の変更", "new end"})), h.origin(o, unknown))
}

func (d Designees) list(h *Head) list {
	return h.dated(page{
		title: word{"退室承諾指定簿", "Designees who consent to leaving"}, article: word{"第20条第4項", ", Article 20(4)"},
		sub: h.say(word{"現在: ", "as of "}) + h.sentence(h.At),
	}, word{"指定した者", "Designated by"}, word{"指定の理由", "Reason"}, d.Lines)
}

// Doc lays out the list.
func (d Designees) Doc(h Head) sheet.Doc { l := d.list(&h); return l.doc(h) }

// CSV writes the list.
func (d Designees) CSV(w io.Writer, h Head) error { l := d.list(&h); return l.csv(w, h) }

func (m Maintenance) list(h *Head) list {
	return h.dated(page{
		title:   word{"メンテナンス従事職員認定簿", "Staff found necessary for maintenance"},
		article: word{"第20条第1項第3号", ", Article 20(1)(3)"}, sub: h.say(word{"現在: ", "as of "}) + h.sentence(h.At),
	}, word{"必要と認めた者", "Found by"}, word{"必要と認めた理由", "Reason"}, m.Lines)
}

// Doc lays out the list.
func (m Maintenance) Doc(h Head) sheet.Doc { l := m.list(&h); return l.doc(h) }

// CSV writes the list.
func (m Maintenance) CSV(w io.Writer, h Head) error { l := m.list(&h); return l.csv(w, h) }
