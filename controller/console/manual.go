package console

import _ "embed"

//go:embed README.md
var manual string

// Manual is what the pages are and how they are used, as a page.
func Manual() string { return manual }
