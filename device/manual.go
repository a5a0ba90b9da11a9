package device

import _ "embed"

//go:embed README.md
var manual string

// Manual says how readers, lines and lamps are wired, for people to read.
func Manual() string { return manual }
