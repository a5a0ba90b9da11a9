package sheet

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kidoban/controller/report/font"
)

func fonts(t interface{ Fatal(...any) }) *font.Set {
	f, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var words = Words{Annex: "別記", Note: "注", Page: "%d/%d頁", Continues: "(次頁へ続く)", Missing: "なし", Plain: "基本"}

// FuzzLayout lays out whatever people write: nothing overlaps, nothing leaves the paper, nothing is lost.
func FuzzLayout(f *testing.F) {
	for _, s := range []string{
		"", "a", "入室目的", "𠮷田\U000E0100か\u309a", strings.Repeat("x", 3000), strings.Repeat("長い目的、", 900), "\x00\xff\r\n\u202e",
		strings.Repeat("\n", 200), "http://a.example/" + strings.Repeat("b/", 200), strings.Repeat("か\u3099", 500), "〓注1" + string(rune(0x30ede)),
	} {
		f.Add(s, s, uint8(3))
	}
	set := fonts(f)
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		if len(a)+len(b) > 20_000 {
			return
		}
		check(t, document(set, a, b, int(n%12)), a, b)
	})
}

func TestLayoutOfAnything(t *testing.T) {
	set := fonts(t)
	piece := rapid.SampledFrom([]string{
		"あ", "、", "(", "）", "漢", "𠮷", "﨑", "邉\U000E0100", "邉\U000E0110", "a", "Z", " ", "\n", "か\u309a", string(rune(0x30ede)), "\x00", "\u200d", "長い長い語", "word",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string {
			return strings.Join(rapid.SliceOfN(piece, 0, 300).Draw(t, label), "")
		}
		a, b := text("a"), text("b")
		check(t, document(set, a, b, rapid.IntRange(0, 11).Draw(t, "n")), a, b)
	})
}

func document(set *font.Set, a, b string, n int) *Doc {
	table := Table{
		Widths: []float64{20, 8, 60, 3}, Lines: 5,
		Head: []Row{One(Cell{Text: B("見出し"), Head: true, Cols: 2}, Cell{Text: T(b), Lines: 2}, Cell{Text: T("狭")})},
	}
	for range n {
		table.Rows = append(table.Rows, Row{Name: "行", Lines: [][]Cell{
			{{Text: T(a), Name: "甲", Rows: 2}, {Text: Text{{S: b, Strike: true}, {S: a, Small: true}}}, {Text: T(b), Align: Right}, {Text: T("印")}},
			{{Text: T(b), Cols: 2}, {Text: Text{{S: a, Bold: true}}, Align: Center}},
		}})
	}
	return &Doc{
		Fonts: set, Words: words, Landscape: n%2 == 0, Stamp: "訓練", Running: a, Foot: []Text{T(b), T("印刷番号")},
		Info:   Info{Title: "題", Made: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
		Blocks: []Block{Paragraph{Text: T(a)}, table, Space(4), Keep{Paragraph{Text: T("末"), Size: 9}}},
	}
}

type fataler interface {
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

func check(t fataler, d *Doc, a, b string) {
	l := d.lay()
	for i, p := range l.pages {
		onPaper(t, l, i, p)
		apart(t, i, p)
	}
	if d.Landscape {
		l2 := d.lay()
		if len(l2.pages) != len(l.pages) {
			t.Errorf("%d pages, then %d", len(l.pages), len(l2.pages))
		}
	}
	complete(t, l, a)
	complete(t, l, b)
}

func (p placed) said() string {
	if p.text != "" {
		return p.text
	}
	return p.draw
}

func onPaper(t fataler, l *layout, i int, p *page) {
	for _, x := range p.texts {
		if x.x < margin-0.1 || x.x+x.width > l.width-margin+0.1 || x.y < 0 || x.y > l.height-10 || math.IsNaN(x.x) {
			t.Fatalf("page %d: %q stands at %.1f..%.1f, %.1f: not on the paper (%.0f x %.0f)", i+1, x.said(), x.x, x.x+x.width, x.y, l.width, l.height)
		}
	}
}

// apart says that no two texts of a page touch.
func apart(t fataler, i int, p *page) {
	for n, x := range p.texts {
		for _, y := range p.texts[n+1:] {
			overY := math.Min(x.y, y.y) > math.Max(x.y-x.size*0.85, y.y-y.size*0.85)+0.1
			overX := math.Min(x.x+x.width, y.x+y.width) > math.Max(x.x, y.x)+0.1
			if overX && overY {
				t.Fatalf("page %d: %q overlaps %q", i+1, x.said(), y.said())
			}
		}
	}
}

func said(gs []glyph) string {
	var b strings.Builder
	for _, g := range gs {
		b.WriteString(g.Text)
	}
	return b.String()
}

// complete says that every kanji that a font has of a text is somewhere in the document as often as in the text, at least.
func complete(t fataler, l *layout, text string) {
	want := map[rune]int{}
	for _, r := range text {
		if r >= 0x4e00 && r <= 0x9fff && utf8.ValidRune(r) {
			want[r]++
		}
	}
	have := map[rune]int{}
	for _, p := range l.pages {
		for _, x := range p.texts {
			for _, r := range x.said() {
				have[r]++
			}
		}
	}
	for r, n := range want {
		if have[r] < n && l.doc.Fonts.Shape(string(r), false)[0].Note == "" {
			t.Fatalf("%q is in the text %d times, on paper %d", r, n, have[r])
		}
	}
}

func TestRowsStayTogether(t *testing.T) {
	d := document(fonts(t), "行", "目的", 11)
	table := d.Blocks[1].(Table)
	for len(table.Rows) < 200 {
		table.Rows = append(table.Rows, table.Rows[0])
	}
	d.Blocks[1] = table
	l := d.lay()
	if len(l.pages) < 3 {
		t.Fatalf("%d pages for 200 rows", len(l.pages))
	}
	for i, p := range l.pages[:len(l.pages)-1] {
		all := ""
		for _, x := range p.texts {
			all += x.said()
		}
		if !strings.Contains(all, "見出し") || !strings.Contains(all, "(次頁へ続く)") {
			t.Errorf("page %d: no head, or no word that the table goes on: %s", i+1, all)
		}
		for _, f := range p.frames {
			if f.y+f.h > l.bottom+0.1 {
				t.Errorf("page %d: a row ends at %.1f, below %.1f", i+1, f.y+f.h, l.bottom)
			}
		}
	}
}

// TestKinsoku keeps Japanese marks from beginning a line, or ending it.
func TestKinsoku(t *testing.T) {
	l := &layout{doc: &Doc{Fonts: fonts(t), Words: words}}
	for _, c := range []struct {
		text  string
		width float64
		want  string
	}{
		{"入室目的。作業", 40, "入室目|的。作業"},
		{"入室(目的)", 30, "入室|(目的)"},
		{"the long word", 30, "the |long |word"},
		{"abcdefghijkl", 20, "abcd|efgh|ijkl"},
		{"一\n二\n", 50, "一|二|"},
	} {
		var got []string
		for _, line := range wrap(l.shape(T(c.text)), 10, c.width) {
			got = append(got, said(line))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q in %.0f: %s, want %s", c.text, c.width, s, c.want)
		}
	}
}

// FuzzMend mends whatever it is given, or refuses.
func FuzzMend(f *testing.F) {
	d := document(fonts(f), "𠮷", "目的", 1)
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	for _, s := range []string{"", "\nxref\n", "x\nxref\n0000000001 00000 n \n", "\nxref\n0000000009 00000 n \ntrailer\nstartxref\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, err := mend(b, []*font.Face{d.Fonts.Regular}); err == nil && !bytes.HasSuffix(out, []byte("%%EOF\n")) {
			t.Error("mended into no file")
		}
	})
}
