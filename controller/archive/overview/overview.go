// Package overview tells how everything stands at a central log: itself, and every controller that it follows. It reads
// what lies in the shelf, so it can answer beside a running central log and while none runs, and says which of the two.
//
// What a controller says of itself is a hint; what is confirmed, silent, forked and how many alarms wait is what the
// central log found.
package overview

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/health"
	"kidoban/controller/ledger"
	"kidoban/controller/wire"
)

// Level is how well something stands.
type Level uint8

// The levels.
const (
	OK Level = iota
	Warning
	Critical
)

// String is the level's word.
func (l Level) String() string { return [...]string{"ok", "warning", "critical"}[l] }

// MarshalText implements encoding.TextMarshaler.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Report is how everything stands.
type Report struct {
	At          time.Time        `json:"at"`
	Level       Level            `json:"level"`
	Serving     bool             `json:"serving"` // a central log runs
	Central     []Central        `json:"central"`
	Controllers []Controller     `json:"controllers"`
	Waiting     []Waiting        `json:"waiting"`             // for a person's acceptance
	Strangers   map[string]int64 `json:"strangers,omitempty"` // messages of nobody that is accepted, by kind
	Database    int64            `json:"database_bytes"`
	Problems    []string         `json:"problems"` // of the central log itself
}

// Central is one process of the central log.
type Central struct {
	Name    string       `json:"name"`
	Serving bool         `json:"serving"`
	Heard   time.Time    `json:"heard"`
	Status  *wire.Status `json:"status,omitempty"`
	Alarms  int          `json:"alarms"` // of its own that nobody has acknowledged

	Refused map[string]int64 `json:"refused,omitempty"` // by its built-in broker since it began, by reason
}

// Own is what a central log says of itself, in its own database alone.
type Own struct {
	wire.Status
	Refused map[string]int64 `json:"refused,omitempty"` // by its built-in broker since it began, by reason
}

// Controller is a door's.
type Controller struct {
	Controller string           `json:"controller"` // kidoban/<site>/<controller>
	Journal    string           `json:"journal"`    // the id of the one that goes on
	State      string           `json:"state"`
	Level      Level            `json:"level"`
	Confirmed  uint64           `json:"confirmed"`
	Backlog    uint64           `json:"backlog"`              // known to exist and not confirmed
	Checkpoint *time.Time       `json:"checkpoint,omitempty"` // when the last fresh one came
	Heard      *time.Time       `json:"heard,omitempty"`      // when the last status came
	Status     *wire.Status     `json:"status,omitempty"`     // what the controller says
	Alarms     int              `json:"alarms"`               // about it, at the central log, that nobody has acknowledged
	Garbled    map[string]int64 `json:"garbled,omitempty"`    // messages in its name that could not be used, by kind
	Problems   []string         `json:"problems"`
}

// Waiting is a journal that nobody has accepted.
type Waiting struct {
	Journal  string `json:"journal"`
	Succeeds string `json:"succeeds,omitempty"`
	Since    string `json:"since"`
}

// alive is how old the last word of a central log may be.
const alive = 20 * time.Second

// found is what the shelf holds.
type found struct {
	journals []shelf.Journal
	health   map[string]shelf.Health
	alarms   []ledger.Alarm
	garbled  []shelf.Garbled
	waiting  []shelf.Waiting
	bytes    int64
}

// Known is what Read is told beside what lies in the shelf.
type Known struct {
	Limits health.Limits
	Now    time.Time
	Runs   *bool // the one central log of this shelf runs; nil = its last word tells
}

// Read reads the shelf and judges.
func Read(ctx context.Context, s *shelf.Shelf, k Known) (Report, error) {
	f, err := look(ctx, s)
	if err != nil {
		return Report{}, err
	}
	return f.report(k), nil
}

func look(ctx context.Context, s *shelf.Shelf) (f found, err error) {
	if f.journals, err = s.Journals(ctx); err != nil {
		return f, err
	}
	all, err := s.Healths(ctx)
	if err != nil {
		return f, err
	}
	f.health = map[string]shelf.Health{}
	for _, h := range all {
		f.health[h.Controller] = h
	}
	if f.alarms, err = s.Alarms(ctx); err != nil {
		return f, err
	}
	if f.garbled, err = s.Garbled(ctx); err != nil {
		return f, err
	}
	if f.waiting, err = s.Waiting(ctx); err != nil {
		return f, err
	}
	f.bytes, err = s.Bytes(ctx)
	return f, err
}

// controllerOf is "kidoban/<site>/<controller>" of a journal's origin.
func controllerOf(origin string) string { return origin[:strings.LastIndexByte(origin, '/')] }

// statusOf reads what a controller says; what is no status is none.
func statusOf(h shelf.Health) *wire.Status {
	var s wire.Status
	if len(h.Status) == 0 || json.Unmarshal(h.Status, &s) != nil {
		return nil
	}
	return &s
}

// refusedOf reads what a central log's broker has refused.
func refusedOf(h shelf.Health) map[string]int64 {
	var o Own
	if len(h.Status) == 0 || json.Unmarshal(h.Status, &o) != nil {
		return nil
	}
	return o.Refused
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
