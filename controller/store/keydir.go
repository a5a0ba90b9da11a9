package store

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/device"
)

// The files of a key directory, which are also the names of systemd credentials.
const (
	signingFile  = "signing.key"     // the journal's signing key, Ed25519, in the signed-note form
	cardFile     = "card.key"        // 32 random bytes in hex: the key of all card and PIN hashes
	verifierFile = "verifier.pub"    // what the central log pins; not secret
	identityFile = "roster.identity" // age, X25519: what the office encrypts this door's roster to; absent where it was made before there was one
)

// Keys are a controller's secrets. They never show in a log, a message or a print, and may be used by any goroutine.
type Keys struct {
	k func() *keys // fmt follows a pointer in another struct's private member, whatever its methods; never a func
}

type keys struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
	card     [32]byte
	identity *age.X25519Identity // nil where there is none
}

// CreateKeys makes a key directory for the controller of o. It refuses to touch one that holds a key. Only init calls it.
func CreateKeys(dir string, o journal.Origin) (Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Keys{}, fault("create key directory", err)
	}
	for _, name := range []string{signingFile, cardFile, verifierFile, identityFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return Keys{}, &Fault{Kind: Exists, Doing: "create keys: " + filepath.Join(dir, name) + " exists",
				Hint: "keys are made once; choose another directory or move the old ones away"}
		}
	}
	secret, public, err := note.GenerateKey(rand.Reader, o.KeyName())
	if err != nil {
		return Keys{}, fault("create keys", err)
	}
	var card [32]byte
	if _, err := rand.Read(card[:]); err != nil {
		return Keys{}, fault("create keys", err)
	}
	if err := errors.Join(
		writeNew(filepath.Join(dir, signingFile), secret+"\n", 0o600),
		writeNew(filepath.Join(dir, cardFile), hex.EncodeToString(card[:])+"\n", 0o600),
		writeNew(filepath.Join(dir, verifierFile), public+"\n", 0o644),
		createIdentity(dir)); err != nil {
		return Keys{}, fault("create keys", err)
	}
	return LoadKeys(dir)
}

// LoadKeys reads a key directory; "" means the one that systemd hands over in $CREDENTIALS_DIRECTORY. A directory or a
// secret that group or others may read is refused (systemd's own is guarded by systemd).
func LoadKeys(dir string) (Keys, error) {
	handed := dir == ""
	if handed {
		if dir = os.Getenv("CREDENTIALS_DIRECTORY"); dir == "" {
			return Keys{}, &Fault{Kind: Missing, Doing: "load keys: no key directory is configured",
				Hint: "set storage.keys, or give the unit LoadCredentialEncrypted for " + signingFile + " and " + cardFile}
		}
	} else if err := private(dir, "0700"); err != nil {
		return Keys{}, err
	}
	secret, err := readSecret(dir, signingFile, handed)
	if err != nil {
		return Keys{}, err
	}
	k := &keys{}
	if k.signer, err = note.NewSigner(secret); err == nil {
		k.public, err = publicOf(secret)
	}
	if err == nil {
		k.verifier, err = note.NewVerifier(k.public)
	}
	if err != nil { // its text may quote the key
		return Keys{}, &Fault{Kind: Malformed, Doing: "load keys: " + filepath.Join(dir, signingFile) +
			" is not a signing key", Hint: "restore it from where init's keys were kept"}
	}
	text, err := readSecret(dir, cardFile, handed)
	if err != nil {
		return Keys{}, err
	}
	if n, err := hex.Decode(k.card[:], []byte(text[:min(len(text), 64)])); err != nil || n != 32 || len(text) != 64 {
		return Keys{}, &Fault{Kind: Malformed, Doing: "load keys: " + filepath.Join(dir, cardFile) +
			" is not 64 hex digits", Hint: "restore it: with another one, every card is unknown"}
	}
	if k.identity, err = loadIdentity(dir, handed); err != nil {
		return Keys{}, err
	}
	return Keys{func() *keys { return k }}, nil
}

func readSecret(dir, name string, handed bool) (string, error) {
	path := filepath.Join(dir, name)
	if !handed {
		if err := private(path, "0600"); err != nil {
			return "", err
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fault("load keys", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func private(path, mode string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault("load keys", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return &Fault{Kind: TooOpen, Doing: fmt.Sprintf("load keys: %s has mode %04o", path, info.Mode().Perm()),
			Hint: "chmod " + mode + " " + path}
	}
	return nil
}

// publicOf makes the verifier key that belongs to a signing key in the signed-note form.
func publicOf(secret string) (string, error) {
	part := strings.Split(secret, "+")
	if len(part) < 5 {
		return "", errors.New("malformed signing key")
	}
	seed, err := base64.StdEncoding.DecodeString(strings.Join(part[4:], "+"))
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", errors.New("malformed signing key")
	}
	key := ed25519.NewKeyFromSeed(seed[1:])
	return note.NewEd25519VerifierKey(part[2], key.Public().(ed25519.PublicKey))
}

// Signer signs for the journal: its checkpoints, whole or for a part of it.
func (k Keys) Signer() note.Signer { return k.k().signer }

// Sign makes the signed note of a text that is no checkpoint: a disposal record. nil where the text cannot be one.
func (k Keys) Sign(text string) []byte {
	b, err := note.Sign(&note.Note{Text: text}, k.k().signer)
	if err != nil {
		return nil
	}
	return b
}

// Verifier checks the journal's checkpoints.
func (k Keys) Verifier() note.Verifier { return k.k().verifier }

// Public is the verifier key in the signed-note form, as the central log pins it.
func (k Keys) Public() string { return k.k().public }

// Journal is the id of the journal that these keys sign.
func (k Keys) Journal() string { return journal.JournalID(k.k().verifier) }

// CardHash is the keyed hash of what a reader saw: HMAC-SHA-256 over FORMAT|facility|card.
func (k Keys) CardHash(c device.Credential) access.Hash {
	var b [64 + 128]byte
	return k.k().mac(c.AppendIdentity(b[:64]))
}

// PINHash is the keyed hash of a credential's PIN. The credential is in it, so that equal PINs have unequal hashes.
func (k Keys) PINHash(id access.CredentialID, digits []byte) access.Hash {
	var b [64 + 128]byte
	m := append(b[:64], "PIN|"...)
	m = append(m, id...)
	m = append(m, '|')
	return k.k().mac(append(m, digits...))
}

// Tag is how an unknown card appears in the record: the first 32 bits of its keyed hash, in hex.
func Tag(h access.Hash) string { return hex.EncodeToString(h[:4]) }

// Salt is 16 fresh random bytes in hex, for a private part.
func Salt() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// mac is HMAC-SHA-256 of b[64:]; b[:64] is room for the padded key. crypto/hmac would allocate two states a call.
func (k *keys) mac(b []byte) access.Hash {
	clear(b[:64])
	copy(b, k.card[:])
	for i := range b[:64] {
		b[i] ^= 0x36
	}
	inner := sha256.Sum256(b)
	var o [64 + 32]byte
	copy(o[:], k.card[:])
	for i := range o[:64] {
		o[i] ^= 0x5c
	}
	copy(o[64:], inner[:])
	return sha256.Sum256(o[:])
}

// String hides the keys.
func (Keys) String() string { return "•" }

// GoString hides the keys.
func (Keys) GoString() string { return "•" }

// LogValue hides the keys from slog.
func (Keys) LogValue() slog.Value { return slog.StringValue("•") }

// MarshalJSON hides the keys.
func (Keys) MarshalJSON() ([]byte, error) { return []byte(`"•"`), nil }

func writeNew(path, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
