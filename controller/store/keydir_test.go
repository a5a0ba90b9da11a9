package store_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/store"
	"kidoban/device"
)

func newKeys(t testing.TB) (string, store.Keys) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	k, err := store.CreateKeys(dir, origin)
	if err != nil {
		t.Fatal(err)
	}
	return dir, k
}

func secretOf(t testing.TB, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func TestKeysAreMadeOnceAndReadBack(t *testing.T) {
	dir, made := newKeys(t)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("key directory: %v, %v", info.Mode(), err)
	}
	read, err := store.LoadKeys(dir)
	if err != nil || read.Public() != made.Public() || read.Public() != secretOf(t, dir, "verifier.pub") {
		t.Errorf("read back: %v", err)
	}
	if read.Verifier().Name() != "kidoban/maizuru/main-ctl" || len(read.Journal()) != 8 {
		t.Errorf("key of %s, journal %s", read.Verifier().Name(), read.Journal())
	}
	if _, err := store.CreateKeys(dir, origin); store.KindOf(err) != store.Exists {
		t.Errorf("made twice: %v", err)
	}
}

func TestKeysThatAreNotFitAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(dir string) error
		kind store.FaultKind
		hint string
	}{
		"open directory":   {func(d string) error { return os.Chmod(d, 0o755) }, store.TooOpen, "chmod 0700"},
		"readable key":     {func(d string) error { return os.Chmod(d+"/signing.key", 0o640) }, store.TooOpen, "chmod 0600"},
		"readable card":    {func(d string) error { return os.Chmod(d+"/card.key", 0o604) }, store.TooOpen, "chmod 0600"},
		"missing":          {func(d string) error { return os.Remove(d + "/card.key") }, store.Missing, "card.key"},
		"no directory":     {os.RemoveAll, store.Missing, "keys"},
		"short card key":   {func(d string) error { return os.WriteFile(d+"/card.key", []byte("c0ffee"), 0o600) }, store.Malformed, "64 hex"},
		"garbled card key": {func(d string) error { return os.WriteFile(d+"/card.key", bytes.Repeat([]byte("g"), 64), 0o600) }, store.Malformed, "64 hex"},
		"garbled key": {func(d string) error {
			return os.WriteFile(d+"/signing.key", []byte("PRIVATE+KEY+a+00000000+c0ffee"), 0o600)
		}, store.Malformed, "signing key"},
	} {
		dir, _ := newKeys(t)
		card := secretOf(t, dir, "card.key")
		if err := c.do(dir); err != nil {
			t.Fatal(err)
		}
		_, err := store.LoadKeys(dir)
		if store.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.hint) {
			t.Errorf("%s: %s, %v", name, store.KindOf(err), err)
		}
		if err != nil && (strings.Contains(err.Error(), card) || strings.Contains(err.Error(), "c0ffee")) {
			t.Errorf("%s: a key is in the error", name)
		}
	}
}

func TestKeysFromSystemd(t *testing.T) {
	dir, made := newKeys(t)
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	if _, err := store.LoadKeys(""); store.KindOf(err) != store.Missing {
		t.Errorf("no directory at all: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "verifier.pub")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "signing.key"), 0o440); err != nil { // as an ACL makes it look
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	if k, err := store.LoadKeys(""); err != nil || k.Public() != made.Public() {
		t.Errorf("handed over: %v", err)
	}
}

// Neither keys nor anything that holds them ever print.
func TestKeysHideThemselves(t *testing.T) {
	dir, k := newKeys(t)
	signing, card := secretOf(t, dir, "signing.key"), secretOf(t, dir, "card.key")
	octets, err := hex.DecodeString(card)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	holder := struct {
		Keys  store.Keys
		inner store.Keys
	}{k, k}
	l := slog.New(slog.NewTextHandler(&log, nil))
	l.Info("keys", "k", k, "holder", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("keys", "k", k, "holder", holder)
	for _, f := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		fmt.Fprintf(&log, f+f+"\n", k, holder)
	}
	b, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	log.Write(b)
	for _, secret := range []string{signing, signing[len(signing)-20:], card, fmt.Sprint(octets)[1:30], string(octets[:8])} {
		if strings.Contains(log.String(), secret) {
			t.Error("a key shows")
		}
	}
}

func TestHashesAreHMACs(t *testing.T) {
	dir, k := newKeys(t)
	key, err := hex.DecodeString(secretOf(t, dir, "card.key"))
	if err != nil {
		t.Fatal(err)
	}
	mac := func(s string) access.Hash {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(s))
		return access.Hash(h.Sum(nil))
	}
	for _, c := range []struct {
		card device.Credential
		over string
	}{
		{device.Credential{Format: "H10301", Facility: 1, Card: 2, HasFacility: true, Bits: 26}, "H10301|1|2"},
		{device.Credential{Format: "H10302", Card: 2, Bits: 37}, "H10302||2"},
		{device.Credential{Format: "RAW32", Card: 0xc0ffee, Raw: true, Bits: 32}, "RAW32|00c0ffee"},
		{device.Credential{Format: strings.Repeat("LONG", 50), Card: 2}, strings.Repeat("LONG", 50) + "||2"},
	} {
		if k.CardHash(c.card) != mac(c.over) {
			t.Errorf("hash of a card of format %.10s", c.card.Format)
		}
	}
	if k.PINHash("c-1", []byte("0000")) != mac("PIN|c-1|0000") || k.PINHash("c-2", []byte("0000")) == k.PINHash("c-1", []byte("0000")) {
		t.Error("hash of a PIN")
	}
	if tag := store.Tag(access.Hash{0xde, 0xad, 0xbe, 0xef, 1}); tag != "deadbeef" {
		t.Errorf("tag %s", tag)
	}
	card := device.Credential{Format: "H10301", Facility: 1, Card: 2, HasFacility: true, Bits: 26}
	if n := testing.AllocsPerRun(100, func() { k.CardHash(card) }); n > 0 {
		t.Errorf("%v allocations a card", n)
	}
}

func BenchmarkCardHash(b *testing.B) {
	_, k := newKeys(b)
	card := device.Credential{Format: "H10301", Facility: 1, Card: 2, HasFacility: true, Bits: 26}
	for b.Loop() {
		k.CardHash(card)
	}
}
