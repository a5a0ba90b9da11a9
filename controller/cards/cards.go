// Package cards is the two card ledgers, 入室カード貸与簿(職員) and 入室者用カード貸出簿: which card is in whose hand, since
// when, until when, and how it came back. Article 11(6); cards are kept as Articles 21 and 23 are, by analogy (運用基準).
//
// Cards that are lent for a day belong to the stock: the roster has them under the person Stock, who is nobody and has no
// standing. A lending moves the card's row to the borrower until 24:00 JST of that day, and its return moves it back. So the
// door's rules know nothing of lendings: what lets the borrower in is their own post, or their permit and an escort; a card
// that is in the stock, or whose day is over, opens nothing, and no clock of ours need strike for that.
//
//   - A visitor's card (入室者用カード) is lent to one whom a permit names, on that permit.
//   - A temporary card (臨時カード) is tied to the person who forgot their own, never anonymous: two persons lend it, neither
//     of them the borrower. The borrower's own cards are blocked until it is back.
//   - A card that was issued (貸与) stays with its holder for the term; its line closes when it is returned, lost or revoked.
//
// 照合ID and 操作者ID of Juki-net have nothing to do with cards and are in no ledger. The package is pure: it looks at the
// roster and says what is to change, or refuses in a sentence that says what to do.
package cards

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Stock is the person under whom the roster keeps the cards that are lent for a day. It is of kind Other.
const Stock access.PersonID = "stock"

// Kind is why a card is in somebody's hand.
type Kind string

// The kinds. Issued and Temporary make the staff's ledger, Visitor the visitors'.
const (
	Issued    Kind = "issued"    // 貸与: a card of one's own, for the term
	Temporary Kind = "temporary" // 臨時カード, for the day
	Visitor   Kind = "visitor"   // 貸出: on a permit, for the day
)

// State is how a line of a ledger stands. Out and Overdue follow from the dates.
type State string

// The states.
const (
	Out      State = "out"      // 貸出中
	Overdue  State = "overdue"  // its day is over and it is not back: it opens nothing
	Returned State = "returned" // 返却
	Lost     State = "lost"     // 紛失
	Revoked  State = "revoked"  // 失効
)

// Lending is one line of a ledger.
type Lending struct {
	ID          string                `json:"id"` // "2026-L0001"
	Kind        Kind                  `json:"kind"`
	Card        access.CredentialID   `json:"card"`
	Person      access.PersonID       `json:"person"`
	Name        string                `json:"name,omitempty"` // as of then
	Affiliation string                `json:"affiliation,omitempty"`
	Permit      access.PermitID       `json:"permit,omitempty"`
	Purpose     string                `json:"purpose,omitempty"` // 使用目的, or why it was needed
	Lent        time.Time             `json:"lent,omitzero"`     // zero = unknown: issued before the ledger was kept here
	Until       time.Time             `json:"until,omitzero"`
	By          ledger.Act            `json:"by,omitzero"`       // who lent it
	Second      ledger.Act            `json:"second,omitzero"`   // of a temporary card: the second person
	Blocked     []access.CredentialID `json:"blocked,omitempty"` // the borrower's own, until it is back
	End         State                 `json:"end,omitempty"`     // "" = it is not back
	Ended       time.Time             `json:"ended,omitzero"`
	EndedBy     ledger.Act            `json:"ended_by,omitzero"` // who took it back, or was told
	Home        Home                  `json:"home,omitzero"`
}

// Home is what a stock card's row is to be again.
type Home struct {
	access.Span
	Schedule access.ScheduleID `json:"schedule,omitempty"`
	Extended bool              `json:"extended,omitempty"`
}

// At is how the line stands at an instant.
func (l *Lending) At(t time.Time) State {
	switch {
	case l.End != "":
		return l.End
	case !l.Until.IsZero() && !t.Before(l.Until):
		return Overdue
	}
	return Out
}

// Staff says that the line belongs to 入室カード貸与簿(職員).
func (l *Lending) Staff() bool { return l.Kind != Visitor }

// Day says that the card was lent from the stock for one day.
func (l *Lending) Day() bool { return l.Kind != Issued }

// Midnight is 24:00 JST of the day of t.
func Midnight(t time.Time) time.Time {
	y, m, d := t.In(access.JST).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, access.JST)
}

// The kinds of the documents.
const (
	Document      = "lending"
	CountDocument = "card-count"
)

// Document is the line as it is stored.
func (l *Lending) Document() (ledger.Document, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return ledger.Document{}, fmt.Errorf("write line %s of the card ledger: %w", l.ID, err)
	}
	return ledger.Document{Kind: Document, ID: l.ID, Body: body}, nil
}

// Read is a line of stored bytes.
func Read(body []byte) (l Lending, err error) {
	if err = json.Unmarshal(body, &l); err == nil && (l.ID == "" || l.Card == "") {
		err = fmt.Errorf("no id or no card")
	}
	if err != nil {
		return Lending{}, fmt.Errorf("read a line of the card ledger: %w", err)
	}
	return l, nil
}

// Book is the lines that are open: the cards that are out.
type Book struct {
	open map[access.CredentialID]Lending
}

// NewBook begins with the lines that are open among all.
func NewBook(all []Lending) *Book {
	b := &Book{open: map[access.CredentialID]Lending{}}
	for _, l := range all {
		b.Put(l)
	}
	return b
}

// Put keeps a line while it is open, and forgets it once it is closed.
func (b *Book) Put(l Lending) {
	if l.End == "" {
		b.open[l.Card] = l
	} else if old, is := b.open[l.Card]; is && old.ID == l.ID {
		delete(b.open, l.Card)
	}
}

// Of is the open line of a card.
func (b *Book) Of(card access.CredentialID) (Lending, bool) {
	l, is := b.open[card]
	return l, is
}

// Borrowed is the card that a person has for the day.
func (b *Book) Borrowed(p access.PersonID) (Lending, bool) {
	return b.first(func(l *Lending) bool { return l.Day() && l.Person == p })
}

// For is the line of the temporary card because of which a card is blocked.
func (b *Book) For(original access.CredentialID) (Lending, bool) {
	return b.first(func(l *Lending) bool { return slices.Contains(l.Blocked, original) })
}

func (b *Book) first(is func(*Lending) bool) (Lending, bool) {
	for _, card := range slices.Sorted(maps.Keys(b.open)) {
		if l := b.open[card]; is(&l) {
			return l, true
		}
	}
	return Lending{}, false
}

// Open are the open lines, in the order of their numbers.
func (b *Book) Open() []Lending {
	return slices.SortedFunc(maps.Values(b.open), func(x, y Lending) int { return cmp.Compare(x.ID, y.ID) })
}

// Late are the cards that were lent for a day that is over, in any order.
func (b *Book) Late(at time.Time) (out []Lending) {
	for _, l := range b.open {
		if l.Day() && l.At(at) == Overdue {
			out = append(out, l)
		}
	}
	return out
}

// Clone is a book of its own.
func (b *Book) Clone() *Book { return &Book{open: maps.Clone(b.open)} }
