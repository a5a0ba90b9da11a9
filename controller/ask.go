package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// The questions, which change nothing and need no account.
type (
	// AskStatus asks how everything stands: Answer.Value is a Status.
	AskStatus struct{}
	// AskWho asks who is inside: []Inside.
	AskWho struct{}
	// AskAlarms asks for the alarms that nobody has closed: []ledger.Alarm.
	AskAlarms struct{}
	// AskWhy asks what the door would say to a person, a credential or a card: []string. At zero means now.
	AskWhy struct {
		Person     access.PersonID
		Credential access.CredentialID
		Card       access.Hash
		Door       string
		Direction  device.Direction
		At         time.Time
		Lang       access.Language
	}
	// AskCredential asks for one card's row: an access.Credential.
	AskCredential struct{ ID access.CredentialID }
)

// The orders. Each is an entry that names who gave it.
type (
	// ReleaseDoor releases one door once, for at most For. It opens an entry like a grant: one opening consumes it.
	ReleaseDoor struct {
		Door    string
		For     time.Duration
		Private []byte // the reason in the person's words, as a private part
	}
	// SetMode puts a door into "lockdown" until Until, or back to "normal".
	SetMode struct {
		Door    string
		Mode    string
		Until   time.Time
		For     time.Duration
		Private []byte
	}
	// AckAlarm says that somebody acts on an alarm: 受け付ける. It stays until it is closed.
	AckAlarm struct{ ID string }
	// SilenceSiren stops the siren of a door; its alarm waits on.
	SilenceSiren struct{ Door string }
	// Forgive takes a person out of the record of who is inside. Person "" means all of the zone.
	Forgive struct {
		Zone    string
		Person  access.PersonID
		Private []byte
	}
	// UnblockPIN lifts the lock-out of a credential's PIN.
	UnblockPIN struct{ Credential access.CredentialID }
	// EditRoster changes rows of the roster one by one; Type and Data say what to record.
	EditRoster struct {
		Edits   []ledger.Edit
		Type    journal.Type
		Data    journal.Data
		Private []byte
	}
	// SwitchRoster makes a staged generation the current one.
	SwitchRoster struct {
		Base       uint64 // the version it was staged from: refused if the roster has changed since
		Generation uint64
		Roster     *access.Roster
		People     *ledger.Directory // handed over: the loop owns it from then on
		Digest     string

		approver, proposal string // of an import that another person approved
	}
	// Note records something that the daemon itself did: config.applied, journal.verified, a duplicate refused.
	Note struct {
		Type journal.Type
		Data journal.Data
	}
)

func (AskStatus) ask()     {}
func (AskWho) ask()        {}
func (AskAlarms) ask()     {}
func (AskWhy) ask()        {}
func (AskCredential) ask() {}
func (ReleaseDoor) ask()   {}
func (SetMode) ask()       {}
func (AckAlarm) ask()      {}
func (SilenceSiren) ask()  {}
func (Forgive) ask()       {}
func (UnblockPIN) ask()    {}
func (EditRoster) ask()    {}
func (SwitchRoster) ask()  {}
func (Note) ask()          {}

// Status is how everything stands.
type Status struct {
	Doors      []DoorView
	Recording  bool
	Unrecorded int
	Clock      string
	Inside     int
	Alarms     int // that nobody has acknowledged
	Incidents  int // emergencies declared now
	Persons    int
	Cards      int
	Roster     uint64
}

// DoorView is what may be shown of a door to anybody: it is the retained topic door/<door>/state.
type DoorView struct {
	Door      string `json:"-"`
	Position  string `json:"position"` // "closed", "open", "unknown"
	Lock      string `json:"lock"`     // "locked", "released"
	Mode      string `json:"mode"`     // "normal", "lockdown"
	Alarm     string `json:"alarm"`    // "none", "held", "forced", "fault"
	Occupants int    `json:"occupants"`
	Tampered  bool   `json:"tampered"` // until somebody acknowledges it
}

// Inside is one person in a zone.
type Inside struct {
	Person     access.PersonID
	Name       string
	Zone       string
	Since      time.Time
	Assumed    bool
	Unverified bool
}
