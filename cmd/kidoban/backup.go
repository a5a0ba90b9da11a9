package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/controller/backup"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// backup takes a backup from the running daemon.
func (t *tool) backup() *cobra.Command {
	var file, list string
	var order desk.Backup
	c := &cobra.Command{
		Use: "backup -o FILE", Short: "the whole record and all that is true, encrypted, while the door works", Args: cobra.NoArgs,
		Long: "Writes a backup that only the recipients can open (age, https://age-encryption.org): those named, or backup.recipients\n" +
			"of the configuration. The keys of the door are not in it. Who took it, its digest and its recipients are an entry.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			more, err := recipients(list)
			if err != nil {
				return err
			}
			order.Recipients = append(order.Recipients, more...)
			var got desk.Backed
			err = backup.Write(file, func(w io.Writer) (err error) {
				got, err = t.desk().Backup(cmd.Context(), order, w, percent(cmd.ErrOrStderr()))
				return err
			})
			if err != nil {
				return fmt.Errorf("no backup was made: %w", err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d entries, %d octets, %s\nsha256 %s\n", file, got.Entries, got.Bytes, got.For, got.Digest)
			return err
		},
	}
	c.Flags().StringVarP(&file, "output", "o", "", "the `file` to make; one that exists is not replaced (required)")
	c.Flags().StringArrayVar(&order.Recipients, "recipient", nil, "who can open it: `age1…`; may be repeated")
	c.Flags().StringVar(&list, "recipients-file", "", "a `file` with one recipient a line")
	_ = c.MarkFlagRequired("output")
	return c
}

// recipients reads a file with one a line; comments begin with #.
func recipients(file string) (out []string, err error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	if _, err := backup.Recipients(out...); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return out, nil
}

// percent says on a terminal how far something long is.
func percent(w io.Writer) func(done, total int64) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(done, total int64) { fmt.Fprintf(w, "\r%3d %% of %d MiB ", 100*done/max(total, 1), total>>21) }
}

// restore puts a backup into a directory, offline.
func restore() *cobra.Command {
	var data, identity string
	var r record
	c := &cobra.Command{
		Use: "restore FILE", Short: "put a backup into an empty data directory, verified; offline", Args: cobra.ExactArgs(1),
		Long: "Opens a backup with the identity that belongs to one of its recipients, verifies all of it and only then puts it in place.\n" +
			"It refuses a directory that holds a journal. What was recorded after the backup is not in it, so the daemon does not\n" +
			"open it: go on with kidoban init --succeeds.",
		RunE: func(cmd *cobra.Command, args []string) error {
			how := store.Restoring{Progress: progress(cmd.ErrOrStderr())}
			var err error
			if how.Key, err = r.verifier(); err != nil {
				return err
			}
			if how.Identities, err = identities(identity); err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			got, err := store.Restore(cmd.Context(), bufio.NewReaderSize(f, 1<<20), data, how)
			if err != nil {
				return err
			}
			return sayRestored(cmd.OutOrStdout(), got, data)
		},
	}
	c.Flags().StringVar(&identity, "identity", "", "`file` of the age identity (AGE-SECRET-KEY-1…) (required)")
	c.Flags().StringVar(&data, "data", "", "data `directory` to make (required)")
	c.Flags().StringVar(&r.key, "key", "", "verifier key, or a file that holds it, as init printed it: no other controller's backup is taken")
	_ = c.MarkFlagRequired("identity")
	_ = c.MarkFlagRequired("data")
	return c
}

func identities(file string) ([]age.Identity, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	all, err := age.ParseIdentities(f)
	if err != nil { // its text may quote the identity
		return nil, errors.New(file + " is no age identity file: age-keygen made it, its last line begins with AGE-SECRET-KEY")
	}
	return all, nil
}

func sayRestored(w io.Writer, r store.Restored, data string) error {
	dir, err := filepath.Abs(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "restored into %s: %s\nas of %s: %d entries, in order, root %v\n", dir, r.Origin.Line(),
		r.Checkpoint.Time.Format("2006-01-02 15:04:05 -0700"), r.Checkpoint.Size, r.Checkpoint.Root)
	if c, err := journal.PeekCheckpoint(r.Cosigned); err == nil {
		fmt.Fprintf(w, "the central log had signed for %d of them by then\n", c.Size)
	}
	_, err = fmt.Fprint(w, "What was recorded after that is not in it, so the daemon does not open it. Now:\n"+
		"  1. get the last checkpoint that the central log co-signed: kidobanlog checkpoint "+r.Origin.Controller+" > last\n"+
		"     (where there is none: kidoban journal checkpoint --data "+dir+" > last)\n"+
		"  2. kidoban init --succeeds last --config FILE\n"+
		"  3. start kidoband, see who is inside (kidoban who), and have the central log accept the new journal\n")
	return err
}
