package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/archive/inquiry"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/device/clock"
)

// asker is what every command that asks has in common: who asks, what for, and about what.
type asker struct {
	site             *site
	account, purpose string
	asked            inquiry.Asked
	from, until, at  string
	person           string
	least            string
}

// flags are those of every inquiry.
func (q *asker) flags(c *cobra.Command) {
	c.Flags().StringVar(&q.purpose, "purpose", "", "what it is for, in your words: it is recorded before anything is shown (required)")
	c.Flags().StringVar(&q.account, "account", "", "who asks, where the configuration does not tell it by the user")
	c.Flags().StringVar(&q.asked.Controller, "controller", "", "of this `controller`, or SITE/CONTROLLER")
}

// filters narrow a search.
func (q *asker) filters(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&q.asked.Door, "door", "", "at this `door`")
	f.StringVar(&q.person, "person", "", "about this `person`, by the id, or escorted, consented to or approved by them")
	f.StringVar(&q.asked.Credential, "card", "", "with this `card`, by its id")
	f.StringVar(&q.asked.Permit, "permit", "", "under this `permit`")
	f.StringVar(&q.asked.Visit, "visit", "", "of this `line` of the register")
	f.StringVar(&q.asked.Alarm, "alarm", "", "of this `alarm`")
	f.StringSliceVar(&q.asked.Kinds, "kind", nil, "of these `kinds`: a type like access.denied, or a class like access")
	f.StringVar(&q.least, "severity", "", "of this `severity` or graver: notice, warning, alert, emergency")
	f.StringVar(&q.from, "from", "", "from this `time` on: \"2026-04-01 09:00\", R8.4.1, today")
	f.StringVar(&q.until, "until", "", "until this `time`; a day means to its end")
}

// read understands what was typed.
func (q *asker) read(now time.Time) (err error) {
	q.asked.Person = access.PersonID(q.person)
	switch q.asked.Least = journal.Severity(q.least); q.asked.Least {
	case "", journal.Info, journal.Notice, journal.Warning, journal.Alert, journal.Emergency:
	default:
		return fmt.Errorf("--severity: %q is none of info, notice, warning, alert, emergency", q.least)
	}
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{{"--from", q.from, &q.asked.From}, {"--until", q.until, &q.asked.Until}, {"--at", q.at, &q.asked.At}} {
		if t.text == "" {
			continue
		}
		at, whole, err := clerk.Moment(t.text, now)
		if err != nil {
			return fmt.Errorf("%s: %w", t.flag, err)
		}
		if whole && t.flag == "--until" {
			at = at.AddDate(0, 0, 1)
		}
		*t.to = at
	}
	return nil
}

// ask opens what the command needs and gives it to do.
func (q *asker) ask(cmd *cobra.Command, do func(*inquiry.Inquiry) error) error {
	c, err := clock.Start()
	if err != nil {
		return err
	}
	synced, err := clock.Synchronised()
	who := inquiry.Who{Purpose: q.purpose, At: c.Now(), Synced: err == nil && synced}
	if err := q.read(who.At.Wall); err != nil {
		return err
	}
	if strings.TrimSpace(q.purpose) == "" {
		return inquiry.ErrPurpose
	}
	if who.Actor, err = q.site.actor(q.account, cmd.ErrOrStderr()); err != nil {
		return err
	}
	_, own, err := q.site.identity()
	if err != nil {
		return err
	}
	f, err := shelf.Open(cmd.Context(), q.site.where())
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	said := progress(cmd.ErrOrStderr())
	defer said.end()
	i, err := inquiry.New(f, own, who, said.tell)
	if err != nil {
		return err
	}
	return do(i)
}

// teller says on a terminal how far something long is.
type teller struct {
	to   io.Writer
	said bool
}

func progress(w io.Writer) *teller {
	if f, is := w.(*os.File); !is || !term.IsTerminal(int(f.Fd())) {
		return &teller{}
	}
	return &teller{to: w}
}

func (t *teller) tell(doing string, done uint64) {
	if t.to != nil {
		t.said = true
		fmt.Fprintf(t.to, "\r%s: %d entries ", doing, done)
	}
}

func (t *teller) end() {
	if t.said {
		fmt.Fprintln(t.to)
	}
}

// newFile makes a file that was not there, for its owner alone; "" and "-" are standard output.
func newFile(path string, out io.Writer) (io.WriteCloser, error) {
	if path == "" || path == "-" {
		return stay{out}, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists: name another file", path)
	}
	return f, err
}

// free refuses a name that is taken before anything is asked and recorded.
func free(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: name another", path)
	}
	return nil
}

// stay is an output that is not closed.
type stay struct{ io.Writer }

func (stay) Close() error { return nil }
