package bundle

import "fmt"

// Reason is why a bundle or a list is not taken, in the record's words.
type Reason string

// The reasons.
const (
	Forged      Reason = "forged"              // not signed with the pinned key, or not of the form
	OtherDoor   Reason = "other_controller"    // signed, for another door or another journal
	Older       Reason = "older_version"       // than the one held
	Other       Reason = "other_same_version"  // another under the version held
	PartMissing Reason = "part_missing"        // it did not come
	PartDamaged Reason = "part_damaged"        // its octets are others
	Unreadable  Reason = "part_unreadable"     // it does not open with this door's identity
	Malformed   Reason = "malformed"           // what is in it cannot be read
	Contrary    Reason = "rows_contradict"     // what is in it cannot stand together
	Unrecorded  Reason = "record_refuses_this" // the database does not take it
)

// Refusal is why nothing changed.
type Refusal struct {
	Reason Reason
	Detail string // diagnosis, without names
}

// Error implements error.
func (r *Refusal) Error() string { return string(r.Reason) + ": " + r.Detail }

func refuse(r Reason, format string, args ...any) *Refusal {
	return &Refusal{r, fmt.Sprintf(format, args...)}
}
