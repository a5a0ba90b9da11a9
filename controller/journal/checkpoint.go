package journal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the head of a tree at a time, as the controller signs it.
type Checkpoint struct {
	Origin string // Origin.Line
	Size   uint64
	Root   tlog.Hash
	Time   time.Time
	Clock  Clock
}

// KeyName is the name that the controller's signing key carries. The journal's id is made of that key's hash, so it
// cannot be part of it.
func (o Origin) KeyName() string { return "kidoban/" + o.Site + "/" + o.Controller }

// Called is what the entries of this origin call a controller: its name, with the site before it where that is another.
func (o Origin) Called(site, controller string) string {
	if site == o.Site {
		return controller
	}
	return site + "/" + controller
}

// Line is the first line of the journal's checkpoints: "kidoban/<site>/<controller>/<journal>".
func (o Origin) Line() string { return o.KeyName() + "/" + o.Journal }

// JournalID is the id of the journal whose checkpoints v verifies.
func JournalID(v note.Verifier) string { return fmt.Sprintf("%08x", v.KeyHash()) }

// Text is the body that is signed.
func (c Checkpoint) Text() string {
	b := make([]byte, 0, 256)
	b = append(append(b, c.Origin...), '\n')
	b = append(strconv.AppendUint(b, c.Size, 10), '\n')
	b = append(base64.StdEncoding.AppendEncode(b, c.Root[:]), '\n')
	b = append(b, "time "...)
	b = c.Time.AppendFormat(b, timeLayout)
	b = append(b, ' ')
	b = append(b, c.Clock...)
	return string(append(b, '\n'))
}

// Sign makes the signed note.
func (c Checkpoint) Sign(by ...note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: c.Text()}, by...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of size %d: %w", c.Size, err)
	}
	return msg, nil
}

// OpenCheckpoint believes msg if at least one of the known keys signed it and none of them did so falsely.
func OpenCheckpoint(msg []byte, known ...note.Verifier) (Checkpoint, error) {
	n, err := note.Open(msg, note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: %w", err)
	}
	return parseCheckpoint(n.Text)
}

// OpenCosigned believes msg only if both the controller and the central log signed it, and its origin is that of the
// controller's own key.
func OpenCosigned(msg []byte, door, central note.Verifier) (Checkpoint, error) {
	n, err := note.Open(msg, note.VerifierList(door, central))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open co-signed checkpoint: %w", err)
	}
	for _, v := range []note.Verifier{door, central} {
		if !signedBy(n, v) {
			return Checkpoint{}, fmt.Errorf("open co-signed checkpoint: signature of %s is missing", v.Name())
		}
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.Origin != door.Name()+"/"+JournalID(door) {
		err = fmt.Errorf("open co-signed checkpoint: it is of %s", c.Origin)
	}
	return c, err
}

func signedBy(n *note.Note, v note.Verifier) bool {
	for _, s := range n.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			return true
		}
	}
	return false
}

// Cosign adds the signature of by to a checkpoint that the controller signed. Whether its tree agrees with the one
// before is the caller's to have checked.
func Cosign(msg []byte, door note.Verifier, by note.Signer) ([]byte, error) {
	n, err := note.Open(msg, note.VerifierList(door))
	if err != nil {
		return nil, fmt.Errorf("co-sign checkpoint: %w", err)
	}
	out, err := note.Sign(n, by)
	if err != nil {
		return nil, fmt.Errorf("co-sign checkpoint: %w", err)
	}
	return out, nil
}

var errCheckpoint = errors.New("parse checkpoint: not origin, size, root and time")

// parseCheckpoint takes exactly what Text writes.
func parseCheckpoint(text string) (Checkpoint, error) {
	line := strings.Split(text, "\n")
	if len(line) != 5 || line[4] != "" || !strings.HasPrefix(line[0], "kidoban/") {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: line[0]}
	var err error
	if c.Size, err = strconv.ParseUint(line[1], 10, 63); err != nil || c.Size > MaxSequence+1 {
		return Checkpoint{}, errCheckpoint
	}
	root, err := base64.StdEncoding.DecodeString(line[2])
	if err != nil || len(root) != len(c.Root) {
		return Checkpoint{}, errCheckpoint
	}
	copy(c.Root[:], root)
	word := strings.Split(line[3], " ")
	if len(word) != 3 || (Clock(word[2]) != Synchronised && Clock(word[2]) != Unsynchronised) {
		return Checkpoint{}, errCheckpoint
	}
	c.Clock = Clock(word[2])
	if c.Time, err = time.Parse(timeLayout, word[1]); err != nil {
		return Checkpoint{}, errCheckpoint
	}
	if c.Text() != text {
		return Checkpoint{}, errCheckpoint
	}
	return c, nil
}

// PeekCheckpoint reads the body without believing it: nothing but a person's screen may use what it returns.
func PeekCheckpoint(msg []byte) (Checkpoint, error) {
	text, _, ok := bytes.Cut(msg, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, errCheckpoint
	}
	return parseCheckpoint(string(text) + "\n")
}
