// Package identity says who speaks on the way between the doors and the central log, and proves it by certificates.
//
// A certificate names one Identity: organisation "kidoban", organisational unit the role, common name
// "kidoban/<site>/<name>". An Authority, made once by kidobanlog init, issues them, for keys of P-256 or Ed25519; the name
// is whom a person at the central log enrols, never what a request asks for. A broker's certificate is for servers alone and
// everybody else's for clients alone, so that no door can pose as the broker.
//
// Files keeps the files of one end: it reads them again when they change, and keeps what was good while what is new is not.
// Nothing here writes a private key anywhere but into a file of mode 0600.
package identity

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Role is what an identity is on the broker, and with that what it may do there.
type Role string

// The roles. The list is closed.
const (
	Door    Role = "door"    // a controller
	Central Role = "central" // a central log
	Reader  Role = "reader"  // a logger or a building system: it listens to what names nobody
	Broker  Role = "broker"  // the broker itself, a server
)

// Roles is the closed list.
func Roles() []Role { return []Role{Door, Central, Reader, Broker} }

// Identity is one party.
type Identity struct {
	Role Role
	Site string
	Name string
}

// String is the identity's name on the broker, "kidoban/<site>/<name>": common name, user name, client id.
func (i Identity) String() string { return "kidoban/" + i.Site + "/" + i.Name }

// Topic is what the topics of this party begin with.
func (i Identity) Topic() string { return "kidoban/v1/" + i.Site + "/" + i.Name + "/" }

var word = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// Check refuses a role or names that are not of the wire contract.
func (i Identity) Check() error {
	switch i.Role {
	case Door, Central, Reader, Broker:
	default:
		return fmt.Errorf("role %q: want door, central, reader or broker", i.Role)
	}
	if !word.MatchString(i.Site) || !word.MatchString(i.Name) {
		return fmt.Errorf("%q: site and name are each 1 to 32 of a-z, 0-9 and hyphens, a letter or digit first", i.String())
	}
	return nil
}

const organisation = "kidoban"

func (i Identity) subject() pkix.Name {
	return pkix.Name{Organization: []string{organisation}, OrganizationalUnit: []string{string(i.Role)}, CommonName: i.String()}
}

// Of is whom a certificate names. That it is genuine is not said by this.
func Of(c *x509.Certificate) (Identity, error) {
	s := c.Subject
	if len(s.Organization) != 1 || s.Organization[0] != organisation || len(s.OrganizationalUnit) != 1 {
		return Identity{}, errors.New("the certificate is not one that kidobanlog enrol made: its subject names no role")
	}
	i, err := Parse(Role(s.OrganizationalUnit[0]), s.CommonName)
	if err != nil {
		return Identity{}, fmt.Errorf("the certificate names no identity: %w", err)
	}
	return i, nil
}

// Parse reads "kidoban/<site>/<name>".
func Parse(role Role, name string) (Identity, error) {
	p := strings.Split(name, "/")
	if len(p) != 3 || p[0] != organisation {
		return Identity{}, fmt.Errorf("%.80q is not kidoban/<site>/<name>", name)
	}
	i := Identity{role, p[1], p[2]}
	return i, i.Check()
}
