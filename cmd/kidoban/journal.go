package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/term"

	"kidoban/controller/archive"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// record is where a command reads the journal: a running daemon, or offline a data directory.
type record struct {
	data string
	key  string
}

func (r *record) flags(c *cobra.Command) {
	c.Flags().StringVar(&r.data, "data", os.Getenv("KIDOBAN_DATA"), "data `directory` (or KIDOBAN_DATA); works while the daemon runs")
	c.Flags().StringVar(&r.key, "key", "", "verifier key, or a file that holds it, as init printed it (default: the one beside the journal)")
}

func (r *record) verifier() (note.Verifier, error) {
	if r.key == "" {
		return nil, nil
	}
	text := r.key
	if b, err := os.ReadFile(r.key); err == nil {
		text = string(b)
	}
	v, err := note.NewVerifier(trim(text))
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	return v, nil
}

func trim(s string) string {
	for len(s) > 0 && (s[len(s)-1] == '\n' || s[len(s)-1] == '\r' || s[len(s)-1] == ' ') {
		s = s[:len(s)-1]
	}
	return s
}

func (r *record) open(cmd *cobra.Command) (*store.Reader, error) {
	if r.data == "" {
		return nil, errors.New("name the data directory: --data")
	}
	return store.OpenReadOnly(cmd.Context(), r.data)
}

// journal reads, verifies, proves and exports the record.
func (t *tool) journal() *cobra.Command {
	c := &cobra.Command{Use: "journal", Short: "read, verify, prove and export the record"}
	c.AddCommand(t.tail(), verify(), prove(), export(), checkpoint(), key())
	return c
}

// tail prints entries as readable lines, or as they are.
func (t *tool) tail() *cobra.Command {
	var last int
	var from uint64
	var follow, asJSON bool
	var r record
	c := &cobra.Command{
		Use: "tail", Short: "the last entries, and with -f what follows", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			show := func(line []byte) error { return printEntry(cmd.OutOrStdout(), line, asJSON) }
			if r.data != "" {
				return r.tail(cmd, last, show)
			}
			q := url.Values{"last": {strconv.Itoa(last)}, "follow": {strconv.FormatBool(follow)}}
			if cmd.Flags().Changed("from") {
				q = url.Values{"from": {strconv.FormatUint(from, 10)}, "follow": {strconv.FormatBool(follow)}}
			}
			body, err := t.desk().Stream(cmd.Context(), "journal", q)
			if err != nil {
				return err
			}
			defer func() { _ = body.Close() }()
			lines := bufio.NewScanner(body)
			lines.Buffer(nil, 64<<10)
			for lines.Scan() {
				if err := show(lines.Bytes()); err != nil {
					return err
				}
			}
			if cmd.Context().Err() != nil {
				return nil
			}
			return lines.Err()
		},
	}
	c.Flags().IntVarP(&last, "last", "n", 20, "how many")
	c.Flags().Uint64Var(&from, "from", 0, "from this sequence on instead")
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on as entries are recorded")
	c.Flags().BoolVar(&asJSON, "json", false, "the entries' own bytes")
	r.flags(c)
	return c
}

func (r *record) tail(cmd *cobra.Command, last int, show func([]byte) error) error {
	in, err := r.open(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	size, err := in.Size(cmd.Context())
	if err != nil {
		return err
	}
	rows, err := in.Rows(cmd.Context(), size-min(size, uint64(last)), last)
	for _, row := range rows {
		if row.Payload == nil {
			row.Payload = store.PurgedLine(row)
		}
		if err := show(row.Payload); err != nil {
			return err
		}
	}
	return err
}

func printEntry(w io.Writer, line []byte, asJSON bool) error {
	if asJSON {
		_, err := fmt.Fprintf(w, "%s\n", line)
		return err
	}
	if n, purged := store.ReadPurgedLine(line); purged {
		_, err := fmt.Fprintf(w, "entry %d purged: its retention has ended\n", n)
		return err
	}
	_, err := fmt.Fprintln(w, archive.Line(line))
	return err
}

// verify checks the whole record and says what is wrong and where.
func verify() *cobra.Command {
	var r record
	var file, pack string
	var known []string
	c := &cobra.Command{
		Use: "verify", Short: "check every entry, hash and signature", Args: cobra.NoArgs,
		Long: "Checks a data directory (--data) or an export (--file), offline: every entry's hash, the tree over them, the signed\n" +
			"checkpoints. --checkpoint FILE names one that is known from elsewhere (the central log's, a print): the journal must\n" +
			"contain it, or it was rolled back.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if pack != "" {
				return r.verifyPack(cmd, pack)
			}
			with := store.Verifying{Progress: progress(cmd.ErrOrStderr())}
			var err error
			if with.Key, err = r.verifier(); err != nil {
				return err
			}
			for _, name := range known {
				b, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				with.Known = append(with.Known, b)
			}
			rep, err := r.check(cmd, file, with)
			if err != nil {
				return err
			}
			return sayReport(cmd.OutOrStdout(), rep)
		},
	}
	r.flags(c)
	c.Flags().StringVar(&file, "file", "", "an export instead of a data directory")
	c.Flags().StringVar(&pack, "pack", "", "an evidence `pack` instead: its directory or ZIP file")
	c.Flags().StringArrayVar(&known, "checkpoint", nil, "a checkpoint `file` that is known from elsewhere")
	return c
}

func (r *record) check(cmd *cobra.Command, file string, with store.Verifying) (journal.Report, error) {
	if file == "" {
		in, err := r.open(cmd)
		if err != nil {
			return journal.Report{}, err
		}
		defer func() { _ = in.Close() }()
		return in.Verify(cmd.Context(), with)
	}
	f, err := os.Open(file)
	if err != nil {
		return journal.Report{}, err
	}
	defer func() { _ = f.Close() }()
	x, err := store.ExportOf(f)
	if err != nil {
		return journal.Report{}, err
	}
	return x.Verify(with)
}

// progress says on a terminal how far a long verify is.
func progress(w io.Writer) func(uint64) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(n uint64) { fmt.Fprintf(w, "\r%d entries", n) }
}

func sayReport(w io.Writer, r journal.Report) error {
	for _, p := range r.Problems {
		fmt.Fprintln(w, p)
	}
	if r.More > 0 {
		fmt.Fprintf(w, "and %d more\n", r.More)
	}
	if !r.OK() {
		return fmt.Errorf("the record is not in order: %d problem(s)", len(r.Problems)+r.More)
	}
	fmt.Fprintf(w, "in order: %d entries, %d covered by a signed checkpoint, root %v\n", r.Size, r.Signed, r.Root)
	if r.Left > 0 {
		fmt.Fprintf(w, "of %d entries this part holds the hashes alone\n", r.Left)
	}
	if r.Nameless > 0 {
		fmt.Fprintf(w, "of %d entries the private part never came to who made this\n", r.Nameless)
	}
	return nil
}

// prove writes the proof that one entry is in the record, which shows none of the others.
func prove() *cobra.Command {
	var r record
	var check string
	c := &cobra.Command{
		Use: "prove N", Short: "prove that entry N is in the record; --check verifies such a proof", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if check != "" {
				return r.checkProof(cmd, check)
			}
			if len(args) != 1 {
				return errors.New("name the entry by its sequence number")
			}
			n, err := strconv.ParseUint(args[0], 10, 64)
			if err != nil {
				return fmt.Errorf("%q is no sequence number", args[0])
			}
			in, err := r.open(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }()
			text, err := in.Prove(cmd.Context(), n)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	r.flags(c)
	c.Flags().StringVar(&check, "check", "", "a proof `file` to verify; needs --key")
	return c
}

func (r *record) checkProof(cmd *cobra.Command, file string) error {
	v, err := r.verifier()
	if err != nil {
		return err
	}
	if v == nil {
		return errors.New("a proof is checked with the key that was pinned: --key")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, c, err := journal.CheckProof(b, v)
	if err != nil {
		return err
	}
	p, err := journal.ParseProof(b)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "proven by the checkpoint of %d entries:\n%s\n", c.Size, archive.Line(p.Payload))
	return err
}

// export writes the whole record as lines that verify --file checks.
func export() *cobra.Command {
	var r record
	c := &cobra.Command{
		Use: "export", Short: "write the whole record, verifiable by itself", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in, err := r.open(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }()
			return in.Export(cmd.Context(), cmd.OutOrStdout())
		},
	}
	r.flags(c)
	return c
}

// checkpoint prints the last signed head, to be kept elsewhere and given to verify --checkpoint later.
func checkpoint() *cobra.Command {
	var r record
	c := &cobra.Command{
		Use: "checkpoint", Short: "the last signed head: keep it elsewhere, and verify against it later", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in, err := r.open(cmd)
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }()
			text, err := in.Signed()
			if err != nil {
				return err
			}
			if text == nil {
				return errors.New("nothing is signed yet: the daemon signs a second after it has started")
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	r.flags(c)
	return c
}
