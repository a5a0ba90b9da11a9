package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/archive/inquiry"
	paper "kidoban/controller/report"
	"kidoban/controller/report/font"
	"kidoban/controller/retention"
)

// printer is what a report is told beside what it is about.
type printer struct {
	asker
	form, month, year, to, lang string
}

func reportCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "The register of all doors, and the monthly review, as PDF or CSV"}
	c.AddCommand(formCommand(s, "register", "The register of entries and exits (入退室管理簿) of a month or a fiscal year"),
		formCommand(s, "month", "The monthly review (入退室管理月次点検表)"))
	return c
}

func formCommand(s *site, form, short string) *cobra.Command {
	p := &printer{asker: asker{site: s}, form: form}
	c := &cobra.Command{
		Use: form, Args: cobra.NoArgs, Short: short + "; each print is on record with its --purpose",
		Example: "  kidobanlog report " + form + " --month R8.4 --controller main-ctl --zone room --purpose 月次点検 -o 2026-04.pdf\n" +
			"  kidobanlog report " + form + " --month 2026-04 --purpose 月次点検 -o 2026-04/",
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd) },
	}
	p.flags(c)
	f := c.Flags()
	f.StringVar(&p.month, "month", "", "a `month` like 2026-04 or R8.4")
	if form == "register" {
		f.StringVar(&p.year, "year", "", "a fiscal `year` like 2026, R8 or 令和8年度")
	}
	f.StringVar(&p.asked.Zone, "zone", "", "of this `room`; the only one needs no name")
	f.StringVar(&p.lang, "lang", "ja", "the form's own words: ja or en")
	f.StringVarP(&p.to, "output", "o", "", "a `file` to make, .pdf or .csv, or a directory for all rooms, named with / at its end (required)")
	return c
}

func (p *printer) run(cmd *cobra.Command) error {
	if err := p.period(); err != nil {
		return err
	}
	all := strings.HasSuffix(p.to, "/")
	if lower := strings.ToLower(p.to); !all && !strings.HasSuffix(lower, ".pdf") && !strings.HasSuffix(lower, ".csv") {
		return errors.New("name what to make with -o: FILE.pdf, FILE.csv, or DIR/ for a PDF of each room")
	}
	if err := free(strings.TrimSuffix(p.to, "/")); err != nil {
		return err
	}
	return p.ask(cmd, func(i *inquiry.Inquiry) error {
		if !all {
			return p.print(cmd, i, p.asked, p.to)
		}
		rooms, err := i.Rooms(cmd.Context(), p.asked)
		if err != nil {
			return err
		}
		if len(rooms) == 0 {
			return errors.New("no room has a line in that time")
		}
		if err := os.MkdirAll(p.to, 0o700); err != nil {
			return err
		}
		for _, a := range rooms {
			name := strings.ReplaceAll(a.Controller, "/", "-") + "-" + a.Zone + ".pdf"
			if err := p.print(cmd, i, a, filepath.Join(p.to, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// period is the month or the fiscal year that is meant, in Japan.
func (p *printer) period() (err error) {
	switch {
	case p.month != "" && p.year != "":
		return errors.New("name a month or a fiscal year, not both")
	case p.month != "":
		if p.asked.From, err = clerk.Month(p.month); err != nil {
			return fmt.Errorf("--month: %w", err)
		}
		p.asked.Until = p.asked.From.AddDate(0, 1, 0)
	case p.year != "":
		year, err := clerk.Fiscal(p.year)
		if err != nil {
			return fmt.Errorf("--year: %w", err)
		}
		p.asked.From, p.asked.Until = fiscalYear(year)
	default:
		return errors.New("of which time? --month 2026-04, or of the register --year 2026")
	}
	return nil
}

func fiscalYear(year int) (from, until time.Time) {
	from = time.Date(year, time.April, 1, 0, 0, 0, 0, access.JST)
	return from, from.AddDate(1, 0, 0)
}

func (p *printer) print(cmd *cobra.Command, i *inquiry.Inquiry, a inquiry.Asked, to string) error {
	csv := strings.HasSuffix(strings.ToLower(to), ".csv")
	sheet, err := i.Report(cmd.Context(), p.form, a, csv)
	if err != nil {
		return err
	}
	out, err := newFile(to, nil)
	if err != nil {
		return err
	}
	write := func(w io.Writer, h paper.Head) error { return paper.PDF(w, sheet.Form, h) }
	if csv {
		write = sheet.Form.CSV
	}
	if err := errors.Join(write(out, p.head(&sheet, i.Account())), out.Close()); err != nil {
		return fmt.Errorf("print %s is on record, but is not kept whole: %w", sheet.ID, err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: 印刷番号 %s, %d lines, %s\n", to, sheet.ID, sheet.Lines,
		retention.FiscalYearLabel(retention.FiscalYear(a.From), access.Japanese))
	return err
}

func (p *printer) head(sheet *inquiry.Sheet, who string) paper.Head {
	c := &p.site.conf.Report
	h := paper.Head{Room: sheet.Zone, Site: cmp.Or(c.City, sheet.Site), RuleBasis: c.RuleBasis, Language: access.Japanese, At: time.Now(),
		By: who, PrintID: sheet.ID, Purpose: p.purpose, Fonts: []string{font.IPAmj}}
	if p.lang == "en" {
		h.Language = access.English
	}
	for _, r := range c.Rooms {
		if r.Zone == sheet.Zone && (r.Controller == "" || r.Controller == sheet.Controller || r.Controller == sheet.Site+"/"+sheet.Controller) {
			h.Room, h.Officer = r.Title, access.Post(r.Officer)
		}
	}
	return h
}
