package desk

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"kidoban/controller/retention"
)

// Planned is what a disposal of today would take, as it was drawn last ("retention/planned"): to draw it takes as long as
// there is record that is old, so who only looks does not wait for it.
type Planned struct {
	Drawing  bool                 `json:"drawing,omitempty"` // and nothing else is known yet: ask again
	Failed   string               `json:"failed,omitempty"`  // why it could not be drawn
	At       time.Time            `json:"at,omitzero"`       // when it was drawn
	Day      retention.Date       `json:"day"`
	Decided  string               `json:"decided,omitempty"`
	Counts   []retention.Count    `json:"counts,omitempty"`
	Withheld []retention.Withheld `json:"withheld,omitempty"`
	Persons  int                  `json:"persons,omitempty"`
	Empty    bool                 `json:"empty,omitempty"`
}

// plannedFor is how long a plan is shown before it is drawn anew.
const plannedFor = time.Minute

// planned holds what was drawn last, and by what.
type planned struct {
	mu    sync.Mutex
	last  Planned
	holds []string
	want  chan struct{}
}

func newPlanned() *planned { return &planned{want: make(chan struct{}, 1)} }

// look is what was drawn, if it still holds; it is drawn anew if it does not, or is old.
func (p *planned) look(now time.Time, holds []string) Planned {
	p.mu.Lock()
	defer p.mu.Unlock()
	holding := !p.last.At.IsZero() && p.last.Day == retention.On(now) && (p.last.Failed != "" || slices.Equal(p.holds, holds))
	if age := now.Sub(p.last.At); !holding || age < 0 || age > plannedFor {
		select {
		case p.want <- struct{}{}:
		default:
		}
	}
	if !holding {
		return Planned{Drawing: true}
	}
	return p.last
}

func (p *planned) keep(drawn Planned, holds []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last, p.holds = drawn, holds
}

// forget is for what changes a plan: a disposal that was carried out.
func (p *planned) forget() { p.keep(Planned{}, nil) }

func (k *Desk) planned(w http.ResponseWriter, r *http.Request) {
	if !k.named(w, r) {
		return
	}
	holds, err := k.Store.Holds(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, k.outlook.look(k.Clock.Now().Wall, retention.Standing(holds)))
}

// plans draws the plans that are asked for, until ctx ends.
func (k *Desk) plans(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.outlook.want:
		}
		now := k.Clock.Now().Wall
		p, err := k.draw(ctx)
		if ctx.Err() != nil {
			return
		}
		out := Planned{At: now, Day: retention.On(now), Decided: p.Decided, Counts: p.Counts, Withheld: p.Withheld, Persons: len(p.Persons), Empty: p.Empty()}
		if err != nil {
			out = Planned{At: now, Day: out.Day, Failed: err.Error(), Empty: true}
		}
		k.outlook.keep(out, p.Holds)
	}
}
