package main

import (
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
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

// siren stops the siren of a door; the alarm waits on.
func (t *tool) siren() *cobra.Command {
	c := &cobra.Command{Use: "siren", Short: "stop a door's siren; its alarm still waits to be acknowledged"}
	c.AddCommand(&cobra.Command{
		Use: "off DOOR", Short: "stop it until its cause comes again", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return t.desk().Post(cmd.Context(), "siren/off", desk.Silence{Door: args[0]}, nil)
		},
	})
	return c
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
