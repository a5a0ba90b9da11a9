package bind_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/apart"
	"kidoban/controller/directory"
	"kidoban/controller/directory/bind"
	"kidoban/controller/directory/directorytest"
)

// TestMain is also the program apart.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "directory" {
		if err := apart.Serve(context.Background(), os.Stdin, os.Stdout, bind.Do); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Each password is tried by a process of its own: what is right, what is wrong and what cannot be asked stay apart on the way.
func TestApart(t *testing.T) {
	s := directorytest.Start(t)
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	by := apart.Program{Path: own, Args: []string{"directory"}}
	d := directory.New(s.Config(), by)
	if err := d.Try(t.Context(), "sato", s.Words["sato"]); err != nil {
		t.Error(err)
	}
	for _, x := range [][2]string{{"sato", "wrong"}, {"sato", ""}, {"sato", "\xff\"\x00"}, {"nobody", s.Words["sato"]}} {
		if err := d.Try(t.Context(), x[0], x[1]); !errors.Is(err, directory.ErrWrong) {
			t.Errorf("%q: %v, want that it is wrong", x, err)
		}
	}
	for want, d := range map[string]*directory.Apart{
		"refused": directory.New(func() config.Directory {
			c := s.Config()
			c.URL = "ldaps://localhost:" + directorytest.Port(t)
			return c
		}(), by),
		"no such file":  directory.New(s.Config(), apart.Program{Path: filepath.Join(t.TempDir(), "kidoban")}),
		"exit status 2": directory.New(s.Config(), apart.Program{Path: own, Args: []string{"-nonsense"}}),
	} {
		err := d.Try(t.Context(), "sato", s.Words["sato"])
		if err == nil || errors.Is(err, directory.ErrWrong) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), s.Words["sato"]) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
