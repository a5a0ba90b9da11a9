package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kidoban/controller"
	"kidoban/controller/desk"
)

// order posts what may have to wait for another person, and says so if it does.
func (t *tool) order(cmd *cobra.Command, what string, v any) error {
	var p controller.Proposed
	if err := t.desk().Post(cmd.Context(), what, v, &p); err != nil {
		return err
	}
	t.waits(cmd, p.ID)
	return nil
}

func (t *tool) waits(cmd *cobra.Command, id string) {
	if id == "" {
		return
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s %s\n", id,
		t.say(word{"別の人の確認を待っています:", "waits for another person:"}), "kidoban proposal approve "+id)
}

// proposal lists what waits for another person, approves it and sends it back.
func (t *tool) proposal() *cobra.Command {
	c := &cobra.Command{
		Use: "proposal", Short: "changes that wait for another person (別人による確認)",
		Long: "Roster, cards, accounts and corrections of the register take two persons: one proposes, another approves. Nobody\n" +
			"approves their own, whatever account they use. A card is applied for under the security officer and issued by the\n" +
			"system manager; a correction is checked by another person and permitted by the officer. An import that waits ends\n" +
			"with a restart of the daemon, and is then made again; all else is kept.",
	}
	var reason string
	reject := &cobra.Command{
		Use: "reject ID", Short: "send one back, with a reason (差し戻す), or withdraw your own", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "proposal/reject", desk.Decision{ID: a[0], Reason: reason}, nil)
		},
	}
	reject.Flags().StringVar(&reason, "reason", "", "why, for the record")
	c.AddCommand(&cobra.Command{
		Use: "list", Short: "what waits, and what it would change", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return t.listProposals(cmd)
		},
	}, &cobra.Command{
		Use: "approve ID", Short: "approve one of another person (確認する)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "proposal/approve", desk.Decision{ID: a[0]}, nil)
		},
	}, reject, t.correct())
	return c
}

func (t *tool) listProposals(cmd *cobra.Command) error {
	var all []controller.Proposal
	if err := t.desk().Get(cmd.Context(), "proposals", nil, &all); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if len(all) == 0 {
		fmt.Fprintln(out, t.say(word{"確認待ちはありません", "nothing waits"}))
	}
	for _, p := range all {
		fmt.Fprintf(out, "%s  %s  %s (%s)\n", p.ID, stamp(p.Maker.At), p.Account, p.Maker.Person)
		for _, line := range p.What {
			fmt.Fprintln(out, "  "+line)
		}
	}
	return nil
}

// correct proposes a correction of the register (訂正, 見え消し).
func (t *tool) correct() *cobra.Command {
	var v desk.Correction
	c := &cobra.Command{
		Use: "correct VISIT FIELD VALUE", Short: "propose a correction of a line of the register; the original stays legible", Args: cobra.ExactArgs(3),
		Long: "FIELD is name, reading, affiliation, identity, badge, purpose, work, equipment, carry_in, carry_out, remarks or left.",
		RunE: func(cmd *cobra.Command, a []string) error {
			v.Visit, v.Field, v.After = a[0], a[1], a[2]
			return t.order(cmd, "proposal/correct", v)
		},
	}
	c.Flags().StringVar(&v.Reason, "reason", "", "why it is corrected (訂正理由, required)")
	_ = c.MarkFlagRequired("reason")
	return c
}
