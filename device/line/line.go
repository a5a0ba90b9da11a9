// Package line is what one GPIO line means, apart from any pin: a contact that bounces, an exit button, a strike that
// must not stay driven, a lamp that blinks. All of it is pure: levels and instants go in, reports and deadlines come out,
// so that a day of a door is tested without waiting for it.
//
// What it promises:
//   - A level counts, an edge does not. An edge only says "look again", so that a lost one costs at most the time to the
//     next look (Poll) and can never turn a door's state round.
//   - A report comes once a level has been steady for the debounce time, and carries the instant at which the line first
//     moved. A pulse of 400 ms is never missed.
//   - Nothing is reported that did not happen: until the settle time after the start is over there is silence, then one
//     report says what was found (AtStart).
//   - An exit button releases once a press, and only after it was seen released; held down for 10 s it is a fault.
//   - A strike is let go when its time is over, asked or not.
package line

import (
	"time"

	"kidoban/device"
)

// What a Report says.
type What uint8

// The reports. Input makes the first four, Button adds the rest.
const (
	Active   What = iota + 1 // the line is what it is named for: door open, button down, case open
	Inactive                 // it is not
	Chatters                 // not steady for ChatterAfter: loose wire, failing contact, hum; its level is not to be believed
	Calm                     // steady again after Chatters
	Stuck                    // a button held for StuckAfter
	Freed                    // and let go again
)

// String names the report in tests and logs.
func (w What) String() string {
	return [...]string{"", "active", "inactive", "chatters", "calm", "stuck", "freed"}[w]
}

// Report is what a line was found to do.
type Report struct {
	At      device.Instant // when the line first moved, not when it was believed
	What    What
	AtStart bool // found so, not seen to happen
}

const (
	// ChatterAfter is how long a line may go without being steady before that is a fault of its own.
	ChatterAfter = 2 * time.Second
	// MaxDebounce is the longest debounce time for which a pulse of ShortestPulse is still never missed.
	MaxDebounce = 300 * time.Millisecond
	// ShortestPulse is what is never missed, even where not one edge is delivered.
	ShortestPulse = 400 * time.Millisecond
	// MaxWait is the longest time between two looks at a level.
	MaxWait = 250 * time.Millisecond
)

// Poll is how long one may wait for an edge before looking at the level all the same: half of what a pulse of
// ShortestPulse leaves beside the debounce time is kept for a machine that is busy.
func Poll(debounce time.Duration) time.Duration {
	return max(min(MaxWait, (ShortestPulse-debounce)*3/4), 50*time.Millisecond)
}

// earlier is the lesser of two deadlines of which either may be missing (0).
func earlier(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
