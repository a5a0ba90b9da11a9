package line

import (
	"time"

	"kidoban/device"
)

// Hold is the commanded state of a strike: driven until a deadline, or not driven. It is ours and is never asked of the
// pin. The zero Hold is secure.
type Hold struct {
	driven bool
	until  time.Duration
}

// Release drives the strike from at on, for d, whatever was commanded before.
func (h *Hold) Release(at device.Instant, d time.Duration) {
	h.driven, h.until = true, at.Mono+d
}

// Secure stops driving it.
func (h *Hold) Secure() { *h = Hold{} }

// Driven says what is commanded.
func (h Hold) Driven() bool { return h.driven }

// Over says that the strike is driven and its time has run out.
func (h Hold) Over(at device.Instant) bool { return h.driven && at.Mono >= h.until }

// Deadline is the Mono at which the strike has to be secured; 0 = it is.
func (h Hold) Deadline() time.Duration { return h.until }
