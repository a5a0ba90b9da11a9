package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
)

var formWords = []struct{ form, ja, en, needs string }{
	{"register", "入退室管理簿", "register of entries and exits", "--month or --year"},
	{"slip", "入退室票(単票)", "one visit, so that no visitor sees another", "--visit"},
	{"application", "入室許可申請書", "request for a permit", "--permit"},
	{"permit", "入室許可書", "permit", "--permit"},
	{"badge", "入室許可証(名札)", "badges to be worn", "--permit"},
	{"staff-cards", "入室カード貸与簿(職員)", "ledger of cards of staff", "--month or --year"},
	{"visitor-cards", "入室者用カード貸出簿", "ledger of cards of permit holders", "--month or --year"},
	{"monthly", "入退室管理月次点検表", "monthly review", "--month"},
	{"items", "機器媒体持込持出簿", "equipment and media carried in and out", "--month or --year"},
	{"designees", "退室承諾指定簿", "designees who consent to leaving", ""},
	{"maintenance", "メンテナンス従事職員認定簿", "staff found necessary for maintenance", ""},
	{"emergency", "緊急入室報告書", "report of an emergency entry", "--id"},
	{"threat", "セキュリティ脅威報告書(第11条第5号)", "report of a threat to the CISO", "--id"},
	{"muster", "在室者一覧(避難・安否確認用)", "who is inside now, or was when an emergency began", "[--id]"},
	{"disposal", "廃棄記録簿", "record of disposals", ""},
}

// print fetches a form. That it was printed, by whom and for what, is on record before it is made.
func (t *tool) print() *cobra.Command {
	var q desk.Print
	var month, year, permit, to string
	c := &cobra.Command{
		Use: "print FORM -o FILE", Short: "a form as PDF, or as CSV where the file's name ends so; each is recorded with its --purpose",
		Args: cobra.ExactArgs(1), Long: printHelp(),
		Example: "  kidoban print register --month 2026-04 --purpose 月次点検 -o 管理簿.pdf\n" +
			"  kidoban print register --year 令和8年度 --purpose 監査 -o register.csv\n" +
			"  kidoban print slip --visit 2026-000123 --purpose 本人控え -o slip.pdf",
		RunE: func(cmd *cobra.Command, a []string) error {
			q.Form, q.Permit, q.Lang = a[0], access.PermitID(permit), t.lang
			q.CSV = strings.HasSuffix(strings.ToLower(to), ".csv")
			if err := whenOf(&q, month, year); err != nil {
				return err
			}
			return t.sheet(cmd, q, to)
		},
	}
	f := c.Flags()
	f.StringVar(&month, "month", "", "a `month` like 2026-04 or R8.4")
	f.StringVar(&year, "year", "", "a fiscal `year` like 2026, R8 or 令和8年度")
	f.StringVar(&q.Visit, "visit", "", "the register's `line`")
	f.StringVar(&permit, "permit", "", "the permit's `number`")
	f.StringVar(&q.ID, "id", "", "the `number` of a report, an emergency entry or a kept muster list")
	f.StringVar(&q.Zone, "zone", "", "of this room; the only one needs no name")
	f.BoolVar(&q.Drill, "drill", false, "stamp every page as a drill (訓練)")
	f.StringVar(&q.Purpose, "purpose", "", "what it is for, for the record (required)")
	f.StringVarP(&to, "output", "o", "", "the `file` to make, .pdf or .csv; one that exists is not replaced (required)")
	_ = c.MarkFlagRequired("purpose")
	_ = c.MarkFlagRequired("output")
	return c
}

func printHelp() string {
	var b strings.Builder
	b.WriteString("The forms, and what each is told:\n")
	for _, w := range formWords {
		fmt.Fprintf(&b, "  %-14s %-18s %s · %s\n", w.form, w.needs, w.ja, w.en)
	}
	b.WriteString("\nNames print in full; what no font has is printed as 〓 and noted. With Debian's package fonts-ipamj-mincho on the\n" +
		"daemon's machine every kanji of the registers has its form. --lang en prints the form's own words in English.")
	return b.String()
}

// whenOf reads the month or the fiscal year as people write them.
func whenOf(q *desk.Print, month, year string) error {
	if month != "" {
		at, err := clerk.Month(month)
		if err != nil {
			return fmt.Errorf("--month: %w", err)
		}
		q.Month = at.Format("2006-01")
	}
	if year != "" {
		n, err := clerk.Fiscal(year)
		if err != nil {
			return fmt.Errorf("--year: %w", err)
		}
		q.Year = n
	}
	return nil
}

// sheet writes the form to a file that was not there.
func (t *tool) sheet(cmd *cobra.Command, q desk.Print, to string) error {
	if !q.CSV && !strings.HasSuffix(strings.ToLower(to), ".pdf") {
		return fmt.Errorf("%s: the name ends in .pdf or .csv, which says what is made", to)
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: name another file", to)
	}
	var s desk.Sheet
	if err := t.desk().Post(cmd.Context(), "print", q, &s); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("print %s is on record, but is not kept: %w", s.ID, err)
	}
	_, err = out.Write(s.File)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("print %s is on record, but is not kept whole: %w", s.ID, err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s %s\n", to, t.say(word{"印刷番号", "print"}), s.ID)
	return err
}
