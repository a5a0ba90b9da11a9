package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/archive/inquiry"
)

func auditCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	var to string
	c := &cobra.Command{
		Use: "audit YEAR", Args: cobra.ExactArgs(1), Short: "The yearly audit pack (年次監査資料) of a fiscal year, as a directory",
		Long: "Every journal's entries of the year with their co-signed heads, who searched and exported, alarms and how long they waited,\n" +
			"disposals and changes of duties. Its README.txt says how an auditor verifies it offline with kidoban journal verify.",
		Example: "  kidobanlog audit 令和8年度 --purpose 年次監査 -o audit-2026",
		RunE: func(cmd *cobra.Command, args []string) error {
			year, err := clerk.Fiscal(args[0])
			if err != nil {
				return err
			}
			if to == "" {
				return errors.New("name the directory to make: -o DIR")
			}
			if err := free(to); err != nil {
				return err
			}
			return q.ask(cmd, func(i *inquiry.Inquiry) error {
				digest, err := i.Audit(cmd.Context(), year, q.asked, to)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: SHA256SUMS %s\n", to, digest)
				return err
			})
		},
	}
	q.flags(c)
	c.Flags().StringVarP(&to, "output", "o", "", "the directory to make (required)")
	return c
}
