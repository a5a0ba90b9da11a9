package main

import (
	"github.com/spf13/cobra"

	"kidoban/controller/passkey/check"
)

// passkeys answers the daemon's one question about a passkey, in a process of its own.
func passkeys() *cobra.Command {
	return &cobra.Command{
		Use: "passkey", Short: "answer one question of the daemon about a passkey", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return check.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
}
