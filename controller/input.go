package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Input is one thing the step is told: a device.Event, or one of the types below. The set is closed.
type Input interface{ input() }

// Happened is what the panel saw.
type Happened struct{ device.Event }

// Tick says that time has passed. It re-checks every deadline.
type Tick struct{}

// Recorded says that all records up to Ticket are durable.
type Recorded struct{ Ticket Ticket }

// Unrecorded says that the records under way could not be made durable, and are not. Refused says that the disk is well
// and will not take one of them however often it is offered.
type Unrecorded struct {
	Fault   string
	Refused bool
}

// Driven says how a command to a strike went.
type Driven struct {
	Command device.Command
	Err     string
}

// ClockSynchronised says whether the kernel believes its wall clock.
type ClockSynchronised struct{ Yes bool }

// Link is what the way to the central log has to report.
type Link struct {
	Type   journal.Type // link.lost, link.restored, link.backlogged, link.drained, journal.verification_failed, certificate.expiring
	Count  int64
	Detail string
	Point  string    // whose certificate
	Until  time.Time // how long it is valid
}

// Condition is a part of the machine that is degraded, or well again.
type Condition struct {
	Mode   string // which
	Well   bool
	Detail string
}

// Request is what a person asks for, at the command line or the console. It enters here like everything else.
type Request struct {
	Account Account
	Ask     Ask
}

// Account is who asks: a name from the config, never a uid. The zero Account may only read.
type Account struct {
	Name    string
	Person  access.PersonID
	Operate bool // doors, alarms
	Roster  bool // people and cards
	Stale   bool // signed in, and the last proof of who it is lies back too long for a grave act
}

// Ask is one of the questions and orders of ask.go.
type Ask interface{ ask() }

// Stopping says that the daemon ends: strikes are secured and open grants closed.
type Stopping struct{}

func (Happened) input()          {}
func (Tick) input()              {}
func (Recorded) input()          {}
func (Unrecorded) input()        {}
func (Driven) input()            {}
func (ClockSynchronised) input() {}
func (Link) input()              {}
func (Condition) input()         {}
func (Request) input()           {}
func (Stopping) input()          {}

// Ticket numbers the records of one run of the daemon, from 1.
type Ticket uint64

// Record is one step's facts: what is now true and the entries that say so. It is made durable whole or not at all.
type Record struct {
	Ticket  Ticket
	Change  ledger.Change
	Entries []journal.Entry

	refused int  // how often the disk would not take it
	notice  bool // it says that another was refused
}

// Undone is an order whose answer was awaited and that came to nothing.
type Undone struct {
	Ticket Ticket
	Why    string
}

// Outcome is what a step yields.
//
// First goes out at once: it lets people out, or shows what needs no record. Change and Entries are on their way to the
// disk. Then goes out at once too, but only a step on Recorded fills it with what had to wait: the strike for an entry,
// the lamp of a refusal.
type Outcome struct {
	First   []device.Command
	Change  ledger.Change
	Entries []journal.Entry
	Then    []device.Command
	Ticket  Ticket // of Change and Entries, 0 if there are none
	Answer  *Answer
	Undone  []Undone // of earlier turns

	notice bool
}

// Answer is what a person is told. With a Ticket it may be given only when that is recorded.
type Answer struct {
	Value   any
	Refusal string
	Order   bool // Value tells what an order made: only once that is recorded
}

// tunables of the record that are the design's, not the site's.
const (
	recordWithin = time.Second // a commit that takes longer is record_unavailable
	retryEvery   = time.Second
	backlogMost  = 10_000 // records kept in memory while none can be made durable
	batchMost    = 256
	deniedShown  = 2 * time.Second
)
