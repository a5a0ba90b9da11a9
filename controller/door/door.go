package door

import "time"

// State is where a door stands.
type State uint8

// The states of a door.
const (
	Secure   State = iota + 1 // closed, strike not driven
	Released                  // closed, strike driven
	Opened                    // open on a grant, an exit or found so at start
	Held                      // open longer than permitted
	Forced                    // open without a grant or an exit
	Faulty                    // contact or strike cannot be believed: no entry; leaving as far as the strike works
)

// Relock says when the strike is secured after an opening.
type Relock uint8

// When to relock.
const (
	RelockOnOpen Relock = iota
	RelockOnClose
)

// Times are one door's durations, in ONVIF's words, and its ways. All run on the monotonic clock.
type Times struct {
	Release         time.Duration // strike driven at most this long
	ExtendedRelease time.Duration // for those who need longer
	Open            time.Duration // permitted open time
	ExtendedOpen    time.Duration
	PreAlarm        time.Duration // the warning comes this long before Open ends; 0 = none
	Relock          Relock
	RelockDelay     time.Duration
	HasContact      bool // without one, granted counts as taken and nothing can be forced or held
}

// Way is what a grant was for.
type Way uint8

// The ways through a door.
const (
	In  Way = iota + 1 // an entry: its record is durable before it comes here
	Out                // an exit reader or the exit button: never waits for anything
)

// Kind of an Input.
type InputKind uint8

// The inputs of a door.
const (
	Grant        InputKind = iota + 1 // ID, Way, Extended: release the strike. The exit button is a Grant Out with ID ""
	ContactOpen                       // AtStart where the panel found it so
	ContactClose                      // AtStart where the panel found it so
	Tick                              // time has passed
	Fault                             // a point of the door cannot be believed: Contact says whether it is the contact
	Restored
	Driven // the last Drive was really carried out
	DriveFailed
	Close // daemon is stopping: secure, end grants
)

// Input is one thing that the door is told. At is monotonic.
type Input struct {
	At       time.Duration
	Kind     InputKind
	ID       string
	Way      Way
	Extended bool
	AtStart  bool
}

// FactKind of a Fact.
type FactKind uint8

// The facts that a step yields, in the order in which they became true.
const (
	DriveRelease FactKind = iota + 1 // For: drive the strike
	DriveSecure                      // stop driving it
	Taken                            // ID: this grant was used by the opening
	NotTaken                         // ID: its time ran out without an opening
	DoorOpened                       // AtStart; Way of what it was opened on
	DoorForced                       // Second: a second opening on one grant
	HeldWarning                      // pre-alarm
	DoorHeld                         //
	HeldCleared                      // Lasted since it was held
	DoorClosed                       // Lasted since it was opened
	LockReleased                     // the strike was really driven
	LockSecured                      // the strike was really let go
	DoorFault                        // the drive failed, or a point of the door did
	DoorRestored
)

// Fact is one thing that is now true of the door.
type Fact struct {
	Kind    FactKind
	ID      string
	Way     Way
	For     time.Duration
	Lasted  time.Duration
	AtStart bool
	Second  bool
}
