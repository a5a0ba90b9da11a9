// Package wire is what travels by MQTT, as Go types: the CloudEvent around an entry, and every message beside the entries.
// Who publishes or reads one uses these, and JSON Schema and AsyncAPI are made from them (controller/schema).
//
// The comments are the descriptions that others read. Members are only ever added; whoever reads tolerates those that it
// does not know. An entry itself is sealed by controller/journal, never by marshalling an Event.
package wire

import (
	"encoding/json"

	"kidoban/controller/journal"
)

// Event is one journal entry: a CloudEvent 1.0 in structured JSON, on event/<class> and, one a line, in batch.
type Event struct {
	// Always 1.0.
	SpecVersion string `json:"specversion" jsonschema:"enum=1.0"`
	// Controller, journal and sequence: the same however often it is sent.
	ID string `json:"id" jsonschema:"pattern=^[a-z0-9][a-z0-9-]{0\\,31}/[0-9a-f]{8}/[0-9]{18}$"`
	// kidoban/<site>/<controller>.
	Source string `json:"source" jsonschema:"pattern=^kidoban/[a-z0-9][a-z0-9-]{0\\,31}/[a-z0-9][a-z0-9-]{0\\,31}$"`
	// What happened. The list grows; a reader keeps what it does not know.
	Type string `json:"type" jsonschema:"pattern=^kidoban\\.[a-z]+\\.[a-z_]+$"`
	// Where: door/<door>/<direction>, controller, account/<name>, …
	Subject string `json:"subject,omitempty"`
	// When it happened, with the offset and milliseconds. Order is the sequence's, never the time's.
	Time string `json:"time" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}(Z|[+-][0-9]{2}:[0-9]{2})$"`
	// The entry's number in its journal, from 0, without gaps, 18 digits.
	Sequence string `json:"sequence" jsonschema:"pattern=^[0-9]{18}$"`
	// How urgent it is.
	Severity string `json:"severity" jsonschema:"enum=info,enum=notice,enum=warning,enum=alert,enum=emergency"`
	// The kernel's id of the boot that monotonic counts from.
	Boot string `json:"boot"`
	// Milliseconds since that boot.
	Monotonic string `json:"monotonic" jsonschema:"pattern=^-?[0-9]+$"`
	// Whether the time could be believed.
	Clock string `json:"clock" jsonschema:"enum=synchronised,enum=unsynchronised"`
	// Random, so that a payload that was disposed of cannot be guessed from its hash.
	Salt string `json:"salt" jsonschema:"pattern=^[0-9a-f]{32}$"`
	// Always application/json.
	DataContentType string `json:"datacontenttype" jsonschema:"enum=application/json"`
	// What the type needs. People, cards and permits are ids; no name, no card number, no free text.
	Data journal.Data `json:"data"`
}

// Door is the retained state of one door, on door/<door>/state. It is a hint: what counts are the entries.
type Door struct {
	// The last entry when this was made.
	Sequence uint64 `json:"sequence"`
	// The door contact.
	Position string `json:"position" jsonschema:"enum=closed,enum=open,enum=unknown"`
	// Whether the strike is released.
	Lock string `json:"lock" jsonschema:"enum=locked,enum=released"`
	// Lockdown: nobody is let in.
	Mode string `json:"mode" jsonschema:"enum=normal,enum=lockdown"`
	// What waits for somebody's acknowledgement. Duress never shows here.
	Alarm string `json:"alarm" jsonschema:"enum=none,enum=held,enum=forced,enum=fault"`
	// How many are inside.
	Occupants int `json:"occupants"`
	// A tamper switch of the door or its readers was off, and nobody has acknowledged it.
	Tampered bool `json:"tampered"`
	// When this was made.
	At string `json:"at" jsonschema:"format=date-time"`
}

// Ack is the central log's: all entries up to sequence are verified and durable there. Retained, on ack.
type Ack struct {
	// The last entry that it covers.
	Sequence uint64 `json:"sequence"`
	// The tree's root over all entries up to it, base64.
	Root string `json:"root" jsonschema:"pattern=^[A-Za-z0-9+/]{43}=$"`
	// The controller's own checkpoint of exactly that size, with the central log's second signature.
	Checkpoint string `json:"checkpoint"`
}

// Resend is the central log's request to publish entries again, on resend. Never retained; rate-limited at the door.
type Resend struct {
	// First sequence.
	From uint64 `json:"from"`
	// Last sequence.
	To uint64 `json:"to"`
}

// Leaf stands for an entry whose payload was disposed of, one a line on leaves, in answer to a resend.
type Leaf struct {
	// The entry's number.
	Sequence uint64 `json:"sequence"`
	// Its leaf hash in the Merkle tree, base64.
	Leaf string `json:"leaf" jsonschema:"pattern=^[A-Za-z0-9+/]{43}=$"`
}

// Private is what names a person and belongs to one entry: its bytes are those whose SHA-256 the entry's data.private is.
// What it holds beside the salt depends on the type.
type Private struct {
	// Random, so that the hash in the entry tells nothing.
	Salt string `json:"salt"`
}

// Marshal is json.Marshal of a message of this package, which cannot fail.
func Marshal(message any) []byte {
	b, err := json.Marshal(message)
	if err != nil {
		panic("wire: " + err.Error()) // plain strings and numbers
	}
	return b
}
