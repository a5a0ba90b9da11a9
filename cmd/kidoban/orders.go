package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// door releases a door once, or changes its mode for a time.
func (t *tool) door() *cobra.Command {
	c := &cobra.Command{Use: "door", Short: "release, lock down, back to normal: recorded, with a reason and an end"}
	for _, o := range []struct{ name, short string }{
		{"release", "release the door once; one opening uses it up"},
		{"lockdown", "let nobody in until --for has passed; leaving always works"},
		{"normal", "end a lockdown"},
	} {
		d := desk.Door{Order: o.name}
		sub := &cobra.Command{
			Use: o.name + " DOOR", Short: o.short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				d.Door = args[0]
				return t.desk().Post(cmd.Context(), "door", d, nil)
			},
		}
		sub.Flags().StringVar(&d.Reason, "reason", "", "why, for the record (required)")
		if o.name != "normal" {
			sub.Flags().DurationVar(&d.For, "for", 0, "how long, like 10s or 2h")
		}
		_ = sub.MarkFlagRequired("reason")
		if o.name == "lockdown" {
			_ = sub.MarkFlagRequired("for")
		}
		c.AddCommand(sub)
	}
	return c
}

// alarm lists alarms and acknowledges them.
func (t *tool) alarm() *cobra.Command {
	c := &cobra.Command{Use: "alarm", Short: "alarms that nobody has acknowledged"}
	list := &cobra.Command{
		Use: "list", Short: "list them", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			alarms, err := t.alarms(cmd)
			if err != nil {
				return err
			}
			out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			if len(alarms) == 0 {
				fmt.Fprintln(out, "no alarm is open")
			}
			for _, a := range alarms {
				fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", a.ID, a.Severity, a.Door, stamp(a.Raised))
			}
			return out.Flush()
		},
	}
	var all bool
	ack := &cobra.Command{
		Use: "ack ID…", Short: "acknowledge them", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if all {
				alarms, err := t.alarms(cmd)
				if err != nil {
					return err
				}
				for _, a := range alarms {
					ids = append(ids, a.ID)
				}
			} else if len(ids) == 0 {
				return fmt.Errorf("name an alarm (kidoban alarm list), or say --all")
			}
			for _, id := range ids {
				if err := t.desk().Post(cmd.Context(), "alarm/ack", desk.Ack{ID: id}, nil); err != nil {
					return err
				}
			}
			return nil
		},
	}
	ack.Flags().BoolVar(&all, "all", false, "every one that is open")
	c.AddCommand(list, ack)
	return c
}

func (t *tool) alarms(cmd *cobra.Command) (out []ledger.Alarm, err error) {
	return out, t.desk().Get(cmd.Context(), "alarms", nil, &out)
}

// antipassback takes people out of the record of who is inside.
func (t *tool) antipassback() *cobra.Command {
	c := &cobra.Command{Use: "antipassback", Short: "put right who is inside"}
	var f desk.Forgive
	forgive := &cobra.Command{
		Use: "forgive [PERSON]", Short: "a person left without a record of it", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.Person = access.PersonID(args[0])
			}
			return t.desk().Post(cmd.Context(), "antipassback/forgive", f, nil)
		},
	}
	forgive.Flags().StringVar(&f.Reason, "reason", "", "why, for the record (required)")
	forgive.Flags().StringVar(&f.Zone, "zone", "", "only in this zone")
	forgive.Flags().BoolVar(&f.All, "all", false, "everybody")
	_ = forgive.MarkFlagRequired("reason")
	c.AddCommand(forgive)
	return c
}

// span takes --from and --until of a command.
type span struct{ from, until string }

func (s *span) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.from, "from", "", "first day, like 2026-04-01 (JST)")
	c.Flags().StringVar(&s.until, "until", "", "the right ends at 00:00 JST of this day")
}

func (s *span) span() (out access.Span, err error) {
	for _, side := range []struct {
		text string
		to   *time.Time
	}{{s.from, &out.From}, {s.until, &out.Until}} {
		if side.text == "" {
			continue
		}
		if *side.to, err = parseTime(side.text); err != nil {
			return out, err
		}
	}
	return out, nil
}
