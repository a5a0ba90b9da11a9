package account

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Cost is what one try of a password costs whoever tries.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32
	Threads uint8
}

// Standard is what new hashes cost: 19 MiB, two passes, one lane. A Raspberry Pi takes some tenths of a second.
func Standard() Cost { return Cost{Memory: 19 * 1024, Time: 2, Threads: 1} }

const (
	saltLength = 16
	keyLength  = 32
	prefix     = "$argon2id$v=19$"
)

// The bounds of a hash that is read: what lies outside was not made here and would cost too much to try.
const (
	mostMemory = 256 * 1024
	mostTime   = 16
	leastSalt  = 8
	leastKey   = 16
	mostPart   = 64
)

// PasswordLeast and PasswordMost bound a password's length in characters and in bytes.
const (
	PasswordLeast = 12
	PasswordMost  = 1024
)

// Weak is why a password is not taken for an account, nil if it is.
func Weak(name, password string) error {
	switch {
	case len(password) > PasswordMost:
		return fmt.Errorf("a password has at most %d bytes", PasswordMost)
	case !utf8.ValidString(password) || strings.ContainsAny(password, "\x00\r\n"):
		return errors.New("a password is one line of text")
	case utf8.RuneCountInString(password) < PasswordLeast:
		return fmt.Errorf("a password has at least %d characters: some words in a row are easy to keep", PasswordLeast)
	case len(name) >= 4 && strings.Contains(strings.ToLower(password), strings.ToLower(name)):
		return errors.New("a password does not contain the account's name")
	case distinct(password) < 5:
		return errors.New("a password of so few different characters is guessed at once: choose another")
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// Hash is a password's argon2id hash in the PHC string form, under a salt of its own.
func Hash(password string, salt [saltLength]byte, c Cost) string {
	key := argon2.IDKey([]byte(password), salt[:], c.Time, c.Memory, c.Threads, keyLength)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("%sm=%d,t=%d,p=%d$%s$%s", prefix, c.Memory, c.Time, c.Threads, enc.EncodeToString(salt[:]), enc.EncodeToString(key))
}

// Matches reports whether a password is the one of a hash. It takes some tenths of a second and tens of MiB: never in the
// control loop, and only few at a time.
func Matches(hash, password string) bool {
	c, salt, want, err := parse(hash)
	if err != nil || len(password) > PasswordMost {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// Nobody is a hash that costs as much to try as any and that no password has: for names that nobody has.
func Nobody() string {
	enc, c := base64.RawStdEncoding, Standard()
	return fmt.Sprintf("%sm=%d,t=%d,p=%d$%s$%s", prefix, c.Memory, c.Time, c.Threads,
		enc.EncodeToString(make([]byte, saltLength)), enc.EncodeToString(make([]byte, keyLength)))
}

// Valid reports whether a hash can be tried.
func Valid(hash string) error {
	_, _, _, err := parse(hash)
	return err
}

var errHash = errors.New("this is no argon2id hash in the PHC form")

func parse(hash string) (c Cost, salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(hash, prefix)
	parts := strings.Split(rest, "$")
	if !ok || len(parts) != 3 || strings.ContainsAny(hash, "\r\n") {
		return c, nil, nil, errHash
	}
	var threads uint32
	if _, err := fmt.Sscanf(parts[0], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &threads); err != nil ||
		parts[0] != fmt.Sprintf("m=%d,t=%d,p=%d", c.Memory, c.Time, threads) {
		return c, nil, nil, errHash
	}
	if threads < 1 || threads > 4 || c.Time < 1 || c.Time > mostTime || c.Memory < 8*threads || c.Memory > mostMemory {
		return c, nil, nil, errHash
	}
	c.Threads = uint8(threads)
	enc := base64.RawStdEncoding.Strict()
	if salt, err = enc.DecodeString(parts[1]); err != nil || len(salt) < leastSalt || len(salt) > mostPart {
		return c, nil, nil, errHash
	}
	if key, err = enc.DecodeString(parts[2]); err != nil || len(key) < leastKey || len(key) > mostPart {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}
