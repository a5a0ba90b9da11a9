package store

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"sync"
)

const slotSize = 4096

// slot keeps one short text durable outside the database, so that writing it costs the badge's path nothing. The file has
// two blocks of which each save overwrites the older in place: a torn write leaves the other, and no file is made.
type slot struct {
	mu   sync.Mutex
	file *os.File
	turn uint64
	text []byte
}

func createSlot(path string) error { return writeNew(path, string(make([]byte, 2*slotSize)), 0o600) }

func (l *slot) open(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	l.file = f
	if err := lock(f); err != nil {
		return &Fault{Kind: Busy, Doing: "open " + path + ": another process has the journal open for writing", Hint: hints[Busy],
			Err: err}
	}
	l.turn, l.text, err = readSlot(f)
	return err
}

func readSlot(f *os.File) (turn uint64, text []byte, err error) {
	b := make([]byte, 2*slotSize)
	if n, err := f.ReadAt(b, 0); n < len(b) {
		return 0, nil, &Fault{Kind: Corrupt, Doing: "open " + f.Name() + ": it is too short",
			Hint: "run kidoban journal verify", Err: err}
	}
	begun := 0
	for _, half := range [][]byte{b[:slotSize], b[slotSize:]} {
		if at, this, ok := unblock(half); ok && at > turn {
			turn, text = at, this
		}
		if len(bytes.Trim(half, "\x00")) > 0 {
			begun++
		}
	}
	if turn == 0 && begun == 2 { // one alone is a first save that was cut short: nothing was saved before it
		return 0, nil, &Fault{Kind: Corrupt, Doing: "open " + f.Name() + ": neither of its blocks is whole",
			Hint: "run kidoban journal verify"}
	}
	return turn, text, nil
}

// get is the last text saved, nil if there is none.
func (l *slot) get() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.text)
}

func (l *slot) save(text []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := block(l.turn+1, text)
	if err != nil {
		return err
	}
	if _, err := l.file.WriteAt(b, int64((l.turn+1)%2)*slotSize); err != nil {
		return err
	}
	if err := datasync(l.file); err != nil {
		return err
	}
	l.turn, l.text = l.turn+1, bytes.Clone(text)
	return nil
}

func (l *slot) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// block is "kidoban <turn> <length> <crc32>\n", the text, and newlines up to the block's end.
func block(turn uint64, text []byte) ([]byte, error) {
	b := make([]byte, 0, slotSize)
	b = fmt.Appendf(b, "kidoban %d %d %08x\n", turn, len(text), crc32.ChecksumIEEE(text))
	if len(b)+len(text) > slotSize {
		return nil, fmt.Errorf("text of %d bytes does not fit its block", len(text))
	}
	b = append(b, text...)
	return append(b, bytes.Repeat([]byte{'\n'}, slotSize-len(b))...), nil
}

func unblock(b []byte) (turn uint64, text []byte, ok bool) {
	line, rest, found := bytes.Cut(b, []byte{'\n'})
	if !found {
		return 0, nil, false
	}
	var n int
	var sum uint32
	if _, err := fmt.Sscanf(string(line), "kidoban %d %d %x", &turn, &n, &sum); err != nil || n < 0 || n > len(rest) {
		return 0, nil, false
	}
	return turn, bytes.Clone(rest[:n]), crc32.ChecksumIEEE(rest[:n]) == sum && turn > 0
}
