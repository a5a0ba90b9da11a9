package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Each command about visitors and the register shows an example, and every flag in it is one that it has.
func TestExamples(t *testing.T) {
	for _, c := range newRoot().Commands() {
		switch c.Name() {
		case "permit", "visit", "register", "who":
			examples(t, c)
		}
	}
}

func examples(t *testing.T, c *cobra.Command) {
	t.Helper()
	for _, sub := range c.Commands() {
		examples(t, sub)
	}
	if c.HasSubCommands() {
		return
	}
	if !strings.Contains(c.Example, c.CommandPath()) {
		t.Errorf("%s: no example", c.CommandPath())
	}
	for _, word := range strings.Fields(c.Example) {
		name, long := strings.CutPrefix(word, "--")
		name, _, _ = strings.Cut(name, "=")
		if long && c.Flag(name) == nil {
			t.Errorf("%s: its example has %s", c.CommandPath(), word)
		}
	}
}
