package book

import (
	"sync"
	"time"

	"kidoban/controller/desk"
)

// shelf remembers what a search was for, so that its further pages need no words of it in their address. It is a
// convenience: that a search is this account's, and not too old, the daemon finds in its own record.
type shelf struct {
	mu   sync.Mutex
	kept map[uint64]kept
}

// kept is a search that is on record.
type kept struct {
	desk.Page
	account string
	at      time.Time
}

const (
	keptMost = 2000
	keptFor  = 2 * time.Hour
)

func newShelf() *shelf { return &shelf{kept: map[uint64]kept{}} }

func (s *shelf) put(k kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, x := range s.kept {
		if k.at.Sub(x.at) > keptFor {
			delete(s.kept, n)
		}
	}
	if len(s.kept) < keptMost {
		s.kept[k.Record] = k
	}
}

// of is an account's search; what is another's is not there.
func (s *shelf) of(record uint64, account string) (kept, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.kept[record]
	return k, ok && k.account == account
}
