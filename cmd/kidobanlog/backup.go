package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	crypt "filippo.io/age"
	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/spare"
	"kidoban/controller/backup"
	"kidoban/controller/journal"
)

// copying is what kidobanlog backup is asked for.
type copying struct {
	file, list, purpose, account string
	recipients                   []string
}

func backupCommand(s *site) *cobra.Command {
	var b copying
	c := &cobra.Command{
		Use: "backup -o FILE --purpose TEXT", Args: cobra.NoArgs, Short: "Back up the SQLite database into a new file, verified, while the central log runs",
		Long: "Writes the record of one moment and all that is true beside it, verified and signed. With --recipient only they can open it\n" +
			"(age, https://age-encryption.org). The keys are not in it. Who took it, what for, its digest and its recipients are an\n" +
			"entry of the own journal. PostgreSQL has tools of its own.",
		RunE: func(cmd *cobra.Command, _ []string) error { return b.run(cmd, s) },
	}
	c.Flags().StringVarP(&b.file, "output", "o", "", "the `file` to make; one that exists is not replaced (required)")
	c.Flags().StringArrayVar(&b.recipients, "recipient", nil, "who can open it: `age1…`; may be repeated. Nobody = it is not encrypted")
	c.Flags().StringVar(&b.list, "recipients-file", "", "a `file` with one recipient a line")
	c.Flags().StringVar(&b.purpose, "purpose", "", "what it is for, in your words: it is recorded (required)")
	accountFlag(c, &b.account)
	_ = c.MarkFlagRequired("output")
	return c
}

func (b *copying) run(cmd *cobra.Command, s *site) error {
	if s.database != "" {
		return shelf.ErrOwnTools
	}
	if strings.TrimSpace(b.purpose) == "" {
		return errors.New("say what it is for: --purpose")
	}
	texts, to, err := b.who()
	if err != nil {
		return err
	}
	return s.order(cmd.Context(), b.account, cmd.ErrOrStderr(), func(o order) error {
		central, err := note.NewVerifier(o.public)
		if err != nil {
			return err
		}
		said := progress(cmd.ErrOrStderr())
		defer said.end()
		var made spare.Made
		if err := backup.Write(b.file, func(w io.Writer) (err error) {
			if made, err = spare.Write(cmd.Context(), w, o.shelf, spare.Making{Site: s.conf.Site, Name: s.conf.Name, At: o.at.Wall, Key: o.own.Central,
				Central: central, Recipients: to, Dir: s.data, Progress: said.tell}); err != nil {
				return err
			}
			return b.record(cmd.Context(), o, made, texts)
		}); err != nil {
			return fmt.Errorf("no backup was made: %w", err)
		}
		if len(to) == 0 {
			fmt.Fprintln(cmd.ErrOrStderr(), "it is not encrypted: whoever can read the file can read the record (--recipient)")
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d entries of %d journals, %d octets, %s\nsha256 %s\n", b.file, made.Entries, made.Journals, made.Bytes, whom(texts), made.Digest)
		return err
	})
}

func (b *copying) who() (texts []string, to []crypt.Recipient, err error) {
	texts = b.recipients
	if b.list != "" {
		data, err := os.ReadFile(b.list)
		if err != nil {
			return nil, nil, err
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				texts = append(texts, line)
			}
		}
		if len(texts) == 0 {
			return nil, nil, fmt.Errorf("%s names nobody", b.list)
		}
	}
	if len(texts) > 0 {
		to, err = backup.Recipients(texts...)
	}
	return texts, to, err
}

func whom(texts []string) string {
	if len(texts) == 0 {
		return "not encrypted"
	}
	return backup.For(texts)
}

// record says in the own journal that a copy of all of it exists.
func (b *copying) record(ctx context.Context, o order, made spare.Made, texts []string) error {
	words, err := private(map[string]string{"purpose": b.purpose})
	if err != nil {
		return err
	}
	e, err := deed(journal.JournalBackedUp, o.by)
	if err != nil {
		return err
	}
	e.Private = words
	e.Data.Count, e.Data.Digest, e.Data.Reason = int64(made.Entries), made.Digest, whom(texts)
	return o.shelf.Record(ctx, o.own, e)
}

func restoreCommand(s *site) *cobra.Command {
	identity, account := "", ""
	c := &cobra.Command{
		Use: "restore FILE", Args: cobra.ExactArgs(1), Short: "Put a backup into the data directory, verified; nothing may lie there",
		Long: "Opens a backup, verifies its signature and every journal in it, and only then puts it in place. What doors sent since then they\n" +
			"send again by themselves. The own journal lacks its end, so it is closed, and another with a new key (journal.key) goes on.",
		RunE: func(cmd *cobra.Command, args []string) error { return s.restore(cmd, args[0], identity, account) },
	}
	c.Flags().StringVar(&identity, "identity", "", "`file` of an age identity that can open it")
	accountFlag(c, &account)
	return c
}

func (s *site) restore(cmd *cobra.Command, file, identity, account string) error {
	if s.database != "" {
		return shelf.ErrOwnTools
	}
	by, err := s.actor(account, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	public, err := archive.PublicKey(s.keys)
	if err != nil {
		return err
	}
	how := spare.Restoring{Prepare: func(ctx context.Context, dir string) error { return s.goOn(ctx, dir, by) }}
	if how.Central, err = note.NewVerifier(public); err != nil {
		return err
	}
	if identity != "" {
		if how.Identities, err = identitiesIn(identity); err != nil {
			return err
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	said := progress(cmd.ErrOrStderr())
	how.Progress = said.tell
	l, err := spare.Restore(cmd.Context(), f, s.data, how)
	said.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "restored into %s: %d entries of %d journals, as of %s\n"+
		"Now: hand the new journal.key to the service, start it, revoke again what was revoked since then (kidobanlog revoke), and\n"+
		"publish the last roster again (kidobanlog roster).\n", s.data, l.Entries, l.Journals, l.At.In(jst).Format("2006-01-02 15:04:05"))
	return err
}

// goOn closes the own journal of a restored database, whose end is lost, and begins another with a key of its own: under the
// old one more may have been signed than anybody here knows. That key stays beside it: it tells whose the old journal is.
func (s *site) goOn(ctx context.Context, dir string, by shelf.Actor) (err error) {
	f, err := shelf.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, old, err := s.identity()
	if err != nil {
		return err
	}
	ended, err := s.ended(ctx, f, old)
	if err != nil {
		return err
	}
	var closed []journal.Entry
	for _, origin := range ended {
		e, err := deed(journal.ControllerClosed, by)
		if err != nil {
			return err
		}
		e.Data.Controller, e.Data.Journal, e.Data.Mode = old.Origin.Controller, origin, "restored"
		closed = append(closed, e)
	}
	if err := s.anew(old, ended[0]); err != nil {
		return err
	}
	_, own, err := s.identity()
	if err != nil {
		return err
	}
	return f.GoOn(ctx, own, closed...)
}

// ended are the own journals that nothing is added to any more: that of the key until now, though the backup may be older
// than it, and any other of this central log's name.
func (s *site) ended(ctx context.Context, f *shelf.Shelf, old shelf.Own) ([]string, error) {
	v, err := note.NewVerifier(old.Key)
	if err != nil {
		return nil, err
	}
	js, err := f.Journals(ctx)
	if err != nil {
		return nil, err
	}
	prefix := old.Origin.KeyName() + "/"
	all := []string{prefix + journal.JournalID(v)}
	for _, j := range js {
		if j.Own && j.Closed == "" && strings.HasPrefix(j.Origin, prefix) && j.Origin != all[0] {
			all = append(all, j.Origin)
		}
	}
	return all, nil
}

// anew puts the key of the own journal aside and makes another.
func (s *site) anew(own shelf.Own, origin string) error {
	aside := "." + origin[strings.LastIndexByte(origin, '/')+1:]
	for _, name := range []string{"journal.key", "journal.pub"} {
		path := filepath.Join(s.keys, name)
		if err := os.Rename(path, path+aside); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("put the own journal's key aside: %w", err)
		}
	}
	_, err := archive.CreateOwn(s.keys, own.Origin.KeyName())
	return err
}

func identitiesIn(file string) ([]crypt.Identity, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	all, err := crypt.ParseIdentities(f)
	if err != nil { // its text may quote the identity
		return nil, errors.New(file + " is no age identity file: age-keygen made it, its last line begins with AGE-SECRET-KEY")
	}
	return all, nil
}
