package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/witness"
	"kidoban/controller/journal"
)

func witnessCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "witness", Short: "An offline machine that signs the heads too: init, sign, check there; add here",
		Long: "A second machine, without a network, remembers the last heads that it signed and signs new ones only where every journal goes\n" +
			"on from those. What is carried between the two is text (or a QR code): kidobanlog head --witness NAME > request here,\n" +
			"kidobanlog witness sign request > signed there, kidobanlog witness add signed here."}
	c.AddCommand(witnessInitCommand(), witnessSignCommand(), witnessCheckCommand(), witnessAddCommand(s))
	return c
}

// memory is what a witness keeps in its one file.
type memory struct {
	Secret  string `json:"secret"`
	Public  string `json:"public"`
	Central string `json:"central"` // the central log's verifier key
	Last    string `json:"last"`    // the heads that it signed last
}

const memoryFile = "witness.json"

func (m memory) save(path string) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keep the witness's memory: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return fmt.Errorf("keep the witness's memory: %w", err)
	}
	return nil
}

func remember(path string) (m memory, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return m, fmt.Errorf("read the witness's memory: %w: kidobanlog witness init makes it", err)
	}
	if json.Unmarshal(b, &m) != nil || m.Secret == "" {
		return m, fmt.Errorf("read the witness's memory: %s is none", path)
	}
	return m, nil
}

func witnessInitCommand() *cobra.Command {
	name, central, file := "", "", ""
	c := &cobra.Command{
		Use: "init --central KEY", Args: cobra.NoArgs, Short: "Make a witness on this machine; prints its verifier key",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := note.NewVerifier(central); err != nil {
				return fmt.Errorf("--central: %w: give the key that kidobanlog init printed", err)
			}
			if _, err := os.Stat(file); err == nil {
				return fmt.Errorf("%s exists: a witness that forgets what it signed is none", file)
			}
			secret, public, err := note.GenerateKey(rand.Reader, name)
			if err != nil {
				return fmt.Errorf("make the witness's key: %w", err)
			}
			if err := (memory{Secret: secret, Public: public, Central: central}).save(file); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), public)
			return err
		},
	}
	c.Flags().StringVar(&name, "name", "witness", "name in its key")
	c.Flags().StringVar(&central, "central", "", "the central log's verifier key")
	c.Flags().StringVar(&file, "file", memoryFile, "its memory, key and all")
	return c
}

func witnessSignCommand() *cobra.Command {
	file := ""
	c := &cobra.Command{
		Use: "sign REQUEST", Args: cobra.ExactArgs(1), Short: "Sign heads that go on from those signed last",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			m, err := remember(file)
			if err != nil {
				return err
			}
			signed, fresh, err := m.sign(text)
			if err != nil {
				return fmt.Errorf("nothing is signed: %w", err)
			}
			for _, origin := range fresh {
				fmt.Fprintf(cmd.ErrOrStderr(), "new here, taken as it is: %s\n", origin)
			}
			m.Last = string(signed)
			if err := m.save(file); err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(signed)
			return err
		},
	}
	c.Flags().StringVar(&file, "file", memoryFile, "the witness's memory")
	return c
}

func (m memory) sign(text []byte) (signed []byte, fresh []string, err error) {
	r, err := witness.ParseRequest(text)
	if err != nil {
		return nil, nil, err
	}
	central, err := note.NewVerifier(m.Central)
	if err != nil {
		return nil, nil, err
	}
	heads, err := witness.Open(r.Note, central)
	if err != nil {
		return nil, nil, err
	}
	var last witness.Heads
	if m.Last != "" {
		if last, err = witness.Open([]byte(m.Last), central); err != nil {
			return nil, nil, err
		}
	}
	if fresh, err = heads.Follows(last, r.Proofs); err != nil {
		return nil, nil, err
	}
	n, err := note.Open(r.Note, note.VerifierList(central))
	if err != nil {
		return nil, nil, err
	}
	signer, err := note.NewSigner(m.Secret)
	if err != nil {
		return nil, nil, errors.New("the witness's memory holds no signing key")
	}
	signed, err = note.Sign(n, signer)
	return signed, fresh, err
}

func witnessCheckCommand() *cobra.Command {
	var keys []string
	c := &cobra.Command{
		Use: "check NOTE --key CENTRAL --key WITNESS", Args: cobra.ExactArgs(1), Short: "Check that all of these keys signed the heads",
		RunE: func(cmd *cobra.Command, args []string) error {
			msg, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			var all []note.Verifier
			for _, k := range keys {
				v, err := note.NewVerifier(k)
				if err != nil {
					return fmt.Errorf("--key: %w", err)
				}
				all = append(all, v)
			}
			if len(all) == 0 {
				return errors.New("name the keys: --key")
			}
			h, err := witness.Open(msg, all...)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "signed by %d keys:\n%s", len(all), h.Text())
			return err
		},
	}
	c.Flags().StringArrayVar(&keys, "key", nil, "a verifier key; more than one may be named")
	return c
}

func witnessAddCommand(s *site) *cobra.Command {
	account, key := "", ""
	c := &cobra.Command{
		Use: "add SIGNED", Args: cobra.ExactArgs(1), Short: "Take heads that a witness has signed",
		RunE: func(cmd *cobra.Command, args []string) error {
			msg, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			return s.order(cmd.Context(), account, cmd.ErrOrStderr(), func(o order) error {
				return o.witnessed(cmd.Context(), cmd.OutOrStdout(), msg, key)
			})
		},
	}
	c.Flags().StringVar(&key, "key", "", "the witness's verifier key, the first time")
	accountFlag(c, &account)
	return c
}

func (o order) witnessed(ctx context.Context, out io.Writer, msg []byte, key string) error {
	w, v, err := o.signer(ctx, msg, key)
	if err != nil {
		return err
	}
	central, err := note.NewVerifier(o.public)
	if err != nil {
		return err
	}
	h, err := witness.Open(msg, central, v)
	if err != nil {
		return err
	}
	if err := o.agrees(ctx, h); err != nil {
		return err
	}
	e, err := deed(journal.CheckpointWitnessed, o.by)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(h.Text()))
	e.Data.Count, e.Data.Digest, e.Data.Recipient = int64(len(h.Of)), hex.EncodeToString(sum[:]), w.Name
	w.Note = msg
	if err := o.shelf.Witnessed(ctx, o.own, w, e); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s has signed the heads of %d journals of %s\n", w.Name, len(h.Of), h.Time.In(jst).Format(time.DateTime))
	return err
}

// signer is the witness that signed; its key is believed as it was first named.
func (o order) signer(ctx context.Context, msg []byte, key string) (w shelf.Witness, v note.Verifier, err error) {
	all, err := o.shelf.Witnesses(ctx)
	if err != nil {
		return w, nil, err
	}
	for _, w := range all {
		v, err := note.NewVerifier(w.Key)
		if err == nil && bytes.Contains(msg, []byte("\n— "+v.Name()+" ")) {
			if key != "" && key != w.Key {
				return w, nil, fmt.Errorf("the witness %s has another key here", w.Name)
			}
			return w, v, nil
		}
	}
	if v, err = note.NewVerifier(key); err != nil {
		return w, nil, fmt.Errorf("--key: %w: name the witness's key the first time, as kidobanlog witness init printed it", err)
	}
	return shelf.Witness{Name: v.Name(), Key: key}, v, nil
}

// agrees fails unless the heads are of what lies here.
func (o order) agrees(ctx context.Context, h witness.Heads) error {
	js, err := o.shelf.Journals(ctx)
	if err != nil {
		return err
	}
	for _, j := range js {
		head, signed := h.Of[j.Origin]
		if !signed || head.Size == 0 {
			continue
		}
		if head.Size > j.Size {
			return fmt.Errorf("the witness signed %d entries of %s, %d are here: this central log was rolled back", head.Size, j.Origin, j.Size)
		}
		root, err := o.shelf.RootAt(ctx, j.ID, head.Size)
		if err != nil {
			return err
		}
		if root != head.Root {
			return fmt.Errorf("the witness signed other entries of %s than lie here", j.Origin)
		}
	}
	return nil
}

// heads are those of all journals now, and the proofs that a witness asks for.
func heads(ctx context.Context, f *shelf.Shelf, log string, at time.Time, last witness.Heads) (witness.Heads, map[string]tlog.TreeProof, error) {
	h := witness.Heads{Log: log, Time: at, Of: map[string]witness.Head{}}
	proofs := map[string]tlog.TreeProof{}
	js, err := f.Journals(ctx)
	if err != nil {
		return h, nil, err
	}
	for _, j := range js {
		root, err := f.RootAt(ctx, j.ID, j.Size)
		if err != nil {
			return h, nil, err
		}
		h.Of[j.Origin] = witness.Head{Size: j.Size, Root: root}
		if was, known := last.Of[j.Origin]; known && was.Size <= j.Size {
			if proofs[j.Origin], err = f.ProveTree(ctx, j.ID, j.Size, was.Size); err != nil {
				return h, nil, err
			}
		}
	}
	return h, proofs, nil
}
