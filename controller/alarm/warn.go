package alarm

import (
	"time"

	"kidoban/controller/journal"
)

// loud are what a siren at the door sounds for: somebody is at it now.
var loud = map[journal.Type]bool{
	journal.DoorForced: true, journal.DoorHeld: true, journal.DoorTampered: true, journal.ReaderTampered: true,
}

// Warn is what a lamp and a siren at a door are to tell: whether an alarm of it, of the zone behind it or of the whole
// controller waits for somebody, and when the cause of a loud one came last, monotonic, in this run; 0 = there is none.
// Duress and drills are on neither.
func (b Book) Warn(door, zone string) (lit bool, last time.Duration) {
	for _, a := range b.waiting {
		if Silent(a.Alarm) || a.Drill {
			continue
		}
		if a.Door == door || a.Door == "" && (a.Zone == "" || a.Zone == zone) {
			lit = true
		}
		if a.Door == door && loud[journal.Type(a.Type)] {
			last = max(last, a.last)
		}
	}
	return lit, last
}
