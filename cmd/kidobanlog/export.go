package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/archive/inquiry"
	"kidoban/controller/evidence"
)

func exportCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	var to string
	c := &cobra.Command{
		Use: "export", Args: cobra.NoArgs, Short: "Write a journal, or the entries that fit, to a file; on record with its --purpose",
		Long: "The formats:\n" +
			"  journal  a controller's whole journal with names: kidoban journal verify --file FILE checks it offline\n" +
			"  jsonl    the entries that fit, byte for byte, one a line\n" +
			"  csv      the same for spreadsheets\n" +
			"  ocsf     the same for security systems: Open Cybersecurity Schema Framework " + "1.8.0, one event a line",
		Example: "  kidobanlog export --controller main-ctl --purpose 監査 -o main-ctl.jsonl\n" +
			"  kidobanlog export --format ocsf --from today --purpose SOC連携 -o today.ocsf",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := free(to); err != nil {
				return err
			}
			return q.ask(cmd, func(i *inquiry.Inquiry) error { return exportTo(cmd, i, q.asked, to) })
		},
	}
	q.flags(c)
	q.filters(c)
	c.Flags().StringVar(&q.asked.Format, "format", inquiry.Journal, strings.Join(inquiry.Formats(), ", "))
	c.Flags().BoolVar(&q.asked.Nameless, "no-names", false, "without what names people")
	c.Flags().StringVarP(&to, "output", "o", "", "the `file` to make; without it standard output")
	return c
}

func exportTo(cmd *cobra.Command, i *inquiry.Inquiry, a inquiry.Asked, to string) error {
	var out io.WriteCloser
	n, err := i.Export(cmd.Context(), a, func() (w io.Writer, err error) {
		out, err = newFile(to, cmd.OutOrStdout())
		return out, err
	})
	if out != nil {
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.ErrOrStderr(), "%d entries\n", n)
	return err
}

func proveCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	c := &cobra.Command{
		Use: "prove CONTROLLER NUMBER", Args: cobra.ExactArgs(2), Short: "Prove that an entry is on record, without showing the others; on record with its --purpose",
		Long:    "The proof is text. Anybody checks it offline: kidoban journal prove --check FILE --key KEY, with the controller's key.",
		Example: "  kidobanlog prove main-ctl 1234 --purpose 開示請求 > proof.txt",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseUint(args[1], 10, 62)
			if err != nil {
				return fmt.Errorf("%q is no entry's number", args[1])
			}
			q.asked.Controller, q.asked.Sequence = args[0], &n
			return q.ask(cmd, func(i *inquiry.Inquiry) error {
				text, err := i.Prove(cmd.Context(), q.asked)
				if err == nil {
					_, err = cmd.OutOrStdout().Write(text)
				}
				return err
			})
		},
	}
	q.flags(c)
	return c
}

// aroundMost bounds the time of an evidence pack.
const aroundMost = 31 * 24 * time.Hour

func evidenceCommand(s *site) *cobra.Command {
	q := &asker{site: s}
	var to string
	around := 24 * time.Hour
	c := &cobra.Command{
		Use: "evidence [ALARM]", Args: cobra.MaximumNArgs(1), Short: "The record around an alarm or a time, with proofs (証跡一式), as a directory",
		Long: "What belongs to a report under Article 11(5): the entries with their proofs, who was inside, how the doors stood. Anybody\n" +
			"verifies it offline: kidoban journal verify --pack DIR --key KEY.",
		Example: "  kidobanlog evidence door.forced/room/mnfa4nps --purpose '第11条第5号の報告' -o evidence\n" +
			"  kidobanlog evidence --controller main-ctl --at 'today 10:20' --around 2h --purpose 調査 -o evidence",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				q.asked.Alarm = args[0]
			}
			switch {
			case to == "":
				return errors.New("name the directory to make: -o DIR")
			case around < time.Minute || around > aroundMost:
				return errors.New("a pack reaches from a minute to 31 days to either side: --around")
			}
			if err := free(to); err != nil {
				return err
			}
			return q.ask(cmd, func(i *inquiry.Inquiry) error {
				p, err := i.Evidence(cmd.Context(), q.asked, around)
				if err != nil {
					return err
				}
				return keepPack(cmd.OutOrStdout(), p, to)
			})
		},
	}
	q.flags(c)
	c.Flags().StringVar(&q.at, "at", "", "around this `time`, of a --controller")
	c.Flags().DurationVar(&around, "around", around, "to either side")
	c.Flags().StringVar(&q.asked.Zone, "zone", "", "of this `room` alone")
	c.Flags().BoolVar(&q.asked.Nameless, "no-names", false, "without what names people")
	c.Flags().StringVarP(&to, "output", "o", "", "the directory to make (required)")
	return c
}

// keepPack writes a pack and says what was written, verified with the key that is in it.
func keepPack(out io.Writer, p evidence.Pack, to string) error {
	for _, f := range p.Files {
		path := filepath.Join(to, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Body, 0o600); err != nil {
			return err
		}
	}
	v, err := evidence.Verify(os.DirFS(to), nil)
	if err != nil {
		return err
	}
	if !v.OK() {
		return fmt.Errorf("the pack is not in order: %s", strings.Join(v.Problems, "; "))
	}
	_, err = fmt.Fprintf(out, "%s: %d entries proven by the checkpoint of %d; SHA256SUMS %s\n", to, v.Entries, v.Signed.Size, v.Digest)
	return err
}
