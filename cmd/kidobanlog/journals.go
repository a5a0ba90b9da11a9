package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/term"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

var jst = time.FixedZone("JST", 9*60*60)

func acceptCommand(s *site) *cobra.Command {
	account, print := "", ""
	c := &cobra.Command{
		Use: "accept CONTROLLER|KEY", Args: cobra.ExactArgs(1), Short: "Accept the journal of a door: from now on it is taken",
		Long: "Shows the journal that waits, its key's fingerprint and what it claims to go on after, and accepts it once you have typed the\n" +
			"fingerprint as it stands at the door: kidoban init printed it, and kidoban journal key prints it again. The whole key in the place of\n" +
			"the controller's name needs no fingerprint. It is recorded whose order it was.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				w, err := s.candidate(cmd.Context(), o.shelf, args[0])
				if err != nil {
					return err
				}
				show(cmd.ErrOrStderr(), w)
				if !strings.Contains(args[0], "+") {
					if err := compare(cmd, w.Key, print); err != nil {
						return err
					}
				}
				return o.accept(cmd.Context(), cmd.OutOrStdout(), w)
			})
		},
	}
	c.Flags().StringVar(&print, "fingerprint", "", "the key's fingerprint as it stands at the door, 32 digits of it at least")
	accountFlag(c, &account)
	return c
}

// pinCommand is accept of whole keys, for scripts; whoever the operating system says does it.
func pinCommand(s *site) *cobra.Command {
	account := ""
	c := &cobra.Command{
		Use: "pin KEY…", Args: cobra.MinimumNArgs(1), Hidden: true, Short: "Accept the journals that these keys sign (kidoban init prints them)",
		RunE: func(cmd *cobra.Command, keys []string) error {
			if uid, _ := user(); account == "" {
				if _, known := s.conf.Account(uid); !known {
					account = fmt.Sprintf("uid-%d", uid)
				}
			}
			return s.order(cmd.Context(), account, io.Discard, func(o order) error {
				for _, k := range keys {
					w, err := s.candidate(cmd.Context(), o.shelf, k)
					if err == nil {
						err = o.accept(cmd.Context(), cmd.OutOrStdout(), w)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	accountFlag(c, &account)
	return c
}

// candidate is the journal that is meant, by a key or by what waits in a controller's name.
func (s *site) candidate(ctx context.Context, f *shelf.Shelf, what string) (w shelf.Waiting, err error) {
	all, err := f.Waiting(ctx)
	if err != nil {
		return w, err
	}
	var found []shelf.Waiting
	if v, err := note.NewVerifier(what); err == nil {
		w = shelf.Waiting{Origin: v.Name() + "/" + journal.JournalID(v), Key: what}
		for _, x := range all {
			if x.Origin == w.Origin {
				w.Succeeds, w.Size, w.Seen = x.Succeeds, x.Size, x.Seen
			}
		}
		return w, nil
	} else if strings.Contains(what, "+") {
		return w, fmt.Errorf("accept: %w: kidoban init prints the key", err)
	}
	for _, x := range all {
		part := strings.Split(x.Origin, "/")
		if what == part[2] || what == part[1]+"/"+part[2] || what == part[2]+"/"+part[3] || what == x.Origin {
			found = append(found, x)
		}
	}
	switch {
	case len(found) == 0:
		return w, fmt.Errorf("nothing of a controller %q waits to be accepted (kidobanlog waiting); a whole key is accepted at once: kidoban init prints it", what)
	case len(found) > 1:
		return w, fmt.Errorf("%d journals wait in the name of %s: one of them may be an impostor's; name it as CONTROLLER/JOURNAL (kidobanlog waiting)", len(found), what)
	case found[0].Key == "":
		return w, fmt.Errorf("%s has not announced its key: accept it by the key that kidoban init printed", found[0].Origin)
	}
	return found[0], nil
}

func show(out io.Writer, w shelf.Waiting) {
	fmt.Fprintf(out, "journal      %s\nfingerprint  %s\n", w.Origin, journal.Fingerprint(w.Key))
	if w.Succeeds != "" {
		fmt.Fprintf(out, "goes on after %s, from %d entries on: that journal is closed then\n", w.Succeeds, w.Size)
	}
}

// compare lets a person type the fingerprint as it stands at the door.
func compare(cmd *cobra.Command, key, typed string) error {
	if typed == "" {
		if f, ok := cmd.InOrStdin().(*os.File); ok && !term.IsTerminal(int(f.Fd())) {
			return errors.New("say the fingerprint as it stands at the door: --fingerprint (kidoban journal key prints it there)")
		}
		fmt.Fprint(cmd.ErrOrStderr(), "fingerprint at the door: ")
		line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
		if err != nil && line == "" {
			return fmt.Errorf("read the fingerprint: %w", err)
		}
		typed = strings.TrimSpace(line)
	}
	if !journal.FingerprintOf(key, typed) {
		return errors.New("that is not this key's fingerprint (32 digits of it at least): nothing is accepted. If it was typed as it stands at the door, somebody pretends to be the door")
	}
	return nil
}

func (o order) accept(ctx context.Context, out io.Writer, w shelf.Waiting) error {
	e, err := deed(journal.ControllerAccepted, o.by)
	if err != nil {
		return err
	}
	part := strings.Split(w.Origin, "/")
	if len(part) == 4 {
		e.Data.Controller = o.own.Origin.Called(part[1], part[2])
		e.Subject = "controller/" + e.Data.Controller
	}
	e.Data.Journal, e.Data.Succeeds, e.Data.Digest = w.Origin, w.Succeeds, strings.ReplaceAll(journal.Fingerprint(w.Key), " ", "")
	origin, fresh, err := o.shelf.AcceptBy(ctx, o.own, w.Key, e)
	if err != nil {
		return err
	}
	word := "accepted"
	if !fresh {
		word = "is accepted already:"
	}
	_, err = fmt.Fprintln(out, word, origin)
	return err
}

func waitingCommand(s *site) *cobra.Command {
	return &cobra.Command{
		Use: "waiting", Args: cobra.NoArgs, Short: "List the journals that have spoken and that nobody has accepted",
		RunE: func(cmd *cobra.Command, _ []string) error { return waiting(cmd.Context(), s, cmd.OutOrStdout()) },
	}
}

func waiting(ctx context.Context, s *site, out io.Writer) error {
	f, err := shelf.OpenReader(ctx, s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := f.Waiting(ctx)
	for _, w := range all {
		fmt.Fprintf(out, "%s awaits acceptance since %s", w.Origin, w.Seen)
		if w.Succeeds != "" {
			fmt.Fprintf(out, ": it says that it goes on after %s, from %d entries on", w.Succeeds, w.Size)
		}
		if w.Key != "" {
			fmt.Fprintf(out, "; fingerprint %s", journal.Fingerprint(w.Key))
		}
		fmt.Fprintln(out)
	}
	return err
}
