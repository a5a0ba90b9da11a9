// Package totp makes and checks one-time codes (RFC 6238: SHA-1, six digits, thirty seconds, what every authenticator
// knows). It remembers nothing: that a code is good once is for whoever keeps the step of the last one.
package totp

import (
	"crypto/rand"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	period       = 30
	secretLength = 20 // octets, as RFC 4226 recommends
	skew         = 1  // steps that a telephone's clock may be off, either way
)

var form = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// NewSecret is a fresh secret in base32, as people type it into an authenticator.
func NewSecret() string {
	var b [secretLength]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}

// URI is a secret as an authenticator reads it from a QR code.
func URI(issuer, account, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + account, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}
	return u.String()
}

// Step is the step of time that a code belongs to, if it is right about now.
func Step(secret, code string, at time.Time) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	now := at.Unix() / period
	for s := now - skew; s <= now+skew; s++ {
		if right, err := hotp.ValidateCustom(code, uint64(s), secret, form); err == nil && right {
			step, ok = s, true
		}
	}
	return step, ok
}
