package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/desk"
)

// emergency is what happens when there is no time for permits.
func (t *tool) emergency() *cobra.Command {
	c := &cobra.Command{Use: "emergency", Short: "entries of fire brigade, police, ambulance (緊急入室); emergencies declared (緊急事態の宣言)"}
	c.AddCommand(t.emergencyEnter(), t.emergencyComplete())
	c.AddCommand(t.declared()...)
	return c
}

func (t *tool) emergencyEnter() *cobra.Command {
	var e desk.Emergency
	c := &cobra.Command{
		Use: "enter fire|police|ambulance|key", Short: "record an entry (緊急入室); with --door that door is released once",
		Args: oneOf("fire", "police", "ambulance", "key"), ValidArgs: []string{"fire", "police", "ambulance", "key"},
		Long: "Those who come are no visitors of Article 20(3): no permit, no escort, no consent. What is not known now is completed\n" +
			"afterwards. \"key\" is the sealed emergency key: say so when it was used.",
		Example: "  kidoban emergency enter fire --door room --count 3 --let-in 0201\n  kidoban emergency enter key --text '記録不能のため非常用鍵を使用'",
		RunE: func(cmd *cobra.Command, a []string) error {
			e.Service = a[0]
			var id string
			if err := t.desk().Post(cmd.Context(), "emergency/enter", e, &id); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"緊急入室 %[1]s を記録しました。後で補います: kidoban emergency complete %[1]s --text …\n",
				"emergency entry %[1]s is on record; complete it afterwards: kidoban emergency complete %[1]s --text …\n",
			}), id)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&e.Zone, "zone", "", "which room; not needed with --door, or where there is one")
	f.StringVar(&e.Door, "door", "", "release this door once")
	f.IntVar(&e.Count, "count", 0, "how many; 0 = not known (不明)")
	f.StringVar((*string)(&e.LetIn), "let-in", "", "who let them in, an id")
	f.StringVar(&e.Text, "text", "", "what is known now")
	return c
}

// oneOf takes one argument, one of these.
func oneOf(words ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, a []string) error {
		if len(a) != 1 || !slices.Contains(words, a[0]) {
			return fmt.Errorf("say one of %s", strings.Join(words, ", "))
		}
		return nil
	}
}

func (t *tool) emergencyComplete() *cobra.Command {
	var e desk.EmergencyEnd
	var left string
	c := &cobra.Command{
		Use: "complete ID", Short: "complete the record of an emergency entry afterwards", Args: cobra.ExactArgs(1),
		Example: "  kidoban emergency complete 2026-E001 --count 4 --left 'today 10:25' --text '火災報知機の誤作動。消防隊4名。異常なし'",
		RunE: func(cmd *cobra.Command, a []string) error {
			e.ID = a[0]
			if left != "" {
				at, _, err := clerk.Moment(left, time.Now())
				if err != nil {
					return fmt.Errorf("--left: %w", err)
				}
				e.Left = at
			}
			return t.desk().Post(cmd.Context(), "emergency/complete", e, nil)
		},
	}
	c.Flags().IntVar(&e.Count, "count", 0, "how many there were; 0 = not known (不明)")
	c.Flags().StringVar(&left, "left", "", "when the last of them left, like "+clerk.WhenForms)
	c.Flags().StringVar(&e.Text, "text", "", "what happened")
	return c
}
