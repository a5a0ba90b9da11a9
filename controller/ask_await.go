package controller

import (
	"slices"
	"time"
)

// AskAwaited asks what waits for the account, by what it may do now: Answer.Value is an Awaited. It tells of nobody.
type AskAwaited struct{}

func (AskAwaited) ask() {}

// Awaited is what waits for an account.
type Awaited struct {
	Waits  []Wait   `json:"waits"`
	Review []string `json:"-"` // the zones whose months it signs: which months are, the disk says
}

// Wait is what waits of one kind.
type Wait struct {
	What   Awaiting  `json:"what"`
	Count  int       `json:"count"`
	Oldest time.Time `json:"oldest"`          // since when the oldest waits
	Begins time.Time `json:"begins,omitzero"` // of requests: when the first visit is to begin
	ID     string    `json:"id,omitempty"`    // of the only one
}

// Awaiting is what sort of thing waits.
type Awaiting string

// The kinds.
const (
	AwaitsDecision   Awaiting = "decision"   // requests of permits
	AwaitsConfirming Awaiting = "confirming" // oral permissions
	AwaitsReview     Awaiting = "review"     // a deputy's decisions (後閲)
	AwaitsFollowUp   Awaiting = "followup"   // visitors who left on an earlier day without consent
	AwaitsCompletion Awaiting = "completion" // entries of the emergency services
	AwaitsCheck      Awaiting = "check"      // corrections, to be checked
	AwaitsPermission Awaiting = "permission" // corrections that are checked
	AwaitsApproval   Awaiting = "approval"   // changes of the roster
	AwaitsIssue      Awaiting = "issue"      // applications for cards
	AwaitsAccount    Awaiting = "account"
	AwaitsDisposal   Awaiting = "disposal"
	AwaitsReturn     Awaiting = "return" // cards lent for a day that is over
	AwaitsMonth      Awaiting = "month"  // monthly reviews; ID is the oldest month, whatever the count
)

// Awaitings are all kinds, in the order in which they are told.
func Awaitings() []Awaiting {
	return []Awaiting{
		AwaitsDecision, AwaitsConfirming, AwaitsReview, AwaitsFollowUp, AwaitsCompletion, AwaitsCheck, AwaitsPermission,
		AwaitsApproval, AwaitsIssue, AwaitsAccount, AwaitsDisposal, AwaitsReturn, AwaitsMonth,
	}
}

func (a Awaiting) rank() int { return slices.Index(Awaitings(), a) }
