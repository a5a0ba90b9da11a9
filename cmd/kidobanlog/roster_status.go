package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/bundle"
	"kidoban/controller/journal"
)

func rosterStatus(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "status", Args: cobra.NoArgs, Short: "Which bundle each door holds, how old it is, and what it refused",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := shelf.Open(cmd.Context(), s.where())
			if err != nil {
				return err
			}
			defer f.Close()
			if err := f.IndexAll(cmd.Context()); err != nil {
				return err
			}
			return s.sayRosters(cmd.Context(), f, cmd.OutOrStdout())
		},
	}
}

func (s *site) sayRosters(ctx context.Context, f *shelf.Shelf, w io.Writer) error {
	published, err := f.Rosters(ctx)
	if err != nil {
		return err
	}
	js, err := f.Journals(ctx)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, j := range js {
		if j.Own || j.Closed != "" {
			continue
		}
		controller := j.Origin[:strings.LastIndexByte(j.Origin, '/')]
		h, err := holds(ctx, f, j.ID)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, strings.TrimPrefix(controller, "kidoban/")+"\t"+h.line(published[controller], s.conf.Roster.StaleAfter.Std(), time.Now()))
	}
	return out.Flush()
}

// holding is what a door's own record says of its roster.
type holding struct {
	version int64
	made    time.Time
	taken   time.Time
	digest  string
	refused string // since then
}

func holds(ctx context.Context, f *shelf.Shelf, id int64) (h holding, err error) {
	for found, err := range f.Search(ctx, shelf.Query{
		Journals: []int64{id}, Types: []journal.Type{journal.RosterChanged, journal.RosterRefused}, Newest: true,
	}) {
		if err != nil {
			return h, err
		}
		d := found.Entry.Data
		switch {
		case d.Mode != "bundle":
		case found.Entry.Type == journal.RosterRefused:
			if h.refused == "" {
				h.refused = fmt.Sprintf("refused version %d: %s", d.Version, d.Reason)
			}
		default:
			h.version, h.digest, h.taken = d.Version, d.Digest, found.Entry.At.Wall
			h.made, _ = time.Parse(time.RFC3339, d.From)
			return h, nil
		}
	}
	return h, nil
}

func (h *holding) line(published shelf.Bundle, stale time.Duration, now time.Time) string {
	var words []string
	if h.version == 0 {
		words = append(words, "holds no bundle")
	} else {
		words = append(words, fmt.Sprintf("version %d\tmade %s, %s ago\ttaken %s", h.version, h.made.In(access.JST).Format("2006-01-02 15:04"),
			age(now.Sub(h.made)), h.taken.In(access.JST).Format("2006-01-02 15:04")))
		if now.Sub(h.made) > stale {
			words = append(words, "OLD")
		}
	}
	if m, err := bundle.PeekManifest(published[""]); err == nil && m.Digest != h.digest {
		words = append(words, fmt.Sprintf("version %d is published", m.Version))
	}
	if h.refused != "" {
		words = append(words, h.refused)
	}
	return strings.Join(words, "\t")
}

func age(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return d.Round(time.Minute).String()
}
