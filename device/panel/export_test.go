package panel

// What the tests of this package, which stand outside it, put in place of the kernel.

// Board is the machine's GPIO chips.
type Board = board

// LineSet is one request of the kernel's.
type LineSet = lineSet

// Use is what lines are asked for.
type Use = use

// The insides that are tested by themselves.
var (
	OpenOn         = open
	SecureAllOn    = secureAll
	KeepStdin      = keepStdin
	RouteLog       = routeLog
	OutputsPersist = outputsPersist
)
