package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
)

// The questions and orders about who somebody is, beside the passwords of ask_office.go.
type (
	// AskMe asks what the account that asks is and may: a Me.
	AskMe struct{}
	// AskPasskey asks whose a passkey is: an AccountRow with its keys, for those who check signatures.
	AskPasskey struct{ ID string }

	// SetTOTP gives the account that asks one-time codes. Sealed is their secret, Step that of the first code, which was
	// right and is used up.
	SetTOTP struct {
		Sealed []byte
		Step   int64
	}
	// RemoveTOTP takes them away.
	RemoveTOTP struct{}
	// AddPasskey gives the account that asks a passkey, whose registration was checked.
	AddPasskey struct{ Passkey account.Passkey }
	// RemovePasskey takes one away.
	RemovePasskey struct{ ID string }

	// BeginSetup says that a one-time code was made for the account that asks: one of the configuration without a person.
	BeginSetup struct{}
	// EndSetup says what came of such a code: used by somebody, or a wrong one.
	EndSetup struct {
		Name string // whose code it is
		OK   bool
		Why  string // "code_wrong", "code_void"
	}
)

func (AskMe) ask()         {}
func (AskPasskey) ask()    {}
func (SetTOTP) ask()       {}
func (RemoveTOTP) ask()    {}
func (AddPasskey) ask()    {}
func (RemovePasskey) ask() {}
func (BeginSetup) ask()    {}
func (EndSetup) ask()      {}

// What a client must act on, word for word.
const (
	// ProveAgain refuses a grave act whose last proof of who somebody is lies back too long.
	ProveAgain = "this takes a fresh proof of who you are: prove it again (kidoban sign-in NAME)"
	// SecondFirst refuses everything to an account that lacks the second proof that the site asks for.
	SecondFirst = "set up a second proof first: one-time codes or a passkey (console, or kidoban account code)"
	// PasswordFirst refuses everything to an account whose password is somebody else's making.
	PasswordFirst = "set a password of your own first: kidoban account password"
)

// Me is what an account is and may.
type Me struct {
	Account string          `json:"account,omitempty"`
	Person  access.PersonID `json:"person,omitempty"`
	Name    string          `json:"name,omitempty"`  // the person's
	Roles   []string        `json:"roles,omitempty"` // account.Role words, in any zone
	// May are the zones in which an account.Action may be done now, by its word; "" is what belongs to no zone.
	May       map[string][]string `json:"may,omitempty"`
	Silent    bool                `json:"silent,omitempty"`    // it sees silent alarms
	Temporary bool                `json:"temporary,omitempty"` // it must set a password of its own first
	Enrol     bool                `json:"enrol,omitempty"`     // it must set up a second proof first
	Directory bool                `json:"directory,omitempty"` // its password is the directory's
	TOTP      bool                `json:"totp,omitempty"`      // it has one-time codes
	Passkeys  []account.Passkey   `json:"passkeys,omitempty"`  // without keys
	Since     time.Time           `json:"since,omitzero"`
	Requests  int                 `json:"requests,omitempty"` // of permits, that wait for its decision
	Unheeded  int                 `json:"unheeded,omitempty"` // alarms it may know of that nobody has acknowledged
}

// Can says that the account may do an action in a zone; "" is what belongs to no zone.
func (m Me) Can(a account.Action, zone string) bool {
	for _, z := range m.May[a.String()] {
		if z == zone {
			return true
		}
	}
	return false
}

// CanSomewhere says that the account may do an action at all.
func (m Me) CanSomewhere(a account.Action) bool { return len(m.May[a.String()]) > 0 }
