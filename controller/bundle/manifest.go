package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"
)

// What a bundle may be, so that none of them costs a small machine its memory.
const (
	PartMost  = 256 << 10 // octets of one part, encrypted
	PartsMost = 64
)

// Manifest says what a bundle is and of which parts it is made. Digest names the whole of it.
type Manifest struct {
	Version    int64     `json:"version"` // of the site's roster, rising
	Site       string    `json:"site"`
	Controller string    `json:"controller"`
	Journal    string    `json:"journal"` // the origin of the controller's journal
	Made       time.Time `json:"made"`
	From       time.Time `json:"from"` // not to be taken before
	Parts      []Part    `json:"parts"`

	Digest string `json:"-"` // hex SHA-256 of the signed text
}

// Part is one retained message below the manifest's topic.
type Part struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	Digest string `json:"digest"` // hex SHA-256 of its octets
}

// Sign makes the message.
func (m Manifest) Sign(by note.Signer) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	return seal(manifestKind, &m, by)
}

func (m *Manifest) check() error {
	if m.Version < 1 || m.Made.IsZero() || m.From.IsZero() || len(m.Parts) == 0 || len(m.Parts) > PartsMost {
		return fmt.Errorf("%w: a manifest has a version, times and 1 to %d parts", errForm, PartsMost)
	}
	for i, p := range m.Parts {
		if p.Name != PartName(i) || p.Size < 1 || p.Size > PartMost || len(p.Digest) != 2*sha256.Size {
			return fmt.Errorf("%w: part %d", errForm, i)
		}
	}
	return nil
}

// PartName is the name of a bundle's part: "0", "1", …
func PartName(i int) string { return fmt.Sprint(i) }

// Own is who a door is, and whom it believes.
type Own struct {
	Site, Controller string
	Journal          string        // the origin of its journal
	Key              note.Verifier // the office's
	Loss             note.Verifier // may be nil
	Identity         age.Identity  // its own
}

// Manifest reads a message that was published as this door's manifest. Its error is a *Refusal.
func (o *Own) Manifest(msg []byte) (Manifest, error) {
	m, err := OpenManifest(msg, o.Key)
	switch {
	case err != nil:
		return Manifest{}, refuse(Forged, "%v", err)
	case m.Site != o.Site || m.Controller != o.Controller:
		return Manifest{}, refuse(OtherDoor, "it is for %s/%s", m.Site, m.Controller)
	case m.Journal != o.Journal:
		return Manifest{}, refuse(OtherDoor, "it is for journal %s: enrol this door at the office again (kidoban roster enrol)", m.Journal)
	}
	return m, nil
}

// OpenManifest reads a manifest of any door that the key signed.
func OpenManifest(msg []byte, key note.Verifier) (m Manifest, err error) {
	text, _, err := unseal(manifestKind, msg, &m, key)
	if err == nil {
		err = m.check()
	}
	m.Digest = digest([]byte(text))
	return m, err
}

// PeekManifest reads a manifest without believing it, for those who carry it and for people's screens.
func PeekManifest(msg []byte) (m Manifest, err error) {
	text, ok := peek(msg)
	if !ok {
		return m, errForm
	}
	if err = parse(manifestKind, text, &m); err == nil {
		err = m.check()
	}
	m.Digest = digest([]byte(text))
	return m, err
}

func peek(msg []byte) (string, bool) {
	i := lastIndex(msg, "\n\n— ")
	if i < 0 || len(msg) > noteMost {
		return "", false
	}
	return string(msg[:i+1]), true
}

// Fits says whether a part is the one that the manifest names.
func (p Part) Fits(b []byte) bool { return len(b) == p.Size && digest(b) == p.Digest }

// Open puts the parts of a manifest together and reads what is in them. Its error is a *Refusal.
func (o *Own) Open(m Manifest, parts map[string][]byte) (Content, error) {
	var plain []byte
	for _, p := range m.Parts {
		b, here := parts[p.Name]
		if !here {
			return Content{}, refuse(PartMissing, "part %s", p.Name)
		}
		if !p.Fits(b) {
			return Content{}, refuse(PartDamaged, "part %s", p.Name)
		}
		text, err := o.decrypt(b)
		if err != nil {
			return Content{}, refuse(Unreadable, "part %s: %v", p.Name, err)
		}
		plain = append(plain, text...)
	}
	c, err := Decode(plain)
	if err != nil {
		return Content{}, refuse(Malformed, "%v", err)
	}
	return c, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Has says whether octets are a part of the manifest.
func (m *Manifest) Has(name string, b []byte) bool {
	return slices.ContainsFunc(m.Parts, func(p Part) bool { return p.Name == name && p.Fits(b) })
}
