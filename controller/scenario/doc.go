// Package scenario plays a day at the doors from plain text, on the real controller and a real SQLite file, in virtual
// time: a day takes milliseconds. The same language serves simulations, the demonstration and the tests of behaviour.
//
// It promises that what is expected is on record: an expectation is met by entries that are durable, not by what the
// controller meant to write. It never waits for real time and leaves nothing behind. README.md is the language.
package scenario

import _ "embed"

//go:embed README.md
var manual string

// Manual is the language, for people to read.
func Manual() string { return manual }
