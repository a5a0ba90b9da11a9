package main

import (
	"archive/zip"
	"bytes"
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

	"kidoban/cmd/clerk"
	"kidoban/controller/desk"
	"kidoban/controller/evidence"
)

// evidence fetches an evidence pack (証跡一式).
func (t *tool) evidence() *cobra.Command {
	var q desk.Evidence
	var at, to string
	c := &cobra.Command{
		Use: "evidence", Short: "the record around an alarm or a time, with proofs (証跡一式), as a directory or a ZIP file", Args: cobra.NoArgs,
		Long: "What belongs to a report under Article 11(5): the entries with their proofs, who was inside, how the doors stood. That it\n" +
			"was handed out, and what for, is on record. Anybody verifies it offline: kidoban journal verify --pack.",
		Example: "  kidoban evidence --alarm door.forced/room/mnfa4nps --purpose '第11条第5号の報告' -o evidence.zip\n" +
			"  kidoban evidence --at 'today 10:20' --around 2h --purpose 調査 -o evidence",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if at != "" {
				when, _, err := clerk.Moment(at, time.Now())
				if err != nil {
					return fmt.Errorf("--at: %w", err)
				}
				q.At = when
			}
			if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s exists: name another file or directory", to)
			}
			body, err := t.fetch(cmd, q)
			if err != nil {
				return err
			}
			return keep(cmd.OutOrStdout(), to, body)
		},
	}
	f := c.Flags()
	f.StringVar(&q.Alarm, "alarm", "", "around this `alarm`")
	f.StringVar(&at, "at", "", "around this `time`")
	f.DurationVar(&q.Around, "around", 24*time.Hour, "to either side")
	f.StringVar(&q.Zone, "zone", "", "of this zone alone")
	f.StringVar(&q.Purpose, "purpose", "", "what it is for, for the record (required)")
	f.StringVarP(&to, "output", "o", "", "a new directory, or a `FILE.zip` (required)")
	_ = c.MarkFlagRequired("purpose")
	_ = c.MarkFlagRequired("output")
	return c
}

func (t *tool) fetch(cmd *cobra.Command, q desk.Evidence) ([]byte, error) {
	order, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	in, err := t.desk().Fetch(cmd.Context(), "evidence", order)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	return io.ReadAll(in)
}

// keep writes a pack and says what was written, verified with the key that is in it.
func keep(out io.Writer, to string, body []byte) error {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return fmt.Errorf("the daemon's answer is cut short: %w", err)
	}
	v, err := evidence.Verify(z, nil)
	if err != nil {
		return err
	}
	if strings.HasSuffix(to, ".zip") {
		err = os.WriteFile(to, body, 0o600)
	} else {
		err = unpack(z, to)
	}
	if err != nil {
		return err
	}
	return sayPack(out, v)
}

func unpack(z *zip.Reader, to string) error {
	for _, f := range z.File {
		if !filepath.IsLocal(f.Name) {
			return fmt.Errorf("%q would lie outside the directory", f.Name)
		}
		body, err := fs.ReadFile(z, f.Name)
		if err != nil {
			return err
		}
		path := filepath.Join(to, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, body, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// verifyPack checks a directory or a ZIP file.
func (r *record) verifyPack(cmd *cobra.Command, path string) error {
	key, err := r.verifier()
	if err != nil {
		return err
	}
	var pack fs.FS
	if i, err := os.Stat(path); err != nil {
		return err
	} else if i.IsDir() {
		pack = os.DirFS(path)
	} else {
		z, err := zip.OpenReader(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		defer func() { _ = z.Close() }()
		pack = z
	}
	v, err := evidence.Verify(pack, key)
	if err != nil {
		return err
	}
	if key == nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "verified with the key that is in the pack: compare it with the one that was pinned (--key)")
	}
	return sayPack(cmd.OutOrStdout(), v)
}

func sayPack(w io.Writer, v *evidence.Verified) error {
	for _, p := range v.Problems {
		fmt.Fprintln(w, p)
	}
	if !v.OK() {
		return fmt.Errorf("the pack is not in order: %d problem(s)", len(v.Problems))
	}
	_, err := fmt.Fprintf(w, "in order: %d entries proven by the checkpoint of %d, %d private parts, %d withheld, %d purged; SHA256SUMS %s\n",
		v.Entries, v.Signed.Size, v.Names, v.Withheld, v.Purged, v.Digest)
	return err
}
