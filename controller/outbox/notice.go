package outbox

import "time"

// Kind is what happened to the way out.
type Kind uint8

// The kinds of Notice.
const (
	Lost       Kind = iota + 1 // the broker is out of reach
	Restored                   // and back
	Backlogged                 // more than 1,000 entries behind
	Drained                    // and caught up
	RolledBack                 // the central log holds more of this journal than the disk does, or other than it
	Expiring                   // a certificate runs out: the controller's own, or the broker's
)

// String names the kind as the wire's types do.
func (k Kind) String() string {
	switch k {
	case Lost:
		return "link.lost"
	case Restored:
		return "link.restored"
	case Backlogged:
		return "link.backlogged"
	case Drained:
		return "link.drained"
	case RolledBack:
		return "journal.verification_failed"
	case Expiring:
		return "certificate.expiring"
	}
	return "undefined"
}

// Notice is a fact about the way out that belongs in the record.
type Notice struct {
	Kind   Kind
	At     time.Time
	Behind uint64 // entries not yet acknowledged
	Detail string // fixed English diagnosis
	Point  string // Expiring: whose certificate
	Until  time.Time
}

const noticesMost = 64
