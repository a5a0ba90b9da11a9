package bundle

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Enrolment is what a door gives the office, signed with its journal's key: how to reach it and nobody else, and where its
// doors lead. The card key in it is encrypted to the office.
type Enrolment struct {
	Site       string    `json:"site"`
	Controller string    `json:"controller"`
	Journal    string    `json:"journal"`
	Key        string    `json:"key"`       // the verifier key that signed this
	Recipient  string    `json:"recipient"` // age: whom parts are encrypted to
	CardKey    []byte    `json:"card_key"`  // age: 32 octets, for the office alone
	Made       time.Time `json:"made"`
	Zones      []Zone    `json:"zones"`
}

// Zone is a room behind the controller's doors, as the rules know it.
type Zone struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"` // "management_room", "terminal_place", "storage"
	Officer  string `json:"officer"`
	Section  string `json:"section"`
	Visitors bool   `json:"visitors"`
}

// Point is the zone as the rules of standing look at it.
func (z Zone) Point() access.AccessPoint {
	p := access.AccessPoint{Zone: z.Name, Place: access.TerminalPlace, Officer: access.Post(z.Officer), Section: z.Section, Visitors: z.Visitors}
	if z.Kind == "management_room" {
		p.Place = access.ManagementRoom
	}
	return p
}

// Sign makes the record.
func (e Enrolment) Sign(by note.Signer) ([]byte, error) { return seal(enrolKind, &e, by) }

// OpenEnrolment reads a record by the key that it names itself: whose that is, a person has to say.
func OpenEnrolment(msg []byte) (e Enrolment, err error) {
	text, ok := peek(msg)
	if !ok {
		return e, fmt.Errorf("read enrolment: %w", errForm)
	}
	if err := parse(enrolKind, text, &e); err != nil {
		return e, fmt.Errorf("read enrolment: %w", err)
	}
	v, err := note.NewVerifier(e.Key)
	if err != nil {
		return e, fmt.Errorf("read enrolment: %w", err)
	}
	claimed := e
	if _, _, err := unseal(enrolKind, msg, &e, v); err != nil {
		return claimed, fmt.Errorf("read enrolment: %w", err)
	}
	o := journal.Origin{Site: e.Site, Controller: e.Controller, Journal: journal.JournalID(v)}
	if v.Name() != o.KeyName() || e.Journal != o.Line() {
		return e, fmt.Errorf("read enrolment: its key is of %s, it says %s", v.Name(), e.Journal)
	}
	return e, nil
}
