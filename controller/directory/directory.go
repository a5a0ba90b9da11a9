// Package directory has passwords tried at the site's Active Directory or other LDAP server, by a program apart: what a
// server says is taken to pieces in a process of its own. Package bind, beside it, is what that process does.
package directory

import (
	"context"
	"errors"
	"fmt"

	"kidoban/config"
	"kidoban/controller/apart"
)

// ErrWrong says that the directory was asked and does not take this name with this password.
var ErrWrong = errors.New("the directory does not take this name and password")

// Question is a password to be tried.
type Question struct {
	Directory config.Directory
	Name      string
	Password  string
}

// Answer is what came of it.
type Answer struct {
	Right  bool   `json:"right"`
	Failed string `json:"failed,omitempty"` // why the directory could not say
}

// atOnce bounds the tries under way; more wait until their time is over.
const atOnce = 4

// Apart is the directory of a configuration, asked by a program.
type Apart struct {
	conf    config.Directory
	program apart.Program
	busy    chan struct{}
}

// New is the directory of a checked configuration.
func New(c config.Directory, by apart.Program) *Apart {
	return &Apart{conf: c, program: by, busy: make(chan struct{}, atOnce)}
}

// Try tries a password: nil if it is right, ErrWrong if not, another error where the directory could not say.
func (d *Apart) Try(ctx context.Context, name, password string) error {
	ctx, cancel := context.WithTimeout(ctx, d.conf.Timeout.Std())
	defer cancel()
	select {
	case d.busy <- struct{}{}:
		defer func() { <-d.busy }()
	case <-ctx.Done():
		return fmt.Errorf("ask the directory: too many sign in at once: %w", ctx.Err())
	}
	var a Answer
	if err := d.program.Ask(ctx, Question{d.conf, name, password}, &a); err != nil {
		return err
	}
	switch {
	case a.Failed != "":
		return errors.New(a.Failed)
	case !a.Right:
		return ErrWrong
	}
	return nil
}
