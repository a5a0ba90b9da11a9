package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"kidoban/controller/schema"
)

// schemas prints what others need to understand the messages.
func (t *tool) schemas() *cobra.Command {
	return &cobra.Command{
		Use: "schema [NAME]", Short: "JSON Schema of each message, and an AsyncAPI 3.0 document of all topics", Args: cobra.MaximumNArgs(1),
		Long: "NAME is " + strings.Join(schema.Names(), ", ") + ", or types: what each type of entry means. Without one, the topics.",
		Example: "  kidoban schema                            which schema is for which topic\n" +
			"  kidoban schema event > event.schema.json\n  kidoban schema asyncapi > kidoban.asyncapi.json",
		ValidArgs: append(schema.Names(), "types"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			switch {
			case len(args) == 0:
				return topicList(cmd)
			case args[0] == "types":
				return typeList(cmd)
			}
			text, known := schema.Named(args[0])
			if !known {
				return fmt.Errorf("no schema %q: there are %s, types", args[0], strings.Join(schema.Names(), ", "))
			}
			_, err := out.Write(text)
			return err
		},
	}
}

func topicList(cmd *cobra.Command) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "below kidoban/v1/<site>/<controller>/\tschema\twhat it is\n")
	for _, c := range schema.Channels() {
		name := c.Schema
		if c.Lines {
			name += ", one a line"
		}
		if name == "" {
			name = "(a signed note)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Address, name, c.Means)
	}
	return w.Flush()
}

func typeList(cmd *cobra.Command) error {
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
	for _, d := range schema.Types() {
		fmt.Fprintf(w, "kidoban.%s\t%s\t%s\n", d.Type, strings.Join(d.Needs, " "), d.Means)
	}
	return w.Flush()
}
