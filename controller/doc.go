// Package controller is the keeper of the gate: one loop that takes what happens at the doors and what people ask for, and
// decides what is done, in this order and never another:
//
//  1. What lets people out goes to the strike first and waits for nothing: not for the disk, the network, a rule or a
//     consent. At an exit reader every whole frame releases, whatever is wrong with the card (that is an alert).
//  2. What happened is written down: the change of state and its entries in one transaction.
//  3. Only when that is durable does the strike move for an entry (Article 20; "record before release"), and only if the
//     grant is younger than grant_ttl. A refusal, too, is shown when it is on record.
//
// State is all it knows; Turn is the step, pure: (state, input) to Outcome, without a clock, I/O or goroutines. Batch says
// what the disk is to be given, Recorded and Unrecorded bring its answer back. While nothing can be recorded (a commit
// that takes more than a second, or fails) no entry is let in, leaving works, and what happens is kept in memory and
// written with its own time once the disk is back.
//
// A record that the disk would refuse for ever (ErrRefused) holds nobody up: an order to change the roster is taken back,
// in memory too, and its account is told; any other record is written as far as it can be, and what is refused is an
// entry itself. An entry that rested on it is refused.
//
// Run is the thin loop over Turn on real time, Drive the same in virtual time. One goroutine owns a State; another, the
// committer, is the only one that waits for the disk.
//
// It never opens a door because something was lost or came back: power, network, broker, reader, clock, a message.
package controller
