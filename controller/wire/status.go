package wire

// Status says that a controller is there and how it is. Retained, on status, every 30 s. The last will is
// {"online":false}, and nothing else is in that.
type Status struct {
	// False in the last will alone.
	Online bool `json:"online"`
	// When the daemon began.
	Since string `json:"since,omitempty" jsonschema:"format=date-time"`
	// Of the daemon.
	Version string `json:"version,omitempty"`
	// The kernel's id of this boot.
	Boot string `json:"boot,omitempty"`
	// The verifier key of its journal, for a person at the central log to accept by its fingerprint.
	Key string `json:"key,omitempty"`
	// The last entry of the journal.
	Sequence uint64 `json:"sequence"`
	// "normal"; "degraded" while nothing can be recorded; "rolled_back" when the central log holds more than this disk.
	Mode string `json:"mode,omitempty"`
	// Entries that nobody has acknowledged yet.
	Backlog uint64 `json:"backlog"`
	// Alarms that nobody has acknowledged; duress is not counted.
	Alarms int `json:"alarms"`
	// A tamper switch of the enclosure or of a reader is, or was, off, and nobody has acknowledged it.
	Tampered bool `json:"tampered"`
	// How the machine is, where that is known.
	Health *Health `json:"health,omitempty"`
	// The roster bundle in force, where the site has one.
	Bundle *Bundle `json:"bundle,omitempty"`
}

// CentralMode is the mode that a central log gives itself in its own database; none is published.
const CentralMode = "central"

// Offline is the last will.
const Offline = `{"online":false}`

// Health is how a machine is. What could not be read is left out.
type Health struct {
	Clock    Clock    `json:"clock"`
	Disk     Disk     `json:"disk"`
	Board    Board    `json:"board"`
	Software Software `json:"software"`
	// When the kernel booted.
	Booted string `json:"booted,omitempty" jsonschema:"format=date-time"`
}

// Clock is how far the wall clock can be believed.
type Clock struct {
	// Whether a time service holds it.
	State string `json:"state" jsonschema:"enum=synchronised,enum=unsynchronised"`
	// Since when that is so.
	Since string `json:"since,omitempty" jsonschema:"format=date-time"`
	// What the kernel still has to correct, in microseconds.
	OffsetUS *int64 `json:"offset_us,omitempty"`
	// The most by which it may be wrong, as the kernel reckons, in microseconds.
	ErrorUS *int64 `json:"error_us,omitempty"`
}

// Disk is where the record lies.
type Disk struct {
	// Bytes that the record takes.
	Journal int64 `json:"journal_bytes"`
	// Bytes that are free for it.
	Free int64 `json:"free_bytes"`
	// Bytes in all.
	Size int64 `json:"size_bytes"`
	// Worn, in percent of what the maker allows, rounded up to ten; left out where the medium does not say (SD cards).
	Wear *int `json:"wear_percent,omitempty"`
	// What an eMMC says of its spare blocks: normal, warning, urgent.
	Spare string `json:"spare,omitempty" jsonschema:"enum=normal,enum=warning,enum=urgent"`
}

// Board is the machine itself.
type Board struct {
	// Of the processor, in degrees Celsius.
	Temperature *float64 `json:"temperature_c,omitempty"`
	// The supply is too weak now (Raspberry Pi).
	Undervoltage *bool `json:"undervoltage,omitempty"`
}

// Software is what runs.
type Software struct {
	Kidoban string `json:"kidoban"`
	SQLite  string `json:"sqlite,omitempty"`
	Kernel  string `json:"kernel,omitempty"`
}

// Bundle is the roster bundle that a door decides by.
type Bundle struct {
	// Its number.
	Version int64 `json:"version"`
	// When it was made.
	Made string `json:"made,omitempty" jsonschema:"format=date-time"`
}
