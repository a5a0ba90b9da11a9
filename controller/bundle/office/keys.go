package office

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
)

// The files of an office's directory.
const (
	rosterKey    = "roster.key" // Ed25519, in the signed-note form
	rosterPublic = "roster.pub"
	lossKey      = "loss.key" // may be copied to the central log
	lossPublic   = "loss.pub"
	identityFile = "office.identity" // age, X25519
	stateFile    = "roster.state"
	lostFile     = "lost.note"
)

// Public is what others need of an office.
type Public struct {
	Roster, Loss string // verifier keys
	Recipient    string // age
}

// Keys are an office's, read from its directory.
type Keys struct {
	Key      note.Signer
	Identity age.Identity
	dir      string
	site     string
	public   note.Verifier
}

// state is what an office remembers: the last version, and of each controller the journal that its bundles are for.
type state struct {
	Version int64             `json:"version"`
	Doors   map[string]string `json:"doors"`
}

// CreateKeys makes an office's directory.
func CreateKeys(dir, site string) (p Public, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("make the office's keys: %w", err)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return p, err
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return p, err
	}
	p.Recipient = id.Recipient().String()
	if p.Roster, err = createKey(dir, rosterKey, rosterPublic, "kidoban/"+site+"/roster"); err != nil {
		return p, err
	}
	if p.Loss, err = createKey(dir, lossKey, lossPublic, "kidoban/"+site+"/loss"); err != nil {
		return p, err
	}
	return p, writeNew(filepath.Join(dir, identityFile), id.String()+"\n", 0o600)
}

func createKey(dir, private, public, name string) (string, error) {
	secret, verifier, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", err
	}
	return verifier, errors.Join(writeNew(filepath.Join(dir, private), secret+"\n", 0o600), writeNew(filepath.Join(dir, public), verifier+"\n", 0o644))
}

func writeNew(path, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// LoadKeys reads an office's directory.
func LoadKeys(dir string) (*Keys, error) {
	k := &Keys{dir: dir}
	var err error
	if k.Key, err = LoadSigner(filepath.Join(dir, rosterKey)); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, identityFile))
	if err != nil {
		return nil, fmt.Errorf("read the office's identity: %w", err)
	}
	if k.Identity, err = age.ParseX25519Identity(strings.TrimSpace(string(text))); err != nil {
		return nil, errors.New("read the office's identity: " + filepath.Join(dir, identityFile) + " is none") // its text stays out of the error
	}
	public, err := os.ReadFile(filepath.Join(dir, rosterPublic))
	if err != nil {
		return nil, fmt.Errorf("read the office's key: %w", err)
	}
	if k.public, err = note.NewVerifier(strings.TrimSpace(string(public))); err != nil {
		return nil, fmt.Errorf("read the office's key: %w", err)
	}
	name := strings.Split(k.Key.Name(), "/")
	if len(name) != 3 || name[2] != "roster" || k.public.Name() != k.Key.Name() || k.public.KeyHash() != k.Key.KeyHash() {
		return nil, fmt.Errorf("read the office's key: %s is not the other half of %s", rosterPublic, rosterKey)
	}
	k.site = name[1]
	return k, nil
}

// LoadSigner reads a signing key that CreateKeys made. One that others may read is refused.
func LoadSigner(path string) (note.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w: kidoban bundle key makes one", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read key: %s has mode %04o: chmod 0600 %s", path, info.Mode().Perm(), path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	s, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, errors.New("read key: " + path + " is no signing key") // its text stays out of the error
	}
	return s, nil
}

// Next gives the next version to what make makes. The number counts as used once make was well, before anything of it
// leaves the office.
func (k *Keys) Next(version int64, doors []bundle.Enrolment, replaced []string, makeAll func(version int64) error) (int64, error) {
	s := state{Doors: map[string]string{}}
	path := filepath.Join(k.dir, stateFile)
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return 0, err
	default:
		if err := json.Unmarshal(b, &s); err != nil {
			return 0, fmt.Errorf("%s is damaged: %w: restore it, or remove it and say --version, higher than any door holds", path, err)
		}
	}
	switch {
	case version == 0:
		version = s.Version + 1
	case version <= s.Version:
		return 0, fmt.Errorf("version %d was given already, the last is %d: doors refuse what is not newer", version, s.Version)
	}
	if err := s.enrolled(k.site, doors, replaced); err != nil {
		return 0, err
	}
	if err := makeAll(version); err != nil {
		return 0, err
	}
	s.Version = version
	if b, err = json.Marshal(s); err != nil {
		return 0, err
	}
	return version, replace(path, append(b, '\n'))
}

// enrolled holds the doors against those that were served before: another key in a door's name is a person's to accept.
func (s *state) enrolled(site string, doors []bundle.Enrolment, replaced []string) error {
	if s.Doors == nil {
		s.Doors = map[string]string{}
	}
	seen := map[string]bool{}
	for _, d := range doors {
		old, served := s.Doors[d.Controller]
		switch {
		case d.Site != site:
			return fmt.Errorf("the enrolment of %s is of site %s, this office's is %s", d.Controller, d.Site, site)
		case seen[d.Controller]:
			return fmt.Errorf("two enrolments of %s", d.Controller)
		case served && old != d.Journal && !slices.Contains(replaced, d.Controller):
			return fmt.Errorf("%s was enrolled as %s, this is %s: see that its journal really is another (kidobanlog journals), then say --replaced %s",
				d.Controller, old, d.Journal, d.Controller)
		}
		seen[d.Controller], s.Doors[d.Controller] = true, d.Journal
	}
	return nil
}

// Lose adds cards to the office's list and signs it.
func (k *Keys) Lose(at time.Time, how bundle.Loss, ids []string) ([]byte, error) {
	path := filepath.Join(k.dir, lostFile)
	var old bundle.Lost
	switch b, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if old, err = bundle.OpenLost(b, k.public); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	how.At = at
	msg, err := Lose(old, k.site, at, how, ids).Sign(k.Key)
	if err != nil {
		return nil, err
	}
	return msg, replace(path, msg)
}

// Lose adds reports to the list of lost cards that stands; from nothing where there is none.
func Lose(old bundle.Lost, site string, at time.Time, how bundle.Loss, ids []string) bundle.Lost {
	out := bundle.Lost{Site: site, Sequence: old.Sequence + 1, Made: at.UTC().Truncate(time.Millisecond), Cards: slices.Clone(old.Cards)}
	how.Reason, how.At = strings.ToLower(how.Reason), out.Made
	for _, id := range ids {
		how.Credential = access.CredentialID(id)
		out.Cards = append(out.Cards, how)
	}
	return out
}

// replace makes a file durable in the place of the one that is there.
func replace(path string, b []byte) error {
	next := path + ".new"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
