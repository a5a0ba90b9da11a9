package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
	"kidoban/controller/rebuild"
	"kidoban/controller/retention"
	"kidoban/controller/store"
)

// register reads the 入退室管理簿. Each look is on record first, with its purpose.
func (t *tool) register() *cobra.Command {
	c := &cobra.Command{
		Use: "register", Short: "read the register of entries and exits (入退室管理簿); each search is recorded with its --purpose",
	}
	c.AddCommand(
		t.search("day [DATE]", "the lines entered on a day", "day R8.4.1 --purpose 日次確認", func(s *desk.Search, arg string, now time.Time) (err error) {
			if arg == "" {
				arg = "today"
			}
			s.From, err = clerk.Day(arg, now)
			s.Until = s.From.AddDate(0, 0, 1)
			return err
		}),
		t.search("month [MONTH]", "the lines entered in a month, like 2026-04 or R8.4", "month R8.4 --purpose 月次点検", func(s *desk.Search, arg string, now time.Time) (err error) {
			if arg == "" {
				arg = now.In(jst).Format("2006-01")
			}
			s.From, err = clerk.Month(arg)
			s.Until = s.From.AddDate(0, 1, 0)
			return err
		}),
		t.search("year [YEAR]", "the lines of a fiscal year, like 2026, R8 or 令和8年度", "year 令和8年度 --purpose 監査", func(s *desk.Search, arg string, now time.Time) error {
			year := retention.FiscalYear(now)
			if arg != "" {
				var err error
				if year, err = clerk.Fiscal(arg); err != nil {
					return err
				}
			}
			s.From = time.Date(year, time.April, 1, 0, 0, 0, 0, jst)
			s.Until = s.From.AddDate(1, 0, 0)
			return nil
		}),
		t.search("person ID", "the lines of a person", "person K-001 --purpose '本人からの照会'", func(s *desk.Search, arg string, _ time.Time) error {
			if arg == "" {
				return errors.New("whose lines? name a person's id: kidoban person list, kidoban permit show")
			}
			s.Person = access.PersonID(arg)
			return nil
		}),
		t.search("name PART", "the lines with this in a name, its reading or an affiliation", "name 架空システム --purpose 委託先の確認", func(s *desk.Search, arg string, _ time.Time) error {
			s.Name = arg
			return nil
		}),
		t.compare(),
		t.sign(),
	)
	return c
}

// compare makes the register anew from the journal and compares.
func (t *tool) compare() *cobra.Command {
	var purpose, data string
	c := &cobra.Command{
		Use: "compare [YEAR]", Args: cobra.MaximumNArgs(1),
		Short: "make a fiscal year's lines anew from the journal, and compare them with those that are kept",
		Long: "Every line is what its entries and their private parts say; where one is another, it is told column by column. Whether the\n" +
			"journal itself is in order is for: kidoban journal verify. With --data it reads a data directory, without a daemon.",
		Example: "  kidoban register compare R8 --purpose 年度末の点検\n  kidoban register compare 2026 --data /var/lib/kidoban",
		RunE: func(cmd *cobra.Command, a []string) error {
			year, err := retention.FiscalYear(time.Now()), error(nil)
			if len(a) == 1 {
				if year, err = clerk.Fiscal(a[0]); err != nil {
					return err
				}
			}
			got, err := t.compared(cmd, data, desk.Compare{Year: year, Purpose: purpose})
			if err != nil {
				return err
			}
			return t.differences(cmd.OutOrStdout(), got)
		},
	}
	c.Flags().StringVar(&purpose, "purpose", "", "what the comparison is for, for the record")
	c.Flags().StringVar(&data, "data", "", "read this data `directory`, offline")
	return c
}

func (t *tool) compared(cmd *cobra.Command, data string, c desk.Compare) (got rebuild.Result, err error) {
	if data == "" {
		return got, t.desk().Post(cmd.Context(), "register/compare", c, &got)
	}
	r, err := store.OpenReadOnly(cmd.Context(), data)
	if err != nil {
		return got, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return rebuild.Compare(cmd.Context(), r, c.Year, nil)
}

func (t *tool) differences(w io.Writer, got rebuild.Result) error {
	if len(got.Differences) == 0 {
		fmt.Fprintf(w, t.say(word{
			"%s: %d行すべてが証跡と一致しています\n", "%s: all %d lines are what the journal tells\n",
		}), t.yearLabel(got.Year), got.Lines)
		return nil
	}
	var out clerk.Table
	t.heads(&out, wNumber, word{"欄", "column"}, word{"登録簿の記載", "kept"}, word{"証跡の記載", "told by the journal"})
	for _, d := range got.Differences {
		out.Add(d.Visit, d.Field, d.Kept, d.Told)
	}
	if err := out.Write(w); err != nil {
		return err
	}
	return fmt.Errorf("%s: %d difference(s): keep everything as it is and call the system manager", t.yearLabel(got.Year), len(got.Differences))
}

// search is one way to look into the register.
func (t *tool) search(use, short, example string, fill func(*desk.Search, string, time.Time) error) *cobra.Command {
	var s desk.Search
	var show shown
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.MaximumNArgs(1), Example: "  kidoban register " + example,
		RunE: func(cmd *cobra.Command, a []string) error {
			s.What = cmd.Name()
			if err := fill(&s, append(a, "")[0], time.Now()); err != nil {
				return err
			}
			return t.inspect(cmd, s, show)
		},
	}
	c.Flags().StringVar(&s.Zone, "zone", "", "only this room")
	show.flags(c, &s)
	_ = c.MarkFlagRequired("purpose")
	return c
}

// shown is how lines are printed.
type shown struct{ json, full bool }

func (o *shown) flags(c *cobra.Command, s *desk.Search) {
	c.Flags().StringVar(&s.Purpose, "purpose", "", "what the search is for, for the record")
	c.Flags().BoolVar(&o.json, "json", false, "as JSON, a line each")
	c.Flags().BoolVar(&o.full, "full", false, "every column, a block for each line")
}

// inspect asks for lines and prints them.
func (t *tool) inspect(cmd *cobra.Command, s desk.Search, show shown) error {
	if show.json {
		body, err := t.desk().Ask(cmd.Context(), "register", s)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		_, err = io.Copy(cmd.OutOrStdout(), body)
		return err
	}
	rows, err := found(cmd.Context(), t.desk(), s)
	switch {
	case err != nil:
		return err
	case len(rows) == 0:
		fmt.Fprintln(cmd.OutOrStdout(), t.say(word{"該当する行はありません", "no lines"}))
		return nil
	case show.full:
		return t.blocks(cmd.OutOrStdout(), rows)
	}
	return t.registerTable(cmd.OutOrStdout(), rows)
}

// found are the lines of a search.
func found(ctx context.Context, c *desk.Client, s desk.Search) (rows []ledger.Visit, err error) {
	body, err := c.Ask(ctx, "register", s)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	for d := json.NewDecoder(body); ; {
		var v ledger.Visit
		switch err := d.Decode(&v); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("read the register's lines: %w", err)
		}
		rows = append(rows, v)
	}
}

func (t *tool) registerTable(w io.Writer, rows []ledger.Visit) error {
	var out clerk.Table
	t.heads(&out, wNumber, wName, wOrganisation, wClass, wEntered, wLeft, wPurpose, wPermit, wEscort, wConsent, wRemarks)
	for i := range rows {
		v := &rows[i]
		out.Add(v.ID, orID(v.Name, v.Person), v.Affiliation, t.known(classWords, v.Class), stamp(v.Entered), t.left(v), v.Purpose,
			string(v.Permit), t.escorts(v), t.consent(v), t.remarks(v))
	}
	return out.Write(w)
}
