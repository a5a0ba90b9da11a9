package report

import (
	"fmt"
	"io"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Muster is 在室者一覧(避難・安否確認用): who was inside at a moment, to be ticked off by hand.
type Muster struct {
	List     ledger.Muster
	Nameless bool // a kept list whose names were disposed of: it names people by their numbers
}

func (m Muster) list(h *Head) list {
	l := list{
		page: page{
			title: word{"在室者一覧(避難・安否確認用)", "Who is inside (muster list)"}, sub: m.List.ID,
			article: word{"第9条・第11条第6号", ", Articles 9 and 11(6)"},
		},
		least: 30,
		columns: []column{
			{word{"番号", "No."}, 24, sheet.Center}, {word{"氏名", "Name"}, 110, sheet.Left}, {word{"所属", "Affiliation"}, 100, sheet.Left},
			{word{"区分", "Class"}, 46, sheet.Center}, {word{"入室時間", "Since"}, 62, sheet.Left}, {word{"立会者", "Escort"}, 80, sheet.Left},
			{word{"備考", "Remarks"}, 70, sheet.Left}, {word{"安否確認", "Accounted for"}, 44, sheet.Center},
		},
	}
	for i, x := range m.List.Lines {
		l.rows = append(l.rows, h.musterLine(i, x, m.Nameless))
	}
	at := fmt.Sprintf("%s　%s　%s", h.say(word{"時点: ", "as of "}), h.second(m.List.At, unknown).text[0].S,
		fmt.Sprintf(h.say(word{"在室者 %d人", "%d inside"}), m.present()))
	l.before = []sheet.Block{sheet.Paragraph{Text: sheet.B(at), Size: 11, After: 3}}
	if m.Nameless {
		l.before = append(l.before, sheet.Paragraph{Text: sheet.T(h.say(nameless)), Size: 9, After: 3})
	}
	l.after = []sheet.Block{spacer, h.seals(word{"確認した者", "Checked by"})}
	return l
}

func (m Muster) present() (n int) {
	for _, x := range m.List.Lines {
		n += count(!x.Gone)
	}
	return n
}

var nameless = word{"氏名・所属は廃棄済。管理番号で示す。", "Names and affiliations were disposed of: numbers stand for them."}

func (h *Head) musterLine(i int, x ledger.MusterLine, bare bool) []value {
	name, escort, class := x.Name, x.EscortName, word{"職員等", "staff"}
	if name == "" {
		name = string(x.Person)
	}
	if escort == "" {
		escort = string(x.Escort)
	}
	if x.Visitor {
		class = word{"入室者", "visitor"}
		escort = h.orElse(escort, unknown)
	}
	var marks []value
	for _, f := range []struct {
		is bool
		w  word
	}{
		{x.Later, word{"一覧の保存後に入室", "came later"}}, {x.Unverified, word{"在室未確認", "not verified"}}, {x.Assumed, word{"入室は推定", "assumed"}}, {x.Gone, word{"退室済", "left since"}},
		{bare, word{"氏名は廃棄済", "name disposed of"}},
	} {
		if f.is {
			marks = append(marks, plain(h.say(f.w)))
		}
	}
	if len(marks) == 0 {
		marks = append(marks, plain(h.say(none)))
	}
	return []value{
		plain(itoa(i + 1)), h.known(name), h.written(x.Affiliation), plain(h.say(class)), h.time(x.Since, unknown), h.written(escort),
		join("\n", " ", marks...), h.seen(x),
	}
}

// seen is the box that is ticked by hand, or when and by whose account it was ticked on a page.
func (h *Head) seen(x ledger.MusterLine) value {
	if x.Seen.IsZero() {
		return value{sheet.T("□"), "―"}
	}
	return join("\n", " ", h.time(x.Seen, unknown), plain(x.SeenBy))
}

// Doc lays out the list.
func (m Muster) Doc(h Head) sheet.Doc {
	h.Drill = h.Drill || m.List.Drill
	l := m.list(&h)
	return l.doc(h)
}

// CSV writes the list.
func (m Muster) CSV(w io.Writer, h Head) error { l := m.list(&h); return l.csv(w, h) }
