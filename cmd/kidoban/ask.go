package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/people"
)

// status shows how everything stands.
func (t *tool) status() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "how the doors, the record and the clock stand", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s desk.Status
			if err := t.desk().Get(cmd.Context(), "status", nil, &s); err != nil {
				return err
			}
			out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			for _, d := range s.Doors {
				fmt.Fprintf(out, "door %s\t%s, %s, mode %s, alarm %s, %d inside\n", d.Name, d.Position, d.Lock, d.Mode, d.Alarm, d.Occupants)
			}
			record := "every entry is durable before a door opens"
			if !s.Recording {
				record = fmt.Sprintf("NOTHING CAN BE RECORDED: no entry, leaving works; %d records wait", s.Unrecorded)
			}
			fmt.Fprintf(out, "record\t%d entries; %s\n", s.Entries, record)
			fmt.Fprintf(out, "clock\t%s\n", s.Clock)
			fmt.Fprintf(out, "central log\t%s\n", s.Link)
			fmt.Fprintf(out, "alarms\t%d not acknowledged\n", s.Alarms)
			if s.Incidents > 0 {
				fmt.Fprintf(out, "emergency\t%d DECLARED: kidoban emergency list; leaving works\n", s.Incidents)
			}
			fmt.Fprintf(out, "roster\t%d persons, %d cards, version %d\n", s.Persons, s.Cards, s.Roster)
			fmt.Fprintf(out, "version\t%s\n", s.Version)
			if s.Account == "" {
				fmt.Fprintf(out, "you\tmay read only: no account of the configuration has your uid\n")
			} else {
				fmt.Fprintf(out, "you\tare %s\n", s.Account)
			}
			return out.Flush()
		},
	}
}

// who lists who is inside, now or at a past instant.
func (t *tool) who() *cobra.Command {
	var at string
	var s desk.Search
	var show shown
	c := &cobra.Command{
		Use: "who", Short: "who is inside now, or was at a past instant (--at)", Args: cobra.NoArgs,
		Example: "  kidoban who\n  kidoban who --at 'R8.4.1 09:30' --purpose '警報の調査'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if at == "" {
				return t.inside(cmd)
			}
			moment, whole, err := clerk.Moment(at, time.Now())
			if err == nil && whole {
				err = fmt.Errorf("the hour is missing: like %s", clerk.WhenForms)
			}
			if err != nil {
				return fmt.Errorf("--at: %w", err)
			}
			s.What, s.At = "inside", moment
			return t.inspect(cmd, s, show)
		},
	}
	c.Flags().StringVar(&at, "at", "", "a past instant, like "+clerk.WhenForms+"; it is a search of the register and needs --purpose")
	c.Flags().StringVar(&s.Zone, "zone", "", "only this room (with --at)")
	show.flags(c, &s)
	return c
}

// inside lists who is inside now.
func (t *tool) inside(cmd *cobra.Command) error {
	var in []controller.Inside
	if err := t.desk().Get(cmd.Context(), "who", nil, &in); err != nil {
		return err
	}
	if len(in) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "nobody is inside")
		return nil
	}
	var out clerk.Table
	for _, i := range in {
		row := []string{i.Zone, string(i.Person), i.Name, "since " + stamp(i.Since)}
		if i.Unverified {
			row = append(row, "unverified: a restart came between grant and opening")
		} else if i.Assumed {
			row = append(row, "assumed: the door has no contact")
		}
		out.Add(row...)
	}
	return out.Write(cmd.OutOrStdout())
}

var jst = time.FixedZone("JST", 9*60*60)

func stamp(t time.Time) string { return t.In(jst).Format("2006-01-02 15:04:05") }

// why explains what the door would say, with the article it rests on.
func (t *tool) why() *cobra.Command {
	var exit bool
	c := &cobra.Command{
		Use: "why CARD|PERSON DOOR [TIME]", Short: "may this person or card enter, and why (not)", Args: cobra.RangeArgs(2, 3),
		Long: "The same decision function as at the door answers, with the article it rests on.\n" +
			"CARD is a card's id, or FORMAT:FACILITY/NUMBER. TIME is like 2026-04-01T09:00 (JST); without it, now.",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := desk.Why{Door: args[1], Lang: t.lang}
			if exit {
				q.Side = "exit"
			}
			if len(args) == 3 {
				at, err := parseTime(args[2])
				if err != nil {
					return err
				}
				q.At = at
			}
			switch format, number, isNumber := strings.Cut(args[0], ":"); {
			case isNumber:
				n, err := parseNumber(format, number)
				if err != nil {
					return err
				}
				q.Card = &n
			default:
				q.Credential = access.CredentialID(args[0])
			}
			var lines []string
			err := t.desk().Post(cmd.Context(), "why", q, &lines)
			if err != nil && q.Credential != "" {
				q.Credential, q.Person = "", access.PersonID(args[0])
				err = t.desk().Post(cmd.Context(), "why", q, &lines)
			}
			for _, l := range lines {
				fmt.Fprintln(cmd.OutOrStdout(), l)
			}
			return err
		},
	}
	c.Flags().BoolVar(&exit, "exit", false, "at the exit reader")
	return c
}

// parseTime reads a point in time in Japan.
func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, s, jst); err == nil {
			return at, nil
		}
	}
	if at, err := people.ParseDay(s); err == nil {
		return at.In(jst), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time like 2026-04-01, R8.4.1 or 2026-04-01T09:00", s)
}

// parseNumber reads FACILITY/NUMBER, or NUMBER where the format has no facility.
func parseNumber(format, s string) (n desk.Number, err error) {
	n.Format = format
	number := s
	if facility, rest, ok := strings.Cut(s, "/"); ok {
		var f uint64
		if _, err := fmt.Sscanf(facility, "%d", &f); err != nil {
			return n, fmt.Errorf("the facility is no number")
		}
		n.Facility, number = &f, rest
	}
	if _, err := fmt.Sscanf(number, "%d", &n.Card); err != nil {
		return n, fmt.Errorf("a card's number is FACILITY/NUMBER or NUMBER")
	}
	return n, nil
}
