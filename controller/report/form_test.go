package report_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
	"kidoban/controller/report"
	"kidoban/controller/retention"
)

var (
	forms  = flag.String("forms", "", "write a sample of each form to this folder, as PDF, CSV and PNG")
	update = flag.Bool("update", false, "write the golden texts anew")
)

// TestForms holds each form's text in Japanese against a golden one that an official can read, and some in English.
func TestForms(t *testing.T) {
	needs(t)
	for name, f := range samples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", textOf(t, print(t, f, head())))
			h := head()
			h.Language = access.English
			english := textOf(t, print(t, f, h))
			if m := japanese.FindString(strip(english)); m != "" {
				t.Errorf("the English form says %q", m)
			}
			if name == "register-month" || name == "permit" || name == "threat" {
				golden(t, name+".en.txt", english)
			}
		})
	}
}

// japanese finds the forms' own Japanese in an English form; what people wrote stays as it is.
var japanese = regexp.MustCompile(`(入室目的|退室の承諾|立会者|許可者|別記|以下余白|印刷|不明|番号)`)

func strip(s string) string { return strings.ReplaceAll(s, "目的", "") }

func TestTheSameValuesMakeTheSameBytes(t *testing.T) {
	for name, f := range samples() {
		if !bytes.Equal(print(t, f, head()), print(t, f, head())) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

// TestHardNames reads the names back from the page, as a person would copy them.
func TestHardNames(t *testing.T) {
	needs(t)
	text := textOf(t, print(t, report.Register{Year: 2026, Month: 4, Lines: visits()}, head()))
	for _, want := range []string{
		hardName, "渡邉 葛\U000E0100城", "邉注4 〓注5子", "注4 U+9089 U+E0110 の異体字", "注5 U+30EDE の文字", "か゜が〓注1〓注2〓注3",
		"注1 U+202E", "注2 U+0000", "注3 U+FFFD",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestWhatAFileSaysOfItself(t *testing.T) {
	needs(t)
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, print(t, samples()["slip"], head()), 0o600); err != nil {
		t.Fatal(err)
	}
	out := tool(t, "pdfinfo", "-isodates", file)
	for _, want := range []string{"入退室票(単票)", "舞鶴市", "kidoban", "2026-05-01T09:05:00+09", "A4"} {
		if !strings.Contains(out, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, out)
		}
	}
	if fonts := tool(t, "pdffonts", file); !strings.Contains(fonts, "BIZUDGothic") || strings.Contains(fonts, " no  ") {
		t.Errorf("the fonts are not all embedded, with their characters:\n%s", fonts)
	}
}

func TestDrillIsStampedOnEveryPage(t *testing.T) {
	needs(t)
	h := head()
	h.Drill = true
	pages := strings.Split(textOf(t, print(t, samples()["register-year"], h)), "\f")
	for i, p := range pages[:len(pages)-1] {
		if !strings.Contains(p, "訓 練") || !strings.Contains(p, "印刷番号 2026-P0012") || !strings.Contains(p, "第20条第3項・第4項") {
			t.Errorf("page %d has no stamp, print id or regulation", i+1)
		}
	}
}

// TestNoBoxIsBlank gives each form nothing to print.
func TestNoBoxIsBlank(t *testing.T) {
	empty := map[string]report.Form{
		"register": report.Register{Lines: []ledger.Visit{{}, {Permit: "2026-0001"}}}, "slip": report.Slip{}, "application": report.Application{},
		"permit": report.PermitLetter{}, "badges": report.PermitBadges{Permit: ledger.Permit{Permit: access.Permit{Most: 1}}},
		"staff": report.StaffCards{Lines: []cards.Lending{{}}}, "visitors": report.VisitorCards{Lines: []cards.Lending{{Kind: cards.Visitor}}},
		"threat": report.Threat{}, "monthly": report.Monthly{More: []report.Check{{}}}, "designees": report.Designees{Lines: []report.Dated{{}}},
		"maintenance": report.Maintenance{Lines: []report.Dated{{}}}, "items": report.Items{Lines: []ledger.Visit{{CarryIn: "PC"}}},
		"emergency": report.Emergency{}, "disposal": report.Disposal{Lines: []retention.Disposal{{}}},
		"muster": report.Muster{List: ledger.Muster{Lines: []ledger.MusterLine{{}}}},
	}
	for name, f := range empty {
		for i, row := range rowsOf(t, f, report.Head{}) {
			for k, cell := range row {
				if strings.TrimSpace(cell) == "" {
					t.Errorf("%s: row %d, box %d is blank", name, i, k)
				}
			}
		}
		if len(print(t, f, report.Head{})) == 0 {
			t.Errorf("%s: nothing is printed", name)
		}
	}
}

func TestCSVIsHarmless(t *testing.T) {
	v := visits()[3]
	for _, bad := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "\u3000=1", "＝1", "＋1", "－1", "＠1"} {
		v.Purpose = bad
		for _, row := range rowsOf(t, report.Register{Year: 2026, Lines: []ledger.Visit{v}}, head()) {
			if cell := row[9]; cell != "入室目的" && !strings.HasPrefix(cell, "'") {
				t.Errorf("%q becomes %q", bad, cell)
			}
		}
	}
	var b bytes.Buffer
	if err := (report.Slip{Visit: v}).CSV(&b, head()); err != nil {
		t.Fatal(err)
	}
	s := b.String()
	if !strings.HasPrefix(s, "\ufeff") || !strings.Contains(s, "\r\n") || strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\r") {
		t.Errorf("no mark, or other line ends than CR LF: %q", s[:40])
	}
	if !strings.Contains(s, "2026-04-30T16:00:00+09:00") {
		t.Error("times are not in ISO 8601")
	}
}

// TestPagesAreDrawn lets a PDF reader draw every page and complain.
func TestPagesAreDrawn(t *testing.T) {
	needs(t)
	for name, f := range samples() {
		base := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(base+".pdf", print(t, f, head()), 0o600); err != nil {
			t.Fatal(err)
		}
		if out := tool(t, "pdftoppm", "-r", "20", "-png", base+".pdf", base); out != "" {
			t.Errorf("%s: %s", name, out)
		}
		if pages, _ := filepath.Glob(base + "-*.png"); len(pages) == 0 {
			t.Errorf("%s: no page", name)
		}
	}
}

// TestWriteSamples is "make forms".
func TestWriteSamples(t *testing.T) {
	if *forms == "" {
		return
	}
	needs(t)
	for name, f := range samples() {
		for lang, h := range map[string]report.Head{"ja": head(), "en": head()} {
			if lang == "en" {
				h.Language = access.English
			}
			base := filepath.Join(*forms, name+"."+lang)
			var b bytes.Buffer
			if err := f.CSV(&b, h); err != nil {
				t.Fatal(err)
			}
			for end, data := range map[string][]byte{".pdf": print(t, f, h), ".csv": b.Bytes()} {
				if err := os.WriteFile(base+end, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			tool(t, "pdftoppm", "-r", "100", "-png", base+".pdf", base)
		}
	}
}

func needs(t *testing.T) {
	t.Helper()
	for _, name := range []string{"pdftotext", "pdftoppm", "pdfinfo", "pdffonts"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is missing: sudo apt-get install poppler-utils", name)
		}
	}
}

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func print(t *testing.T, f report.Form, h report.Head) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.PDF(&b, f, h); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rowsOf(t *testing.T, f report.Form, h report.Head) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := f.CSV(&b, h); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var blanks = regexp.MustCompile(`   +`)

// textOf is a page's text as it stands, with the gaps made small.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range strings.Split(tool(t, "pdftotext", "-layout", file, "-"), "\n") {
		if line = strings.TrimRight(blanks.ReplaceAllString(line, "  "), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed (look at it, then -update):\n%s", name, got)
	}
}
