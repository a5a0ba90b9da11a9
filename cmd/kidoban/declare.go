package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// declared are the commands about a declared emergency, Article 9(2) and (3).
func (t *tool) declared() []*cobra.Command {
	return []*cobra.Command{t.declare(), t.renew(), t.clear(), t.emergencies()}
}

func (t *tool) declare() *cobra.Command {
	var d desk.Declare
	c := &cobra.Command{
		Use: "declare", Short: "declare an emergency (緊急事態を宣言する); who is inside is kept at once", Args: cobra.NoArgs,
		Long: "By the CISO, or by the security officer for the own place (第9条第2号・第3号). It ends after a day at the latest and says so;\n" +
			"what lasts longer is renewed. Leaving always works (退室はできます).",
		Example: "  kidoban emergency declare --zone room --lockdown --reason '情報漏えいのおそれ'\n" +
			"  kidoban emergency declare --drill --reason '春の避難訓練'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var id string
			if err := t.desk().Post(cmd.Context(), "emergency/declare", d, &id); err != nil {
				return err
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"緊急事態 %[1]s を宣言しました%[2]s。退室はできます。解除: kidoban emergency clear %[1]s\n",
				"emergency %[1]s is declared%[2]s; leaving works. To clear it: kidoban emergency clear %[1]s\n",
			}), id, t.drill(d.Drill)); err != nil {
				return err
			}
			return t.showMuster(cmd, "")
		},
	}
	f := c.Flags()
	f.StringVar(&d.Zone, "zone", "", "which room; without it, all")
	f.StringVar(&d.Reason, "reason", "", "why, for the record (required)")
	f.DurationVar(&d.For, "for", 0, "how long, at most 24h (default 24h)")
	f.BoolVar(&d.Lockdown, "lockdown", false, "nobody enters (入室停止); leaving works")
	f.BoolVar(&d.NoVisitors, "no-visitors", false, "visitors (入室者) are not admitted, escorted or not")
	f.BoolVar(&d.Drill, "drill", false, "a drill (訓練): marked everywhere, its alarms are quiet")
	_ = c.MarkFlagRequired("reason")
	return c
}

func (t *tool) renew() *cobra.Command {
	var d desk.Declare
	c := &cobra.Command{
		Use: "renew ID", Short: "let it go on, from now", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			d.ID = a[0]
			return t.desk().Post(cmd.Context(), "emergency/declare", d, nil)
		},
	}
	c.Flags().StringVar(&d.Reason, "reason", "", "why, for the record")
	c.Flags().DurationVar(&d.For, "for", 0, "how long from now, at most 24h (default 24h)")
	return c
}

func (t *tool) clear() *cobra.Command {
	var e desk.Clear
	c := &cobra.Command{
		Use: "clear ID", Short: "clear an emergency (解除する) and what it had switched", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			e.ID = a[0]
			return t.desk().Post(cmd.Context(), "emergency/clear", e, nil)
		},
	}
	c.Flags().StringVar(&e.Text, "text", "", "how it ended")
	return c
}

func (t *tool) emergencies() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "the emergencies that are declared now", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var all []ledger.Declaration
			if err := t.desk().Get(cmd.Context(), "emergencies", nil, &all); err != nil {
				return err
			}
			if len(all) == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), t.say(word{"宣言中の緊急事態はありません", "no emergency is declared"}))
				return err
			}
			var rows clerk.Table
			t.heads(&rows, wNumber, wZone, word{"宣言", "declared"}, word{"宣言者", "by"}, word{"期限", "until"}, word{"内容", "what"})
			for _, i := range all {
				rows.Add(i.ID, i.Zone, stamp(i.Declared.At), i.Account, stamp(i.Until), t.switched(i))
			}
			return rows.Write(cmd.OutOrStdout())
		},
	}
}

// switched says what an emergency has switched.
func (t *tool) switched(i ledger.Declaration) string {
	s := t.say(word{"宣言のみ", "declared only"})
	switch {
	case i.Lockdown:
		s = t.say(word{"入室停止(退室はできます)", "lockdown (leaving works)"})
	case i.NoVisitors:
		s = t.say(word{"入室者は入室不可", "visitors are not admitted"})
	}
	return s + t.drill(i.Drill)
}

func (t *tool) drill(yes bool) string {
	if yes {
		return t.say(word{"【訓練】", " (DRILL)"})
	}
	return ""
}

// muster prints who is inside, for an evacuation.
func (t *tool) muster() *cobra.Command {
	var seen []string
	c := &cobra.Command{
		Use: "muster [ID]", Short: "who is inside, to be counted outside (在室者一覧); with ID, a list that was kept", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			id := strings.Join(a, "")
			for _, person := range seen {
				if err := t.desk().Post(cmd.Context(), "emergency/account", desk.AccountFor{List: id, Person: person}, nil); err != nil {
					return err
				}
			}
			return t.showMuster(cmd, id)
		},
	}
	c.Flags().StringSliceVar(&seen, "seen", nil, "the `person` was seen outside, safe (安否確認)")
	return c
}

func (t *tool) showMuster(cmd *cobra.Command, id string) error {
	var m ledger.Muster
	q := url.Values{}
	if id != "" {
		q.Set("id", id)
	}
	if err := t.desk().Get(cmd.Context(), "muster", q, &m); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s %s %s%s\n", t.say(word{"在室者一覧(避難・安否確認用)", "muster list"}), m.ID, stamp(m.At), t.drill(m.Drill))
	if len(m.Lines) == 0 {
		_, err := fmt.Fprintln(out, t.say(word{"在室者はいません", "nobody is inside"}))
		return err
	}
	var rows clerk.Table
	t.heads(&rows, wZone, wPerson, wName, wOrganisation, wEntered, wEscort, wRemarks)
	for _, l := range m.Lines {
		escort := l.EscortName
		if escort == "" {
			escort = string(l.Escort)
		}
		rows.Add(l.Zone, string(l.Person), l.Name, l.Affiliation, stamp(l.Since), escort, t.mustered(l))
	}
	return rows.Write(out)
}

// mustered is what to know of a line.
func (t *tool) mustered(l ledger.MusterLine) string {
	switch {
	case !l.Seen.IsZero():
		return fmt.Sprintf("%s %s %s", t.say(word{"安否確認済", "seen, safe"}), stamp(l.Seen), l.SeenBy)
	case l.Gone:
		return t.say(word{"退室済", "has left"})
	case l.Unverified:
		return t.say(word{"未確認(在室の可能性)", "unverified: perhaps inside"})
	case l.Assumed:
		return t.say(wAssumed)
	case l.Visitor:
		return t.say(word{"入室者", "visitor"})
	}
	return ""
}
