package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// retention computes Article 25 without a daemon, and disposes of what has come to its end, with one.
func (t *tool) retention() *cobra.Command {
	c := &cobra.Command{
		Use: "retention DATE", Short: "until when a record of DATE is kept (第25条); disposals and holds", Args: cobra.ExactArgs(1),
		Long: "DATE is the day of the operation, entry or exit, in Japan: 2024-02-29, R6.2.29 or 令和6年2月29日. No daemon is needed.\n" +
			"The regulation sets a least period and orders no deletion: a disposal is proposed by one person and decided by another.",
		Example: "  kidoban retention 2024-02-29\n  kidoban retention plan\n  kidoban retention purge propose --reason '保存期間満了'",
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := retention.ParseDate(args[0])
			if err != nil {
				return err
			}
			return t.keepThrough(cmd, d.Start())
		},
	}
	c.AddCommand(t.retentionPlan(), t.retentionPurge(), t.retentionHold(), t.disposals())
	return c
}

func (t *tool) language() access.Language {
	if t.lang == "ja" {
		return access.Japanese
	}
	return access.English
}

// keepThrough prints the days on which what happened at a time may still be read, and from which it may be disposed of.
func (t *tool) keepThrough(cmd *cobra.Command, at time.Time) error {
	var out clerk.Table
	day := func(w word, d retention.Date) { out.Add(t.say(w), d.String(), retention.EraDate(d.Start())) }
	year := retention.FiscalYear(at)
	day(word{"年月日", "date"}, retention.On(at))
	out.Add(t.say(word{"年度", "fiscal year"}), retention.FiscalYearLabel(year, access.English), retention.FiscalYearLabel(year, access.Japanese))
	day(word{"操作履歴の保存満了日(第25条第1号)", "operation log keeps through (25(1))"}, retention.OperationKeepThrough(at))
	end := retention.RegisterKeepThrough(at)
	day(word{"入退室管理簿・帳票の保存満了日(第25条第3号・第2号)", "register and forms keep through (25(3), 25(2))"}, end)
	day(word{"入退室管理簿を廃棄できる日", "register disposable from"}, end.Next())
	return out.Write(cmd.OutOrStdout())
}

func (t *tool) retentionPlan() *cobra.Command {
	return &cobra.Command{
		Use: "plan", Short: "what may be disposed of today, what is withheld and why", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p retention.Plan
			if err := t.desk().Get(cmd.Context(), "retention/plan", nil, &p); err != nil {
				return err
			}
			return t.showPlan(cmd, &p)
		},
	}
}

// showPlan prints a plan: first what goes, then what stays.
func (t *tool) showPlan(cmd *cobra.Command, p *retention.Plan) error {
	w, lang := cmd.OutOrStdout(), t.language()
	fmt.Fprintf(w, t.say(word{"%s(%s)現在\n", "as of %s (%s)\n"}), p.Day, p.Day.Era())
	var out clerk.Table
	t.heads(&out, word{"", ""}, wClass, word{"年度", "year"}, word{"行", "rows"}, word{"記録", "entries"}, wRemarks)
	for _, c := range p.Counts {
		out.Add(t.say(word{"廃棄できる", "may go"}), c.Class.Name(lang), retention.FiscalYearLabel(c.Year, lang), strconv.Itoa(c.Rows),
			strconv.Itoa(c.Entries), c.Class.Basis())
	}
	for _, x := range p.Withheld {
		note := x.Why.Name(lang)
		if x.Example != "" {
			note += ": " + x.Example
		}
		out.Add(t.say(word{"残す", "stays"}), x.Class.Name(lang), retention.FiscalYearLabel(x.Year, lang), strconv.Itoa(x.Rows),
			strconv.Itoa(x.Entries), note)
	}
	if err := out.Write(w); err != nil {
		return err
	}
	if p.Empty() {
		_, err := fmt.Fprintln(w, t.say(word{"廃棄できるものはありません。", "nothing may be disposed of"}))
		return err
	}
	_, err := fmt.Fprintf(w, t.say(word{"名簿から削除する者: %d人\n", "people who leave the roster: %d\n"}), len(p.Persons))
	return err
}

func (t *tool) retentionPurge() *cobra.Command {
	c := &cobra.Command{Use: "purge", Short: "propose, decide on or send back a disposal (廃棄)"}
	var reason string
	propose := &cobra.Command{
		Use: "propose", Short: "propose to dispose of what the plan of today says (廃棄を起案する)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p desk.Proposed
			if err := t.desk().Post(cmd.Context(), "retention/propose", desk.Disposal{Reason: reason}, &p); err != nil {
				return err
			}
			if err := t.showPlan(cmd, &p.Plan); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"廃棄 %[1]s を起案しました。別の者が決定します: kidoban retention purge approve %[1]s\n",
				"disposal %[1]s is proposed; another person decides: kidoban retention purge approve %[1]s\n",
			}), p.ID)
			return err
		},
	}
	propose.Flags().StringVar(&reason, "reason", "", "on what ground (required)")
	_ = propose.MarkFlagRequired("reason")
	approve := &cobra.Command{
		Use: "approve ID", Short: "decide on it (廃棄を決定する): it is carried out at once, and cannot be undone", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := t.desk().Post(cmd.Context(), "retention/approve", desk.Disposal{ID: args[0]}, nil); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"廃棄 %s を終えました。廃棄記録簿: kidoban retention disposals\n", "disposal %s is carried out: kidoban retention disposals\n",
			}), args[0])
			return err
		},
	}
	c.AddCommand(propose, approve, t.back("reject ID", "send a proposal back, or withdraw one's own (差し戻す)", "retention/reject"))
	return c
}

// back is a command that ends something by its id, with a reason.
func (t *tool) back(use, short, what string) *cobra.Command {
	var d desk.Disposal
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d.ID = args[0]
			return t.desk().Post(cmd.Context(), what, d, nil)
		},
	}
	c.Flags().StringVar(&d.Reason, "reason", "", "why, for the record")
	return c
}

func (t *tool) retentionHold() *cobra.Command {
	c := &cobra.Command{Use: "hold", Short: "keep records from disposal (廃棄留保): an incident, an audit, litigation"}
	var h desk.Hold
	set := &cobra.Command{
		Use: "set", Short: "hold a visit, a permit, an incident, a class or a fiscal year", Args: cobra.NoArgs,
		Example: "  kidoban retention hold set --visit 2026-000012 --reason '監査(第16条第5号)'\n" +
			"  kidoban retention hold set --class register --year 2026 --reason '係争中'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var id string
			if err := t.desk().Post(cmd.Context(), "retention/hold", h, &id); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), id)
			return err
		},
	}
	f := set.Flags()
	f.StringVar(&h.Visit, "visit", "", "a line of the register, with all that belongs to it")
	f.StringVar(&h.Permit, "permit", "", "a permit, with the lines that cite it")
	f.StringVar(&h.Incident, "incident", "", "a declared emergency or an emergency entry")
	f.StringVar(&h.Class, "class", "", "register, permits, cards, refusals, doors, alarms, accounts or system")
	f.IntVar(&h.Year, "year", 0, "a fiscal year, of that class or of all")
	f.StringVar(&h.Reason, "reason", "", "why (required)")
	_ = set.MarkFlagRequired("reason")
	c.AddCommand(set, t.back("lift ID", "end a hold", "retention/lift"), t.holds())
	return c
}

func (t *tool) holds() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "the holds, and those that were lifted", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var holds []retention.Hold
			if err := t.desk().Get(cmd.Context(), "retention/holds", nil, &holds); err != nil {
				return err
			}
			var out clerk.Table
			t.heads(&out, wNumber, word{"対象", "what"}, word{"設定", "set"}, word{"解除", "lifted"}, wReason)
			for _, h := range holds {
				lifted := "―"
				if !h.Stands() {
					lifted = stamp(h.Lifted) + " " + h.LiftedBy
				}
				out.Add(h.ID, h.What(), stamp(h.Set)+" "+h.By, lifted, h.Reason)
			}
			return out.Write(cmd.OutOrStdout())
		},
	}
}

// disposals prints the disposal ledger (廃棄記録簿): the signed records, and what waits for a decision.
func (t *tool) disposals() *cobra.Command {
	return &cobra.Command{
		Use: "disposals", Short: "the disposal ledger (廃棄記録簿), and what waits for a decision", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var d desk.Disposals
			if err := t.desk().Get(cmd.Context(), "retention/disposals", nil, &d); err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			for _, p := range d.Waiting {
				if !p.Decided() {
					fmt.Fprintf(w, t.say(word{"%s: 決定待ち(起案 %s %s、%s)\n", "%s: waits for a decision (proposed %s by %s: %s)\n"}),
						p.ID, stamp(p.Maker.At), p.Account, p.Reason)
				}
			}
			for _, x := range d.Recorded {
				state := t.say(word{"執行中", "being carried out"})
				if !x.Ended.IsZero() {
					state = t.say(word{"終了 ", "ended "}) + stamp(x.Ended)
				}
				fmt.Fprintf(w, "%s: %s\n%s\n", x.ID, state, x.Note)
			}
			return nil
		},
	}
}
