package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"kidoban/controller/bundle"
	"kidoban/controller/bundle/office"
)

// bundles are the office's commands: offline, on a machine that is not the broker's.
func (t *tool) bundles() *cobra.Command {
	c := &cobra.Command{Use: "bundle", Short: "the office: people of the whole site, signed and encrypted to each door (offline)"}
	c.AddCommand(bundleKey(), bundleMake(), bundleLost())
	return c
}

func bundleKey() *cobra.Command {
	var site, dir string
	c := &cobra.Command{
		Use: "key --site SITE --office DIR", Short: "make the office's keys, once", Args: cobra.NoArgs,
		Long: "Makes DIR (0700) with roster.key, which signs what every door of the site believes; loss.key, which can only report\n" +
			"cards as lost and may be copied to the central log; and office.identity, to which doors encrypt their card keys.\n" +
			"Keep a copy in a safe. It touches no directory that holds a key.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			keys, err := office.CreateKeys(dir, site)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "in every door's configuration:\n[roster]\nkey      = %q\nloss_key = %q\n"+
				"at every door: kidoban roster enrol --for %s\n", keys.Roster, keys.Loss, keys.Recipient)
			return err
		},
	}
	c.Flags().StringVar(&site, "site", "", "the `site` as the doors' configuration names it (required)")
	c.Flags().StringVar(&dir, "office", "", "the office's `directory` to make (required)")
	_ = c.MarkFlagRequired("site")
	_ = c.MarkFlagRequired("office")
	return c
}

// making is what "kidoban bundle make" is told.
type making struct {
	dir, out                string
	people, permits, policy string
	doors                   []string
	from                    string
	version                 int64
	replaced                []string
}

func bundleMake() *cobra.Command {
	var m making
	c := &cobra.Command{
		Use: "make --office DIR --people FILE --door FILE… --out DIR", Short: "make a bundle for each door", Args: cobra.NoArgs,
		Long: "Reads the file of people that kidoban import reads (CSV or TOML; one that ends in .age is opened with the office's\n" +
			"identity) and writes for each door what concerns its zones: OUT/CONTROLLER/manifest and its parts. All have the same\n" +
			"version, one more than the last. With --policy schedules and holidays (TOML), with --permits what was decided at the\n" +
			"office (TOML). Nobody's PIN is in it: each holder sets it at the door. Publish it with kidobanlog roster publish, or\n" +
			"carry it to a door: kidoban roster take.",
		RunE: func(cmd *cobra.Command, _ []string) error { return m.run(cmd) },
	}
	c.Flags().StringVar(&m.dir, "office", "", "the office's `directory` (kidoban bundle key) (required)")
	c.Flags().StringVar(&m.people, "people", "", "the `file` of people (required)")
	c.Flags().StringVar(&m.permits, "permits", "", "permits decided at the office, a TOML `file`")
	c.Flags().StringVar(&m.policy, "policy", "", "schedules and holidays, a TOML `file`")
	c.Flags().StringArrayVar(&m.doors, "door", nil, "a door's enrolment, the `file` of kidoban roster enrol; may be repeated (required)")
	c.Flags().StringVar(&m.from, "from", "", "doors are not to take it before this `time`, like 2026-04-01 or 2026-04-01T08:30 (default: now)")
	c.Flags().StringVar(&m.out, "out", "", "the `directory` to make (required)")
	c.Flags().Int64Var(&m.version, "version", 0, "give it this `number`, where the office's own count was lost (default: one more than the last)")
	c.Flags().StringArrayVar(&m.replaced, "replaced", nil, "a `controller` whose journal is another since its last bundle; may be repeated")
	for _, name := range []string{"office", "people", "door", "out"} {
		_ = c.MarkFlagRequired(name)
	}
	return c
}

func (m *making) run(cmd *cobra.Command) error {
	keys, err := office.LoadKeys(m.dir)
	if err != nil {
		return err
	}
	doors, err := m.enrolments()
	if err != nil {
		return err
	}
	src, err := m.sources(keys.Identity)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(m.out); err == nil {
		return fmt.Errorf("%s exists: name a directory that does not", m.out)
	}
	now := time.Now()
	how := office.Making{Made: now, From: now, Key: keys.Key, Identity: keys.Identity}
	if m.from != "" {
		if how.From, err = parseTime(m.from); err != nil {
			return fmt.Errorf("--from: %w", err)
		}
	}
	var made []office.Made
	if how.Version, err = keys.Next(m.version, doors, m.replaced, func(version int64) error {
		how.Version = version
		for _, d := range doors {
			one, err := office.Make(how, src, d)
			warned(cmd.ErrOrStderr(), one)
			if err != nil {
				return err
			}
			made = append(made, one)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, one := range made {
		if err := writeBundle(filepath.Join(m.out, one.Controller), one); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: version %d, %d people, %d cards, %d permits, %d part(s)\n",
			one.Controller, how.Version, one.People, one.Cards, one.Permits, len(one.Parts))
	}
	return nil
}

func warned(w io.Writer, m office.Made) {
	for _, x := range m.Warnings {
		fmt.Fprintln(w, "warning:", x)
	}
}

func (m *making) enrolments() (all []bundle.Enrolment, err error) {
	for _, name := range m.doors {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		e, err := bundle.OpenEnrolment(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, e)
	}
	return all, nil
}

func (m *making) sources(id age.Identity) (src office.Sources, err error) {
	for name, to := range map[string]*office.File{m.people: &src.People, m.policy: &src.Policy, m.permits: &src.Permits} {
		if name == "" {
			continue
		}
		if *to, err = readFile(name, id); err != nil {
			return src, err
		}
	}
	return src, nil
}

// readFile reads a file, opened where it is encrypted.
func readFile(name string, id age.Identity) (f office.File, err error) {
	f.Name = filepath.Base(name)
	if f.Data, err = os.ReadFile(name); err != nil || !strings.HasSuffix(name, ".age") {
		return f, err
	}
	f.Name = strings.TrimSuffix(f.Name, ".age")
	r, err := age.Decrypt(strings.NewReader(string(f.Data)), id)
	if err != nil {
		return f, fmt.Errorf("%s does not open with the office's identity: encrypt it to the recipient that kidoban bundle key printed", name)
	}
	f.Data, err = io.ReadAll(r)
	return f, err
}

func writeBundle(dir string, one office.Made) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var errs []error
	for name, b := range one.Parts {
		errs = append(errs, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	return errors.Join(append(errs, os.WriteFile(filepath.Join(dir, "manifest"), one.Manifest, 0o600))...)
}

func bundleLost() *cobra.Command {
	var dir, out, account string
	var l bundle.Loss
	c := &cobra.Command{
		Use: "lost --office DIR --out FILE CARD…", Short: "report cards as lost at every door of the site", Args: cobra.MinimumNArgs(1),
		Long: "Adds to the office's list of lost cards and writes it, signed, for kidobanlog roster publish. A door that has the card\n" +
			"stops it at once; one that does not will stop it should it come. It can only take away.",
		RunE: func(cmd *cobra.Command, ids []string) error {
			keys, err := office.LoadKeys(dir)
			if err != nil {
				return err
			}
			l.Account = account
			list, err := keys.Lose(time.Now(), l, ids)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, list, 0o600); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d card(s) added\n", out, len(ids))
			return err
		},
	}
	c.Flags().StringVar(&dir, "office", "", "the office's `directory` (required)")
	c.Flags().StringVar(&out, "out", "", "the `file` to write (required)")
	c.Flags().StringVar(&account, "by", "office", "who reports it: an account's `name`")
	lossFlags(c, &l)
	_ = c.MarkFlagRequired("office")
	_ = c.MarkFlagRequired("out")
	return c
}

func lossFlags(c *cobra.Command, l *bundle.Loss) {
	c.Flags().StringVar(&l.Reason, "reason", "lost", "why, one `word` of a-z: the list is not encrypted")
	c.Flags().StringVar(&l.To, "to", "lost", "lost, for good; or blocked, which a person of each door can lift")
}
