package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// Client speaks with a desk.
type Client struct {
	path  string
	http  *http.Client
	token string
	quiet bool
	fails error
}

// Dial prepares a client of the socket at path; it connects with the first request.
func Dial(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &Client{path: path, http: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// As is the client of a sign-in, by its token.
func (c *Client) As(token string) *Client {
	as := *c
	as.token = token
	return &as
}

// Quiet is the client of a page that lies open: what it asks does not count as use of the sign-in, which ends in its time.
func (c *Client) Quiet() *Client {
	quiet := *c
	quiet.quiet = true
	return &quiet
}

// Failing is a client whose every request fails for this reason.
func (c *Client) Failing(err error) *Client {
	failing := *c
	failing.fails = err
	return &failing
}

// Nobody is the client of somebody who has not signed in, whoever the user of the machine may be: it may only read. It is
// what a server must use that speaks for strangers.
func (c *Client) Nobody() *Client { return c.As(nobodyToken) }

// Close lets go of the connections that are kept for the next request.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get asks a question; answer is a pointer to what is expected.
func (c *Client) Get(ctx context.Context, what string, query url.Values, answer any) error {
	body, err := c.Stream(ctx, what, query)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return json.NewDecoder(body).Decode(answer)
}

// Post gives an order; it returns when that is durable.
func (c *Client) Post(ctx context.Context, what string, order, answer any) error {
	b, err := json.Marshal(order)
	if err != nil {
		return err
	}
	return c.send(ctx, "/"+what, b, answer)
}

// Send posts a file.
func (c *Client) Send(ctx context.Context, what string, query url.Values, file []byte, answer any) error {
	return c.send(ctx, "/"+what+"?"+query.Encode(), file, answer)
}

// Ask gives an order that is answered line by line.
func (c *Client) Ask(ctx context.Context, what string, order any) (io.ReadCloser, error) {
	b, err := json.Marshal(order)
	if err != nil {
		return nil, err
	}
	return c.post(ctx, "/"+what, b)
}

func (c *Client) post(ctx context.Context, path string, body []byte) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kidoband"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return c.do(req)
}

func (c *Client) send(ctx context.Context, path string, body []byte, answer any) error {
	got, err := c.post(ctx, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = got.Close() }()
	if answer == nil {
		_, err = io.Copy(io.Discard, got)
		return err
	}
	return json.NewDecoder(got).Decode(answer)
}

// Fetch gives an order whose answer is a file.
func (c *Client) Fetch(ctx context.Context, what string, order []byte) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kidoband/"+what, bytes.NewReader(order))
	if err != nil {
		return nil, err
	}
	return c.do(req)
}

// Stream asks for what comes line by line.
func (c *Client) Stream(ctx context.Context, what string, query url.Values) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kidoband/"+what+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	return c.do(req)
}

func (c *Client) do(req *http.Request) (io.ReadCloser, error) {
	if c.fails != nil {
		return nil, c.fails
	}
	if c.token != "" {
		req.Header.Set(SessionHeader, c.token)
	}
	if c.quiet {
		req.Header.Set(QuietHeader, "1")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.explain(err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	var r refusal
	b, err := io.ReadAll(resp.Body)
	if err != nil || json.Unmarshal(b, &r) != nil || r.Error == "" {
		r = refusal{Error: fmt.Sprintf("the daemon answers %s: %s", resp.Status, strings.TrimSpace(string(b)))}
	}
	if r.Code == "" {
		r.Code = codeOf(resp.StatusCode, r.Error)
	}
	return nil, &Error{Status: resp.StatusCode, Code: r.Code, Text: r.Error, Why: r.Why}
}

// explain says what to do about a socket that nobody answers.
func (c *Client) explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return away("no daemon answers at %s: is kidoband running? (another socket: --socket or KIDOBAN_SOCKET)", c.path)
	case errors.Is(err, fs.ErrPermission):
		return away("%s may not be opened: join its group (kidoban), then sign in again", c.path)
	}
	return err
}
