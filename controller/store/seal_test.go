package store_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"kidoban/controller/store"
)

// What is sealed opens with the same keys for the same purpose, and in no other case.
func TestSeal(t *testing.T) {
	keys := func(name string) store.Keys {
		t.Helper()
		k, err := store.CreateKeys(filepath.Join(t.TempDir(), name), origin)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	mine, other, secret := keys("mine"), keys("other"), []byte("JBSWY3DPEHPK3PXP")
	sealed, err := mine.Seal("totp|tanaka", secret)
	if err != nil || bytes.Contains(sealed, secret) {
		t.Fatalf("%v: %q", err, sealed)
	}
	if got, err := mine.Unseal("totp|tanaka", sealed); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	again, err := mine.Seal("totp|tanaka", secret)
	if err != nil || bytes.Equal(again, sealed) {
		t.Error("the same secret twice looks the same")
	}
	if _, err := other.Unseal("totp|tanaka", sealed); err == nil {
		t.Error("another card key opens it")
	}
	if _, err := mine.Unseal("totp|sato", sealed); err == nil {
		t.Error("it opens as somebody else's")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := mine.Unseal("totp|tanaka", bad); err == nil {
			t.Fatalf("octet %d changed, and it opens", i)
		}
	}
	for n := range sealed {
		if _, err := mine.Unseal("totp|tanaka", sealed[:n]); err == nil {
			t.Fatalf("cut to %d, and it opens", n)
		}
	}
}
