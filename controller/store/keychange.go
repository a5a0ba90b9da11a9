package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
)

// nextDir lies in a key directory while a succession is under way.
const nextDir = "next"

// retired is what a file of a key directory is called when its journal was succeeded.
func retired(name, id string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + id + ext
}

// nextKeys makes the keys of a new journal beside those of the old one. The card key goes on; where there is none a new one
// is made only if it may be.
func nextKeys(dir string, o journal.Origin, newCards bool) (Keys, error) {
	next := filepath.Join(dir, nextDir)
	card, err := os.ReadFile(filepath.Join(dir, cardFile))
	if errors.Is(err, fs.ErrNotExist) && !newCards {
		return Keys{}, &Fault{Kind: Missing, Doing: "succeed: " + filepath.Join(dir, cardFile) + " is missing, and with another one every card is unknown",
			Hint: "put it back from where init's keys were kept; if it is lost for good, say --new-card-key and issue every card anew"}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Keys{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Keys{}, err
	}
	if err := os.RemoveAll(next); err != nil {
		return Keys{}, err
	}
	made, err := CreateKeys(next, o)
	if err != nil {
		return made, err
	}
	if err := goOn(dir, next, identityFile); err != nil || card == nil {
		return made, err
	}
	if err := goOn(dir, next, cardFile); err != nil {
		return Keys{}, err
	}
	return LoadKeys(next)
}

// goOn takes over a key from dir where there is one.
func goOn(dir, next, name string) error {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(next, name)); err != nil {
		return err
	}
	return writeNew(filepath.Join(next, name), string(b), 0o600)
}

// changeKeys puts the next keys in place; the old journal's stay under their journal's id.
func changeKeys(dir string) error {
	next := filepath.Join(dir, nextDir)
	if err := retire(dir); err != nil {
		return err
	}
	for _, name := range []string{cardFile, identityFile, verifierFile, signingFile} {
		if err := os.Rename(filepath.Join(next, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return errors.Join(os.Remove(next), syncDir(dir))
}

// retire renames the keys that are in place after the journal that they sign, which need not be the one that ends now: where
// a succession was killed, it is one that never began. No key is ever deleted.
func retire(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, signingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	public, err := publicOf(strings.TrimSpace(string(b)))
	if err != nil {
		return &Fault{Kind: Malformed, Doing: "retire keys: " + filepath.Join(dir, signingFile) + " is not a signing key",
			Hint: "move it away"}
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		return err
	}
	id := journal.JournalID(v)
	if err := os.Rename(filepath.Join(dir, signingFile), filepath.Join(dir, retired(signingFile, id))); err != nil {
		return err
	}
	pub := filepath.Join(dir, retired(verifierFile, id))
	if err := os.Remove(filepath.Join(dir, verifierFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeNew(pub, public+"\n", 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
