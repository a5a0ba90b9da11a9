package wiegand

import (
	"encoding/hex"
	"fmt"
	"log/slog"

	"kidoban/device"
)

// Reading is what one format makes of a frame of its length. It shows as • unless Text is asked for.
type Reading struct {
	Format     Format
	Credential device.Credential // also where Diagnosis finds fault: the fields as they would read
	Diagnosis  Diagnosis         // Fault is NoFault where the frame fits the format
}

// Learn reads the frame under every format of its length. More than one often fits: length and parity do not tell the
// format, so the number printed on the card has to.
func Learn(b Bits) []Reading {
	var all []Reading
	for _, f := range Formats() {
		if f.Bits() != b.Len() {
			continue
		}
		_, d := decode(f, b)
		all = append(all, Reading{Format: f, Credential: f.l.credential(b), Diagnosis: d})
	}
	return all
}

// Fits tells whether the frame is a whole one of the format.
func (r Reading) Fits() bool { return r.Diagnosis.Fault == NoFault }

// Text is the reading in full, with the card's number, for the person who holds the card.
func (r Reading) Text() string {
	t := r.Format.Name() + ": " + fields(r.Credential)
	switch {
	case !r.Fits():
		return t + ": does not fit: " + r.Diagnosis.Error()
	case r.Credential.Degenerate:
		return t + ": fits, but all zeros or all ones is no card"
	case r.Credential.Raw:
		return t + ": fits; hex " + hexOf(r.Credential) + ", nothing to check it by"
	case !r.Format.Checked():
		return t + ": fits; nothing to check it by"
	}
	return t + ": fits"
}

// String hides the number.
func (Reading) String() string { return "•" }

// GoString hides the number.
func (Reading) GoString() string { return "•" }

// LogValue hides the number from slog.
func (Reading) LogValue() slog.Value { return slog.StringValue("•") }

// MarshalJSON hides the number.
func (Reading) MarshalJSON() ([]byte, error) { return []byte(`"•"`), nil }

// Explain reads the bits, "0101…", under the named format: "facility=123 card=4567", or "card=…" alone where the format
// has no facility code. The error says why they are no frame of it, without repeating them.
func Explain(formatName, bitsText string) (string, error) {
	f, err := Lookup(formatName)
	if err != nil {
		return "", err
	}
	b, err := ParseBits(bitsText)
	if err != nil {
		return "", err
	}
	c, err := Decode(f, b)
	if err != nil {
		return "", err
	}
	return fields(c), nil
}

// fields is the credential in clear.
func fields(c device.Credential) string {
	if c.HasFacility {
		return fmt.Sprintf("facility=%d card=%d", c.Facility, c.Card)
	}
	return fmt.Sprintf("card=%d", c.Card)
}

// hexOf is a raw credential as its issuer's lists write it, one octet after another.
func hexOf(c device.Credential) string {
	octets := make([]byte, c.Bits/8)
	for i := range octets {
		octets[len(octets)-1-i] = byte(c.Card >> (8 * i))
	}
	return hex.EncodeToString(octets)
}
