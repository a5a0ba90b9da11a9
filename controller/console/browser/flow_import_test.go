package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	office "golang.org/x/text/encoding/japanese"

	"kidoban/controller/journal"
)

// roster is a file as an office sends one: somebody new, and another whose name changes.
const roster = "職員番号,氏名,ふりがな,区分,所属,発令日\r\n0501,森 花子,もり はなこ,職員,市民課,R8.4.1\r\n0302,岡田 明,おかだ りょう,職員,デジタル推進課,R5.4.1\r\n"

// chooses has the file chooser of a page choose a file of this content.
func (b *tab) chooses(selector, name, content string) *tab {
	b.Helper()
	at := filepath.Join(b.TB.(*testing.T).TempDir(), name)
	if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := chromedp.Do(b.ctx, chromedp.SetUploadFiles(selector, []string{at})); err != nil {
		b.Fatal(err)
	}
	return b
}

// try tries a file of this content.
func (b *tab) try(name, content string) *tab {
	b.Helper()
	return b.section("/people/import").chooses("#file", name, content).send("/people/import")
}

// What is wrong with a file is said line by line, and nothing changes.
func TestImportFaultsFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("clerk")
		b.section("/people/import").looks("import-form")
		b.try("roster.csv", strings.Replace(roster, "R8.4.1", "R8.2.31", 1)).says(b.in("roster.csv 2行目: 発令日: その日は暦にありません", "roster.csv, line 2: from: there is no such day"), b.in("何も変わっていません", "Nothing has changed")).hides("/people/import/do").looks("import-fault")
		b.try("columns.csv", "番号,なまえ,給料\r\n1,2,3\r\n").says(b.in("columns.csv 1行目: 3列目の列名が正しくありません", "columns.csv, line 1: column 3 has a heading that is not known")).hides("給料", "/people/import/do")
		b.try("picture.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00").hides("/people/import/do").looks("import-picture")
		b.try("empty.csv", "").hides("/people/import/do").looks("import-empty")
		b.try("pin.csv", "職員番号,氏名,区分,暗証番号\r\n1,a,職員,4711\r\n").says(b.in("暗証番号をファイルに記載することはできません", "a PIN never stands in a file")).hides("4711", "/people/import/do").looks("import-pin")
		b.try("large.csv", strings.Repeat("0", 9<<20)).says(b.in("大きすぎます", "too large")).looks("import-large")
		if n := s.Told(journal.RosterProposed); n != 0 {
			s.Errorf("%d proposals of what was only tried", n)
		}
	})
}

// A file in Shift_JIS or UTF-8 is tried, shown before and after, proposed, approved by the officer; then it is exported.
func TestImportFlow(t *testing.T) {
	play(t, func(s *stage) {
		clerk, officer := s.as("clerk"), s.as("officer")
		file, err := office.ShiftJIS.NewEncoder().String(roster)
		if err != nil {
			s.Fatal(err)
		}
		clerk.try("meibo.csv", file).says("森 花子", "岡田 涼", "岡田 明").looks("import-sjis")
		clerk.try("roster.csv", "\ufeff"+roster).says("森 花子 (0501)", "岡田 涼", "岡田 明", "市民課").looks("import-tried")
		clerk.send("/people/import/do").says(clerk.in("別の人の確認を待っています", "waiting for another person")).looks("import-proposed")
		officer.section("/people/proposals").looks("import-approve")
		officer.approves()
		clerk.person("もり はなこ", "0501").says(clerk.in("第20条第1項第2号", "Article 20(1)(2)"))
		clerk.try("again.csv", roster).says(clerk.in("既にファイルのとおり", "says already")).looks("import-nothing")

		officer.section("/people/import").fill("#purpose", "年度末の点検")
		officer.click(`main form[action="/people/export"] button`)
		s.Eventually("the export is on record", func() bool { return s.Told(journal.AccountExported) == 1 })
		clerk.section("/people/import").click(`main a[href="/people/import/template.csv"]`)
	})
}
