package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/controller/archive/shelf"
)

func journalsCommand(s *site) *cobra.Command {
	own := false
	c := &cobra.Command{
		Use: "journals", Args: cobra.NoArgs, Short: "List the accepted journals, how far they are confirmed, and those that wait to be accepted",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if err := journals(cmd.Context(), s, func(_ *shelf.Shelf, j shelf.Journal) error {
				state := j.Fork
				if j.Own {
					if !own {
						return nil
					}
					state = "own"
				}
				if j.Closed != "" {
					state = strings.TrimSpace("closed: " + j.Closed + " " + state)
				}
				_, err := fmt.Fprintln(out, strings.TrimSpace(fmt.Sprintln(j.Origin, j.Size, state)))
				return err
			}); err != nil {
				return err
			}
			return waiting(cmd.Context(), s, out)
		},
	}
	c.Flags().BoolVar(&own, "own", false, "the central log's own journal too")
	return c
}

func checkpointCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint CONTROLLER", Args: cobra.ExactArgs(1), Short: "Print the last co-signed checkpoint of a controller, for kidoban init --succeeds",
		RunE: func(cmd *cobra.Command, args []string) error {
			var last []byte
			if err := journals(cmd.Context(), s, func(_ *shelf.Shelf, j shelf.Journal) error {
				if strings.Split(j.Origin, "/")[2] == args[0] && j.Size > 0 {
					last = j.Checkpoint
				}
				return nil
			}); err != nil {
				return err
			}
			if last == nil {
				return fmt.Errorf("nothing is confirmed of a controller %q (kidobanlog journals)", args[0])
			}
			_, err := cmd.OutOrStdout().Write(last)
			return err
		},
	}
}

func journals(ctx context.Context, s *site, yield func(*shelf.Shelf, shelf.Journal) error) error {
	f, err := shelf.OpenReader(ctx, s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	js, err := f.Journals(ctx)
	if err != nil {
		return err
	}
	for _, j := range js {
		if err := yield(f, j); err != nil {
			return err
		}
	}
	return nil
}
