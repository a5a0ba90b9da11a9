package controller

import (
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/ledger"
)

// What the office's roster is taken by. None of these comes from a person: whoever asks has verified the signatures.
type (
	// AskStanding asks what a bundle must not take away: Answer.Value is a Standing.
	AskStanding struct{}
	// TakeBundle makes a staged generation the current one, as the office's.
	TakeBundle struct {
		Switch   SwitchRoster
		Manifest bundle.Manifest
		Laid     bundle.Laid // without its roster
		Permits  []ledger.Permit
	}
	// RefuseBundle records that a bundle was not taken, once.
	RefuseBundle struct {
		Digest  string // of what was published; "" where nothing of it can be believed
		Version int64
		Why     bundle.Refusal
	}
	// TakeLosses stops cards that were reported lost for the whole site. Again as the refusal means: another change of the
	// roster is under way, ask in a moment.
	TakeLosses struct{ Lost bundle.Lost }
)

// The orders and questions of people about the office's roster.
type (
	// AcceptBundle says that a person of this door will have a version, though it is not newer than the one held.
	AcceptBundle struct{ Version int64 }
	// AskHeld asks which bundle is in force: Answer.Value is a HeldView.
	AskHeld struct{}
)

// Again is the refusal of what may be asked once more at once.
const Again = rosterBusy

// Standing is what the state has that a bundle must not take away; the rows themselves are the ledger's.
type Standing struct {
	Base uint64 // the version of the roster
	Busy bool   // another change is under way, or nothing can be recorded: ask again in a moment
	Keep map[access.PersonID]bool
	Lent map[access.CredentialID]bool
	Lost []bundle.Loss
	Held bundle.Held
}

// HeldView is the office's roster as people see it.
type HeldView struct {
	Office bool `json:"office"` // the roster is the office's
	bundle.Held
	Stopped int `json:"stopped"` // cards that were stopped here and that no bundle has
	Losses  int `json:"losses"`  // reports of lost cards that came
}

func (AskStanding) ask()  {}
func (TakeBundle) ask()   {}
func (RefuseBundle) ask() {}
func (TakeLosses) ask()   {}
func (AcceptBundle) ask() {}
func (AskHeld) ask()      {}
