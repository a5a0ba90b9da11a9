package archive_test

import (
	"os"
	"path/filepath"
	"testing"

	"kidoban/controller/archive"
)

// The public halves follow from the private ones: a directory of credentials needs no others.
func TestPublicKeysFollow(t *testing.T) {
	dir := t.TempDir()
	for range 50 { // base64 has a plus now and then
		for _, name := range []string{"central.key", "central.pub", "journal.key", "journal.pub"} {
			_ = os.Remove(filepath.Join(dir, name))
		}
		public, err := archive.CreateOwn(dir, "kidoban/city/central")
		if err != nil {
			t.Fatal(err)
		}
		pinned, err := archive.CreateKey(dir, "kidobanlog")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, "journal.pub")); err != nil {
			t.Fatal(err)
		}
		if o, err := archive.LoadOwn(dir); err != nil || o.Key != public || o.Signer.Name() != "kidoban/city/central" {
			t.Fatalf("%q, %v; want %q", o.Key, err, public)
		}
		if got, err := archive.PublicKey(dir); err != nil || got != pinned {
			t.Fatalf("%q, %v; want %q", got, err, pinned)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "journal.key"), []byte("PRIVATE+KEY+x+00000000+AAAA"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.LoadOwn(dir); err == nil {
		t.Error("a damaged key is believed")
	}
}
