// Package backup writes backups into files: the daemon's own, once a day into a directory of its own, and any other into a
// new file. What is not whole never has a name that a backup has, is never left behind, and never replaces one.
//
// A failed backup is tried again within the hour; that there has been none for a day is said once, and that there is one
// again when there is. The door waits for none of it.
package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// unfinished ends the name of a file that is being written.
const unfinished = ".unfinished"

// Recipients reads age recipients, one a line or an item.
func Recipients(texts ...string) ([]age.Recipient, error) {
	all, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil {
		return nil, fmt.Errorf("recipients: %w (age-keygen prints one: age1…)", err)
	}
	return all, nil
}

// For is the recipients as the record names them: enough to tell them apart.
func For(texts []string) string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" && t[0] != '#' {
			out = append(out, t[:min(len(t), 16)])
		}
	}
	const most = 8
	if len(out) > most {
		out = append(out[:most], fmt.Sprintf("and %d more", len(out)-most))
	}
	return "for " + strings.Join(out, ", ")
}

// Write makes a file of mode 0600 at path from what write sends. There is none, or a whole and durable one; what is there
// already is never replaced.
func Write(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: a backup replaces nothing; name another file", path)
	}
	f, err := os.OpenFile(path+unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path + unfinished)
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(path+unfinished, path); err != nil { // not rename, which would replace
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := os.Rename(path+unfinished, path); err != nil { // a file system without links
			return err
		}
	} else if err := os.Remove(path + unfinished); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
