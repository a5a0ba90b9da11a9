package bundle_test

import (
	"bytes"
	"testing"

	"kidoban/controller/bundle"
)

// FuzzDecode: whatever is taken as the rows of a bundle is what would be written of it.
func FuzzDecode(f *testing.F) {
	c := people()
	b, err := c.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	for line := range bytes.Lines(b) {
		f.Add(bytes.Clone(line))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := bundle.Decode(b)
		if err != nil {
			return
		}
		again, err := c.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("taken, and written as others: %v\n%q\n%q", err, b, again)
		}
	})
}

// FuzzNote: no octets of anybody's are a manifest, a list or an enrolment; and reading them breaks nothing.
func FuzzNote(f *testing.F) {
	w := newWorld(f, "main-ctl")
	own := &w.doors[0].own
	manifest, _ := w.make(w.doors[0], 1, people(), 1)
	list, err := lost(1, "C-1").Sign(w.loss)
	if err != nil {
		f.Fatal(err)
	}
	record, err := bundle.Enrolment{Site: "maizuru", Controller: "main-ctl", Journal: own.Journal, Key: w.doors[0].key.text, Made: made}.Sign(w.doors[0].key)
	if err != nil {
		f.Fatal(err)
	}
	genuine := [][]byte{manifest, list, record}
	for _, g := range genuine {
		f.Add(g)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err1 := own.Manifest(b)
		_, err2 := own.Lost(b)
		_, _ = bundle.PeekManifest(b)
		_, _ = bundle.PeekLost(b)
		if (err1 == nil && !bytes.Equal(b, manifest)) || (err2 == nil && !bytes.Equal(b, list)) {
			t.Errorf("taken: %q", b)
		}
		if e, err := bundle.OpenEnrolment(b); err == nil && e.Key == w.doors[0].key.text && !bytes.Equal(b, record) {
			t.Errorf("an enrolment that the door did not sign: %q", b)
		}
	})
}
