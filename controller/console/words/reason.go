package words

import "kidoban/controller/access"

// Reason is why somebody was not let in: what the door said, and what the desk is told and should do.
type Reason struct{ Name, Door, Desk string }

// ReasonOf is the wording of a reason by its text in the record ("escort_missing"). What the sentences lack of dates and
// names they say in words that are true without them.
func ReasonOf(l access.Language, reason string, f access.Fill) Reason {
	r, known := access.ParseReason(reason)
	if !known {
		return Reason{Name: reason, Door: reason, Desk: reason}
	}
	return Reason{Name: Term(l, Reasons, reason), Door: access.DoorText(r, l, f), Desk: access.DeskText(r, l, f)}
}
