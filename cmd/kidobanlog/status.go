package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"kidoban/controller/archive/overview"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/health"
)

// standing is how kidobanlog status ends: 0 all is well, 1 a warning, 2 critical, 3 it cannot be told. Nagios and its like
// read it so.
type standing struct{ code int }

func (s standing) Error() string { return fmt.Sprintf("not all is well (%d)", s.code) }

// asking is what a person wants to see.
type asking struct {
	json, watch, check, few bool
	every                   time.Duration
}

func statusCommand(s *site) *cobra.Command {
	var a asking
	c := &cobra.Command{
		Use: "status", Args: cobra.NoArgs, Short: "How the central log and every controller stand; ends with 0 only if all is well",
		Long: "Every controller: what is confirmed, what is still to go, how old its last checkpoint is, clock, disk, version, roster\n" +
			"and alarms that wait for somebody. It answers while the central log runs and while it does not, and says which.\n" +
			"It ends with 0 if all is well, 1 for a warning, 2 if something is critical, 3 if it cannot be told.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := status(cmd, s, a)
			if err != nil && a.check {
				if _, known := err.(standing); !known {
					fmt.Fprintln(cmd.OutOrStdout(), "UNKNOWN:", err)
					return standing{3}
				}
			}
			return err
		},
	}
	c.Flags().BoolVar(&a.json, "json", false, "as JSON")
	c.Flags().BoolVar(&a.watch, "watch", false, "again and again, with a bar for each backlog; Ctrl-C ends it")
	c.Flags().BoolVar(&a.check, "check", false, "one line, for Nagios and its like")
	c.Flags().BoolVar(&a.few, "bad", false, "only controllers with which something is")
	c.Flags().DurationVar(&a.every, "every", time.Second, "with --watch: how often")
	return c
}

func status(cmd *cobra.Command, s *site, a asking) error {
	f, err := shelf.OpenReader(cmd.Context(), s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	if a.watch {
		return watch(cmd.Context(), cmd.OutOrStdout(), s, f, a)
	}
	r, err := overview.Read(cmd.Context(), f, s.known())
	if err != nil {
		return err
	}
	if err := tell(cmd.OutOrStdout(), r, a); err != nil {
		return err
	}
	if r.Level > overview.OK {
		return standing{int(r.Level)}
	}
	return nil
}

// known says whether a central log runs on this data directory. Where several share a database, their last words tell.
func (s *site) known() overview.Known {
	k := overview.Known{Limits: health.Limits(s.conf.Health), Now: time.Now()}
	if s.database != "" {
		return k
	}
	if runs, err := locked(s.data); err == nil {
		k.Runs = &runs
	}
	return k
}

// locked says whether somebody holds the lock of a data directory, without touching it: whoever starts meanwhile must not
// find it taken.
func locked(dir string) (bool, error) {
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(dir, "lock"), &st); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	all, err := os.ReadFile("/proc/locks")
	if err != nil {
		return false, err
	}
	inode := fmt.Sprintf(" %02x:%02x:%d ", unix.Major(st.Dev), unix.Minor(st.Dev), st.Ino)
	for line := range strings.Lines(string(all)) {
		if strings.Contains(line, " FLOCK ") && strings.Contains(line, inode) {
			return true, nil
		}
	}
	return false, nil
}

func tell(w io.Writer, r overview.Report, a asking) error {
	switch {
	case a.json:
		e := json.NewEncoder(w)
		if !a.watch {
			e.SetIndent("", "  ")
		}
		return e.Encode(r)
	case a.check:
		_, err := fmt.Fprintln(w, r.Summary())
		return err
	}
	return r.Print(w, a.few)
}

// watch shows it again and again. On a terminal each takes the place of the one before.
func watch(ctx context.Context, w io.Writer, s *site, f *shelf.Shelf, a asking) error {
	out, isFile := w.(*os.File)
	clear := isFile && term.IsTerminal(int(out.Fd())) && !a.json
	most := map[string]uint64{} // the largest backlog since the last time that there was none
	tick := time.NewTicker(max(a.every, 100*time.Millisecond))
	defer tick.Stop()
	for {
		r, err := overview.Read(ctx, f, s.known())
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if clear {
			fmt.Fprint(w, "\x1b[H\x1b[2J")
		}
		if err := tell(w, r, a); err != nil {
			return err
		}
		if !a.json && !a.check {
			bars(w, r, most)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// bars shows how far each backlog has come down.
func bars(w io.Writer, r overview.Report, most map[string]uint64) {
	for _, c := range r.Controllers {
		if c.Backlog == 0 {
			delete(most, c.Controller)
			continue
		}
		most[c.Controller] = max(most[c.Controller], c.Backlog)
		fmt.Fprintln(w, overview.Bar(c.Backlog, most[c.Controller]), c.Controller)
	}
}
