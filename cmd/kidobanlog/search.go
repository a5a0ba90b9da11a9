package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/archive"
	"kidoban/controller/archive/inquiry"
)

func searchCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	asJSON := false
	c := &cobra.Command{
		Use: "search", Args: cobra.NoArgs, Short: "Find entries of all doors; each search is on record with its --purpose before it shows anything",
		Example: "  kidobanlog search --person p-17 --from R8.4.1 --until R8.4.30 --purpose 照会への回答\n" +
			"  kidobanlog search --controller main-ctl --kind access.denied --kind door --newest --limit 50 --purpose 調査",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return q.ask(cmd, func(i *inquiry.Inquiry) error { return showFound(cmd, i, q.asked, asJSON) })
		},
	}
	q.flags(c)
	q.filters(c)
	c.Flags().BoolVar(&q.asked.Newest, "newest", false, "newest first")
	c.Flags().IntVar(&q.asked.Limit, "limit", 0, "at most so many (0 = all)")
	c.Flags().BoolVar(&asJSON, "json", false, "the entries as they are, one a line")
	return c
}

func showFound(cmd *cobra.Command, i *inquiry.Inquiry, a inquiry.Asked, asJSON bool) error {
	n, found, err := i.Search(cmd.Context(), a)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for f, err := range found {
		switch {
		case err != nil:
			return err
		case asJSON:
			_, err = fmt.Fprintf(out, "%s\n", f.Payload)
		default:
			_, err = fmt.Fprintln(out, dated(&f))
		}
		if err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(cmd.ErrOrStderr(), "%d found\n", n)
	return err
}

// dated is an entry's line with its day, its number, and the name where the site publishes names.
func dated(f *inquiry.Answer) string {
	line := f.Entry.At.Wall.In(access.JST).Format("2006-01-02 ") + archive.Line(f.Payload)
	if name := f.Name(); name != "" {
		line += " (" + clerk.Plain(name) + ")"
	}
	return fmt.Sprintf("%s #%d", line, f.Sequence)
}

func printCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	asJSON := false
	c := &cobra.Command{
		Use: "print [CONTROLLER]", Args: cobra.MaximumNArgs(1), Short: "Print the verified entries, in the order of their journals; on record with its --purpose",
		Example: "  kidobanlog print main-ctl --purpose 日次確認",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				q.asked.Controller = args[0]
			}
			out := cmd.OutOrStdout()
			return q.ask(cmd, func(i *inquiry.Inquiry) error {
				return i.Print(cmd.Context(), q.asked, func(n uint64, payload []byte) error { return printEntry(out, n, payload, asJSON) })
			})
		},
	}
	q.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "the entries as they are, one a line")
	return c
}

func printEntry(out io.Writer, n uint64, payload []byte, asJSON bool) (err error) {
	switch {
	case payload == nil:
		_, err = fmt.Fprintf(out, "entry %d deleted: its retention ended\n", n)
	case asJSON:
		_, err = fmt.Fprintf(out, "%s\n", payload)
	default:
		_, err = fmt.Fprintln(out, archive.Line(payload))
	}
	return err
}

func whoCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	asJSON := false
	c := &cobra.Command{
		Use: "who", Args: cobra.NoArgs, Short: "Who is inside where, over all doors, now or at a time",
		Example: "  kidobanlog who --purpose 安否確認\n  kidobanlog who --at 'R8.4.1 10:20' --zone room --purpose 調査",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return q.ask(cmd, func(i *inquiry.Inquiry) error { return showInside(cmd, i, q.asked, asJSON) })
		},
	}
	q.flags(c)
	c.Flags().StringVar(&q.at, "at", "now", "at this `time`")
	c.Flags().StringVar(&q.asked.Zone, "zone", "", "in this `room`")
	c.Flags().BoolVar(&asJSON, "json", false, "lines of the register as JSON, one a line")
	return c
}

func showInside(cmd *cobra.Command, i *inquiry.Inquiry, a inquiry.Asked, asJSON bool) error {
	inside, err := i.Inside(cmd.Context(), a)
	if err != nil {
		return err
	}
	var out clerk.Table
	out.Add("site/controller", "room", "line", "person", "name", "affiliation", "since", "escort", "note")
	for n := range inside {
		l := &inside[n]
		if asJSON {
			if err := json.NewEncoder(cmd.OutOrStdout()).Encode(l); err != nil {
				return err
			}
			continue
		}
		escort := ""
		if e := l.Escort(); e >= 0 {
			escort = orID(l.Escorts[e].Name, l.Escorts[e].Person)
		}
		out.Add(placeOf(l.Origin), l.Zone, l.ID, string(l.Person), l.Name, l.Affiliation, l.Entered.In(access.JST).Format("2006-01-02 15:04:05"), escort, noteOf(l))
	}
	if !asJSON {
		if err := out.Write(cmd.OutOrStdout()); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(cmd.ErrOrStderr(), "%d inside at %s\n", len(inside), a.At.In(access.JST).Format("2006-01-02 15:04:05"))
	return err
}

func orID(name string, id access.PersonID) string {
	if name != "" {
		return name
	}
	return string(id)
}

// noteOf is what makes a line less than certain.
func noteOf(l *inquiry.Line) string {
	switch {
	case l.Lost:
		return "unverified: the journal that told of it is closed"
	case l.Assumed:
		return "assumed: the door has no contact"
	case l.Late:
		return "entered by hand afterwards"
	}
	return ""
}

// placeOf is "site/controller" of a journal's origin.
func placeOf(origin string) string {
	p := strings.Split(origin, "/")
	if len(p) != 4 {
		return origin
	}
	return p[1] + "/" + p[2]
}
