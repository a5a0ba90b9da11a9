package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/desk"
)

// sign is the officer's monthly review of the register.
func (t *tool) sign() *cobra.Command {
	var v desk.Review
	var month string
	c := &cobra.Command{
		Use: "sign", Short: "sign the monthly review (月次点検) of a zone's register, as its officer", Args: cobra.NoArgs,
		Long: "What is signed is the number of lines of the month and a digest over them, as the record has them then. A line that is\n" +
			"corrected afterwards gives another digest: sign again.",
		Example: "  kidoban register sign --month R8.4 --findings '退室未記録1件、本人に確認し訂正済' --abnormal",
		RunE: func(cmd *cobra.Command, _ []string) error {
			first, err := clerk.Month(month)
			if err != nil {
				return err
			}
			v.Month = first.Format("2006-01")
			var got desk.Reviewed
			if err := t.desk().Post(cmd.Context(), "register/sign", v, &got); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"%s %s: %d行を点検済として記録しました (%.16s…)\n", "%s %s: %d lines are on record as reviewed (%.16s…)\n",
			}), v.Month, v.Zone, got.Lines, got.Digest)
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&v.Zone, "zone", "room", "whose register")
	f.StringVar(&month, "month", "", "the month, like 2026-04 or R8.4 (required)")
	f.StringVar(&v.Findings, "findings", "", "what was found, and what was done about it")
	f.BoolVar(&v.Abnormal, "abnormal", false, "something was out of order (異常あり)")
	_ = c.MarkFlagRequired("month")
	return c
}
