package evidence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
)

// Verified is what Verify found.
type Verified struct {
	Problems []string
	Entries  int // proven
	Withheld int
	Purged   int
	Names    int // private parts that are what their entries say
	Signed   journal.Checkpoint
	Digest   string // of SHA256SUMS: compare it with the entry account.exported
}

// OK says that nothing is wrong.
func (v *Verified) OK() bool { return len(v.Problems) == 0 }

func (v *Verified) found(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// Verify checks a pack. key is the controller's verifier key as it was pinned; nil takes the one in the pack, which
// proves only that the pack fits itself. An error says that it cannot be read at all.
func Verify(pack fs.FS, key note.Verifier) (*Verified, error) {
	v := &Verified{}
	if err := v.sums(pack); err != nil {
		return nil, fmt.Errorf("verify pack: %w", err)
	}
	if key == nil {
		text, err := fs.ReadFile(pack, verifierFile)
		if err != nil {
			return nil, fmt.Errorf("verify pack: %w", err)
		}
		if key, err = note.NewVerifier(strings.TrimSpace(string(text))); err != nil {
			v.found("%s: %v", verifierFile, err)
			return v, nil
		}
	}
	signed, err := fs.ReadFile(pack, checkpointFile)
	if err != nil {
		return nil, fmt.Errorf("verify pack: %w", err)
	}
	if v.Signed, err = journal.OpenCheckpoint(signed, key); err != nil {
		v.found("%s: %v", checkpointFile, err)
	}
	return v, v.lines(pack, key, signed)
}

// sums compares every file with SHA256SUMS.
func (v *Verified) sums(pack fs.FS) error {
	text, err := fs.ReadFile(pack, sumsFile)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(text)
	v.Digest = hex.EncodeToString(digest[:])
	want := map[string]string{}
	for _, l := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		sum, name, ok := strings.Cut(l, "  ")
		if !ok {
			v.found("%s: a line is no sum and name", sumsFile)
			continue
		}
		want[name] = sum
	}
	err = fs.WalkDir(pack, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == sumsFile {
			return err
		}
		body, err := fs.ReadFile(pack, name)
		if err != nil {
			return err
		}
		sum, listed := want[name]
		delete(want, name)
		switch got := sha256.Sum256(body); {
		case !listed:
			v.found("%s: not of this pack", name)
		case hex.EncodeToString(got[:]) != sum:
			v.found("%s: changed", name)
		}
		return nil
	})
	for name := range want {
		v.found("%s: missing", name)
	}
	return err
}

// lines proves every entry.
func (v *Verified) lines(pack fs.FS, key note.Verifier, signed []byte) error {
	f, err := pack.Open(entriesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // said already
	}
	if err != nil {
		return fmt.Errorf("verify pack: %w", err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReader(f)
	var next uint64
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("verify pack: %w", err)
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			v.found("%s: line %d: %v", entriesFile, n, err)
			return nil
		}
		if n > 1 && l.Sequence != next {
			v.found("%s: entry %d follows where %d should", entriesFile, l.Sequence, next)
		}
		next = l.Sequence + 1
		v.entry(pack, key, signed, l)
	}
}

func (v *Verified) entry(pack fs.FS, key note.Verifier, signed []byte, l line) {
	switch {
	case l.Missing == "withheld":
		v.Withheld++
		return
	case l.Missing == "purged":
		v.Purged++
		return
	case l.Missing != "" || l.Entry == nil:
		v.found("entry %d: it is neither there nor said why not", l.Sequence)
		return
	}
	text, err := fs.ReadFile(pack, proofName(l.Sequence))
	if err != nil {
		v.found("entry %d: no proof: %v", l.Sequence, err)
		return
	}
	e, _, err := journal.CheckProof(text, key)
	if err != nil {
		v.found("entry %d: %v", l.Sequence, err)
		return
	}
	p, err := journal.ParseProof(text)
	if err != nil || !bytes.Equal(p.Payload, l.Entry) || e.Sequence != l.Sequence {
		v.found("entry %d: it is not what its proof proves", l.Sequence)
		return
	}
	if !bytes.Equal(p.Checkpoint, signed) {
		v.found("entry %d: its proof leads to another checkpoint", l.Sequence)
		return
	}
	v.Entries++
	v.private(e, l)
}

// private compares a private part with the hash in its entry. That it is not there is no fault: the asker may not have
// been allowed to have it.
func (v *Verified) private(e journal.Sealed, l line) {
	if l.Private == nil {
		return
	}
	if sum := sha256.Sum256(l.Private); hex.EncodeToString(sum[:]) != e.Entry.Data.Private {
		v.found("entry %d: its private part is not what was recorded", l.Sequence)
		return
	}
	v.Names++
}
