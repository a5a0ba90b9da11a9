package totp_test

import (
	"encoding/base32"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	authenticator "github.com/pquerna/otp/totp"

	"kidoban/controller/totp"
)

// The vectors of RFC 6238, appendix B (SHA-1, the last six of its eight digits).
func TestVectors(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, ok := totp.Step(secret, code, time.Unix(at, 0))
		if !ok || step != at/30 {
			t.Errorf("%d %s: step %d, %v", at, code, step, ok)
		}
	}
}

// An authenticator's code is right for a step before and after its own, under that step's number, and then no more.
func TestWindow(t *testing.T) {
	secret, at := totp.NewSecret(), time.Unix(1_775_000_010, 0)
	code, err := authenticator.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	for off, want := range map[time.Duration]bool{
		-61 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 61 * time.Second: false,
	} {
		step, ok := totp.Step(secret, code, at.Add(off))
		if ok != want || ok && step != at.Unix()/30 {
			t.Errorf("%v off: %v, step %d", off, ok, step)
		}
	}
	if _, ok := totp.Step(secret, code[:3]+" "+code[3:], at); !ok {
		t.Error("a code with a space in it, as authenticators show it")
	}
	for _, bad := range []string{"", "0", code + "0", "abcdef", strings.Repeat("1", 1000)} {
		if _, ok := totp.Step(secret, bad, at); ok {
			t.Errorf("%q is a code", bad)
		}
	}
}

// What a QR code holds is what an authenticator reads.
func TestURI(t *testing.T) {
	secret := totp.NewSecret()
	k, err := otp.NewKeyFromURL(totp.URI("kidoban maizuru", "tanaka", secret))
	if err != nil {
		t.Fatal(err)
	}
	if k.Secret() != secret || k.Issuer() != "kidoban maizuru" || k.AccountName() != "tanaka" || k.Period() != 30 || k.Digits() != otp.DigitsSix {
		t.Errorf("read as %q of %q, period %d", k.AccountName(), k.Issuer(), k.Period())
	}
	u, err := url.Parse(k.URL())
	if err != nil || strings.Contains(u.RawQuery, "+") {
		t.Errorf("%v: a space as a plus is read as a plus by some", err)
	}
	if a, b := totp.NewSecret(), totp.NewSecret(); a == b || len(a) != 32 {
		t.Error("secrets are not fresh")
	}
}
