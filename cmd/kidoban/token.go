package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// thisUser is what --account says for the account that the configuration gives to the user of the machine.
const thisUser = "-"

// tokens is the folder of this user's sign-ins at one daemon: each a file of mode 0600 that holds its token.
func (t *tool) tokens() (string, error) {
	base := os.Getenv("XDG_RUNTIME_DIR")
	if base == "" {
		var err error
		if base, err = os.UserCacheDir(); err != nil {
			return "", fmt.Errorf("where to keep a sign-in: %w (set XDG_RUNTIME_DIR)", err)
		}
	}
	socket, err := filepath.Abs(t.socket)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(socket))
	return filepath.Join(base, "kidoban", hex.EncodeToString(sum[:8])), nil
}

// token is that of the sign-in that speaks: the one that --account names, or the only one. "" is the user of the machine.
func (t *tool) token() (string, error) {
	if t.account == thisUser {
		return "", nil
	}
	dir, err := t.tokens()
	if err != nil {
		if t.account != "" {
			return "", err
		}
		return "", nil
	}
	name := t.account
	if name == "" {
		signed, err := os.ReadDir(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && len(signed) == 0:
			return "", nil
		case err != nil:
			return "", fmt.Errorf("read the sign-ins: %w", err)
		case len(signed) > 1:
			return "", fmt.Errorf("several are signed in (%s): say which with --account or KIDOBAN_ACCOUNT (%q = this user of the machine)",
				names(signed), thisUser)
		}
		name = signed[0].Name()
	}
	if name != filepath.Base(name) {
		return "", fmt.Errorf("%q is no account's name", name)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is not signed in: kidoban sign-in %s", name, name)
	}
	return strings.TrimSpace(string(b)), err
}

func names(entries []fs.DirEntry) string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, ", ")
}

// keep writes a token down for this user alone.
func (t *tool) keep(name, token string) error {
	dir, err := t.tokens()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the sign-in: %w", err)
	}
	next := filepath.Join(dir, "."+name)
	_ = os.Remove(next)
	f, err := os.OpenFile(next, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the sign-in: %w", err)
	}
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(next, filepath.Join(dir, name))
	}
	return err
}

// forget removes what was kept of a sign-in.
func (t *tool) forget(name string) error {
	dir, err := t.tokens()
	if err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, name))
}
