package people_test

import (
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// search is for entries of one type.
func search(t journal.Type) store.Search { return store.Search{Types: []journal.Type{t}} }

// waits waits a moment for something to be done.
func waits(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-time.After(50 * time.Millisecond):
		return false
	}
}
