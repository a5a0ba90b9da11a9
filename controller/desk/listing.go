package desk

import (
	"errors"
	"net/http"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// people lists the roster from the disk, with names.
func (k *Desk) people(w http.ResponseWriter, r *http.Request) {
	roster, _, err := k.Store.Roster(r.Context())
	locked, no := k.lockouts(r.Context())
	if err = errors.Join(err, no); err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, listing(roster, locked))
}

// Listing is a roster for reading: no hash of a card or a PIN leaves the daemon.
type Listing struct {
	People     []ledger.Person     `json:"people"`
	Incumbents []access.Incumbency `json:"incumbents"`
	Belongings []access.Belonging  `json:"belongings"`
	Findings   []access.Finding    `json:"findings"`
	Duties     []access.Duty       `json:"duties"`
	Cards      []ListedCard        `json:"cards"`
	Schedules  []access.Schedule   `json:"schedules"`
	Holidays   []access.Holiday    `json:"holidays"`
}

// ListedCard is a card without what it is known by.
type ListedCard struct {
	ID       access.CredentialID `json:"id"`
	Person   access.PersonID     `json:"person"`
	Format   string              `json:"format"`
	State    string              `json:"state"`
	From     time.Time           `json:"from,omitzero"`
	Until    time.Time           `json:"until,omitzero"`
	Schedule access.ScheduleID   `json:"schedule,omitempty"`
	PIN      bool                `json:"pin"`
	Lockout  *Lockout            `json:"lockout,omitempty"`
}

// Lockout is a card's after too many wrong PINs: it opens nothing until its time is over, or somebody lifts it.
type Lockout struct {
	Until time.Time `json:"until,omitzero"` // zero: until somebody lifts it
}

func listing(r ledger.Roster, locked map[access.CredentialID]*Lockout) Listing {
	l := Listing{
		People: r.People, Incumbents: r.Records.Incumbents, Belongings: r.Records.Belongings, Findings: r.Records.Findings,
		Duties: r.Records.Duties, Schedules: r.Records.Schedules, Holidays: r.Records.Holidays,
	}
	for _, c := range r.Records.Credentials {
		l.Cards = append(l.Cards, listed(c, locked))
	}
	return l
}
