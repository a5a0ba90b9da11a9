package main

import (
	_ "embed"

	"github.com/spf13/cobra"

	"kidoban/config"
	"kidoban/controller/account"
	"kidoban/controller/console"
	"kidoban/controller/scenario"
	"kidoban/device"
)

// operation is the README's section of that name; a test keeps them the same.
//
//go:embed operation.md
var operation string

// topics are pages to read at the door, where there is no network: kidoban help TOPIC.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "config", Short: "every key of the configuration", Long: config.Manual()},
		{Use: "pages", Short: "the console: what is on which page", Long: console.Manual()},
		{Use: "duties", Short: "who may do what, by the regulation's posts and the roster's duties", Long: account.Manual()},
		{Use: "operation", Short: "running it, day by day", Long: operation},
		{Use: "scenario", Short: "the language of kidoban simulate", Long: scenario.Manual()},
		{Use: "wiring", Short: "readers, lines and lamps", Long: device.Manual()},
	}
}
