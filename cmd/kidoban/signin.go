package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/controller/desk"
)

// signIn signs a person in; what follows is theirs until it ends.
func (t *tool) signIn() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use: "sign-in NAME", Short: "sign in with a password: what you do then is recorded as yours", Args: cobra.ExactArgs(1),
		Long: "An account with one-time codes is asked for one. Grave acts (accounts, the roster, cards, disposal, export) take a sign-in\n" +
			"of the last minutes: sign in again before them.\n" +
			"The sign-in ends by itself after some minutes without use and at the end of a working day, and with kidoban sign-out.\n" +
			"Its token lies in XDG_RUNTIME_DIR or ~/.cache, for this user of the machine alone. With several signed in, --account\n" +
			"says who speaks; --account - is the user of the machine.",
		RunE: func(cmd *cobra.Command, a []string) error {
			if _, err := t.tokens(); err != nil {
				return err
			}
			password, err := secret(cmd, "password: ", file)
			if err != nil {
				return err
			}
			got, err := t.shown(cmd, desk.SignIn{Name: a[0], Password: password})
			if err != nil {
				return err
			}
			if err := t.keep(got.Account, got.Token); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "signed in as %s\n", got.Account)
			if got.Temporary {
				fmt.Fprintln(cmd.OutOrStdout(), "first set a password of your own: kidoban account password")
			}
			if got.Enrol {
				fmt.Fprintln(cmd.OutOrStdout(), "first set up a second proof: kidoban account code, or a passkey in the console")
			}
			return nil
		},
	}
	c.Flags().StringVar(&file, "password-file", "", "read the password from the first line of this `file` (- = standard input)")
	return c
}

// shown shows the daemon who somebody is: by the password, and by a one-time code where the account has them.
func (t *tool) shown(cmd *cobra.Command, in desk.SignIn) (got desk.SignedIn, err error) {
	if err := desk.Dial(t.socket).Post(cmd.Context(), "sign-in", in, &got); err != nil {
		return got, err
	}
	switch got.Needs {
	case desk.NeedsPasskey:
		return got, errors.New("this account signs in with its passkey, in the console; for the command line give it one-time codes there too")
	case desk.NeedsCode:
		code, err := secret(cmd, "code: ", "")
		if err != nil {
			return got, err
		}
		pending := got.Pending
		got = desk.SignedIn{}
		return got, desk.Dial(t.socket).Post(cmd.Context(), "sign-in/code", desk.Code{Pending: pending, Code: code}, &got)
	}
	return got, nil
}

// signOut ends a sign-in.
func (t *tool) signOut() *cobra.Command {
	return &cobra.Command{
		Use: "sign-out [NAME]", Short: "end a sign-in", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			if len(a) == 1 {
				t.account = a[0]
			}
			name, err := t.speaker()
			if err != nil {
				return err
			}
			t.account = name
			bad := t.desk().Post(cmd.Context(), "sign-out", struct{}{}, nil)
			return errors.Join(t.forget(name), ended(bad))
		},
	}
}

// ended drops the word that a sign-in has ended: that is what was wanted.
func ended(err error) error {
	if errors.Is(err, desk.ErrEnded) {
		return nil
	}
	return err
}

// speaker is the name of the sign-in that speaks.
func (t *tool) speaker() (string, error) {
	if t.account != "" {
		return t.account, nil
	}
	dir, err := t.tokens()
	if err != nil {
		return "", err
	}
	signed, err := os.ReadDir(dir)
	switch {
	case err != nil || len(signed) == 0:
		return "", errors.New("nobody is signed in")
	case len(signed) > 1:
		return "", fmt.Errorf("several are signed in (%s): say whose ends", names(signed))
	}
	return signed[0].Name(), nil
}

// secret reads a password: from the terminal without echo, from a file, or from standard input, never from an argument.
func secret(cmd *cobra.Command, prompt, file string) (desk.Password, error) {
	if file != "" && file != "-" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		line, _, _ := bytes.Cut(b, []byte("\n"))
		return desk.Password(bytes.TrimRight(line, "\r")), nil
	}
	in, isFile := cmd.InOrStdin().(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(cmd.InOrStdin()).ReadBytes('\n')
		if err != nil && err != io.EOF {
			return "", err
		}
		return desk.Password(bytes.TrimRight(line, "\r\n")), nil
	}
	fmt.Fprint(cmd.ErrOrStderr(), prompt)
	defer fmt.Fprintln(cmd.ErrOrStderr())
	b, err := term.ReadPassword(int(in.Fd()))
	return desk.Password(b), err
}

// fresh is a new password: asked for twice at a terminal.
func fresh(cmd *cobra.Command, file string) (desk.Password, error) {
	first, err := secret(cmd, "new password: ", file)
	if err != nil {
		return "", err
	}
	if in, isFile := cmd.InOrStdin().(*os.File); file == "" && isFile && term.IsTerminal(int(in.Fd())) {
		second, err := secret(cmd, "once more: ", "")
		if err != nil {
			return "", err
		}
		if first != second {
			return "", errors.New("the two are not the same")
		}
	}
	return first, nil
}
