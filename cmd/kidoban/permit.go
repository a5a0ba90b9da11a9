package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// permit is Article 20(2) at the command line.
func (t *tool) permit() *cobra.Command {
	c := &cobra.Command{
		Use: "permit", Short: "permits of those who are not of Article 20(1): request, decide, revoke (入室許可, 第20条第2項)",
	}
	c.AddCommand(t.permitList(), t.permitShow(), t.permitRequest(), t.permitOral())
	c.AddCommand(t.permitDecisions()...)
	c.AddCommand(t.permitName())
	return c
}

func (t *tool) permits(cmd *cobra.Command, q url.Values) (out []ledger.Permit, err error) {
	return out, t.desk().Get(cmd.Context(), "permits", q, &out)
}

func (t *tool) onePermit(cmd *cobra.Command, id string) (ledger.Permit, error) {
	all, err := t.permits(cmd, url.Values{"id": {id}})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("no permit %s: kidoban permit list", id)
	}
	if err != nil {
		return ledger.Permit{}, err
	}
	return all[0], nil
}

func (t *tool) permitList() *cobra.Command {
	var person string
	var all, asJSON bool
	c := &cobra.Command{
		Use: "list", Short: "those that are not over (--all: every one)", Args: cobra.NoArgs,
		Example: "  kidoban permit list\n  kidoban permit list --all --person K-001",
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := t.permits(cmd, url.Values{"person": {person}})
			if err != nil {
				return err
			}
			now := time.Now()
			var out []ledger.Permit
			for _, p := range rows {
				if all || !over(&p, now) {
					out = append(out, p)
				}
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), out)
			}
			return t.permitTable(cmd.OutOrStdout(), out, now)
		},
	}
	c.Flags().StringVar(&person, "person", "", "those that name this person")
	c.Flags().BoolVar(&all, "all", false, "those that are over too")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// over says that nobody will enter on it any more.
func over(p *ledger.Permit, now time.Time) bool {
	return p.State == access.NotPermitted || p.State == access.Withdrawn || !p.Until.IsZero() && !now.Before(p.Until)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (t *tool) permitTable(w io.Writer, rows []ledger.Permit, now time.Time) error {
	if len(rows) == 0 {
		fmt.Fprintln(w, t.say(word{"許可はありません", "no permits"}))
		return nil
	}
	var out clerk.Table
	t.heads(&out, wNumber, wState, wTime, wZone, wOrganisation, wVisitors, wPurpose)
	for i := range rows {
		p := &rows[i]
		out.Add(string(p.ID), t.permitState(p, now), spanOf(p.Span), p.Zone, p.Text.Organisation, t.visitorsOf(p), p.Text.Purpose)
	}
	return out.Write(w)
}

// spanOf leaves the date of the end out where it is the same day's.
func spanOf(s access.Span) string {
	from, until := s.From.In(jst), s.Until.In(jst)
	end := until.Format("2006-01-02 15:04")
	if last := until.Add(-1); last.YearDay() == from.YearDay() && last.Year() == from.Year() {
		end = until.Format("15:04")
		if until.Day() != from.Day() {
			end = "24:00"
		}
	}
	return from.Format("2006-01-02 15:04") + "-" + end
}

// visitorsOf names the holders, and how many more may be named.
func (t *tool) visitorsOf(p *ledger.Permit) string {
	var names []string
	for _, v := range p.Text.Visitors {
		names = append(names, orID(v.Name, v.Person))
	}
	if open := p.Most - len(p.Text.Visitors); open > 0 {
		names = append(names, fmt.Sprintf(t.say(word{"当日記名 %d人まで", "up to %d named on the day"}), open))
	}
	return strings.Join(names, t.say(word{"、", ", "}))
}

func (t *tool) permitShow() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show PERMIT", Short: "everything about one", Args: cobra.ExactArgs(1), Example: "  kidoban permit show 2026-0001",
		RunE: func(cmd *cobra.Command, a []string) error {
			p, err := t.onePermit(cmd, a[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), p)
			}
			return t.showPermit(cmd.OutOrStdout(), &p)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// showPermit prints what applies, a line each.
func (t *tool) showPermit(w io.Writer, p *ledger.Permit) error {
	var out clerk.Table
	line := func(label word, s string) {
		if s != "" {
			out.Add(t.say(label), s)
		}
	}
	line(wNumber, string(p.ID))
	line(wState, t.permitState(p, time.Now()))
	line(wZone, p.Zone)
	line(wTime, spanOf(p.Span))
	line(wHours, hoursOfDays(p))
	if p.Entries > 0 {
		line(wEntries, strconv.Itoa(p.Entries))
	}
	line(wOrganisation, p.Text.Organisation)
	for _, v := range p.Text.Visitors {
		line(wVisitors, strings.TrimSpace(orID(v.Name, v.Person)+" "+v.Reading)+" · "+v.Affiliation+" · "+string(v.Person)+t.used(p, v.Person))
	}
	if open := p.Most - len(p.Text.Visitors); open > 0 {
		line(wVisitors, fmt.Sprintf(t.say(word{"当日記名 %d人まで", "up to %d named on the day"}), open))
	}
	line(wPurpose, p.Text.Purpose)
	line(wWork, p.Text.Work)
	line(wEquipment, p.Text.Equipment)
	line(wConditions, p.Text.Conditions)
	line(wEscortPlan, p.Text.EscortPlan)
	line(wCarryIn, p.Text.CarryIn)
	line(wCarryOut, p.Text.CarryOut)
	line(wRequested, stamp(p.Requested)+" "+p.Account)
	if !p.Oral.IsZero() {
		line(wSpoken, stamp(p.Oral)+" "+p.OralHow+" ← "+string(p.OralBy))
	}
	line(wDecided, t.act(p.Act))
	line(wConfirmed, t.act(p.Confirmed))
	line(wRevoked, t.act(p.Revoked))
	line(wReason, p.Text.Reason)
	return out.Write(w)
}

func (t *tool) used(p *ledger.Permit, id access.PersonID) string {
	for _, h := range p.Holders {
		if h.Person == id && h.Used > 0 {
			return fmt.Sprintf(t.say(word{" · 入室%d回", " · entered %d time(s)"}), h.Used)
		}
	}
	return ""
}

func hoursOfDays(p *ledger.Permit) string {
	var parts []string
	for d, on := range p.Days {
		if on {
			parts = append(parts, dayNames[d])
		}
	}
	if p.Daily != (access.Hours{}) {
		parts = append(parts, hoursText([]access.Hours{p.Daily}))
	}
	return strings.Join(parts, " ")
}

func (t *tool) permitRequest() *cobra.Command {
	var p permitForm
	c := &cobra.Command{
		Use: "request", Short: "ask for a permit (入室許可を申請する)", Args: cobra.NoArgs,
		Long: "Anybody but those of Article 20(1) needs the permission of the officer of the room before entering (Article 20(2)): staff of\n" +
			"other sections, contractors, inspectors. Without --when, --from and --until it is for the rest of this day.",
		Example: "  kidoban permit request --organisation '㈱架空システム保守' --purpose 'サーバ定期点検' --when 'today 09:00-17:00' \\\n" +
			"      --visitor '山田 太郎/やまだ たろう' --class contractor --carry-in 'ノートPC 1台'\n" +
			"  kidoban permit request --organisation '清掃会社' --purpose 清掃 --from R8.4.1 --until R9.3.31 --days mon-fri --daily 08:00-09:00 --up-to 2",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.fill(time.Now()); err != nil {
				return err
			}
			return t.newPermit(cmd, "permit/request", p.Permit, word{
				"許可者(市民課長等)の決定を待っています: kidoban permit grant %[1]s ・ permit refuse %[1]s",
				"it waits for the officer's decision: kidoban permit grant %[1]s · permit refuse %[1]s",
			})
		},
	}
	p.flags(c)
	return c
}

func (t *tool) permitOral() *cobra.Command {
	var p permitForm
	c := &cobra.Command{
		Use: "oral", Short: "record a permission that the officer spoke (口頭許可を記録する), before the entry", Args: cobra.NoArgs,
		Long: "A person of Article 20(1) records what the officer permitted by telephone or face to face. It lets in from this moment and is\n" +
			"marked until the officer confirms it: kidoban permit confirm. What is recorded after the entry stays flagged for good.",
		Example: "  kidoban permit oral --how telephone --at 22:40 --organisation '㈱架空システム保守' --purpose '障害対応' \\\n" +
			"      --visitor '山田 太郎/やまだ たろう' --when 'today 22:45-24:00'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			if err := p.fill(now); err != nil {
				return err
			}
			if p.spoken != "" {
				at, _, err := clerk.Moment(p.spoken, now)
				if err != nil {
					return fmt.Errorf("--at: %w", err)
				}
				p.Spoken = at
			}
			return t.newPermit(cmd, "permit/oral", p.Permit, word{
				"許可者の確認待ちです: kidoban permit confirm %[1]s", "it waits for the officer's confirmation: kidoban permit confirm %[1]s",
			})
		},
	}
	p.flags(c)
	c.Flags().StringVar(&p.How, "how", "telephone", "telephone or in_person")
	c.Flags().StringVar(&p.spoken, "at", "", "when it was spoken; now if left out")
	return c
}

// newPermit sends a request, shows what was recorded and says what comes next.
func (t *tool) newPermit(cmd *cobra.Command, what string, p desk.Permit, next word) error {
	var id access.PermitID
	if err := t.desk().Post(cmd.Context(), what, p, &id); err != nil {
		return err
	}
	got, err := t.onePermit(cmd, string(id))
	if err != nil {
		return err
	}
	if err := t.showPermit(cmd.OutOrStdout(), &got); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), t.say(next)+"\n", id)
	return nil
}

// permitDecisions are the officer's acts.
func (t *tool) permitDecisions() []*cobra.Command {
	var grant, no desk.Decide
	var revoke desk.Revoke
	act := func(use, short, example, what string, order func(access.PermitID) any) *cobra.Command {
		return &cobra.Command{
			Use: use + " PERMIT", Short: short, Args: cobra.ExactArgs(1), Example: "  kidoban permit " + example,
			RunE: func(cmd *cobra.Command, a []string) error {
				if err := t.desk().Post(cmd.Context(), what, order(access.PermitID(a[0])), nil); err != nil {
					return err
				}
				p, err := t.onePermit(cmd, a[0])
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", p.ID, t.permitState(&p, time.Now()))
				}
				return err
			},
		}
	}
	g := act("grant", "permit the entry (許可する): the officer of the room alone", "grant 2026-0001", "permit/decide",
		func(id access.PermitID) any { grant.ID, grant.Grant = id, true; return grant })
	r := act("refuse", "do not permit it (許可しない), with a reason", "refuse 2026-0001 --reason '日程を改めて申請してください'", "permit/decide",
		func(id access.PermitID) any { no.ID = id; return no })
	for c, d := range map[*cobra.Command]*desk.Decide{g: &grant, r: &no} {
		c.Flags().StringVar(&d.Reason, "reason", "", "why, for the record")
		c.Flags().BoolVar(&d.Deputy, "deputy", false, "for the officer (代決), where the site allows it; reviewed later (後閲)")
	}
	v := act("revoke", "withdraw a permission (許可を取り消す)", "revoke 2026-0001 --reason '作業中止'", "permit/revoke",
		func(id access.PermitID) any { revoke.ID = id; return revoke })
	v.Flags().StringVar(&revoke.Reason, "reason", "", "why, for the record")
	return []*cobra.Command{g, r, v, act("confirm", "confirm an oral permission, or review a deputy's decision (確認・後閲)",
		"confirm 2026-0001", "permit/confirm", func(id access.PermitID) any { return desk.Confirm{ID: id} })}
}

func (t *tool) permitName() *cobra.Command {
	var class string
	c := &cobra.Command{
		Use: "name PERMIT NAME/READING[/AFFILIATION]|ID", Args: cobra.ExactArgs(2),
		Short:   "name a person on the day, on a permit for \"up to\" so many",
		Example: "  kidoban permit name 2026-0001 '佐藤 花子/さとう はなこ'",
		RunE: func(cmd *cobra.Command, a []string) error {
			p, err := t.onePermit(cmd, a[0])
			if err != nil {
				return err
			}
			v := ledger.Visitor{Person: access.PersonID(a[1]), Class: class}
			if !people.IsID(a[1]) {
				if v, err = visitor(a[1], p.Text.Organisation, class); err != nil {
					return err
				}
			}
			var id access.PersonID
			if err := t.desk().Post(cmd.Context(), "permit/name", desk.NameOnTheDay{Permit: p.ID, Visitor: v}, &id); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), p.ID, id, v.Name)
			return nil
		},
	}
	c.Flags().StringVar(&class, "class", "", "staff, contractor, maintenance or other")
	return c
}
