package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// The orders that take two persons (別人による確認).
type (
	// Propose has an Ask carried out as the account may: at once where one person is enough, or else once another person
	// approves it; then Answer.Value is a Proposed. It takes EditRoster, SwitchRoster, CorrectVisit, PutAccount.
	Propose struct{ Ask Ask }
	// ApplyForCard applies for a card to be issued, changed or given a PIN: under the officer, and issued by the system
	// manager. It is kept as a proposal: Answer.Value is a Proposed.
	ApplyForCard struct{ Order EditRoster }
	// Approve approves a proposal of another person, or does the next part of a correction: check, permit.
	Approve struct {
		ID  string
		Row *ledger.Visit // of a correction: the line as it is stored now, where it waits for nothing any more
	}
	// Reject sends a proposal back (差し戻す); its maker withdraws it. Answer.Value is a Rejected.
	Reject struct {
		ID      string
		Private []byte // why
	}
	// AskMay asks whether the account may do one of these in a zone: a bool.
	AskMay struct {
		Actions []account.Action
		Zone    string
	}
	// AskProposals asks for those that wait: []Proposal, oldest first.
	AskProposals struct{}
)

// Proposed says under which number a proposal waits.
type Proposed struct {
	ID string `json:"proposal"`
}

// Rejected says what was sent back. Generation is that of an import: nobody needs it any more.
type Rejected struct {
	ID         string `json:"proposal"`
	Generation uint64 `json:"-"`
}

// The orders about accounts and signing in. The hash of a password is made and tried beside the loop.
type (
	// PutAccount adds an account, or sets another's password anew; its holder must then set one of their own.
	PutAccount struct {
		Name      string
		Person    access.PersonID
		Hash      string // "" for one of the directory
		Directory bool   `json:",omitempty"` // the site's directory tries its password
		Login     string `json:",omitempty"` // its name there, "" = the same
	}
	// SetPassword sets the password of the account that asks, whose old one was tried.
	SetPassword struct{ Hash string }
	// CloseAccount ends an account for good. One person is enough.
	CloseAccount struct{ Name string }
	// SignIn is the outcome of one try to show who somebody is. Where the password was right and more is needed,
	// Answer.Value is an AccountRow that says so in Needs, and nobody is signed in yet.
	SignIn struct {
		Name    string
		By      account.Proof
		OK      bool
		Tried   string // the hash that the password was tried against
		Step    int64  // of the code that was right: it is good once
		Passkey string // which
		Count   uint32 // its count of uses
		Again   bool   // it proves anew who is signed in
		Down    bool   // the directory could not be asked: nothing was tried
	}
	// SignOut ends a sign-in: by its holder, or Elsewhere: it turned up where it did not begin.
	SignOut struct{ Elsewhere bool }
	// AskAccount asks for one account, with its hash: for those who try passwords. Answer.Value is an AccountRow.
	AskAccount struct{ Name string }
	// AskAccounts asks for all: []AccountRow without hashes, by name.
	AskAccounts struct{}
)

// AccountRow is an account of a person, as it is kept.
type AccountRow struct {
	Name      string          `json:"name"`
	Person    access.PersonID `json:"person"`
	Hash      string          `json:"hash,omitempty"`
	Tries     account.Tries   `json:"tries,omitzero"`
	Temporary bool            `json:"temporary,omitempty"` // the password is somebody else's making
	Since     time.Time       `json:"since,omitzero"`
	Closed    time.Time       `json:"closed,omitzero"`

	Directory bool              `json:"directory,omitempty"` // the site's directory tries its password: it has none here
	Login     string            `json:"login,omitempty"`     // its name there, "" = the same
	TOTP      []byte            `json:"totp,omitempty"`      // the secret of its one-time codes, sealed with a key of the key directory
	Step      int64             `json:"step,omitempty"`      // of the last code that was taken
	Passkeys  []account.Passkey `json:"passkeys,omitempty"`

	HasTOTP bool   `json:"has_totp,omitempty"` // only in answers, which never hold the secret
	Needs   string `json:"-"`                  // only in the answer to a SignIn: "code", "passkey"
	Enrol   bool   `json:"-"`                  // likewise: it must set up a second proof first
	Holder  string `json:"holder,omitempty"`   // the person's name; only in answers
}

// Proposal is an order that waits for another person.
type Proposal struct {
	ID      string     `json:"id"` // "2026-P001"
	Kind    string     `json:"kind"`
	Account string     `json:"account"` // the maker's
	Maker   ledger.Act `json:"maker"`
	Officer bool       `json:"officer,omitempty"` // the maker was the officer of the management room
	Checker ledger.Act `json:"checker,omitzero"`  // of a correction that waits for the officer's permission
	Zone    string     `json:"zone,omitempty"`
	Visit   string     `json:"visit,omitempty"`   // of a correction
	What    []string   `json:"what,omitempty"`    // for those who approve; only in answers
	Line    *OfLine    `json:"line,omitempty"`    // of a correction; only in answers
	Changes []Change   `json:"changes,omitempty"` // of rows of the roster; only in answers
	Order   order      `json:"order,omitzero"`    // never in answers
}

// OfLine is what a correction would do to a line of the register.
type OfLine struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
	Reason string `json:"reason"`
}

// order is the Ask of a proposal; exactly one is set. An import stays in memory: it lapses with the run.
type order struct {
	Edit    *EditRoster   `json:"edit,omitempty"`
	Correct *CorrectVisit `json:"correct,omitempty"`
	Account *PutAccount   `json:"account,omitempty"`
	Switch  *SwitchRoster `json:"-"`
}

func (Propose) ask()      {}
func (ApplyForCard) ask() {}
func (Approve) ask()      {}
func (Reject) ask()       {}
func (AskProposals) ask() {}
func (AskMay) ask()       {}
func (PutAccount) ask()   {}
func (SetPassword) ask()  {}
func (CloseAccount) ask() {}
func (SignIn) ask()       {}
func (SignOut) ask()      {}
func (AskAccount) ask()   {}
func (AskAccounts) ask()  {}
