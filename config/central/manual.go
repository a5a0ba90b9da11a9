package central

import _ "embed"

//go:embed README.md
var manual string

// Manual is every key with its unit, default and owner, for people to read.
func Manual() string { return manual }

//go:embed sample.toml
var sample string

// Sample is a file with every key, its default and a comment.
func Sample() string { return sample }
