package desk

import (
	"time"

	"kidoban/controller/access"
)

// Figures asks what a month or a fiscal year looks like in numbers. It shows no person, so it needs no purpose.
type Figures struct {
	Month string `json:"month,omitempty"` // "2026-04"; or
	Year  int    `json:"year,omitempty"`  // fiscal
	Zone  string `json:"zone,omitempty"`  // "" = all
}

// Figured are the figures. Days off are the page's matter: Days begin with From.
type Figured struct {
	access.Span
	Staff    Counted `json:"staff"`    // lines of those of Article 20(1)
	Visitors Counted `json:"visitors"` // of 入室者

	Refusals []Kind `json:"refusals,omitempty"` // by reason, the most frequent first
	Alarms   []Kind `json:"alarms,omitempty"`   // by the type that raised them; duress only for those who may know of it

	// What was disposed of is in no figure.
	LinesGone    bool `json:"lines_gone,omitempty"`
	RefusalsGone bool `json:"refusals_gone,omitempty"`
	AlarmsGone   bool `json:"alarms_gone,omitempty"`
}

// Counted are the lines of the register that were entered in a time.
type Counted struct {
	Lines       int   `json:"lines"`
	Hours       []int `json:"hours"`                 // 24, by the hour of the entry
	Days        []int `json:"days"`                  // by the day of the entry, from the first on
	Months      []int `json:"months"`                // by its month
	Stays       []int `json:"stays"`                 // by length, one more than StayBounds
	Open        int   `json:"open,omitempty"`        // inside
	Unrecorded  int   `json:"unrecorded,omitempty"`  // 退室未記録
	Unconsented int   `json:"unconsented,omitempty"` // left without consent, with or without a follow-up
}

// Kind is how often something of a kind was.
type Kind struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
	Drill int    `json:"drill,omitempty"` // of them, in a drill
}

// StayBounds are where one class of lengths ends and the next begins.
func StayBounds() []time.Duration {
	return []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}
}
