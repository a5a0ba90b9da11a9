package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

func initCommand(s *site) *cobra.Command {
	name := ""
	c := &cobra.Command{
		Use: "init", Args: cobra.NoArgs, Short: "Make the key and the database; prints the key that doors pin (central_key)",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.keys == "" {
				return errors.New("init needs --keys DIR, apart from the data directory")
			}
			if err := os.MkdirAll(s.data, 0o750); err != nil {
				return fmt.Errorf("create data directory: %w", err)
			}
			if err := s.make(cmd.Context()); err != nil {
				return err
			}
			public, err := archive.CreateKey(s.keys, name)
			if err != nil {
				return err
			}
			own := journal.Origin{Site: s.conf.Site, Controller: s.conf.Name}
			if _, err := archive.CreateOwn(s.keys, own.KeyName()); err != nil {
				return err
			}
			if err := s.beginAuthority(); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), public)
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "kidobanlog", "name in the key")
	return c
}

// make makes the database, or joins one that another central log has made.
func (s *site) make(ctx context.Context) error {
	err := shelf.Create(ctx, s.where())
	if !errors.Is(err, shelf.ErrExists) || s.database == "" {
		return err
	}
	if _, err := archive.LoadKey(s.keys); err != nil {
		return fmt.Errorf("another central log made this database: to share it, first copy central.key and central.pub of that one into %s", s.keys)
	}
	return nil
}
