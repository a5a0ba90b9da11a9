package main

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/controller/scenario"
	"kidoban/device/sim"
)

// sim does things at simulated doors.
func (t *tool) sim() *cobra.Command {
	c := &cobra.Command{Use: "sim", Short: "do something at a simulated door: present a card, force it, cut a wire"}
	var a sim.Act
	c.PersistentFlags().StringVar(&a.Door, "door", "room", "which door")
	c.PersistentFlags().StringVar(&a.Side, "side", "", "entry or exit")
	takes := map[string]string{"card": "FORMAT:FACILITY/NUMBER", "keys": "KEYS", "cut": "POINT", "mend": "POINT"}
	for _, verb := range slices.Sorted(maps.Keys(sim.Verbs)) {
		args := cobra.NoArgs
		if takes[verb] != "" {
			args = cobra.ExactArgs(1)
		}
		c.AddCommand(&cobra.Command{
			Use: strings.TrimSpace(verb + " " + takes[verb]), Short: sim.Verbs[verb], Args: args,
			RunE: func(cmd *cobra.Command, words []string) error {
				a.Verb = verb
				if err := fill(&a, words); err != nil {
					return err
				}
				return t.desk().Post(cmd.Context(), "sim", a, nil)
			},
		})
	}
	c.AddCommand(t.look())
	return c
}

func fill(a *sim.Act, words []string) error {
	switch a.Verb {
	case "card":
		format, number, ok := strings.Cut(words[0], ":")
		if !ok {
			format, number = "H10301", words[0]
		}
		n, err := parseNumber(format, number)
		if err != nil {
			return err
		}
		a.Format, a.Card = n.Format, n.Card
		if n.Facility != nil {
			a.Facility = *n.Facility
		}
	case "keys":
		a.Keys = words[0]
	case "cut", "mend":
		a.Point = words[0]
	case "mains-fail", "mains-back", "fire", "fire-clear":
		a.Door = ""
	}
	return nil
}

func (t *tool) look() *cobra.Command {
	return &cobra.Command{
		Use: "look DOOR", Short: "what one would see standing before it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			var l sim.Look
			if err := t.desk().Get(cmd.Context(), "sim", url.Values{"door": {a[0]}}, &l); err != nil {
				return err
			}
			is := map[bool]string{true: "open", false: "closed"}[l.Open]
			strike := map[bool]string{true: "released", false: "locked"}[l.Strike]
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "door %s: %s, %s; entry reader shows %s, exit reader %s\n", a[0], is, strike, l.Entry, l.Exit)
			return err
		},
	}
}

// simulate plays a scenario in virtual time.
func (t *tool) simulate() *cobra.Command {
	return &cobra.Command{
		Use: "simulate FILE", Short: "play a day from plain text on the real controller, in virtual time", Args: cobra.ExactArgs(1),
		Long: "Prints the events as JSON lines. An expectation of the scenario that is not met is an error, by file and line.\n" +
			"The language: kidoban help scenario",
		RunE: func(cmd *cobra.Command, a []string) error {
			text, err := os.ReadFile(a[0])
			if err != nil {
				return err
			}
			return scenario.Play(cmd.Context(), a[0], string(text), cmd.OutOrStdout())
		},
	}
}
