package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
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
			s.From, err = day(arg, now)
			s.Until = s.From.AddDate(0, 0, 1)
			return err
		}),
		t.search("month [MONTH]", "the lines entered in a month, like 2026-04 or R8.4", "month R8.4 --purpose 月次点検", func(s *desk.Search, arg string, now time.Time) (err error) {
			if arg == "" {
				arg = now.In(jst).Format("2006-01")
			}
			s.From, err = monthOf(arg)
			s.Until = s.From.AddDate(0, 1, 0)
			return err
		}),
		t.search("year [YEAR]", "the lines of a fiscal year, like 2026, R8 or 令和8年度", "year 令和8年度 --purpose 監査", func(s *desk.Search, arg string, now time.Time) error {
			year := now.In(jst).AddDate(0, -3, 0).Year()
			if arg != "" {
				var err error
				if year, err = fiscal(arg); err != nil {
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
	)
	return c
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
	body, err := t.desk().Ask(cmd.Context(), "register", s)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if show.json {
		_, err := io.Copy(cmd.OutOrStdout(), body)
		return err
	}
	var rows []ledger.Visit
	for d := json.NewDecoder(body); ; {
		var v ledger.Visit
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("read the register's lines: %w", err)
		}
		rows = append(rows, v)
	}
	switch {
	case len(rows) == 0:
		fmt.Fprintln(cmd.OutOrStdout(), t.say(word{"該当する行はありません", "no lines"}))
		return nil
	case show.full:
		return t.blocks(cmd.OutOrStdout(), rows)
	}
	return t.registerTable(cmd.OutOrStdout(), rows)
}

func (t *tool) registerTable(w io.Writer, rows []ledger.Visit) error {
	var out table
	t.heads(&out, wNumber, wName, wOrganisation, wClass, wEntered, wLeft, wPurpose, wPermit, wEscort, wConsent, wRemarks)
	for i := range rows {
		v := &rows[i]
		out.add(v.ID, orID(v.Name, v.Person), v.Affiliation, t.known(classWords, v.Class), stamp(v.Entered), t.left(v), v.Purpose,
			string(v.Permit), t.escorts(v), t.consent(v), t.remarks(v))
	}
	return out.write(w)
}
