package panel_test

import (
	"io"
	"log"
	"testing"

	"golang.org/x/sys/unix"
)

func closeFD(fd int) error { return unix.Close(fd) }

func dupFD(from, to int) error { return unix.Dup3(from, to, 0) }

// logTo sets package log's output for one test.
func logTo(t *testing.T, w io.Writer) {
	was, flags := log.Writer(), log.Flags()
	log.SetOutput(w)
	t.Cleanup(func() { log.SetOutput(was); log.SetFlags(flags) })
}

func logPrint(s string) { log.Print(s) }
