package main

import (
	_ "embed"

	"github.com/spf13/cobra"

	"kidoban/config/central"
)

//go:embed README.md
var operation string

// topics are pages to read where there is no network: kidobanlog help TOPIC.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "configuration", Short: "every key of the configuration", Long: central.Manual()},
		{Use: "sample", Short: "a configuration file with every key, its default and a comment", Long: central.Sample()},
		{Use: "operation", Short: "a small site, a large one, and what to do when", Long: operation},
	}
}
