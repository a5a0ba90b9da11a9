package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

func (t *tool) put(cmd *cobra.Command, e desk.Edit) error {
	return t.order(cmd, "edit", e)
}

func (t *tool) listing(cmd *cobra.Command) (l desk.Listing, err error) {
	return l, t.desk().Get(cmd.Context(), "people", nil, &l)
}

// list is a command that shows rows of the roster.
func (t *tool) list(short string, rows func(io.Writer, desk.Listing)) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := t.listing(cmd)
			if err != nil {
				return err
			}
			out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			rows(out, l)
			return out.Flush()
		},
	}
}

func spanText(s access.Span) string {
	return dayText(s.From, "…") + " – " + dayText(s.Until, "…")
}

func dayText(t time.Time, open string) string {
	if t.IsZero() {
		return open
	}
	return t.In(jst).Format("2006-01-02 15:04")
}

var kindNames = map[string]access.Kind{"staff": access.Staff, "contractor": access.Contractor, "other": access.Other}

// person adds, changes and removes cardholders.
func (t *tool) person() *cobra.Command {
	c := &cobra.Command{Use: "person", Short: "cardholders"}
	var name, reading, affiliation, kind string
	put := &cobra.Command{
		Use: "put ID", Short: "add a person, or change one", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, known := kindNames[kind]
			if !known {
				return fmt.Errorf("--kind is staff, contractor or other")
			}
			return t.put(cmd, desk.Edit{Person: &ledger.Person{
				Person: access.Person{ID: access.PersonID(args[0]), Kind: k}, Name: name, Reading: reading, Affiliation: affiliation,
			}})
		},
	}
	put.Flags().StringVar(&name, "name", "", "氏名")
	put.Flags().StringVar(&reading, "reading", "", "ふりがな")
	put.Flags().StringVar(&affiliation, "affiliation", "", "所属")
	put.Flags().StringVar(&kind, "kind", "staff", "staff (職員), contractor or other")
	remove := &cobra.Command{
		Use: "remove ID", Short: "remove a person to whom nothing refers", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.put(cmd, desk.Edit{Person: &ledger.Person{Person: access.Person{ID: access.PersonID(args[0])}}, Delete: true})
		},
	}
	c.AddCommand(put, remove, t.list("everybody in the roster", func(w io.Writer, l desk.Listing) {
		for _, p := range l.People {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.ID, kindText(p.Kind), p.Name, p.Reading, p.Affiliation)
		}
	}))
	return c
}

func kindText(k access.Kind) string {
	for name, x := range kindNames {
		if x == k {
			return name
		}
	}
	return "?"
}

// dated is a command with put, end and list for rows that have a person, one more word and dates.
func (t *tool) dated(use, short, word string, row func(args []string, s access.Span) desk.Edit, rows func(io.Writer, desk.Listing)) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short}
	var reason string
	for _, remove := range []bool{false, true} {
		var s span
		args := 1
		name := "put " + strings.TrimSpace(word+" PERSON")
		about := "put it in force, or change its end"
		if remove {
			name, about = "remove "+strings.TrimSpace(word+" PERSON"), "remove a row that was wrong (to end one, put it with --until)"
		}
		if word != "" {
			args = 2
		}
		sub := &cobra.Command{
			Use: name, Short: about, Args: cobra.ExactArgs(args),
			RunE: func(cmd *cobra.Command, args []string) error {
				dates, err := s.span()
				if err != nil {
					return err
				}
				e := row(args, dates)
				e.Delete, e.Reason = remove, reason
				return t.put(cmd, e)
			},
		}
		s.flags(sub)
		if use == "duty" || use == "finding" {
			sub.Flags().StringVar(&reason, "reason", "", "why, for the form that shows it and for the record")
		}
		c.AddCommand(sub)
	}
	c.AddCommand(t.list("list them", rows))
	return c
}

// post is who holds an office, by date.
func (t *tool) post() *cobra.Command {
	return t.dated("post", "incumbents of ciso, security-officer, system-manager, west-branch-head", "POST",
		func(a []string, s access.Span) desk.Edit {
			return desk.Edit{Incumbency: &access.Incumbency{Post: access.Post(a[0]), Person: access.PersonID(a[1]), Span: s}}
		},
		func(w io.Writer, l desk.Listing) {
			for _, r := range l.Incumbents {
				fmt.Fprintf(w, "%s\t%s\t%s\n", r.Post, r.Person, spanText(r.Span))
			}
		})
}

// member is who belongs to a section, by date.
func (t *tool) member() *cobra.Command {
	return t.dated("member", "who belongs to a section (Article 20(1)(2): civic-affairs)", "SECTION",
		func(a []string, s access.Span) desk.Edit {
			return desk.Edit{Belonging: &access.Belonging{Section: a[0], Person: access.PersonID(a[1]), Span: s}}
		},
		func(w io.Writer, l desk.Listing) {
			for _, r := range l.Belongings {
				fmt.Fprintf(w, "%s\t%s\t%s\n", r.Section, r.Person, spanText(r.Span))
			}
		})
}

// finding is whom the security officer found necessary for maintenance.
func (t *tool) finding() *cobra.Command {
	return t.dated("finding", "staff found necessary for maintenance (Article 20(1)(3))", "",
		func(a []string, s access.Span) desk.Edit {
			return desk.Edit{Finding: &access.Finding{Person: access.PersonID(a[0]), Span: s}}
		},
		func(w io.Writer, l desk.Listing) {
			for _, r := range l.Findings {
				fmt.Fprintf(w, "%s\t%s\n", r.Person, spanText(r.Span))
			}
		})
}

// duty is a task that somebody has for a time, without a post.
func (t *tool) duty() *cobra.Command {
	var zone string
	c := t.dated("duty", "designees who consent to leaving (Article 20(4)), clerks, auditors, deputies", "consent|clerk|auditor|deputy",
		func(a []string, s access.Span) desk.Edit {
			return desk.Edit{Duty: &access.Duty{Duty: access.DutyKind(a[0]), Person: access.PersonID(a[1]), Zone: zone, Span: s}}
		},
		func(w io.Writer, l desk.Listing) {
			for _, r := range l.Duties {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Duty, r.Person, cmp.Or(r.Zone, "every zone"), spanText(r.Span))
			}
		})
	for _, sub := range c.Commands() {
		if sub.Flags().Lookup("from") != nil {
			sub.Flags().StringVar(&zone, "zone", "", "only in this zone (without it: in every zone)")
		}
	}
	return c
}

// bring imports people and cards from a file.
func (t *tool) bring() *cobra.Command {
	var dry, replace bool
	c := &cobra.Command{
		Use: "import FILE", Short: "people and cards from CSV (UTF-8 or Shift_JIS) or TOML", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			data, err := os.ReadFile(a[0])
			if err != nil {
				return err
			}
			q := url.Values{"name": {filepath.Base(a[0])}, "dry": {fmt.Sprint(dry)}, "replace": {fmt.Sprint(replace)}}
			var got desk.Import
			if err := t.desk().Send(cmd.Context(), "import", q, data, &got); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			for _, w := range got.Warnings {
				fmt.Fprintln(out, "warning:", w)
			}
			for _, p := range got.Problems {
				fmt.Fprintln(out, p)
			}
			if n := len(got.Problems); n > 0 {
				return fmt.Errorf("%d problem(s): nothing was imported", n)
			}
			done := "imported"
			if got.Proposal != "" {
				t.waits(cmd, got.Proposal)
				done = "proposed"
			} else if !got.Done {
				done = "nothing was changed: this would be the change"
			}
			fmt.Fprintf(out, "%s: %d added, %d changed, %d removed", done, got.Added, got.Changed, got.Removed)
			if got.Kept > 0 {
				fmt.Fprintf(out, "; %d card(s) stay lost, revoked or blocked whatever the file says", got.Kept)
			}
			fmt.Fprintln(out)
			return nil
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "list every problem and what would change; change nothing")
	c.Flags().BoolVar(&replace, "replace", false, "the file is the whole roster: who is not in it is removed")
	return c
}
