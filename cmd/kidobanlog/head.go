package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/witness"
	"kidoban/controller/console/draw"
)

func headCommand(s *site) *cobra.Command {
	code, name := "", ""
	c := &cobra.Command{
		Use: "head", Args: cobra.NoArgs, Short: "Print the signed heads of all journals, for the safe and for the offline witness",
		Long: "One signed note with origin, size and root of every journal. Whoever keeps it, on paper too, can show later that nothing\n" +
			"before it was changed. --qr makes a QR code of it, or of its digest where there are more journals than fit.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := shelf.OpenReader(cmd.Context(), s.where())
			if err != nil {
				return err
			}
			defer f.Close()
			r, err := s.request(cmd.Context(), f, name)
			if err != nil {
				return err
			}
			text := r.Note
			if name != "" {
				text = r.Text()
			}
			if code == "-" {
				return drawn(cmd.OutOrStdout(), r.Note)
			}
			if code != "" {
				if err := picture(code, r.Note); err != nil {
					return err
				}
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	c.Flags().StringVar(&code, "qr", "", "write a QR code as PNG into this `file`; - draws it here in the text's place")
	c.Flags().StringVar(&name, "witness", "", "with what this witness needs to sign: that nothing changed since it signed last")
	return c
}

// request is the heads now, signed, and the proofs for a witness.
func (s *site) request(ctx context.Context, f *shelf.Shelf, name string) (r witness.Request, err error) {
	key, err := archive.LoadKey(s.keys)
	if err != nil {
		return r, err
	}
	last, err := lastOf(ctx, f, name)
	if err != nil {
		return r, err
	}
	h, proofs, err := heads(ctx, f, "kidoban/"+s.conf.Site+"/"+s.conf.Name, time.Now(), last)
	if err != nil {
		return r, err
	}
	r.Proofs = proofs
	r.Note, err = h.Sign(key)
	return r, err
}

// lastOf is what a witness signed last, as far as it was brought back here.
func lastOf(ctx context.Context, f *shelf.Shelf, name string) (h witness.Heads, err error) {
	if name == "" {
		return h, nil
	}
	all, err := f.Witnesses(ctx)
	if err != nil {
		return h, err
	}
	for _, w := range all {
		if w.Name != name {
			continue
		}
		v, err := note.NewVerifier(w.Key)
		if err != nil {
			return h, err
		}
		return witness.Open(w.Note, v)
	}
	return h, nil
}

// codeMost is how long a text may be that a QR code still holds at a size that a telephone reads.
const codeMost = 1800

func coded(msg []byte) (draw.Code, error) {
	text := string(msg)
	if len(text) > codeMost {
		first, _, _ := strings.Cut(text, "\n")
		text = fmt.Sprintf("%s\nsha256 %x\n", first, sha256.Sum256(msg))
	}
	return draw.NewCode(text)
}

func picture(path string, msg []byte) error {
	c, err := coded(msg)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, c.PNG(), 0o644); err != nil { //nolint:gosec // to be printed and pinned up
		return fmt.Errorf("write the QR code: %w", err)
	}
	return nil
}

// drawn draws it on a terminal.
func drawn(out io.Writer, msg []byte) error {
	c, err := coded(msg)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, c.Text())
	return err
}

// heads begins the writing of each day's heads, where the configuration names a directory.
func (v *service) heads() error {
	dir := v.conf.Watch.Heads
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("create the directory of heads: %w", err)
	}
	v.parts = append(v.parts, func(ctx context.Context) error {
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			if err := v.today(ctx, dir, time.Now()); err != nil && ctx.Err() == nil {
				v.log.Warn("today's heads are not written", "err", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	})
	return nil
}

// today writes the heads of a day once.
func (v *service) today(ctx context.Context, dir string, now time.Time) error {
	path := filepath.Join(dir, "heads-"+now.In(jst).Format(time.DateOnly))
	if _, err := os.Stat(path + ".txt"); err == nil {
		return nil
	}
	r, err := v.request(ctx, v.shelf, "")
	if err != nil {
		return err
	}
	if err := picture(path+".png", r.Note); err != nil {
		return err
	}
	return os.WriteFile(path+".txt", r.Note, 0o644) //nolint:gosec // to be kept by others
}
