package overview

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Print writes the report as a table for people: the central log, the controllers, and below what is wrong with them.
// With few, only those with which something is.
func (r Report) Print(w io.Writer, few bool) error {
	r.header(w)
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	shown := 0
	for _, c := range r.Controllers {
		if few && c.Level == OK && c.Backlog == 0 {
			continue
		}
		if shown++; shown == 1 {
			fmt.Fprintln(out, "CONTROLLER\tSTATE\tCONFIRMED\tTO GO\tCHECKPOINT\tCLOCK\tDISK FREE\tVERSION\tROSTER\tALARMS")
		}
		fmt.Fprintln(out, strings.Join(r.row(c), "\t"))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	r.worries(w)
	_, err := fmt.Fprintln(w, r.Summary())
	return err
}

func (r Report) header(w io.Writer) {
	for _, c := range r.Central {
		word := "does not run"
		if c.Serving {
			word = "runs"
		}
		fmt.Fprintf(w, "central log %s: %s", short(c.Name), word)
		if !c.Serving && !c.Heard.IsZero() {
			fmt.Fprintf(w, " (last heard %s ago)", age(r.At.Sub(c.Heard)))
		}
		if s := c.Status; s != nil && s.Health != nil {
			fmt.Fprintf(w, ", clock %s, disk %s free, kidobanlog %s", s.Health.Clock.State, free(s.Health.Disk.Free, s.Health.Disk.Size), s.Health.Software.Kidoban)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "database: %s\n", bytes(r.Database))
}

// row is a controller's line.
func (r Report) row(c Controller) []string {
	cells := []string{short(c.Controller), c.State, fmt.Sprint(c.Confirmed), fmt.Sprint(c.Backlog), "-", "-", "-", "-", "-", "-"}
	if c.Checkpoint != nil {
		cells[4] = age(r.At.Sub(*c.Checkpoint)) + " ago"
	}
	cells[9] = fmt.Sprint(c.Alarms)
	s := c.Status
	if s == nil || !s.Online {
		return cells
	}
	cells[9] = fmt.Sprint(c.Alarms + s.Alarms)
	if s.Version != "" {
		cells[7] = s.Version
	}
	if s.Bundle != nil {
		cells[8] = fmt.Sprint(s.Bundle.Version)
		if made, err := time.Parse(time.RFC3339, s.Bundle.Made); err == nil {
			cells[8] += " (" + age(r.At.Sub(made)) + " old)"
		}
	}
	if h := s.Health; h != nil {
		cells[5] = h.Clock.State
		cells[6] = free(h.Disk.Free, h.Disk.Size)
	}
	return cells
}

func (r Report) worries(w io.Writer) {
	for _, p := range r.Problems {
		fmt.Fprintf(w, "! %s\n", p)
	}
	for _, c := range r.Central {
		if sum(c.Refused) > 0 {
			fmt.Fprintf(w, "  %s: its broker refused since it began: %s\n", short(c.Name), kinds(c.Refused))
		}
	}
	for _, c := range r.Controllers {
		for _, p := range c.Problems {
			fmt.Fprintf(w, "! %s: %s\n", short(c.Controller), p)
		}
		if n := sum(c.Garbled); n > 0 {
			fmt.Fprintf(w, "  %s: messages in its name that could not be used: %s\n", short(c.Controller), kinds(c.Garbled))
		}
	}
	if sum(r.Strangers) > 0 {
		fmt.Fprintf(w, "  messages of nobody that is accepted: %s\n", kinds(r.Strangers))
	}
}

// Summary is one line, as Nagios and its like want it.
func (r Report) Summary() string {
	bad, behind := 0, uint64(0)
	for _, c := range r.Controllers {
		if c.Level > OK {
			bad++
		}
		behind += c.Backlog
	}
	return fmt.Sprintf("%s: %d of %d controllers are well, %d entries to go, %d journals wait to be accepted | controllers=%d bad=%d backlog=%d",
		strings.ToUpper(r.Level.String()), len(r.Controllers)-bad, len(r.Controllers), behind, len(r.Waiting), len(r.Controllers), bad, behind)
}

// Backlog is what waits at all doors.
func (r Report) Backlog() (n uint64) {
	for _, c := range r.Controllers {
		n += c.Backlog
	}
	return n
}

// Bar is how far a backlog of most has come down to left.
func Bar(left, most uint64) string {
	const width = 30
	if left > most {
		most = left
	}
	done := width
	if most > 0 {
		done = int((most - left) * width / most)
	}
	return fmt.Sprintf("[%s%s] %d to go", strings.Repeat("#", done), strings.Repeat("-", width-done), left)
}

func short(name string) string { return strings.TrimPrefix(name, "kidoban/") }

func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

func bytes(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n >= u.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(u.size), u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

func free(n, of int64) string {
	if of <= 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%d%%)", bytes(n), n*100/of)
}

func sum(counts map[string]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

func kinds(counts map[string]int64) string {
	var out []string
	for _, k := range sorted(counts) {
		out = append(out, fmt.Sprintf("%d %s", counts[k], k))
	}
	return strings.Join(out, ", ")
}
