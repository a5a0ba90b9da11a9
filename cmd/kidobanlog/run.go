package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"kidoban/config/central"
)

// Version is set by the build.
var Version = "dev"

// site is where a central log lies, and its configuration, which is read before any command runs.
type site struct {
	path       string // of the configuration; "" = none
	data, keys string
	database   string // connection string; "" = a SQLite file in data
	conf       *central.Config
}

// where is what the shelf opens. It may hold a password, so it is never said.
func (s *site) where() string {
	if s.database != "" {
		return s.database
	}
	return s.data
}

// load reads the configuration; the flags go before what it says.
func (s *site) load(*cobra.Command, []string) (err error) {
	s.conf = central.Default()
	if s.path != "" {
		if s.conf, err = central.Load(s.path); err != nil {
			return err
		}
	}
	if s.data != "" {
		s.conf.Storage.Data = s.data
	}
	if s.keys != "" {
		s.conf.Storage.Keys = s.keys
	}
	if s.conf.Storage.Keys == "" {
		s.conf.Storage.Keys = os.Getenv("CREDENTIALS_DIRECTORY")
	}
	s.data, s.keys = s.conf.Storage.Data, s.conf.Storage.Keys
	s.database, err = s.conf.Storage.Connection()
	return err
}

func command(out, errs io.Writer) *cobra.Command {
	s := &site{}
	root := &cobra.Command{Use: "kidobanlog", Short: "The central log of the doors' entries", Version: Version, SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: s.load}
	root.SetOut(out)
	root.SetErr(errs)
	root.PersistentFlags().StringVar(&s.path, "config", "", "configuration file (kidobanlog help configuration)")
	root.PersistentFlags().StringVar(&s.data, "data", "", "data directory, in place of the configuration's (/var/lib/kidobanlog)")
	root.PersistentFlags().StringVar(&s.keys, "keys", "", "key directory, in place of the configuration's (systemd's credentials)")
	root.AddCommand(initCommand(s), acceptCommand(s), pinCommand(s), waitingCommand(s), alarmCommand(s), holdCommand(s), headCommand(s), witnessCommand(s), serveCommand(s), printCommand(s), journalsCommand(s), checkpointCommand(s))
	root.AddCommand(topics()...)
	root.AddCommand(rosterCommand(s))
	root.AddCommand(statusCommand(s), checkCommand(s))
	root.AddCommand(backupCommand(s), restoreCommand(s))
	root.AddCommand(searchCommand(s), whoCommand(s), reportCommand(s), exportCommand(s), proveCommand(s), evidenceCommand(s), auditCommand(s))
	root.AddCommand(notifyCommand(s))
	root.AddCommand(enrolCommand(s), revokeCommand(s), identitiesCommand(s), authorityCommand(s), mosquittoCommand(s))
	return root
}
