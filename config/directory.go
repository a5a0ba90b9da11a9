package config

import (
	"net/url"
	"strings"
	"time"
)

// Directory is the site's Active Directory or other LDAP server. It tries the passwords of the accounts that say so
// (kidoban account add --directory), by signing in as the person; nothing else is taken from it. The door never asks it.
type Directory struct {
	// "ldaps://dc1.city.example", or "ldap://…" with starttls. Without TLS only on this machine. Default "": none.
	// [システム管理者(23(3))]
	URL string `toml:"url"`
	// With ldap://: begin TLS before anything is said. Default false. [システム管理者(23(3))]
	StartTLS bool `toml:"starttls"`
	// File of the certificate authority of the server, PEM. Default "": the machine's own list. [システム管理者(23(3))]
	CA string `toml:"ca"`
	// As whom to sign in, {name} being the name: "{name}@city.example" (Active Directory),
	// "uid={name},ou=people,dc=city,dc=example". Default "": the person is searched for below base first.
	// [システム管理者(23(3))]
	Bind string `toml:"bind"`
	// Where to search: "ou=staff,dc=city,dc=example". Required without bind. [システム管理者(23(3))]
	Base string `toml:"base"`
	// What to search for, {name} being the name. It must find one person. Default "(sAMAccountName={name})".
	// [システム管理者(23(3))]
	Filter string `toml:"filter"`
	// As whom to search: a name of its own that may only read. Required without bind. [システム管理者(23(3))]
	BindDN string `toml:"bind_dn"`
	// File that holds its password, one line. Required with bind_dn. The password itself never stands here.
	// [システム管理者(23(3))]
	Password string `toml:"password_file"`
	// How long one sign-in waits for the directory in all, 1 s to 30 s. Default "5s". [システム管理者(23(3))]
	Timeout Duration `toml:"timeout"`
}

// SetDefaults implements source.Defaulter.
func (d *Directory) SetDefaults() { d.Filter, d.Timeout = "(sAMAccountName={name})", seconds(5) }

// Name is what stands in bind and filter for the name of who signs in.
const Name = "{name}"

func (k *checker) directory(d Directory) {
	k.span("directory.timeout", d.Timeout, time.Second, 30*time.Second)
	if d.URL == "" {
		return
	}
	u, err := url.Parse(d.URL)
	switch {
	case err != nil || u.Scheme != "ldaps" && u.Scheme != "ldap" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
		k.refuse("directory.url", `is "ldaps://host" or "ldap://host", with a port where it is another than 636 or 389`)
		return
	case u.Scheme == "ldaps" && d.StartTLS:
		k.refuse("directory.starttls", "is for ldap://: ldaps:// has begun with TLS already")
	case u.Scheme == "ldap" && !d.StartTLS && !loopback(u.Hostname()):
		k.refuse("directory.url", "whoever is on the way to the directory would read passwords: ldaps://, or starttls = true")
	}
	if d.Bind != "" {
		if strings.Count(d.Bind, Name) != 1 {
			k.refuse("directory.bind", `holds {name} once: "{name}@city.example"`)
		}
		return
	}
	if d.Base == "" || d.BindDN == "" || d.Password == "" {
		k.refuse("directory.bind", "is missing: name it, or base, bind_dn and password_file to search for the person first")
	}
	if strings.Count(d.Filter, Name) != 1 || !strings.HasPrefix(d.Filter, "(") || !strings.HasSuffix(d.Filter, ")") {
		k.refuse("directory.filter", `is a filter in parentheses that holds {name} once: "(sAMAccountName={name})"`)
	}
}
