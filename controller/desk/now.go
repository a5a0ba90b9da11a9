package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Now is how everything stands at one moment, for a page that shows it: GET /now.
type Now struct {
	controller.Room
	At      time.Time         `json:"at"`
	Entries uint64            `json:"entries"` // of the journal
	Waiting uint64            `json:"waiting"` // of them, not yet at the central log
	Link    string            `json:"link"`    // to the central log: "none" where there is none, "up", "down"
	Free    int64             `json:"free,omitempty"`
	Disk    int64             `json:"disk,omitempty"` // bytes in all, where the record lies
	Last    []json.RawMessage `json:"last,omitempty"` // entries that people look for, newest first
	Version string            `json:"version"`
}

// How many entries Now shows, and how far back it looks for them.
const (
	lastShown  = 12
	lastLooked = 300
)

// passing are the types that say what another one says already, or that nobody looks for at a glance: left out where they are
// of no weight.
var passing = map[journal.Type]bool{
	journal.LockReleased: true, journal.LockSecured: true, journal.AccessPending: true, journal.DoorOpened: true, journal.DoorClosed: true,
	journal.DoorExitRequested: true, journal.LinkBacklogged: true, journal.LinkDrained: true, journal.JournalVerified: true,
	journal.AccountSignedIn: true, journal.AccountSignedOut: true, journal.VisitEscorted: true, journal.VisitOpened: true, journal.AccessGranted: true,
}

// passes says that an entry is left out. An alarm that was raised stands beside what raised it.
func passes(e *journal.Entry) bool {
	return e.Type == journal.AlarmRaised || passing[e.Type] && (e.Severity == journal.Info || e.Type != journal.AccessGranted && e.Severity == journal.Notice)
}

func (k *Desk) now(w http.ResponseWriter, r *http.Request) {
	size := k.Store.Head().Size
	last, persons, err := k.last(r.Context(), size, k.seesSilent(r))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskRoom{Persons: persons}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	n := Now{At: k.Clock.Now().Wall, Entries: size, Link: linkWord(k.Link()), Version: k.Version}
	n.Room, _ = a.Value.(controller.Room)
	if n.Looks {
		n.Last = last
	}
	if k.Delivered != nil {
		n.Waiting = size - min(size, k.Delivered())
	}
	var disk syscall.Statfs_t
	if syscall.Statfs(k.Config.Storage.Data, &disk) == nil {
		n.Free, n.Disk = int64(disk.Bavail)*disk.Bsize, int64(disk.Blocks)*disk.Bsize //nolint:unconvert,gosec // other widths elsewhere
	}
	reply(w, http.StatusOK, n)
}

// last are the last entries that people look for, newest first, and whom they speak of.
func (k *Desk) last(ctx context.Context, size uint64, all bool) (out []json.RawMessage, persons []access.PersonID, err error) {
	rows, err := k.Store.Rows(ctx, size-min(size, lastLooked), lastLooked)
	for i := len(rows) - 1; i >= 0 && len(out) < lastShown; i-- {
		if !shown(rows[i], all) {
			continue
		}
		e, err := journal.Parse(rows[i].Payload)
		if err != nil || passes(&e.Entry) {
			continue
		}
		out = append(out, rows[i].Payload)
		for _, p := range []string{e.Entry.Data.Person, e.Entry.Data.Escort, e.Entry.Data.ConsentBy} {
			if p != "" {
				persons = append(persons, access.PersonID(p))
			}
		}
	}
	return out, persons, err
}

func shown(row store.Row, all bool) bool {
	return row.Payload != nil && (all || !silent(row.Payload))
}

// linkWord is the way to the central log in one word.
func linkWord(state string) string {
	switch {
	case strings.HasPrefix(state, "none"):
		return "none"
	case strings.HasPrefix(state, "connected"):
		return "up"
	}
	return "down"
}
