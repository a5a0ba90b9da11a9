// Package device is the vocabulary of the waist between the controller and whatever hangs on its doors: what happened
// (Event), what is to be done (Command), what a reader saw (Credential). It holds values only and imports no hardware.
//
// Drivers below it stamp an Event with the Instant at which it happened and send it up one channel; the controller
// sends Commands down. Nothing else passes, and nothing calls back upward.
package device

import "time"

// Instant is one moment on both clocks. Wall is for the record and for rules that name dates; Mono, the time since the
// kernel booted (CLOCK_BOOTTIME), is what every duration and deadline at the door is measured with, so that a clock
// stepped by an hour changes nothing there.
type Instant struct {
	Wall time.Time
	Mono time.Duration
}

// Add moves both clocks on by d.
func (i Instant) Add(d time.Duration) Instant {
	return Instant{Wall: i.Wall.Add(d), Mono: i.Mono + d}
}

// Direction tells the two access points of a door apart. The zero value belongs to what has no direction.
type Direction uint8

// The directions through a door.
const (
	NoDirection Direction = iota
	Entry
	Exit
)

// String is the wire text: "entry", "exit" or "".
func (d Direction) String() string {
	switch d {
	case Entry:
		return "entry"
	case Exit:
		return "exit"
	}
	return ""
}

// Kind says what happened.
type Kind uint8

// The kinds of Event. Level changes come in pairs; the panel re-reads levels, so that a lost edge converges, and sends
// only what changed (after the settle time at start: with AtStart set, what it found).
const (
	CardRead       Kind = iota + 1 // Door, Direction, Credential: one whole frame of the configured format
	KeyPressed                     // Door, Direction, Key
	Misread                        // Door, Direction, Diagnosis; Voids is set when it takes back the CardRead before it
	DoorOpened                     // Door
	DoorClosed                     // Door
	ExitPressed                    // Door: the exit button went down (50 ms stable, seen released before)
	ExitReleased                   // Door
	Tampered                       // Door or controller-wide, Point
	TamperCleared                  //
	FireAlarmed                    // controller-wide
	FireCleared                    //
	MainsLost                      // controller-wide
	MainsRestored                  //
	PointFaulted                   // Door (or ""), Point, Diagnosis: the line errors, is busy, or is stuck
	PointRestored                  // Door (or ""), Point
	ReaderOnline                   // Door, Direction
	ReaderOffline                  // Door, Direction, Diagnosis
	OutputsPersist                 // controller-wide, Diagnosis: the kernel would keep a strike driven after a crash
)

// Event is one thing that happened at a door, stamped by the driver that saw it.
type Event struct {
	At         Instant
	Kind       Kind
	Door       string // the door's name in the config; "" for the controller's own inputs
	Direction  Direction
	Credential Credential
	Key        Key
	Point      string // a point's name: "contact", "exit button", "strike", "tamper", "reader entry", "fire", "mains", …
	Diagnosis  string // a short sentence for the log: what is wrong and what to check; never a card number or a digit
	AtStart    bool   // found so when the panel was opened, not seen to happen
	Voids      bool   // Misread: a further pulse came within the frame gap, the last CardRead is not to be believed
}

// Action says what to do.
type Action uint8

// The actions of a Command.
const (
	Release Action = iota + 1 // drive the strike of Door for at most For, then secure it even if no one asks
	Secure                    // stop driving the strike of Door
	Show                      // Door, Direction, Signal: lamp and buzzer of one reader
	Warn                      // Door, Warning, For: alarm lamp and siren; the siren stops after For even if no one asks
)

// Signal is what a reader's lamp and buzzer tell the person before it.
type Signal uint8

// The signals. Duress has none, on purpose.
const (
	Idle     Signal = iota // locked, ready
	Granted                // released
	Denied                 // refused, whatever the reason: a finder of a card learns nothing
	Waiting                // a PIN or a second person is awaited
	PreAlarm               // close the door, please
	Alarm                  // held or forced
	Degraded               // nothing can be recorded, or the reader is faulty: the door stays locked from outside
)

// String is the name used in transcripts and in the config's table of signals.
func (s Signal) String() string {
	return [...]string{"idle", "granted", "denied", "waiting", "pre-alarm", "alarm", "degraded"}[s]
}

// Warning is what a door's alarm lamp and siren tell whoever is near.
type Warning uint8

// The warnings.
const (
	Calm     Warning = iota
	Lit              // an alarm waits for somebody
	Sounding         // and the siren sounds
)

// String is the name used in transcripts.
func (w Warning) String() string { return [...]string{"calm", "lit", "sounding"}[w] }

// Command is one thing to do at a door. Panels carry it out at once or return an error; they never queue it.
type Command struct {
	Action    Action
	Door      string
	Direction Direction
	For       time.Duration
	Signal    Signal
	Warning   Warning
}

// Key is one key of a keypad. It never shows what it is.
type Key byte

// The keys are '0' to '9', Star and Hash.
const (
	Star Key = '*'
	Hash Key = '#'
)

// String hides the key.
func (Key) String() string { return "•" }

// GoString hides the key.
func (Key) GoString() string { return "•" }
