package store_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"filippo.io/age"

	"kidoban/controller/store"
	"kidoban/device"
)

// The identity that rosters are encrypted to: made by init, by itself in an older directory, never anew; and the card key
// for the office hashes cards as the door does.
func TestIdentity(t *testing.T) {
	dir := t.TempDir() + "/keys"
	keys, err := store.CreateKeys(dir, origin)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir + "/roster.identity"); err != nil || info.Mode().Perm() != 0o600 || keys.Recipient() == "" {
		t.Fatalf("%v, %v", info, err)
	}
	if err := store.CreateIdentity(dir); err != nil {
		t.Fatal(err)
	}
	if again, err := store.LoadKeys(dir); err != nil || again.Recipient() != keys.Recipient() {
		t.Errorf("another identity: %v", err)
	}
	if err := os.Remove(dir + "/roster.identity"); err != nil {
		t.Fatal(err)
	}
	if old, err := store.LoadKeys(dir); err != nil || old.Identity() != nil || old.Recipient() != "" {
		t.Errorf("without one: %v", err)
	}
	if err := store.CreateIdentity(dir); err != nil {
		t.Fatal(err)
	}
	if made, err := store.LoadKeys(dir); err != nil || made.Recipient() == "" || made.Recipient() == keys.Recipient() {
		t.Errorf("made anew: %v", err)
	}
	if err := os.WriteFile(dir+"/roster.identity", []byte("AGE-SECRET-KEY-1DAMAGED\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.LoadKeys(dir); err == nil || bytes.Contains([]byte(err.Error()), []byte("DAMAGED")) {
		t.Errorf("a damaged one: %v", err)
	}

	office, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keys.CardKeyFor(office.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), office)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil || len(b) != 32 {
		t.Fatalf("%d octets, %v", len(b), err)
	}
	c := device.Credential{Format: "H10301", Facility: 118, HasFacility: true, Card: 1201}
	if store.HashWith([32]byte(b))(c) != keys.CardHash(c) {
		t.Error("the office hashes cards otherwise than the door")
	}
}
