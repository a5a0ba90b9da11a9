package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
)

// accounts adds accounts, lists and closes them, and sets passwords.
func (t *tool) accounts() *cobra.Command {
	c := &cobra.Command{
		Use: "account", Short: "who signs in, and passwords",
		Long: "An account is one person's. What it may do follows from that person's post and duties at the moment (kidoban help\n" +
			"duties). The first are added by the account of the configuration that sets the machine up; from then on one proposes\n" +
			"and another approves. There is no default password: whoever adds an account makes one, and its holder sets their own\n" +
			"before anything else.",
	}
	c.AddCommand(t.addAccount(), t.listAccounts(), t.password(), t.codes(), t.closeAccount())
	return c
}

func (t *tool) addAccount() *cobra.Command {
	var a desk.Account
	var person, file string
	c := &cobra.Command{
		Use: "add NAME", Short: "add an account for a person, with a first password", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			a.Name, a.Person = args[0], access.PersonID(person)
			if !a.Directory {
				if a.Password, err = fresh(cmd, file); err != nil {
					return err
				}
			}
			return t.order(cmd, "account", a)
		},
	}
	c.Flags().BoolVar(&a.Directory, "directory", false, "the site's directory ([directory] in the configuration) tries its password: it has none here")
	c.Flags().StringVar(&a.Login, "login", "", "with --directory: its `name` there, where it is another")
	c.Flags().StringVar(&person, "person", "", "whose it is: an id of the roster (required)")
	c.Flags().StringVar(&file, "password-file", "", "read the password from the first line of this `file` (- = standard input)")
	_ = c.MarkFlagRequired("person")
	return c
}

func (t *tool) listAccounts() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "every account and how it stands", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var rows []controller.AccountRow
			if err := t.desk().Get(cmd.Context(), "accounts", nil, &rows); err != nil {
				return err
			}
			var out clerk.Table
			t.heads(&out, word{"名称", "account"}, word{"職員", "person"}, word{"登録", "since"}, word{"状態", "state"})
			for _, r := range rows {
				out.Add(r.Name, string(r.Person), stamp(r.Since), t.say(accountState(r)))
			}
			return out.Write(cmd.OutOrStdout())
		},
	}
}

func accountState(r controller.AccountRow) word {
	switch {
	case !r.Closed.IsZero():
		return word{"廃止 " + stamp(r.Closed), "closed " + stamp(r.Closed)}
	case r.Tries.Until.After(time.Now()):
		return word{"停止中 " + stamp(r.Tries.Until) + "まで", "locked until " + stamp(r.Tries.Until)}
	case r.Temporary:
		return word{"初回パスワード未変更", "its first password is not changed yet"}
	}
	return word{"有効", "open"}
}

// password sets one's own password, or has another's set anew.
func (t *tool) password() *cobra.Command {
	var old, file string
	c := &cobra.Command{
		Use: "password [NAME]", Short: "set your own password; with NAME give another's account a first one again", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			if len(a) == 1 {
				return t.reset(cmd, a[0], file)
			}
			was, err := secret(cmd, "old password: ", old)
			if err != nil {
				return err
			}
			next, err := fresh(cmd, file)
			if err != nil {
				return err
			}
			return t.desk().Post(cmd.Context(), "account/password", desk.NewPassword{Old: was, New: next}, nil)
		},
	}
	c.Flags().StringVar(&old, "old-password-file", "", "read the old password from this `file`")
	c.Flags().StringVar(&file, "password-file", "", "read the new password from this `file`")
	return c
}

func (t *tool) reset(cmd *cobra.Command, name, file string) error {
	var rows []controller.AccountRow
	if err := t.desk().Get(cmd.Context(), "accounts", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Name != name {
			continue
		}
		password, err := fresh(cmd, file)
		if err != nil {
			return err
		}
		return t.order(cmd, "account", desk.Account{Name: name, Person: r.Person, Password: password})
	}
	return fmt.Errorf("no account %q: kidoban account list", name)
}

func (t *tool) closeAccount() *cobra.Command {
	return &cobra.Command{
		Use: "close NAME", Short: "end an account for good; one person is enough", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "account/close", desk.Named{Name: a[0]}, nil)
		},
	}
}
