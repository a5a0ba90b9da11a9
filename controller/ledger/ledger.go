// Package ledger is the vocabulary between the step and the store: what is now true (Change) beside the entries that say
// why. Values only. A Change and its entries are made durable in one transaction or not at all.
package ledger

import (
	"time"

	"kidoban/controller/access"
	"kidoban/device"
)

// Change is what a step makes true. Rows replace rows of the same key; a row whose Gone is set removes it.
type Change struct {
	Occupants []access.Occupant // key: zone, person
	Grants    []Grant           // key: ID
	Tries     []Tries           // key: credential
	Modes     []Mode            // key: door
	Alarms    []Alarm           // key: ID
	Permits   []Permit          // key: ID
	Visits    []Visit           // key: ID
	Emergency []EmergencyEntry  // key: ID
	Numbers   []Number          // key: kind, year
	Documents []Document        // key: kind, ID
	Roster    []Edit            // in order
	Switch    uint64            // the staged roster generation that becomes the current one, 0 = none
}

// Snapshot is every row as it stood at the last commit: what a start begins with.
type Snapshot struct {
	Occupants    []access.Occupant
	Grants       []Grant
	Tries        []Tries
	Modes        []Mode
	Alarms       []Alarm
	Permits      []Permit         // all that are not purged
	Visits       []Visit          // open lines, and those that wait for a consent
	Emergency    []EmergencyEntry // not completed
	Numbers      []Number
	Documents    []Document
	LastRecorded time.Time // wall time of the last entry whose clock was synchronised
}

// Grant is one that is still neither taken nor not taken, or one awaiting a PIN or a second person (Pending).
type Grant struct {
	ID         string
	Door       string
	Direction  device.Direction
	Person     access.PersonID
	Credential access.CredentialID
	Pending    bool
	Waiting    string // with Pending: "pin", "second_person"
	At         time.Time
	Gone       bool
}

// Tries is a credential's wrong PINs.
type Tries struct {
	Credential access.CredentialID
	access.Tries
	Gone bool
}

// Mode is a door's mode while it is not normal; it always has an end.
type Mode struct {
	Door     string
	Mode     string // "lockdown", "released"
	Until    time.Time
	Account  string
	Incident string // the emergency that it belongs to, "" = none
	Gone     bool
}

// Alarm is one that nobody has closed. What was found when it is closed is the private part of alarm.closed.
type Alarm struct {
	ID           string // "<type>/<door>" of what raised it and the sequence-free ordinal: unique in the journal
	Type         string // the entry's type that raised it: "door.forced", …
	Door         string
	Zone         string
	Severity     string
	Raised       time.Time
	Due          time.Time // escalated then if nobody has acknowledged it; zero = not, or no more
	Escalated    time.Time
	Acknowledged time.Time
	By           string // the account that acknowledged it
	Drill        bool
	Gone         bool   // closed
	Controller   string // at the central log: whom it is about
}

// Edit is one row of the roster that changes; exactly one pointer is set. Delete removes the row with the same key.
type Edit struct {
	Person     *Person
	Incumbency *access.Incumbency
	Belonging  *access.Belonging
	Finding    *access.Finding
	Credential *access.Credential
	Schedule   *access.Schedule
	Holiday    *access.Holiday
	Duty       *access.Duty
	Delete     bool
}

// Whose is the person of a row, "" of one that is nobody's.
func (e Edit) Whose() access.PersonID {
	switch {
	case e.Person != nil:
		return e.Person.ID
	case e.Incumbency != nil:
		return e.Incumbency.Person
	case e.Belonging != nil:
		return e.Belonging.Person
	case e.Finding != nil:
		return e.Finding.Person
	case e.Duty != nil:
		return e.Duty.Person
	case e.Credential != nil:
		return e.Credential.Person
	}
	return ""
}

// Person is a cardholder with what the desk shows of them; names never enter a journal entry.
type Person struct {
	access.Person
	Name        string // 氏名
	Reading     string // ふりがな
	Affiliation string // 所属
}

// Roster is a whole roster with names, as imported and stored.
type Roster struct {
	Records access.Records // Persons of Records are left empty: People holds them
	People  []Person
}
