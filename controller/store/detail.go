package store

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// What is stored as JSON has types of its own, short and with times as everywhere in the database: a day's lines are read
// twice as fast so.

// stamp is a time in microseconds since 1970 UTC, 0 where there is none.
type stamp int64

func stampOf(t time.Time) stamp {
	if t.IsZero() {
		return 0
	}
	return stamp(t.UnixMicro())
}

func (s stamp) in(zone *time.Location) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(s)).In(zone)
}

type act struct {
	Person access.PersonID `json:"person,omitzero"`
	Name   string          `json:"name,omitzero"`
	Post   access.Post     `json:"post,omitzero"`
	Acting bool            `json:"acting,omitzero"`
	Deputy bool            `json:"deputy,omitzero"`
	At     stamp           `json:"at,omitzero"`
}

func actOf(a ledger.Act) act { return act{a.Person, a.Name, a.Post, a.Acting, a.Deputy, stampOf(a.At)} }

func (a act) in(zone *time.Location) ledger.Act {
	return ledger.Act{Person: a.Person, Name: a.Name, Post: a.Post, Acting: a.Acting, Deputy: a.Deputy, At: a.At.in(zone)}
}

type escorting struct {
	Person  access.PersonID `json:"person,omitzero"`
	Name    string          `json:"name,omitzero"`
	Rule    string          `json:"rule,omitzero"`
	From    stamp           `json:"from,omitzero"`
	Until   stamp           `json:"until,omitzero"`
	Assumed bool            `json:"assumed,omitzero"`
}

func escortingOf(e ledger.Escorting) escorting {
	return escorting{e.Person, e.Name, e.Rule, stampOf(e.From), stampOf(e.Until), e.Assumed}
}

func (e escorting) in(zone *time.Location) ledger.Escorting {
	return ledger.Escorting{Person: e.Person, Name: e.Name, Rule: e.Rule, From: e.From.in(zone), Until: e.Until.in(zone),
		Assumed: e.Assumed}
}

type incident struct {
	At     stamp  `json:"at,omitzero"`
	Type   string `json:"type,omitzero"`
	Reason string `json:"reason,omitzero"`
}

func incidentOf(i ledger.Incident) incident { return incident{stampOf(i.At), i.Type, i.Reason} }

func (i incident) in(zone *time.Location) ledger.Incident {
	return ledger.Incident{At: i.At.in(zone), Type: i.Type, Reason: i.Reason}
}

type correction struct {
	Field     string `json:"field,omitzero"`
	Before    string `json:"before,omitzero"`
	After     string `json:"after,omitzero"`
	Reason    string `json:"reason,omitzero"`
	Maker     act    `json:"maker,omitzero"`
	Checker   act    `json:"checker,omitzero"`
	Permitter act    `json:"permitter,omitzero"`
}

func correctionOf(c ledger.Correction) correction {
	return correction{c.Field, c.Before, c.After, c.Reason, actOf(c.Maker), actOf(c.Checker), actOf(c.Permitter)}
}

func (c correction) in(zone *time.Location) ledger.Correction {
	return ledger.Correction{Field: c.Field, Before: c.Before, After: c.After, Reason: c.Reason, Maker: c.Maker.in(zone),
		Checker: c.Checker.in(zone), Permitter: c.Permitter.in(zone)}
}

// mapped makes a list of another, nil of nil.
func mapped[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}
