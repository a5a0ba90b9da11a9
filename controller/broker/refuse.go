package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"sync"
	"time"
)

// Refusal is why somebody was not let in or not obeyed. Its text is stable: it is counted by it.
type Refusal string

// The refusals. The list is closed.
const (
	NoCertificate    Refusal = "no_certificate"
	UnknownAuthority Refusal = "unknown_authority" // self-signed, or another authority's
	Expired          Refusal = "certificate_expired"
	NotYetValid      Refusal = "certificate_not_yet_valid"
	Revoked          Refusal = "certificate_revoked"
	NoIdentity       Refusal = "no_identity" // genuine, and not one for a client
	OldTLS           Refusal = "tls_too_old"
	NotTLS           Refusal = "not_tls"
	Slow             Refusal = "handshake_too_slow"
	Gone             Refusal = "gone_in_handshake"
	BadHandshake     Refusal = "bad_handshake"
	Crowded          Refusal = "too_many_connections"
	ForeignClientID  Refusal = "foreign_client_id"
	ForbiddenSession Refusal = "forbidden_session" // a session kept by the broker, or a keep-alive that is none
	ForbiddenWill    Refusal = "forbidden_will"
	ForbiddenPublish Refusal = "forbidden_publish"
	ForbiddenRetain  Refusal = "forbidden_retain"
	ForbiddenFilter  Refusal = "forbidden_subscribe"
)

// refusal is a Refusal as an error, with what it came from.
type refusal struct {
	why   Refusal
	cause error
}

func (r refusal) Error() string {
	if r.cause == nil {
		return string(r.why)
	}
	return string(r.why) + ": " + r.cause.Error()
}

func (r refusal) Unwrap() error { return r.cause }

// reasonOf is why a handshake failed.
func reasonOf(err error) Refusal {
	var r refusal
	var record tls.RecordHeaderError
	var timeout net.Error
	switch {
	case errors.As(err, &r):
		return r.why
	case errors.As(err, &record):
		return NotTLS
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Slow
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		return Gone
	}
	return BadHandshake
}

// certificateReason is why a certificate does not verify.
func certificateReason(err error, c *x509.Certificate, now time.Time) Refusal {
	var invalid x509.CertificateInvalidError
	if !errors.As(err, &invalid) {
		return UnknownAuthority
	}
	switch {
	case invalid.Reason == x509.Expired && now.Before(c.NotBefore):
		return NotYetValid
	case invalid.Reason == x509.Expired:
		return Expired
	}
	return NoIdentity
}

// gatekeeper counts refusals and tells of them: each kind from each place once a minute, so that a flood of them does not
// fill the log.
type gatekeeper struct {
	log   *slog.Logger
	mu    sync.Mutex
	count map[Refusal]int64
	said  map[saying]time.Time
}

type saying struct {
	why Refusal
	who string
}

const (
	sayAgain = time.Minute
	sayMost  = 1024
)

func (k *gatekeeper) refuse(why Refusal, who, remote, what string, cause error) {
	now := time.Now()
	k.mu.Lock()
	k.count[why]++
	n := k.count[why]
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	key := saying{why, who + " " + host}
	quiet := now.Sub(k.said[key]) < sayAgain
	if !quiet {
		if len(k.said) >= sayMost {
			maps.DeleteFunc(k.said, func(_ saying, at time.Time) bool { return now.Sub(at) >= sayAgain })
			quiet = len(k.said) >= sayMost
		}
		k.said[key] = now
	}
	k.mu.Unlock()
	if quiet {
		return
	}
	args := []any{"why", string(why), "from", remote, "count", n}
	if who != "" {
		args = append(args, "identity", who)
	}
	if what != "" {
		args = append(args, "what", what)
	}
	if cause != nil {
		args = append(args, "err", cause)
	}
	k.log.Warn("broker refuses", args...)
}

func (k *gatekeeper) counts() map[Refusal]int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.count)
}
