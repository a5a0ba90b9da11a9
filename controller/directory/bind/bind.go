// Package bind tries passwords at the site's Active Directory or other LDAP server: it signs in there as the person,
// and signs out. It takes nothing else from the directory, keeps no password and no connection, and waits no longer than
// the configuration says, however many steps a try takes. Passwords go over TLS, or to this machine itself.
package bind

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"kidoban/config"
	"kidoban/controller/directory"
)

// Directory is the server of a checked configuration. It is connected to with each try.
type Directory struct{ Conf config.Directory }

// Do tries the password of a question: what the program apart does.
func Do(ctx context.Context, q directory.Question) (a directory.Answer, err error) {
	err = Directory{q.Directory}.Try(ctx, q.Name, q.Password)
	if a.Right = err == nil; !a.Right && !errors.Is(err, directory.ErrWrong) {
		a.Failed = err.Error()
	}
	return a, nil
}

// Try tries a password: nil if it is right, directory.ErrWrong if not, another error where the directory could not say.
func (d Directory) Try(ctx context.Context, name, password string) error {
	if name == "" || password == "" { // a bind without a password is anonymous, and succeeds
		return directory.ErrWrong
	}
	ctx, cancel := context.WithTimeout(ctx, d.Conf.Timeout.Std())
	defer cancel()
	who, err := d.person(ctx, name)
	if err != nil {
		return err
	}
	c, err := d.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.Bind(who, password); err != nil {
		return said(err)
	}
	return nil
}

// said tells a refusal from a failure.
func said(err error) error {
	for _, code := range []uint16{
		ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultConstraintViolation,
		ldap.LDAPResultUnwillingToPerform, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInvalidDNSyntax,
	} {
		if ldap.IsErrorWithCode(err, code) {
			return directory.ErrWrong
		}
	}
	return fmt.Errorf("ask the directory: %w", err)
}

// person is as whom to sign in: by the pattern, or by what a search finds.
func (d Directory) person(ctx context.Context, name string) (string, error) {
	if d.Conf.Bind != "" {
		if strings.Contains(d.Conf.Bind, "=") {
			name = ldap.EscapeDN(name)
		}
		return strings.Replace(d.Conf.Bind, config.Name, name, 1), nil
	}
	password, err := d.reader()
	if err != nil {
		return "", err
	}
	c, err := d.connect(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	if err := c.Bind(d.Conf.BindDN, password); err != nil {
		return "", fmt.Errorf("search the directory as directory.bind_dn: %w", err)
	}
	filter := strings.Replace(d.Conf.Filter, config.Name, ldap.EscapeFilter(name), 1)
	found, err := c.Search(ldap.NewSearchRequest(d.Conf.Base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 2, 0, false,
		filter, []string{"1.1"}, nil))
	switch {
	case ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded) || err == nil && len(found.Entries) > 1:
		return "", errors.New("search the directory: directory.filter finds several persons: let it find one")
	case err != nil:
		return "", fmt.Errorf("search the directory below directory.base: %w", err)
	case len(found.Entries) == 0:
		return "", directory.ErrWrong
	}
	return found.Entries[0].DN, nil
}

// reader is the password of whoever searches.
func (d Directory) reader() (string, error) {
	b, err := os.ReadFile(d.Conf.Password)
	if err != nil {
		return "", fmt.Errorf("read directory.password_file: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", errors.New("read directory.password_file: its first line is empty")
	}
	return line, nil
}

// connect opens a connection on which nothing lasts longer than ctx.
func (d Directory) connect(ctx context.Context) (*ldap.Conn, error) {
	u, err := url.Parse(d.Conf.URL)
	if err != nil {
		return nil, fmt.Errorf("ask the directory: %w", err)
	}
	secure, port := u.Scheme == "ldaps", "389"
	if secure {
		port = "636"
	}
	if p := u.Port(); p != "" {
		port = p
	}
	roots, err := d.roots()
	if err != nil {
		return nil, err
	}
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, fmt.Errorf("ask the directory: %w", err)
	}
	if end, ok := ctx.Deadline(); ok {
		_ = raw.SetDeadline(end)
	}
	trust := &tls.Config{ServerName: u.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12}
	if secure {
		over := tls.Client(raw, trust)
		if err := over.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("ask the directory: %w", err), raw.Close())
		}
		raw = over
	}
	c := ldap.NewConn(raw, secure)
	c.Start()
	if end, ok := ctx.Deadline(); ok {
		c.SetTimeout(time.Until(end))
	}
	if d.Conf.StartTLS {
		if err := c.StartTLS(trust); err != nil {
			_ = c.Close()
			return nil, fmt.Errorf("begin TLS with the directory: %w", err)
		}
	}
	return c, nil
}

// roots are the authorities that the directory's certificate may come from, nil for the machine's own.
func (d Directory) roots() (*x509.CertPool, error) {
	if d.Conf.CA == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(d.Conf.CA)
	if err != nil {
		return nil, fmt.Errorf("read directory.ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read directory.ca: %s holds no certificate", d.Conf.CA)
	}
	return pool, nil
}
