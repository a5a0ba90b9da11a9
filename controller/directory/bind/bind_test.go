package bind_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/directory"
	"kidoban/controller/directory/bind"
	"kidoban/controller/directory/directorytest"
)

// by is the directory of a configuration for a server.
func by(s *directorytest.Server, change func(*config.Directory)) bind.Directory {
	c := s.Config()
	if change != nil {
		change(&c)
	}
	return bind.Directory{Conf: c}
}

// The right password, and every other one, by each way to a person and over each kind of TLS.
func TestTry(t *testing.T) {
	s := directorytest.Start(t)
	for name, change := range map[string]func(*config.Directory){
		"search, ldaps":    nil,
		"search, StartTLS": func(c *config.Directory) { c.URL, c.StartTLS = s.Plain, true },
		"search, plain":    func(c *config.Directory) { c.URL = s.Plain },
		"pattern":          func(c *config.Directory) { c.Bind = "uid={name},ou=staff,dc=city,dc=example" },
	} {
		t.Run(name, func(t *testing.T) {
			d := by(s, change)
			if err := d.Try(t.Context(), "sato", s.Words["sato"]); err != nil {
				t.Errorf("the right password: %v", err)
			}
			for _, x := range [][2]string{
				{"sato", "wrong"}, {"sato", ""}, {"", s.Words["sato"]}, {"sato", s.Words["tanaka"]}, {"nobody", s.Words["sato"]},
				{"*", s.Words["sato"]}, {"sat*", s.Words["sato"]}, {"sato)(uid=*", s.Words["sato"]}, {"sato)(|(uid=*", s.Words["sato"]},
				{"sato,ou=staff", s.Words["sato"]}, {"sato\x00", s.Words["sato"]}, {`\2a`, s.Words["sato"]}, {"sato+uid=sato", s.Words["sato"]},
			} {
				if err := d.Try(t.Context(), x[0], x[1]); !errors.Is(err, directory.ErrWrong) {
					t.Errorf("%q: %v, want that it is wrong", x[0], err)
				}
			}
		})
	}
	if err := by(s, nil).Try(t.Context(), "tanaka", s.Words["tanaka"]); err != nil {
		t.Errorf("a name with a comma in the tree: %v", err)
	}
}

// What cannot be asked is never taken for a wrong password, and says what is the matter.
func TestCannotAsk(t *testing.T) {
	s := directorytest.Start(t)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stranger := t.TempDir()
	directorytest.Authority(t, stranger)
	for name, c := range map[string]struct {
		change func(*config.Directory)
		want   string
	}{
		"down":                           {func(c *config.Directory) { c.URL = "ldaps://localhost:" + directorytest.Port(t) }, "refused"},
		"a certificate of a stranger":    {func(c *config.Directory) { c.CA = filepath.Join(stranger, "ca.pem") }, "certificate"},
		"the same with StartTLS":         {func(c *config.Directory) { c.URL, c.StartTLS, c.CA = s.Plain, true, filepath.Join(stranger, "ca.pem") }, "certificate"},
		"a certificate for another name": {func(c *config.Directory) { c.URL = strings.Replace(s.TLS, "localhost", "127.0.0.1", 1) }, "127.0.0.1"},
		"two of them":                    {func(c *config.Directory) { c.Filter = "(|(uid={name})(employeeType=twin))" }, "several"},
		"who searches is unknown":        {func(c *config.Directory) { c.BindDN = "cn=nobody,dc=city,dc=example" }, "bind_dn"},
		"no base":                        {func(c *config.Directory) { c.Base = "ou=none,dc=city,dc=example" }, "base"},
		"no password file":               {func(c *config.Directory) { c.Password = empty + "x" }, "password_file"},
		"an empty one":                   {func(c *config.Directory) { c.Password = empty }, "first line"},
		"no authority":                   {func(c *config.Directory) { c.CA = empty }, "no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			err := by(s, c.change).Try(t.Context(), "sato", s.Words["sato"])
			if err == nil || errors.Is(err, directory.ErrWrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), s.Words["sato"]) || strings.Contains(err.Error(), s.Words["reader"])) {
				t.Errorf("a password is in %q", err)
			}
		})
	}
}

// A server that takes connections and says nothing is given up after the time that the configuration allows, in all.
func TestSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, url := range []string{"ldaps://", "ldap://"} {
		var c config.Directory
		c.SetDefaults()
		c.URL, c.Bind, c.Timeout = url+l.Addr().String(), "{name}@city.example", config.Duration(time.Second)
		for _, c.StartTLS = range []bool{false, url == "ldap://"} {
			began := time.Now()
			err := bind.Directory{Conf: c}.Try(t.Context(), "sato", "anything")
			if took := time.Since(began); err == nil || errors.Is(err, directory.ErrWrong) || took > 10*time.Second {
				t.Errorf("%s: %v after %v", c.URL, err, took)
			}
		}
	}
}
