// Package webhook carries notices as CloudEvents by HTTP: the body is the entry, byte for byte as the record has it.
//
// A notice is sent when the answer is 2xx. Redirects are refused, and answers otherwise not looked at but for their status.
// Where there is a secret, each request is signed: Kidoban-Signature is "v1=" and the hex HMAC-SHA-256 of
//
//	Kidoban-Timestamp + "." + Kidoban-Notice + "." + body
//
// A receiver checks it, refuses timestamps more than five minutes off, and drops a Kidoban-Notice that it has had.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kidoban/controller/notify"
	"kidoban/controller/notify/trust"
)

// Config is whom to post to.
type Config struct {
	URL     string
	Trust   trust.Files
	Secret  string // file; "" = not signed
	Timeout time.Duration
}

// Channel posts to one address.
type Channel struct{ cfg Config }

// New prepares a channel.
func New(cfg Config) *Channel { return &Channel{cfg} }

// Send posts each notice by a request of its own, all over one connection.
func (c *Channel) Send(ctx context.Context, notices []notify.Notice) (sent int, answer string, err error) {
	secure, err := c.cfg.Trust.TLS()
	if err != nil {
		return 0, "", err
	}
	var secret []byte
	if c.cfg.Secret != "" {
		if secret, err = trust.Secret(c.cfg.Secret); err != nil {
			return 0, "", err
		}
	}
	way := &http.Transport{TLSClientConfig: secure, ForceAttemptHTTP2: true, Proxy: http.ProxyFromEnvironment}
	defer way.CloseIdleConnections()
	client := &http.Client{Transport: way, Timeout: c.cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, n := range notices {
		if n.Entry == nil { // its retention ended while it waited
			sent++
			continue
		}
		if answer, err = c.post(ctx, client, n, secret); err != nil {
			return sent, answer, err
		}
		sent++
	}
	return sent, answer, nil
}

func (c *Channel) post(ctx context.Context, client *http.Client, n notify.Notice, secret []byte) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL, bytes.NewReader(n.Entry))
	if err != nil {
		return "", fmt.Errorf("post to webhook: %w", err)
	}
	r.Header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	r.Header.Set("User-Agent", "kidobanlog")
	r.Header.Set("Kidoban-Notice", n.ID)
	r.Header.Set("Kidoban-Kind", string(n.Kind))
	r.Header.Set("Kidoban-Turn", strconv.Itoa(n.Turn))
	if secret != nil {
		at := strconv.FormatInt(time.Now().Unix(), 10)
		r.Header.Set("Kidoban-Timestamp", at)
		r.Header.Set("Kidoban-Signature", "v1="+Sign(secret, at, n.ID, n.Entry))
	}
	got, err := client.Do(r)
	if err != nil {
		if named := (*url.Error)(nil); errors.As(err, &named) {
			err = named.Err // without the address, which can be a secret
		}
		return "", fmt.Errorf("post to webhook: %w", err)
	}
	defer got.Body.Close()
	_, _ = io.CopyN(io.Discard, got.Body, 64<<10) // so that the connection can be used again
	switch {
	case got.StatusCode/100 == 2:
		return got.Status, nil
	case got.StatusCode/100 == 3:
		return "", fmt.Errorf("post to webhook: %s: a redirect is refused: set the url that it leads to, if that is right", got.Status)
	}
	return "", fmt.Errorf("post to webhook: %s", got.Status)
}

// Sign is what a signature says after its "v1=".
func Sign(secret []byte, timestamp, notice string, body []byte) string {
	m := hmac.New(sha256.New, secret)
	fmt.Fprintf(m, "%s.%s.", timestamp, notice)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}
