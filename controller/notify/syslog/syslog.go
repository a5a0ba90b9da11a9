// Package syslog carries notices as syslog messages: RFC 5424, over TLS as RFC 5425 has it, facility 13 (log audit).
//
// Syslog has no acknowledgement: what is written to a connection may lie unread when the receiver dies. So each Send is a
// connection of its own, which ends by TLS's farewell (close_notify) and is then read until the receiver has closed it
// too. A receiver that closes in order has read everything before: only then are the notices sent. If it does not, all of
// them are sent again, with the same IDs: what happens to messages that were under way is that they are repeated, not that
// they are lost. What a receiver loses after it has read it is the receiver's.
package syslog

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"kidoban/controller/notify"
	"kidoban/controller/notify/trust"
)

// Config is whom to write to.
type Config struct {
	Server     string // host:port; 6514 is syslog's over TLS
	Trust      trust.Files
	Enterprise int           // number that the fields' name ends with, of IANA's list of private enterprises
	Timeout    time.Duration // of each step with the server
}

const chatter = 1 << 20 // bytes: syslog servers say nothing

// Channel writes to one server.
type Channel struct{ cfg Config }

// New prepares a channel.
func New(cfg Config) *Channel { return &Channel{cfg} }

// Send writes all notices, and returns that all are sent once the server has taken leave, or that none is.
func (c *Channel) Send(ctx context.Context, notices []notify.Notice) (sent int, answer string, err error) {
	secure, err := c.cfg.Trust.TLS()
	if err != nil {
		return 0, "", err
	}
	dial, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	conn, err := (&tls.Dialer{Config: secure}).DialContext(dial, "tcp", c.cfg.Server)
	if err != nil {
		return 0, "", fmt.Errorf("reach syslog server %s: %w", c.cfg.Server, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if err := c.write(conn, notices); err != nil {
		return 0, "", fmt.Errorf("write to syslog server %s: %w", c.cfg.Server, err)
	}
	if answer, err = c.farewell(conn.(*tls.Conn)); err != nil {
		return 0, "", fmt.Errorf("syslog server %s has perhaps not read it: %w", c.cfg.Server, err)
	}
	return len(notices), answer, nil
}

func (c *Channel) write(conn net.Conn, notices []notify.Notice) error {
	w := bufio.NewWriterSize(conn, 16<<10)
	for _, n := range notices {
		m, err := c.message(n)
		if err != nil {
			continue // its retention ended while it waited
		}
		if err := conn.SetWriteDeadline(time.Now().Add(c.cfg.Timeout)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%d %s", len(m), m); err != nil {
			return err
		}
	}
	return w.Flush()
}

// farewell says that no more comes, and waits until the server has read that.
func (c *Channel) farewell(conn *tls.Conn) (string, error) {
	if err := conn.SetDeadline(time.Now().Add(c.cfg.Timeout)); err != nil {
		return "", err
	}
	if err := conn.CloseWrite(); err != nil {
		return "", err
	}
	if half, can := conn.NetConn().(*net.TCPConn); can {
		if err := half.CloseWrite(); err != nil {
			return "", err
		}
	}
	said, err := io.Copy(io.Discard, io.LimitReader(conn, chatter))
	switch {
	case said == chatter:
		return "", errors.New("it talks without an end")
	case err == nil:
		return "closed in order", nil
	case errors.Is(err, io.ErrUnexpectedEOF): // rsyslog says nothing before it closes
		return "closed after reading", nil
	}
	return "", err
}
