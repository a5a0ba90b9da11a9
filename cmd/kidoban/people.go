package main

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

func (t *tool) put(cmd *cobra.Command, e desk.Edit) error {
	return t.desk().Post(cmd.Context(), "edit", e, nil)
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
				e.Delete = remove
				return t.put(cmd, e)
			},
		}
		s.flags(sub)
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

// card issues cards and declares what became of them.
func (t *tool) card() *cobra.Command {
	c := &cobra.Command{Use: "card", Short: "cards"}
	var s span
	var hours string
	var extended bool
	issue := &cobra.Command{
		Use: "issue ID PERSON FORMAT FACILITY/NUMBER", Short: "enrol a card; only its keyed hash is kept", Args: cobra.ExactArgs(4),
		RunE: func(cmd *cobra.Command, a []string) error {
			n, err := parseNumber(a[2], a[3])
			if err != nil {
				return err
			}
			dates, err := s.span()
			if err != nil {
				return err
			}
			return t.put(cmd, desk.Edit{Card: &desk.Card{
				ID: access.CredentialID(a[0]), Person: access.PersonID(a[1]), Number: n, Span: dates,
				Schedule: access.ScheduleID(hours), Extended: extended,
			}})
		},
	}
	s.flags(issue)
	issue.Flags().StringVar(&hours, "schedule", "", "only within these hours")
	issue.Flags().BoolVar(&extended, "extended", false, "the holder needs the door released and open for longer")
	c.AddCommand(issue)
	for _, d := range []struct{ verb, to, short string }{
		{"lost", "lost", "reported lost: refused at once, and for good"},
		{"block", "blocked", "blocked until further notice"},
		{"unblock", "active", "a blocked card becomes active again"},
		{"revoke", "revoked", "revoked for good"},
	} {
		var reason string
		sub := &cobra.Command{
			Use: d.verb + " ID", Short: d.short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, a []string) error {
				return t.put(cmd, desk.Edit{State: &desk.CardState{ID: access.CredentialID(a[0]), To: d.to}, Reason: reason})
			},
		}
		sub.Flags().StringVar(&reason, "reason", "", "why, for the record")
		c.AddCommand(sub)
	}
	c.AddCommand(t.list("every card", func(w io.Writer, l desk.Listing) {
		for _, r := range l.Cards {
			pin := "no PIN"
			if r.PIN {
				pin = "PIN"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Person, r.Format, r.State, pin, spanText(access.Span{From: r.From, Until: r.Until}))
		}
	}))
	return c
}

// pin sets a PIN from the terminal or a pipe, never from the command line.
func (t *tool) pin() *cobra.Command {
	c := &cobra.Command{Use: "pin", Short: "the PIN of a card"}
	var duress bool
	set := &cobra.Command{
		Use: "set CARD", Short: "set it; it is asked for twice, or read from standard input", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			digits, err := readPIN(cmd)
			if err != nil {
				return err
			}
			defer clear(digits)
			return t.desk().Post(cmd.Context(), "pin", desk.PIN{Credential: access.CredentialID(a[0]), Digits: digits, Duress: duress}, nil)
		},
	}
	set.Flags().BoolVar(&duress, "duress", false, "the duress PIN: opens like the PIN and raises a silent alert")
	unblock := &cobra.Command{
		Use: "unblock CARD", Short: "lift the lock-out after wrong PINs", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "pin/unblock", desk.Unblock{Credential: access.CredentialID(a[0])}, nil)
		},
	}
	c.AddCommand(set, unblock)
	return c
}

func readPIN(cmd *cobra.Command) (desk.Digits, error) {
	in, isFile := cmd.InOrStdin().(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(cmd.InOrStdin()).ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		return desk.Digits(strings.TrimRight(string(line), "\r\n")), nil
	}
	ask := func(prompt string) ([]byte, error) {
		fmt.Fprint(cmd.ErrOrStderr(), prompt)
		defer fmt.Fprintln(cmd.ErrOrStderr())
		return term.ReadPassword(int(in.Fd()))
	}
	first, err := ask("PIN: ")
	if err != nil {
		return nil, err
	}
	second, err := ask("once more: ")
	if err == nil && string(first) != string(second) {
		err = fmt.Errorf("the two are not the same")
	}
	return first, err
}

// schedule is a weekly timetable.
func (t *tool) schedule() *cobra.Command {
	c := &cobra.Command{Use: "schedule", Short: "weekly hours"}
	put := &cobra.Command{
		Use:   "put ID DAYS=HH:MM-HH:MM…",
		Short: "set a timetable, like office mon-fri=08:30-17:15 holiday=none",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, a []string) error {
			s, err := parseSchedule(a[0], a[1:])
			if err != nil {
				return err
			}
			return t.put(cmd, desk.Edit{Schedule: &s})
		},
	}
	remove := &cobra.Command{
		Use: "remove ID", Short: "remove one that no card uses", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.put(cmd, desk.Edit{Schedule: &access.Schedule{ID: access.ScheduleID(a[0])}, Delete: true})
		},
	}
	c.AddCommand(put, remove, t.list("list them", func(w io.Writer, l desk.Listing) {
		for _, s := range l.Schedules {
			for d, hours := range s.Week {
				fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, strings.ToLower(time.Weekday(d).String()[:3]), hoursText(hours))
			}
			fmt.Fprintf(w, "%s\tholiday\t%s\n", s.ID, hoursText(s.Holiday))
		}
	}))
	return c
}

func hoursText(h []access.Hours) string {
	var parts []string
	for _, x := range h {
		parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", x.From/60, x.From%60, x.Until/60, x.Until%60))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, " ")
}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func parseSchedule(id string, rules []string) (access.Schedule, error) {
	s := access.Schedule{ID: access.ScheduleID(id)}
	for _, r := range rules {
		days, hours, ok := strings.Cut(r, "=")
		if !ok {
			return s, fmt.Errorf("%q: write DAYS=HH:MM-HH:MM", r)
		}
		var list []access.Hours
		if hours != "none" {
			var h access.Hours
			var a, b, c, d uint16
			if n, _ := fmt.Sscanf(hours, "%d:%d-%d:%d", &a, &b, &c, &d); n != 4 || a > 24 || c > 24 || b > 59 || d > 59 {
				return s, fmt.Errorf("%q: hours are HH:MM-HH:MM, or none", r)
			}
			h.From, h.Until = a*60+b, c*60+d
			list = append(list, h)
		}
		if days == "holiday" {
			s.Holiday = append(s.Holiday, list...)
			continue
		}
		from, until, many := strings.Cut(days, "-")
		if !many {
			until = from
		}
		i, j := dayIndex(from), dayIndex(until)
		if i < 0 || j < 0 {
			return s, fmt.Errorf("%q: days are sun … sat, mon-fri or holiday", r)
		}
		for ; ; i = (i + 1) % 7 {
			s.Week[i] = append(s.Week[i], list...)
			if i == j {
				break
			}
		}
	}
	return s, nil
}

func dayIndex(s string) int {
	for i, d := range dayNames {
		if d == s {
			return i
		}
	}
	return -1
}

// holiday adds to the national holidays, or takes away.
func (t *tool) holiday() *cobra.Command {
	c := &cobra.Command{Use: "holiday", Short: "local holidays and working days beside the national holidays"}
	for _, v := range []struct {
		verb, short     string
		working, remove bool
	}{
		{"add", "this day is a holiday here", false, false},
		{"working", "this day is worked although it is a holiday", true, false},
		{"remove", "what was said of this day no longer holds", false, true},
	} {
		c.AddCommand(&cobra.Command{
			Use: v.verb + " DATE", Short: v.short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, a []string) error {
				day, err := parseTime(a[0])
				if err != nil {
					return err
				}
				y, m, d := day.Date()
				return t.put(cmd, desk.Edit{Holiday: &access.Holiday{Year: y, Month: m, Day: d, Working: v.working}, Delete: v.remove})
			},
		})
	}
	c.AddCommand(t.list("list them", func(w io.Writer, l desk.Listing) {
		for _, h := range l.Holidays {
			fmt.Fprintf(w, "%04d-%02d-%02d\t%s\n", h.Year, h.Month, h.Day, map[bool]string{true: "worked", false: "holiday"}[h.Working])
		}
	}))
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
			if !got.Done {
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
