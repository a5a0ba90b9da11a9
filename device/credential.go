package device

import (
	"encoding/hex"
	"log/slog"
	"strconv"
)

// Credential is what a reader saw of a card: the number under its format, or the raw bits where the format is raw. It is
// comparable, lives only in memory, and shows as • in every log, message and print: only its keyed hash is ever kept.
type Credential struct {
	Format      string // a format's name: "H10301", "RAW32", …
	Facility    uint64
	Card        uint64
	HasFacility bool  // false where the format has no facility code
	Raw         bool  // Card holds the bits themselves
	Bits        uint8 // length of the frame
	Degenerate  bool  // all zeros or all ones, as wiring faults make and no real card has: never enrolled, never let in
}

// AppendIdentity appends what the keyed hash is made over: FORMAT|facility|card in decimal, FORMAT|hex for raw formats.
func (c Credential) AppendIdentity(b []byte) []byte {
	b = append(b, c.Format...)
	b = append(b, '|')
	if c.Raw {
		n := (int(c.Bits) + 7) / 8
		var oct [8]byte
		for i := range n {
			oct[n-1-i] = byte(c.Card >> (8 * i))
		}
		return hex.AppendEncode(b, oct[:n])
	}
	if c.HasFacility {
		b = strconv.AppendUint(b, c.Facility, 10)
	}
	b = append(b, '|')
	return strconv.AppendUint(b, c.Card, 10)
}

// String hides the number.
func (Credential) String() string { return "•" }

// GoString hides the number.
func (Credential) GoString() string { return "•" }

// LogValue hides the number from slog.
func (Credential) LogValue() slog.Value { return slog.StringValue("•") }

// MarshalJSON hides the number.
func (Credential) MarshalJSON() ([]byte, error) { return []byte(`"•"`), nil }
