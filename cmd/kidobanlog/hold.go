package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

func holdCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "hold", Short: "Legal holds (廃棄留保): what they cover is not disposed of here",
		Long: "What a door disposes of when its retention ends is disposed of here too, the same entries, unless a hold covers the door:\n" +
			"because of an incident, an audit (Article 16(5)) or litigation. Once the hold has ended it goes."}
	c.AddCommand(holdAddCommand(s), holdEndCommand(s), holdListCommand(s))
	return c
}

func holdAddCommand(s *site) *cobra.Command {
	account, controller, reason, all := "", "", "", false
	c := &cobra.Command{
		Use: "add --reason TEXT (--controller NAME | --all)", Args: cobra.NoArgs, Short: "Hold back what would be disposed of",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if all == (controller != "") {
				return errors.New("say what is held back: --controller NAME, or --all")
			}
			words, err := why(reason)
			if err != nil {
				return err
			}
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				e, err := deed(journal.JournalHoldChanged, o.by)
				if err != nil {
					return err
				}
				e.Data.Mode, e.Data.Controller, e.Private = "set", controller, words
				id, err := o.shelf.HoldBack(cmd.Context(), o.own, controller, o.by, e)
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), id)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&controller, "controller", "", "of this controller; SITE/NAME where sites have one of that name")
	c.Flags().BoolVar(&all, "all", false, "of every controller")
	c.Flags().StringVar(&reason, "reason", "", "why, in your words")
	accountFlag(c, &account)
	return c
}

func holdEndCommand(s *site) *cobra.Command {
	account, reason := "", ""
	c := &cobra.Command{
		Use: "end ID --reason TEXT", Args: cobra.ExactArgs(1), Short: "End a hold: what it held back goes now",
		RunE: func(cmd *cobra.Command, args []string) error {
			words, err := why(reason)
			if err != nil {
				return err
			}
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				e, err := deed(journal.JournalHoldChanged, o.by)
				if err != nil {
					return err
				}
				e.Data.Mode, e.Private = "lifted", words
				return o.shelf.LetGo(cmd.Context(), o.own, args[0], o.by, e)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why, in your words")
	accountFlag(c, &account)
	return c
}

// why is the private part of a reason that somebody gives.
func why(reason string) ([]byte, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, errors.New("say why: --reason")
	}
	return private(map[string]string{"reason": reason})
}

func holdListCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "list", Args: cobra.NoArgs, Short: "List the holds, ended ones too",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := shelf.OpenReader(cmd.Context(), s.where())
			if err != nil {
				return err
			}
			defer f.Close()
			all, err := f.LegalHolds(cmd.Context())
			for _, l := range all {
				what, state := l.Controller, "stands"
				if what == "" {
					what = "every controller"
				}
				if l.Ended != "" {
					state = "ended " + l.Ended + " by " + l.EndedBy
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  since %s by %s  %s\n", l.ID, what, l.Since, l.Account, state)
			}
			return err
		},
	}
}
