//go:build !cgo

package store

// SQLite is C: without cgo its driver is a stub that fails at run time, so we fail here.
const _ = build_with_CGO_ENABLED_1_and_a_C_compiler
