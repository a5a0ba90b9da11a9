// Package notify decides who is told of what the record says: which recipient, of which entry, how often, and when a chief
// is told too. It also has the words in which a person is told. It is pure; package crier keeps what it decides and sends
// it, and mail, webhook and syslog carry it.
//
// What it promises:
//   - Each notice has an ID that follows from the entry, the recipient and the turn alone: the same notice sent twice has
//     the same, and a receiver may drop the second.
//   - An alarm that nobody has acknowledged is told again every Rule.Repeat, and after Rule.Escalate to the rule's chiefs
//     too. Acknowledging or closing it ends that, and nothing else does.
//   - A person (mail) hears of an alarm, not of its cause beside it, nor of each time that the cause comes again. A
//     machine (webhook, syslog) gets each entry.
//   - Duress (非常通報) goes to those alone whom a rule names for it by its type, whatever its severity.
//   - A drill goes nowhere, unless a rule says that it does: then once, and marked.
//   - Of its own notices it never tells anybody but that they fail.
package notify

import (
	"fmt"
	"time"
)

// Kind says why a recipient is told.
type Kind string

// The kinds of notices.
const (
	Told      Kind = "told"      // of an entry, for the first time
	Repeated  Kind = "repeated"  // of an alarm that still waits
	Escalated Kind = "escalated" // of one that others have let wait
	Digest    Kind = "digest"    // of all that had waited
	Test      Kind = "test"
)

// Notice is one message to one recipient.
type Notice struct {
	ID        string
	Recipient string
	Kind      Kind
	Turn      int    // 0 the first time
	Alarm     string // the alarm that it is about, or ""
	Made      time.Time
	Entry     []byte   // byte for byte as the record has it; nil: its retention ended meanwhile
	Private   []byte   // its private part, where that is here; only for recipients who may have names
	Folded    []Notice // of a digest: the notices in whose place it is
}

// ID is a notice's.
func ID(entry, recipient string, turn int) string {
	return fmt.Sprintf("%s/%s/%d", entry, recipient, turn)
}

// EntryID is an entry's id, as its bytes have it.
func EntryID(controller, journal string, sequence uint64) string {
	return fmt.Sprintf("%s/%s/%018d", controller, journal, sequence)
}
