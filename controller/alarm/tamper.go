package alarm

import "kidoban/controller/journal"

// Tampered reports whether somebody has yet to acknowledge a tamper alarm of a door and its readers; of the enclosure, if
// door is "".
func (b Book) Tampered(door string) bool {
	for _, a := range b.waiting {
		if a.Door != door || a.Drill {
			continue
		}
		if t := journal.Type(a.Type); t == journal.DoorTampered || t == journal.ReaderTampered {
			return true
		}
	}
	return false
}
