package cards

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Why a card is not where it should be.
const (
	CountMissing = "missing" // it should be there and is not
	CountLent    = "lent"    // it is there, and its return is not on record
	CountHeld    = "held"    // it is there, and is a person's own
	CountLost    = "lost"    // it was declared lost: found again
	CountRevoked = "revoked" // it should have been destroyed
	CountUnknown = "unknown" // no card of this id is in the roster
)

// Difference is a card that is not where it should be.
type Difference struct {
	Card   access.CredentialID `json:"card"`
	Why    string              `json:"why"`
	Person access.PersonID     `json:"person,omitempty"` // who has it by the roster
}

// Count is a stock-take (現物照合): what was found against what should be there.
type Count struct {
	ID          string       `json:"id"` // "2026-C0001"
	At          time.Time    `json:"at"`
	By          ledger.Act   `json:"by,omitzero"`
	All         bool         `json:"all,omitempty"` // every card was to be shown, not the stock alone
	Expected    int          `json:"expected"`
	Found       int          `json:"found"` // different cards
	Differences []Difference `json:"differences,omitempty"`
}

// Missing is how many cards should be there and are not.
func (c *Count) Missing() (n int) {
	for _, d := range c.Differences {
		if d.Why == CountMissing {
			n++
		}
	}
	return n
}

// Unexpected is how many cards are there and should not be.
func (c *Count) Unexpected() int { return len(c.Differences) - c.Missing() }

// Document is the count as it is stored.
func (c *Count) Document() (ledger.Document, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return ledger.Document{}, fmt.Errorf("write card count %s: %w", c.ID, err)
	}
	return ledger.Document{Kind: CountDocument, ID: c.ID, Body: body}, nil
}

// ReadCount is a count of stored bytes.
func ReadCount(body []byte) (c Count, err error) {
	if err := json.Unmarshal(body, &c); err != nil {
		return Count{}, fmt.Errorf("read a card count: %w", err)
	}
	return c, nil
}

// Compare counts: the cards of the stock that are not lent should be there, and with all every card that was not declared
// lost or revoked. cards are those of the roster, the stock's at least.
func Compare(r *access.Roster, b *Book, cards []access.Credential, found []access.CredentialID, all bool) Count {
	found = slices.Clone(found)
	slices.Sort(found)
	found = slices.Compact(found)
	c := Count{All: all, Found: len(found)}
	for _, row := range cards {
		if !expected(b, &row, all) {
			continue
		}
		c.Expected++
		if _, there := slices.BinarySearch(found, row.ID); !there {
			c.Differences = append(c.Differences, Difference{row.ID, CountMissing, holder(row.Person)})
		}
	}
	for _, id := range found {
		if why, who := strange(r, b, id, all); why != "" {
			c.Differences = append(c.Differences, Difference{id, why, who})
		}
	}
	slices.SortStableFunc(c.Differences, func(x, y Difference) int { return cmp.Compare(x.Card, y.Card) })
	return c
}

func expected(b *Book, row *access.Credential, all bool) bool {
	if row.State == access.Lost || row.State == access.Revoked {
		return false
	}
	l, open := b.Of(row.ID)
	return all || row.Person == Stock && !(open && l.Day())
}

// strange says why a card that was found should not be there, "" where it should.
func strange(r *access.Roster, b *Book, id access.CredentialID, all bool) (string, access.PersonID) {
	row, known := r.Credential(id)
	l, open := b.Of(id)
	switch {
	case !known:
		return CountUnknown, ""
	case row.State == access.Lost:
		return CountLost, holder(row.Person)
	case row.State == access.Revoked:
		return CountRevoked, holder(row.Person)
	case all:
		return "", ""
	case open && l.Day():
		return CountLent, l.Person
	case row.Person != Stock:
		return CountHeld, row.Person
	}
	return "", ""
}

func holder(p access.PersonID) access.PersonID {
	if p == Stock {
		return ""
	}
	return p
}
