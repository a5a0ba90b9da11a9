package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/controller/access"
	"kidoban/controller/desk"
)

// card issues cards and declares what became of them.
func (t *tool) card() *cobra.Command {
	c := &cobra.Command{Use: "card", Short: "cards"}
	var s span
	var hours string
	var extended bool
	issue := &cobra.Command{
		Use: "issue ID PERSON FORMAT FACILITY/NUMBER", Short: "enrol a card; only its keyed hash is kept", Args: cobra.ExactArgs(4),
		RunE: func(cmd *cobra.Command, a []string) error {
			n, err := parseNumber(a[2], a[3])
			if err != nil {
				return err
			}
			dates, err := s.span()
			if err != nil {
				return err
			}
			return t.put(cmd, desk.Edit{Card: &desk.Card{
				ID: access.CredentialID(a[0]), Person: access.PersonID(a[1]), Number: n, Span: dates,
				Schedule: access.ScheduleID(hours), Extended: extended,
			}})
		},
	}
	s.flags(issue)
	issue.Flags().StringVar(&hours, "schedule", "", "only within these hours")
	issue.Flags().BoolVar(&extended, "extended", false, "the holder needs the door released and open for longer")
	c.AddCommand(issue)
	for _, d := range []struct{ verb, to, short string }{
		{"lost", "lost", "reported lost: refused at once, and for good"},
		{"block", "blocked", "blocked until further notice"},
		{"unblock", "active", "a blocked card becomes active again"},
		{"revoke", "revoked", "revoked for good"},
	} {
		var reason string
		sub := &cobra.Command{
			Use: d.verb + " ID", Short: d.short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, a []string) error {
				return t.put(cmd, desk.Edit{State: &desk.CardState{ID: access.CredentialID(a[0]), To: d.to}, Reason: reason})
			},
		}
		sub.Flags().StringVar(&reason, "reason", "", "why, for the record")
		c.AddCommand(sub)
	}
	c.AddCommand(t.lendings()...)
	c.AddCommand(t.list("every card", func(w io.Writer, l desk.Listing) {
		for _, r := range l.Cards {
			pin := "no PIN"
			if r.PIN {
				pin = "PIN"
			}
			if r.Lockout != nil {
				pin = "PIN locked out"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Person, r.Format, r.State, pin, spanText(access.Span{From: r.From, Until: r.Until}))
		}
	}))
	return c
}

// pin sets a PIN from the terminal or a pipe, never from the command line.
func (t *tool) pin() *cobra.Command {
	c := &cobra.Command{Use: "pin", Short: "the PIN of a card"}
	var duress bool
	set := &cobra.Command{
		Use: "set CARD", Short: "set it; it is asked for twice, or read from standard input", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			digits, err := readPIN(cmd)
			if err != nil {
				return err
			}
			defer clear(digits)
			return t.order(cmd, "pin", desk.PIN{Credential: access.CredentialID(a[0]), Digits: digits, Duress: duress})
		},
	}
	set.Flags().BoolVar(&duress, "duress", false, "the duress PIN: opens like the PIN and raises a silent alert")
	unblock := &cobra.Command{
		Use: "unblock CARD", Short: "lift the lock-out after wrong PINs", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "pin/unblock", desk.Unblock{Credential: access.CredentialID(a[0])}, nil)
		},
	}
	c.AddCommand(set, unblock)
	return c
}

func readPIN(cmd *cobra.Command) (desk.Digits, error) {
	in, isFile := cmd.InOrStdin().(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(cmd.InOrStdin()).ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		return desk.Digits(strings.TrimRight(string(line), "\r\n")), nil
	}
	ask := func(prompt string) ([]byte, error) {
		fmt.Fprint(cmd.ErrOrStderr(), prompt)
		defer fmt.Fprintln(cmd.ErrOrStderr())
		return term.ReadPassword(int(in.Fd()))
	}
	first, err := ask("PIN: ")
	if err != nil {
		return nil, err
	}
	second, err := ask("once more: ")
	if err == nil && string(first) != string(second) {
		err = fmt.Errorf("the two are not the same")
	}
	return first, err
}
