package bundle

import (
	"fmt"
	"regexp"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
)

// LostMost bounds a list of lost cards.
const LostMost = 4000

// Lost is a site's list of cards that were reported lost. It says the whole list each time; what it leaves out stays
// stopped all the same.
type Lost struct {
	Site     string    `json:"site"`
	Sequence int64     `json:"sequence"` // rising, for people to tell lists apart
	Made     time.Time `json:"made"`
	Cards    []Loss    `json:"cards"`

	Digest string `json:"-"`
	Signer string `json:"-"` // the name of the key
}

// Loss is one report. A report is carried out once: who lifts it at a door (of a blocked card) is not overruled by the same
// report coming again.
type Loss struct {
	Credential access.CredentialID `json:"credential"`
	To         string              `json:"to"`     // "lost" or "blocked"
	Reason     string              `json:"reason"` // one word: the list is not encrypted
	Account    string              `json:"account"`
	At         time.Time           `json:"at"`
}

var (
	wordPattern = regexp.MustCompile(`^[a-z][a-z_-]{0,31}$`)
	namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// Key tells reports apart.
func (l *Loss) Key() string { return string(l.Credential) + "@" + l.At.UTC().Format(time.RFC3339Nano) }

// State is what a report makes of a card.
func (l *Loss) State() access.CardState {
	if l.To == "blocked" {
		return access.Blocked
	}
	return access.Lost
}

func (l *Lost) check() error {
	if l.Site == "" || l.Sequence < 1 || l.Made.IsZero() || len(l.Cards) == 0 || len(l.Cards) > LostMost {
		return fmt.Errorf("%w: a list has a site, a number, a time and 1 to %d cards", errForm, LostMost)
	}
	for _, c := range l.Cards {
		if !namePattern.MatchString(string(c.Credential)) || !namePattern.MatchString(c.Account) ||
			!wordPattern.MatchString(c.Reason) || c.At.IsZero() || c.To != "lost" && c.To != "blocked" {
			return fmt.Errorf("%w: a card has an id, is lost or blocked, for a reason of one word (a-z), by an account, at a time", errForm)
		}
	}
	return nil
}

// Sign makes the message.
func (l Lost) Sign(by note.Signer) ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	return seal(lossKind, &l, by)
}

// Lost reads a message that was published as a list of lost cards. Its error is a *Refusal.
func (o *Own) Lost(msg []byte) (Lost, error) {
	known := []note.Verifier{o.Key}
	if o.Loss != nil {
		known = append(known, o.Loss)
	}
	l, err := OpenLost(msg, known...)
	switch {
	case err != nil:
		return Lost{}, refuse(Forged, "%v", err)
	case l.Site != o.Site:
		return Lost{}, refuse(OtherDoor, "it is for site %s", l.Site)
	}
	return l, nil
}

// OpenLost reads a list that one of the keys signed.
func OpenLost(msg []byte, known ...note.Verifier) (l Lost, err error) {
	text, signer, err := unseal(lossKind, msg, &l, known...)
	if err == nil {
		err = l.check()
	}
	l.Digest, l.Signer = digest([]byte(text)), signer
	return l, err
}

// PeekLost reads a list without believing it.
func PeekLost(msg []byte) (l Lost, err error) {
	text, ok := peek(msg)
	if !ok {
		return l, errForm
	}
	if err = parse(lossKind, text, &l); err == nil {
		err = l.check()
	}
	l.Digest = digest([]byte(text))
	return l, err
}
