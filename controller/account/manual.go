package account

import _ "embed"

//go:embed README.md
var manual string

// Manual is who may do what, as a page.
func Manual() string { return manual }
