package store

import "github.com/mattn/go-sqlite3"

// SQLite is the version of the library that the record is kept with.
func SQLite() string {
	version, _, _ := sqlite3.Version()
	return version
}
