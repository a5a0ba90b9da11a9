package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// A power cut may leave anything in the block that was being written. The other one stands, and before there was another
// there was nothing.
func TestSlotSurvivesATornBlock(t *testing.T) {
	garbage := bytes.Repeat([]byte{0xa5}, slotSize)
	for saves := range 4 {
		path := filepath.Join(t.TempDir(), "slot")
		if err := createSlot(path); err != nil {
			t.Fatal(err)
		}
		var l slot
		if err := l.open(path); err != nil {
			t.Fatal(err)
		}
		var last []byte
		for n := range saves {
			last = []byte{'a' + byte(n)}
			if err := l.save(last); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err == nil {
			_, err = f.WriteAt(garbage, int64((saves+1)%2)*slotSize)
		}
		if err != nil {
			t.Fatal(err)
		}
		if turn, text, err := readSlot(f); err != nil || turn != uint64(saves) || !bytes.Equal(text, last) {
			t.Errorf("after %d saves: %d, %q, %v", saves, turn, text, err)
		}
		if _, err := f.WriteAt(garbage, int64(saves%2)*slotSize); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readSlot(f); err == nil {
			t.Error("both blocks are garbage, and it is read")
		}
		_, _ = f.Close(), l.close()
	}
}
