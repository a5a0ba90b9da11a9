// Package journal is the record's form: what an entry says, the bytes it is sealed into, the Merkle tree that those bytes
// are leaves of, the checkpoint that signs a tree's head, and how all of it is verified and proved.
//
// The sealed bytes are what is hashed, stored and published: nobody encodes an entry a second time. An entry never holds a
// name, a card number, a PIN or free text; what names a person is its private part, bound by hash alone. The tree is that
// of RFC 6962 (golang.org/x/mod/sumdb/tlog), the checkpoint a signed note of the C2SP tlog-checkpoint form.
//
// Nothing here reads a file, a clock or a random source; salts and keys are given.
package journal

import (
	"time"

	"kidoban/device"
)

// Severity of an entry, as the wire contract names it.
type Severity string

// The severities.
const (
	Info      Severity = "info"
	Notice    Severity = "notice"
	Warning   Severity = "warning"
	Alert     Severity = "alert"
	Emergency Severity = "emergency"
)

// Type of an entry without its "kidoban." prefix: "access.granted". The closed list is in types.go.
type Type string

// Class is the first word of the type, which ends the MQTT topic: "access".
func (t Type) Class() string {
	for i := range len(t) {
		if t[i] == '.' {
			return string(t[:i])
		}
	}
	return string(t)
}

// Entry is one fact, as a step yields it. What only the commit can know (sequence, salt, journal) is not in it: Seal adds
// that and makes the bytes, which are stored, hashed and published as they are.
type Entry struct {
	At       device.Instant
	Synced   bool // the wall clock was synchronised
	Type     Type
	Severity Severity
	Subject  string // "door/room/entry", "controller", "account/…"
	Data     Data
	Private  []byte // the private part, JSON with a salt of its own, or nil; Seal binds it as data.private
}

// Data is what an entry's type needs, by the names of the wire contract. Zero members are left out. People, cards and
// permits are ids: names and free text belong in the private part.
type Data struct {
	Door       string `json:"door,omitempty"`
	Direction  string `json:"direction,omitempty"`
	Reader     string `json:"reader,omitempty"`
	Person     string `json:"person,omitempty"`
	Credential string `json:"credential,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Rule       string `json:"rule,omitempty"`
	Permit     string `json:"permit,omitempty"`
	Visit      string `json:"visit,omitempty"`
	Escort     string `json:"escort,omitempty"`
	ConsentBy  string `json:"consent_by,omitempty"`
	WaitingFor string `json:"waiting_for,omitempty"`
	Alarm      string `json:"alarm,omitempty"`
	Account    string `json:"account,omitempty"`
	Grant      string `json:"grant,omitempty"`  // ties taken and not_taken to their granted
	Point      string `json:"point,omitempty"`  // a line: "contact", "strike", "reader entry", …
	Mode       string `json:"mode,omitempty"`   // door.mode_changed, system.degraded
	Until      string `json:"until,omitempty"`  // RFC 3339
	Detail     string `json:"detail,omitempty"` // fixed English diagnosis text, never a person's words
	Digest     string `json:"digest,omitempty"` // of a roster, a config
	Tag        string `json:"tag,omitempty"`    // 32 bits of an unknown card's keyed hash, hex
	AtStart    bool   `json:"at_start,omitempty"`
	Assumed    bool   `json:"assumed,omitempty"`
	Count      int64  `json:"count,omitempty"`
	LatencyUS  int64  `json:"latency_us,omitempty"`
	DurationMS int64  `json:"duration_ms,omitempty"`
	Ranges     string `json:"ranges,omitempty"` // journal.purged: the sequences whose payload went, "0-99,200-299"
	Zone       string `json:"zone,omitempty"`
	Post       string `json:"post,omitempty"`     // the office in which somebody acted
	Approver   string `json:"approver,omitempty"` // the second person of four eyes
	Proposal   string `json:"proposal,omitempty"`
	Incident   string `json:"incident,omitempty"` // an emergency entry or a declared emergency
	From       string `json:"from,omitempty"`     // RFC 3339
	Drill      bool   `json:"drill,omitempty"`
	Document   string `json:"document,omitempty"`   // a report, a muster list, a review: "2026-T001"
	Succeeds   string `json:"succeeds,omitempty"`   // journal.started: the origin of the journal that this one goes on after; count and digest are its head
	Controller string `json:"controller,omitempty"` // whom a central log speaks of; "<site>/<controller>" of another site than its own
	Journal    string `json:"journal,omitempty"`    // and which journal of it: its origin
	Recipient  string `json:"recipient,omitempty"`  // of a notice, by its name in the configuration
	Version    int64  `json:"version,omitempty"`    // of a roster bundle
	Private    string `json:"private,omitempty"`    // hex SHA-256 of the private part's bytes; only Seal sets it
}

// Origin is what all entries of one journal share.
type Origin struct {
	Site       string
	Controller string
	Journal    string // 8 hex digits of the signing key's hash, made by init
	Boot       string // kernel boot id
	Zone       *time.Location
}
