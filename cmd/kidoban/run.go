package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"kidoban/controller/desk"
)

// Version is set by the build.
var Version = "dev"

// tool is what every command shares.
type tool struct {
	socket  string
	lang    string
	account string
}

// desk is a client of the daemon, in the name of whoever is signed in.
func (t *tool) desk() *desk.Client {
	token, err := t.token()
	if err != nil {
		return desk.Dial(t.socket).Failing(err)
	}
	return desk.Dial(t.socket).As(token)
}

func newRoot() *cobra.Command {
	t := &tool{}
	root := &cobra.Command{
		Use: "kidoban", Short: "ask a door daemon, give it orders, verify its record", Version: Version,
		SilenceUsage: true, SilenceErrors: true,
	}
	socket := os.Getenv("KIDOBAN_SOCKET")
	if socket == "" {
		socket = "/run/kidoban/kidoban.sock"
	}
	root.PersistentFlags().StringVar(&t.socket, "socket", socket, "the daemon's `socket` (or KIDOBAN_SOCKET)")
	root.PersistentFlags().StringVar(&t.account, "account", os.Getenv("KIDOBAN_ACCOUNT"),
		"who speaks, where several are signed in: an account's `name`, or - for this user of the machine (or KIDOBAN_ACCOUNT)")
	root.PersistentFlags().StringVar(&t.lang, "lang", defaultLang(), "language of sentences: ja or en")
	root.AddGroup(
		&cobra.Group{ID: "ask", Title: "Ask:"}, &cobra.Group{ID: "door", Title: "Doors:"},
		&cobra.Group{ID: "visitors", Title: "Visitors and the register:"},
		&cobra.Group{ID: "people", Title: "People and cards:"}, &cobra.Group{ID: "record", Title: "The record:"},
		&cobra.Group{ID: "set", Title: "Setting up and trying:"},
	)
	for group, commands := range map[string][]*cobra.Command{
		"ask":  {t.status(), t.who(), t.muster(), t.why()},
		"door": {t.door(), t.alarm(), t.siren(), t.antipassback()},
		"people": {t.person(), t.post(), t.member(), t.finding(), t.duty(), t.card(), t.pin(), t.schedule(), t.holiday(), t.bring(), t.roster(), t.bundles(),
			t.accounts(), t.signIn(), t.signOut(), t.proposal()},
		"visitors": {t.permit(), t.visit(), t.register(), t.emergency(), t.print()},
		"record":   {t.retention(), t.journal(), t.evidence(), t.backup(), restore()},
		"set":      {t.begin(), certificateRequest(), t.reader(), t.sim(), t.simulate(), t.demo(), t.console(), t.setup(), t.schemas(), apartFrom()},
	} {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	root.AddCommand(topics()...)
	for _, c := range root.Commands() {
		refuseUnknown(c)
	}
	return root
}

// refuseUnknown makes a mistyped order an error: cobra alone would print help and call that a success.
func refuseUnknown(c *cobra.Command) {
	if !c.HasSubCommands() || c.Runnable() {
		return
	}
	for _, sub := range c.Commands() {
		refuseUnknown(sub)
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return fmt.Errorf("unknown command %q for %q", args[0], cmd.CommandPath())
	}
}

func defaultLang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if len(v) >= 2 && v[:2] == "ja" {
				return "ja"
			}
			return "en"
		}
	}
	return "en"
}
