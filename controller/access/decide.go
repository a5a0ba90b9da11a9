package access

import (
	"time"

	"kidoban/device"
)

// Place is the rule under which a zone is entered.
type Place uint8

// The places.
const (
	ManagementRoom Place = iota + 1 // Article 20
	TerminalPlace                   // Article 11(2): its own officer
)

// PINUse says when a PIN is asked for beside the card.
type PINUse uint8

// When a PIN is asked for.
const (
	PINNever PINUse = iota
	PINAlways
	PINOutsideHours // outside the hours of the access point's PINHours
)

// APB is the anti-passback mode of a zone. None of them ever blocks leaving.
type APB uint8

// The anti-passback modes.
const (
	APBOff   APB = iota
	APBSoft      // let in, noted as an alert
	APBHard      // refused while the record says the person is inside
	APBTimed     // refused for a time after the last entry, inside or not
)

// AccessPoint is what the rules need to know of one direction through a door; it comes from the config.
type AccessPoint struct {
	Door        string
	Direction   device.Direction
	Zone        string
	Place       Place
	Officer     Post       // who answers for the zone: SecurityOfficer for the management room
	Section     string     // whose staff may enter under Article 20(1)(2)
	Schedule    ScheduleID // "" = at any hour
	PIN         PINUse
	PINHours    ScheduleID // with PINOutsideHours: the hours in which no PIN is needed
	TwoPerson   bool
	AntiPass    APB
	AntiPassFor time.Duration // with APBTimed
	Limit       int           // most persons inside the zone, 0 = none
	Visitors    bool          // permit holders (入室者) enter here, escorted
}

// Moment is the instant a question is asked about, and how far its clock is to be believed. Where Trusted is false the
// answer must hold at every instant from LastRecorded to LastRecorded+Grace.
type Moment struct {
	Wall         time.Time
	Mono         time.Duration
	Boot         string
	Trusted      bool
	LastRecorded time.Time
	Grace        time.Duration
}

// Occupant is one person inside a zone.
type Occupant struct {
	Person     PersonID
	Zone       string
	Since      time.Time     // wall clock of access.taken
	Mono       time.Duration // the same on the monotonic clock of Boot
	Boot       string
	Inside     bool // false keeps the time of the last entry for timed anti-passback
	Assumed    bool // granted at a door without a contact
	Unverified bool // a restart came between grant and entry: passes hard anti-passback once, counts for room full
}

// Occupancy is who is inside, by zone and person.
type Occupancy map[OccupantKey]Occupant

// OccupantKey names a person in a zone.
type OccupantKey struct {
	Zone   string
	Person PersonID
}

// Tries is a credential's count of wrong PINs; it survives a restart.
type Tries struct {
	Wrong        int
	BlockedUntil time.Time // lock-out on the wall clock, zero = none
	Blocked      bool      // until a person lifts it
}

// Locked says that the lock-out is in force at an instant.
func (t Tries) Locked(at time.Time) bool { return t.Blocked || at.Before(t.BlockedUntil) }

// Question is one credential at one access point at one moment, with what the rules look at beside the roster.
type Question struct {
	Point    AccessPoint
	At       Moment
	Card     Hash
	Inside   Occupancy
	Permits  *Permits // nil = none
	Coming   int      // others let in to the zone and not yet inside: room full counts them
	Tries    Tries
	Lockdown bool
}

// Decision is the answer. Reason == Granted with NeedPIN or NeedSecond set means: on condition of these.
type Decision struct {
	Reason     Reason
	Rule       string // what it rests on: "art20.1.2", "art20.2", "art11.2", "practice" (運用基準), "site"
	Person     PersonID
	Credential CredentialID
	Extended   bool
	NeedPIN    bool
	NeedSecond bool
	NeedEscort bool      // a visitor's: never let in without a person of Article 20(1) who attends
	Permit     PermitID  // what a visitor enters on, or comes nearest to
	Soft       Reason    // a violation that is let pass and noted (soft anti-passback), else Undecided
	From       time.Time // NotYetValid, OutsideSchedule…: when it begins, if the rules know; else zero
	Until      time.Time // CredentialExpired: the instant at which its validity ended
}
