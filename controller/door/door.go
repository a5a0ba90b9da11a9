// Package door is one door as a pure machine: inputs with their monotonic instant go in, facts come out, and the next
// deadline is a value that the caller arms its timer with. It reads no clock, does no I/O, and no wall clock ever enters
// it: a clock stepped by an hour or a day changes nothing here.
//
// What it promises:
//   - The strike is driven only by the step that is told of a Grant, never past its release time, and never without a
//     deadline. A failed drive is told to let go again every second until it does.
//   - Every grant with an ID ends exactly once, as Taken or NotTaken.
//   - Nobody is held in: a Grant Out drives the strike at once in every state, faulty ones too. Leaving by the handle
//     while a Grant Out is open is never forced.
//   - An opening is forced unless a grant is open, or the panel found the door open at start. The second opening on one
//     grant is forced (Second), and a forced door left open also becomes held.
//   - No entry is released while contact or strike cannot be believed.
//   - An instant belongs to what begins at it: a grant given at 0s for 5s is over at 5s. A late Tick finds the facts of
//     all deadlines that passed, in order, each with the instant at which it became true. A Tick says that all before
//     it has been told; should an opening stamped within a release come after the Tick that ended it, the opening is
//     not forced, but its grants stay NotTaken.
//
// A party. Grants that are open together share one end, the latest, and one opening consumes them all: nobody can tell
// from a contact how many went through, and each of them showed a card. Where entries and exits are open together the
// opening is an entry's and all are Taken: a register that misses one who is inside is worse than one that names one
// who turned round, and anti-passback shows the latter at the next card.
//
// An open door. Who is granted while the door stands open walks through without an opening, so that grant ends as Taken
// even if no opening consumes it. The strike is driven all the same, as the door may fall shut before them; the open
// time starts anew, but not that of a door already held or forced. This hides nobody who could not have followed through
// the open door anyway.
//
// Relock. On opening, or on closing, plus the relock delay; the end of the release time always comes first. A grant that
// nobody used yet keeps the strike to its end.
//
// Without a contact (HasContact false) released counts as taken, and nothing can be forced or held. With a contact that is
// not believed the same holds for those who leave. A strike that failed is restored by being really driven.
//
// The table: state and input, next state, facts. "end" stands for Taken of those granted while the door stood open, and
// NotTaken of the others.
//
//	secure    grant in, out        released   DriveRelease; LockReleased when Driven
//	secure    contact open         forced     DoorForced (Second within a used release)
//	secure    contact open @start  opened     DoorOpened AtStart
//	released  grant in, out        released   DriveRelease for longer; the party grows
//	released  contact open         opened     DoorOpened, Taken each, DriveSecure by Relock
//	released  release time over    secure     DriveSecure, end; LockSecured when Driven
//	opened    open - pre-alarm     opened     HeldWarning
//	opened    open time over       held       DoorHeld
//	forced    open time over       held       DoorHeld
//	opened    grant in, out        opened     DriveRelease; the open time starts anew
//	held      grant in, out        held       DriveRelease
//	forced    grant in, out        forced     DriveRelease
//	open      contact closed       secure     DoorClosed, HeldCleared if held, DriveSecure by Relock (released if granted)
//	any       fault of the contact faulty     DoorFault, end of entries, DriveSecure unless somebody leaves
//	any       DriveFailed, strike  faulty     DoorFault, end of entries; DriveSecure every second
//	faulty    grant in             faulty     NotTaken
//	faulty    grant out            faulty     DriveRelease
//	faulty    contact restored     as before  DoorRestored
//	faulty    Driven               as before  DoorRestored
//	any       fault elsewhere      the same   DoorFault
//	any       Close                the same   end of all, DriveSecure
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
	PreAlarm        time.Duration // the warning comes this long before Open ends; 0 or as long as Open = none
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

// InputKind says what an Input is.
type InputKind uint8

// The inputs of a door.
const (
	Grant        InputKind = iota + 1 // ID, Way, Extended: release the strike. The exit button is a Grant Out with ID ""
	ContactOpen                       // AtStart where the panel found it so
	ContactClose                      // AtStart where the panel found it so
	Tick                              // time has passed
	Fault                             // Point cannot be believed: ContactPoint and StrikePoint close the door to entries
	Restored                          // Point can again
	Driven                            // the last Drive was really carried out
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
	For      time.Duration // of a Grant: instead of the door's own release time; 0 = that
	AtStart  bool
	Point    string // of Fault and Restored
}

// The points of a door that decide who may enter; a fault of any other is only told.
const (
	ContactPoint = "contact"
	StrikePoint  = "strike"
)

// FactKind says what a Fact is.
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
	At      time.Duration // when it became true: a late Tick finds out afterwards
	Kind    FactKind
	ID      string
	Way     Way
	For     time.Duration
	Lasted  time.Duration
	AtStart bool
	Second  bool
	Point   string // of DoorFault and DoorRestored
}
