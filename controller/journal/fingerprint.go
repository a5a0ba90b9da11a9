package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Fingerprint is what two people compare to know that they mean the same verifier key: its SHA-256, in groups of four.
func Fingerprint(key string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(key)))
	digits := hex.EncodeToString(sum[:])
	var b strings.Builder
	for i := 0; i < len(digits); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(digits[i : i+4])
	}
	return b.String()
}

// fingerprintLeast is how many digits must be compared: 128 bits of them.
const fingerprintLeast = 32

// FingerprintOf reports whether typed is the fingerprint of key, or its first half at least; how it is spaced does not
// matter.
func FingerprintOf(key, typed string) bool {
	clean := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("0123456789abcdef", r) {
				return r
			}
			if strings.ContainsRune(" -:\t", r) {
				return -1
			}
			return 'x'
		}, strings.ToLower(s))
	}
	t := clean(typed)
	return len(t) >= fingerprintLeast && strings.HasPrefix(clean(Fingerprint(key)), t)
}
