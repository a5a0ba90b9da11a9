// Package mail carries notices as mail: each its own message, UTF-8, Japanese first, then English.
//
// A notice is sent when the server has taken the whole message (250 after DATA). Its Message-ID follows from the notice's
// ID: a message that had to be sent twice has the same. What a mail server does after that is out of our hands: a mail
// can be read on its way by every server that it passes, so names are for recipients of the own house.
package mail

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"kidoban/controller/notify"
	"kidoban/controller/notify/trust"
)

// Security says how the way to the server is protected.
type Security string

// The ways. Plain is for a server on this machine.
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls"
	Plain    Security = "none"
)

// Config is the server and who writes to whom.
type Config struct {
	Server   string // host:port
	Security Security
	Trust    trust.Files
	Username string // "" = no authentication
	Password string // file
	From, To string
	Timeout  time.Duration // of one step with the server
}

// Channel writes mail to one address.
type Channel struct{ cfg Config }

// New prepares a channel.
func New(cfg Config) *Channel { return &Channel{cfg} }

// Send sends each notice as a message of its own.
func (c *Channel) Send(ctx context.Context, notices []notify.Notice) (sent int, answer string, err error) {
	client, err := c.client()
	if err != nil {
		return 0, "", err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return 0, "", fmt.Errorf("reach mail server %s: %w", c.cfg.Server, err)
	}
	defer client.Close()
	for _, n := range notices {
		m, err := c.message(n)
		if err != nil {
			return sent, answer, err
		}
		if err := client.Send(m); err != nil {
			return sent, answer, fmt.Errorf("send mail by %s: %w", c.cfg.Server, err)
		}
		sent, answer = sent+1, m.ServerResponse()
	}
	return sent, answer, nil
}

func (c *Channel) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(c.cfg.Server)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("mail server: port: %w", err)
	}
	secure, err := c.cfg.Trust.TLS()
	if err != nil {
		return nil, err
	}
	secure.ServerName = host
	options := []mail.Option{mail.WithPort(number), mail.WithTimeout(c.cfg.Timeout), mail.WithTLSConfig(secure), mail.WithoutNoop()}
	switch c.cfg.Security {
	case TLS:
		options = append(options, mail.WithSSL())
	case Plain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.cfg.Username != "" {
		password, err := trust.Secret(c.cfg.Password)
		if err != nil {
			return nil, err
		}
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.cfg.Username), mail.WithPassword(string(password)))
	}
	return mail.NewClient(host, options...)
}

func (c *Channel) message(n notify.Notice) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(c.cfg.From); err != nil {
		return nil, fmt.Errorf("mail from: %w", err)
	}
	if err := m.To(c.cfg.To); err != nil {
		return nil, fmt.Errorf("mail to: %w", err)
	}
	l := notify.Write(n)
	m.Subject(l.Subject)
	m.SetDateWithValue(n.Made)
	m.SetMessageIDWithValue(strings.ReplaceAll(n.ID, "/", ".") + "@" + domain(c.cfg.From))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Kidoban-Notice", n.ID)
	m.SetBodyString(mail.TypeTextPlain, l.Body)
	return m, nil
}

func domain(address string) string {
	_, after, _ := strings.Cut(strings.Trim(address[strings.LastIndexByte(address, ' ')+1:], "<>"), "@")
	return after
}
