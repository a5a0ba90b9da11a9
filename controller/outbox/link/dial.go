package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"kidoban/controller/identity"
)

// Config says where the broker is and how it is known. Files are read at every connection and looked at while it is open:
// a renewed certificate needs no restart.
type Config struct {
	Broker    string                                  // "tls://host:8883", or "tcp://127.0.0.1:1883" on loopback alone
	Dial      func(context.Context) (net.Conn, error) // makes the connection in place of dialling Broker; nil = dial
	CA        string                                  // PEM file of the authorities to believe; "" = the system's
	Cert, Key string                                  // PEM files of the client certificate; both or neither
	Username  string
	Password  string // file that holds the password
	ClientID  string
	KeepAlive time.Duration // 0 = 30s
	Timeout   time.Duration // for dialling, for the handshake, for each write; 0 = 10s
	Backlog   int           // messages put to Out and not yet acknowledged, at most; 0 = 4096
	Look      time.Duration // how often the files are looked at while a link is open; 0 = 20s

	files *identity.Files
}

// Remember returns c with a memory: while new files are broken, the old ones go on being used, and log says so.
func (c Config) Remember(log *slog.Logger) Config {
	c.files = identity.NewFiles(c.CA, c.Cert, c.Key, log)
	return c
}

// Material reads the files.
func (c Config) Material() (*identity.Material, error) {
	if c.files == nil {
		c = c.Remember(nil)
	}
	return c.files.Load()
}

func (c Config) withDefaults() Config {
	if c.KeepAlive == 0 {
		c.KeepAlive = 30 * time.Second
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Backlog == 0 {
		c.Backlog = 4096
	}
	if c.Look == 0 {
		c.Look = 20 * time.Second
	}
	return c
}

// Check reports what would keep every connection from being made: an address that is not allowed, files that cannot be
// read. A broker that is merely down is no error.
func (c Config) Check() error {
	if c.Dial != nil {
		return nil
	}
	scheme, host, err := c.address()
	if err != nil {
		return err
	}
	if scheme == "tcp" {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if _, err := loopback(ctx, host); err != nil {
			return err
		}
	} else if _, err := c.tls(host); err != nil {
		return err
	}
	_, err = c.password()
	return err
}

func (c Config) address() (scheme, hostport string, err error) {
	u, err := url.Parse(c.Broker)
	if err != nil {
		return "", "", fmt.Errorf("read broker address %q: %w", c.Broker, err)
	}
	if u.Scheme != "tls" && u.Scheme != "tcp" {
		return "", "", fmt.Errorf("broker address %q: want tls://host:8883 or tcp://127.0.0.1:1883", c.Broker)
	}
	if u.User != nil || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Hostname() == "" || u.Port() == "" {
		return "", "", fmt.Errorf("broker address %q: want scheme://host:port and nothing else", u.Redacted())
	}
	return u.Scheme, u.Host, nil
}

// loopback resolves hostport and refuses it unless every address it stands for is loopback. The address returned is
// the one to dial: asking the resolver again could give another.
func loopback(ctx context.Context, hostport string) (string, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return "", fmt.Errorf("read broker address: %w", err)
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return "", fmt.Errorf("resolve broker %s: %w", host, err)
	}
	for _, a := range addrs {
		if !a.Unmap().IsLoopback() {
			return "", fmt.Errorf("broker tcp://%s is not on this machine (%s): use tls://, plain MQTT is for loopback alone", hostport, a)
		}
	}
	for _, a := range addrs { // brokers listen on 127.0.0.1 more often than on ::1
		if a.Unmap().Is4() {
			return net.JoinHostPort(a.Unmap().String(), port), nil
		}
	}
	return net.JoinHostPort(addrs[0].String(), port), nil
}

func (c Config) tls(hostport string) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fmt.Errorf("read broker address: %w", err)
	}
	m, err := c.Material()
	if err != nil {
		return nil, err
	}
	t := &tls.Config{MinVersion: tls.VersionTLS13, ServerName: host, RootCAs: m.Authorities}
	if m.Own != nil {
		// Whether its authority suits is the broker's to say, in words.
		t.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return m.Own, nil }
	}
	return t, nil
}

func (c Config) password() (string, error) {
	if c.Password == "" {
		return "", nil
	}
	b, err := os.ReadFile(c.Password)
	if err != nil {
		return "", fmt.Errorf("read broker password: %w", err)
	}
	p := strings.TrimRight(string(b), "\r\n")
	if p == "" {
		return "", fmt.Errorf("read broker password: %s is empty", c.Password)
	}
	return p, nil
}

func (c Config) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	if c.Dial != nil {
		return c.Dial(ctx)
	}
	scheme, host, err := c.address()
	if err != nil {
		return nil, err
	}
	if scheme == "tcp" {
		addr, err := loopback(ctx, host)
		if err != nil {
			return nil, err
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			return nil, fmt.Errorf("reach broker: %w", err)
		}
		return promptly(conn), nil
	}
	t, err := c.tls(host)
	if err != nil {
		return nil, err
	}
	plain, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("reach broker: %w", err)
	}
	conn := tls.Client(promptly(plain), t)
	if err := conn.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, fmt.Errorf("reach broker: %w", err)
	}
	return conn, nil
}
