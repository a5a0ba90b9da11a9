package controller

import "kidoban/controller/access"

// AskLendings asks for the cards that are out: []cards.Lending, in the order of their numbers. What is closed is in the store.
type AskLendings struct{}

// AskTries asks which cards have wrong PINs: map[access.CredentialID]access.Tries.
type AskTries struct{}

// The orders about cards that are lent (package cards). Answer.Value is the cards.Lending, of CountCards the cards.Count.
type (
	// LendCard lends a stock card to a visitor whom a permit names, until 24:00 JST.
	LendCard struct {
		Card    access.CredentialID
		Person  access.PersonID
		Permit  access.PermitID
		Purpose string
	}
	// TemporaryCard lends a stock card to one who forgot their own (臨時カード), until 24:00 JST: the account's person and
	// Second lend it together. The borrower's own cards are blocked until it is back.
	TemporaryCard struct {
		Card   access.CredentialID
		Person access.PersonID
		Second access.PersonID
		Reason string
	}
	// ReturnCard takes a card back into the stock.
	ReturnCard struct{ Card access.CredentialID }
	// CountCards is a stock-take (現物照合): what was found is compared with what should be there. All means every card, not
	// those of the stock alone.
	CountCards struct {
		Found []access.CredentialID
		All   bool
	}
)

func (AskLendings) ask()   {}
func (AskTries) ask()      {}
func (LendCard) ask()      {}
func (TemporaryCard) ask() {}
func (ReturnCard) ask()    {}
func (CountCards) ask()    {}
