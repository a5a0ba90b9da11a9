package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"rsc.io/qr"

	"kidoban/controller/desk"
)

// setup gives the installer a one-time code for the first sign-in at the console.
func (t *tool) setup() *cobra.Command {
	c := &cobra.Command{
		Use: "setup", Short: "print a one-time code for the first sign-in at the console", Args: cobra.NoArgs,
		Long: "For the account of the configuration that sets the machine up and is nobody's, at the machine itself. There is no default\n" +
			"password: whoever types the code into the console within ten minutes, once, sets it up from there.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var got desk.Setup
			if err := t.desk().Post(cmd.Context(), "setup/begin", struct{}{}, &got); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if got.Address == "" {
				fmt.Fprintln(out, "no console is configured: set listen under [console], and start it (kidoban-console.service)")
			} else {
				fmt.Fprintf(out, "console: %s/setup\n", got.Address)
			}
			fmt.Fprintf(out, "code:    %s  (until %s, once)\n", string(got.Code), got.Until.Local().Format("15:04"))
			return nil
		},
	}
	c.AddCommand(t.checked())
	return c
}

// codes gives one's own account one-time codes, or takes them away.
func (t *tool) codes() *cobra.Command {
	var remove bool
	c := &cobra.Command{
		Use: "code", Short: "set up one-time codes for your own account, as its second proof", Args: cobra.NoArgs,
		Long: "Prints a secret for an authenticator on your telephone, as a QR code and in letters, and asks for its first code. From then\n" +
			"on each sign-in asks for one. Whoever loses the telephone has the account's password set anew by two others, which takes\n" +
			"the codes away.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := t.desk()
			if remove {
				return d.Post(cmd.Context(), "account/totp/remove", struct{}{}, nil)
			}
			var got desk.TOTP
			if err := d.Post(cmd.Context(), "account/totp/begin", struct{}{}, &got); err != nil {
				return err
			}
			picture, err := drawn(string(got.URI))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\nsecret: %s\n", picture, string(got.Secret))
			code, err := secret(cmd, "code: ", "")
			if err != nil {
				return err
			}
			return d.Post(cmd.Context(), "account/totp/confirm", desk.Code{Pending: got.Pending, Code: code}, nil)
		},
	}
	c.Flags().BoolVar(&remove, "remove", false, "take them away")
	return c
}

// drawn is a QR code for a terminal: two rows a line, light on dark or dark on light, with its quiet zone.
func drawn(text string) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("draw the QR code: %w", err)
	}
	var out []rune
	for y := -2; y < code.Size+2; y += 2 {
		for x := -2; x < code.Size+2; x++ {
			out = append(out, []rune{'█', '▄', '▀', ' '}[bit(code.Black(x, y))*2+bit(code.Black(x, y+1))])
		}
		out = append(out, '\n')
	}
	return string(out), nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
