// Package report is the forms on paper and as CSV: the register of entries and exits (入退室管理簿), the single slip, the
// permit's papers, the ledgers and the reports that the regulation and the city's practice ask for. One file a form.
//
// A form is a struct of what is to be printed; Doc lays it out for paper and pages alike, CSV writes it. It reads nothing and decides nothing: the caller
// gives the lines, and has recorded before that they are printed, by whom and for what (Article 21(4), by analogy), which
// Head repeats on every page. What a form shows is in the regulation's words, Japanese by default, dates by the Japanese
// calendar; English is a translation for readers, not the record.
//
// A box that does not apply prints 「―」, one that is unknown 「不明」; none is blank but those for seals and signatures.
// The same values make the same bytes. Every name prints, or says what it could not print (package font).
package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/report/font"
	"kidoban/controller/report/sheet"
	"kidoban/controller/retention"
)

// Form is something to print.
type Form interface {
	Doc(h Head) sheet.Doc // what stands on it, for paper (PDF) or a page
	CSV(w io.Writer, h Head) error
}

// PDF writes a form on paper.
func PDF(w io.Writer, f Form, h Head) error {
	d := f.Doc(h)
	var err error
	if d.Fonts, err = font.Load(h.Fonts...); err != nil {
		return fmt.Errorf("print %s: %w", d.Info.Title, err)
	}
	return d.Write(w)
}

// Head is what every page says of its print.
type Head struct {
	Room      string          // 室名: 住基ネット管理室
	Site      string          // 舞鶴市, or the site's name
	Officer   access.Post     // who answers for the room, "" = 市民課長
	RuleBasis string          // the regulation and its version; the form adds the article
	Language  access.Language // of the form's own words
	At        time.Time       // of the print
	By        string          // the account
	PrintID   string          // 印刷番号
	Purpose   string          // what it is printed for
	Drill     bool            // 訓練
	Fonts     []string        // files that are asked for characters which the embedded fonts lack: font.IPAmj
}

// word is a word of a form in its languages.
type word struct{ ja, en string }

func (h *Head) say(w word) string {
	if h.Language == access.English {
		return w.en
	}
	return w.ja
}

func (h *Head) english() bool { return h.Language == access.English }

var (
	none    = word{"―", "―"}
	unknown = word{"不明", "unknown"}
)

// or is a text, or 「―」 where there is none.
func (h *Head) or(s string) string { return h.orElse(s, none) }

// orElse is a text, or a word in its place.
func (h *Head) orElse(s string, w word) string {
	if strings.TrimSpace(s) == "" {
		return h.say(w)
	}
	return s
}

// page is what a form says of its paper.
type page struct {
	title     word
	article   word // what of the regulation it rests on
	sub       string
	landscape bool
}

// doc is blocks under a form's title.
func (h *Head) doc(p page, blocks ...sheet.Block) sheet.Doc {
	title := h.say(p.title)
	d := sheet.Doc{
		Landscape: p.landscape, Words: h.words(), Foot: h.foot(p),
		Info:    sheet.Info{Title: title, Subject: p.sub, Author: h.Site, Made: h.At.In(access.JST)},
		Running: h.running(title, p.sub),
		Blocks: append([]sheet.Block{
			sheet.Paragraph{Text: sheet.B(title), Size: 15, Align: sheet.Center, After: 2},
			sheet.Table{
				Widths: []float64{1, 1}, Size: 9.5, Lines: 2,
				Rows: []sheet.Row{sheet.One(
					sheet.Cell{Open: true, Text: sheet.T(h.say(word{"室名: ", "Room: "}) + h.orElse(h.Room, unknown))},
					sheet.Cell{Open: true, Align: sheet.Right, Text: sheet.T(p.sub)},
				)},
			},
			sheet.Space(3),
		}, blocks...),
	}
	if h.Drill {
		d.Stamp = h.say(word{"訓 練", "DRILL"})
	}
	return d
}

func (h *Head) running(title, sub string) string {
	if h.Room != "" && !strings.Contains(title, h.Room) {
		title += "　" + h.Room
	}
	return strings.TrimSpace(title + "　" + sub)
}

func (h *Head) words() sheet.Words {
	if h.english() {
		return sheet.Words{
			Annex: "Annex ", Note: "*", Page: "%d/%d", Continues: "continued overleaf",
			Missing: "is a character that no font here has; 〓 stands for it",
			Plain:   "is a variant of a character; it is printed in its plain form",
		}
	}
	return sheet.Words{
		Annex: "別記", Note: "注", Page: "%d/%d頁", Continues: "(次頁へ続く)",
		Missing: "の文字は、印字できる字形がないため「〓」で示した。",
		Plain:   "の異体字は、その字形がないため基本の字形で示した。",
	}
}

// foot is the regulation's name, and which print this is.
func (h *Head) foot(p page) []sheet.Text {
	print := fmt.Sprintf("印刷番号 %s・印刷 %s・印刷者 %s・目的 %s",
		h.or(h.PrintID), h.sentence(h.At), h.orElse(h.By, unknown), h.orElse(h.Purpose, unknown))
	if h.english() {
		print = fmt.Sprintf("Print %s · %s · by %s · for %s",
			h.or(h.PrintID), h.sentence(h.At), h.orElse(h.By, unknown), h.orElse(h.Purpose, unknown))
	}
	return []sheet.Text{sheet.T(h.RuleBasis + h.say(p.article)), sheet.T(print)}
}

// year names a fiscal year, and with a month that month in it.
func (h *Head) period(year int, month time.Month) string {
	label := retention.FiscalYearLabel(year, h.Language)
	if month == 0 {
		return label
	}
	at := time.Date(year, month, 1, 0, 0, 0, 0, access.JST)
	if month < time.April {
		at = at.AddDate(1, 0, 0)
	}
	if h.english() {
		return label + ", " + at.Format("January 2006")
	}
	era := retention.On(at).Era()
	return label + " " + strings.TrimSuffix(era, "1日") + "分"
}
