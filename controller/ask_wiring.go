package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/wiring"
)

type (
	// AskWiring asks how the check of the wiring stands: a Wiring.
	AskWiring struct{}
	// BeginPoint begins the check of a point: from now on what the panel reports is kept for it, for a while.
	BeginPoint struct{ ID string }
	// TryPoint has the alarm lamp or the siren that is being checked be lit or sound for a moment. A strike is not tried so: it
	// is released by ReleaseDoor, or by whatever else releases it.
	TryPoint struct{ ID string }
	// EndPoint says how a point was found. Passed is taken of what was seen alone, or of what no line reports.
	EndPoint struct {
		ID      string
		Result  PointResult
		Digest  string // of the configuration that it was checked under
		Reason  string // why it is not passed, in somebody's words
		Private []byte // the same as a private part
	}
)

func (AskWiring) ask()  {}
func (BeginPoint) ask() {}
func (TryPoint) ask()   {}
func (EndPoint) ask()   {}

// PointResult is how a point was found.
type PointResult string

// The results.
const (
	PointPassed  PointResult = "passed"
	PointFailed  PointResult = "failed"
	PointSkipped PointResult = "skipped"
)

// Checked is the last result of a point, as it is kept.
type Checked struct {
	ID      string          `json:"id"`
	Result  PointResult     `json:"result"`
	At      time.Time       `json:"at"`
	Account string          `json:"account"`
	Person  access.PersonID `json:"person,omitempty"`
	Name    string          `json:"name,omitempty"` // the person's, as of then
	Reason  string          `json:"reason,omitempty"`
	ByEye   bool            `json:"by_eye,omitempty"` // a person's word, not a line's
	Digest  string          `json:"digest,omitempty"` // of the configuration
}

// Wiring is how the check stands, and what else the setting up of a site waits for.
type Wiring struct {
	Points    []wiring.Point     `json:"points"`
	Checked   map[string]Checked `json:"checked"`
	Watch     *Watch             `json:"watch,omitempty"`
	SettingUp bool               `json:"setting_up"` // nobody holds the post of security officer
	Few       bool               `json:"few"`        // fewer than two persons manage accounts
}

// Watch is the point that somebody is at now.
type Watch struct {
	ID      string         `json:"id"`
	Account string         `json:"account"`
	Since   time.Time      `json:"since"`
	Seen    []wiring.Seen  `json:"seen,omitempty"`
	Finding wiring.Finding `json:"finding"`
}
