package main

import (
	"github.com/spf13/cobra"

	"kidoban/controller/apart"
	"kidoban/controller/directory/bind"
	"kidoban/controller/passkey/check"
)

// apartFrom answers the daemon's one question about what strangers sent, in a process of its own.
func apartFrom() *cobra.Command {
	c := &cobra.Command{Use: "apart", Short: "answer one question of the daemon", Args: cobra.NoArgs, Hidden: true}
	c.AddCommand(&cobra.Command{
		Use: "passkey", Short: "about a passkey", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return check.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}, &cobra.Command{
		Use: "directory", Short: "about a password of the directory", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return apart.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), bind.Do)
		},
	})
	return c
}
