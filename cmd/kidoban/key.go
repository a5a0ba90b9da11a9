package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kidoban/controller/journal"
)

// key prints what a person compares at the central log before the door is accepted there.
func key() *cobra.Command {
	var r record
	c := &cobra.Command{
		Use: "key", Short: "print the journal's verifier key and its fingerprint", Args: cobra.NoArgs,
		Long: "Prints the key that verifies this journal, and the fingerprint by which kidobanlog accept takes it.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := r.open(cmd)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\nfingerprint %s\n", f.Public(), journal.Fingerprint(f.Public()))
			return err
		},
	}
	r.flags(c)
	return c
}
