package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// visit is Article 20(3) and (4) at the command line.
func (t *tool) visit() *cobra.Command {
	c := &cobra.Command{Use: "visit", Short: "visitors: announce, escort, consent, leave (入退室, 第20条第3項・第4項)"}
	c.AddCommand(t.visitList(), t.announce(), t.leave(), t.late(), t.followUp())
	for _, a := range []struct{ verb, short, example, what string }{
		{"hand-over", "take over the escort of visitors (立会いを交代する): the successor's own act", "2026-000123", "visit/hand-over"},
		{"ask-consent", "ask for the consent to leave (退室の承諾を求める)", "2026-000123", "visit/ask-consent"},
		{"consent", "consent to leaving (退室を承諾する): one act for all that are named", "--all", "visit/consent"},
		{"withhold", "withhold the consent (承諾しない); the door stays free", "2026-000123", "visit/consent"},
	} {
		c.AddCommand(t.visitAct(a.verb, a.short, a.example, a.what))
	}
	return c
}

func (t *tool) visits(cmd *cobra.Command) (out []ledger.Visit, err error) {
	return out, t.desk().Get(cmd.Context(), "visits", nil, &out)
}

func (t *tool) visitList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: "open lines, and those that wait for a consent", Args: cobra.NoArgs, Example: "  kidoban visit list --lang ja",
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := t.visits(cmd)
			switch {
			case err != nil:
				return err
			case asJSON:
				return printJSON(cmd.OutOrStdout(), rows)
			case len(rows) == 0:
				fmt.Fprintln(cmd.OutOrStdout(), t.say(word{"在室中の行、承諾待ちの行はありません", "no line is open, none waits for a consent"}))
				return nil
			}
			return t.visitTable(cmd.OutOrStdout(), rows)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

func (t *tool) visitTable(w io.Writer, rows []ledger.Visit) error {
	var out clerk.Table
	t.heads(&out, wNumber, wName, wOrganisation, wEntered, wLeft, wPermit, wEscort, wConsent)
	for i := range rows {
		v := &rows[i]
		out.Add(v.ID, orID(v.Name, v.Person), v.Affiliation, stamp(v.Entered), t.left(v), string(v.Permit), t.escorts(v), t.consent(v))
	}
	return out.Write(w)
}

// left is column 16.
func (t *tool) left(v *ledger.Visit) string {
	switch {
	case v.Inside():
		return t.say(wInside)
	case v.Left.IsZero():
		return t.say(word{"退室未記録", "exit not recorded"})
	}
	return stamp(v.Left)
}

// escorts is column 13: who attended, and who took over when.
func (t *tool) escorts(v *ledger.Visit) string {
	var parts []string
	for _, e := range v.Escorts {
		s := orID(e.Name, e.Person)
		if len(v.Escorts) > 1 {
			s += " " + e.From.In(jst).Format("15:04")
		}
		if e.Assumed {
			s += t.say(word{"(推定)", " (assumed)"})
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " → ")
}

// consent is column 17.
func (t *tool) consent(v *ledger.Visit) string {
	if v.Consent.State == ledger.ConsentNone {
		return ""
	}
	s := t.say(consentWords[v.Consent.State])
	if v.Consent.Act.Done() {
		s += " " + t.act(v.Consent.Act)
	}
	return s
}

func (t *tool) announce() *cobra.Command {
	var a desk.Announce
	c := &cobra.Command{
		Use: "announce PERMIT [PERSON…]", Args: cobra.MinimumNArgs(1),
		Short: "choose visitors by name at the door; an escort's badge then lets them in",
		Long: "Without PERSON, all whom the permit names. A person of Article 20(1) then badges within the window that the site sets:\n" +
			"the door opens for the group, and each visitor has a line of their own.",
		Example: "  kidoban visit announce 2026-0001 --identity 運転免許証 --badge 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			a.Permit, a.Persons = access.PermitID(args[0]), nil
			for _, id := range args[1:] {
				a.Persons = append(a.Persons, access.PersonID(id))
			}
			if len(a.Persons) == 0 {
				p, err := t.onePermit(cmd, args[0])
				if err != nil {
					return err
				}
				for _, h := range p.Holders {
					a.Persons = append(a.Persons, h.Person)
				}
			}
			if len(a.Persons) == 0 {
				return fmt.Errorf("permit %s names nobody yet: kidoban permit name %[1]s 'NAME/READING'", args[0])
			}
			return t.desk().Post(cmd.Context(), "visit/announce", a, nil)
		},
	}
	c.Flags().StringVar(&a.Door, "door", "", "at which door; not needed where there is one")
	c.Flags().StringVar(&a.Identity, "identity", "", "how it was made sure who they are (本人確認)")
	c.Flags().StringVar(&a.Badge, "badge", "", "number of the badge that is worn (名札番号)")
	return c
}

// visitAct is an act on lines of the register: by number, or on all that it concerns.
func (t *tool) visitAct(verb, short, example, what string) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: verb + " VISIT…", Short: short, Example: "  kidoban visit " + verb + " " + example,
		RunE: func(cmd *cobra.Command, ids []string) error {
			ids, err := t.lines(cmd, ids, all)
			if err != nil {
				return err
			}
			var order any = desk.Visits{Visits: ids}
			if what == "visit/consent" {
				order = desk.Consent{Visits: ids, Withhold: verb == "withhold"}
			}
			return t.desk().Post(cmd.Context(), what, order, nil)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every visitor who is inside")
	return c
}

// lines are the visits that are named, or those of all visitors inside.
func (t *tool) lines(cmd *cobra.Command, ids []string, all bool) ([]string, error) {
	switch {
	case all && len(ids) > 0:
		return nil, errors.New("name visits, or say --all, not both")
	case len(ids) > 0:
		return ids, nil
	case !all:
		return nil, errors.New("name visits (kidoban visit list), or say --all")
	}
	rows, err := t.visits(cmd)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Inside() && rows[i].Visitor() {
			ids = append(ids, rows[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("no visitor is inside: kidoban visit list")
	}
	return ids, nil
}

func (t *tool) leave() *cobra.Command {
	var all bool
	var l desk.Leave
	c := &cobra.Command{
		Use: "leave VISIT…", Short: "visitors without a card leave with the next opening of the door (退室), or --now",
		Example: "  kidoban visit leave --all\n  kidoban visit leave 2026-000123 --now",
		RunE: func(cmd *cobra.Command, ids []string) (err error) {
			if l.Visits, err = t.lines(cmd, ids, all); err != nil {
				return err
			}
			return t.desk().Post(cmd.Context(), "visit/leave", l, nil)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every visitor who is inside")
	c.Flags().BoolVar(&l.Now, "now", false, "they have left already; the line says that it was declared")
	return c
}

func (t *tool) followUp() *cobra.Command {
	var text string
	c := &cobra.Command{
		Use: "follow-up VISIT…", Args: cobra.MinimumNArgs(1),
		Short:   "the consent afterwards, in writing, for those who left without it (事後承諾)",
		Long:    "It keeps its own time and never becomes a consent given in time: 事後承諾(退室時未承諾).",
		Example: "  kidoban visit follow-up 2026-000123 --text '立会者から事情を聴取し、持出しのないことを確認した'",
		RunE: func(cmd *cobra.Command, ids []string) error {
			return t.desk().Post(cmd.Context(), "visit/consent", desk.Consent{Visits: ids, Text: text}, nil)
		},
	}
	c.Flags().StringVar(&text, "text", "", "what was found, in writing (required)")
	_ = c.MarkFlagRequired("text")
	return c
}

func (t *tool) late() *cobra.Command {
	var l desk.Late
	var entered string
	c := &cobra.Command{
		Use: "late PERSON", Args: cobra.ExactArgs(1),
		Short:   "open a line afterwards for one who came in without one (供連れ)",
		Example: "  kidoban visit late K-001 --permit 2026-0001 --escort 0201 --at 09:40 --text '立会者の1枚のカードで入室した'",
		RunE: func(cmd *cobra.Command, a []string) error {
			l.Person = access.PersonID(a[0])
			at, whole, err := clerk.Moment(entered, time.Now())
			if err == nil && whole {
				err = errors.New("the hour is missing")
			}
			if err != nil {
				return fmt.Errorf("--at: %w", err)
			}
			l.Entered = at
			return t.desk().Post(cmd.Context(), "visit/late", l, nil)
		},
	}
	f := c.Flags()
	f.StringVar(&l.Zone, "zone", "", "which room; not needed where there is one")
	f.StringVar((*string)(&l.Permit), "permit", "", "on which permit")
	f.StringVar((*string)(&l.Escort), "escort", "", "who attended, an id")
	f.StringVar(&entered, "at", "", "when, like "+clerk.WhenForms+" (required)")
	f.StringVar(&l.Text, "text", "", "how it came about, for the record")
	_ = c.MarkFlagRequired("at")
	return c
}
