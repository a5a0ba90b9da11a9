package controller

import (
	"cmp"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// AskEdit asks what a change of the roster would do, before it is sent: Answer.Value is a Looked. It changes nothing.
type AskEdit struct{ Order EditRoster }

func (AskEdit) ask() {}

// Looked is what a change of the roster would do now.
type Looked struct {
	Changes []Change `json:"changes"`
	Second  bool     `json:"second,omitempty"`  // another person would have to approve it
	Officer bool     `json:"officer,omitempty"` // and 市民課長 would have to be one of the two
	No      string   `json:"no,omitempty"`      // why it cannot be
}

// Change is one row of the roster as it is and as it would be, without any hash of a card or a PIN; nil where there is none.
type Change struct {
	Before *ledger.Edit `json:"before,omitempty"`
	After  *ledger.Edit `json:"after,omitempty"`
	Name   string       `json:"name,omitempty"` // of the person whose row it is
}

// lookAt answers AskEdit to those who could ask for the change.
func (s *State) lookAt(a Account, ask EditRoster) *Answer {
	p := Proposal{Kind: kindOf(ask), Order: order{Edit: &ask}}
	alone := a.Person == "" || s.onlyStops(ask) || s.allows(a, account.ChangeRoster, "")
	no := ""
	if alone {
		no = s.mayNot(Request{Account: a, Ask: ask})
	} else {
		no = s.may(a, proposers[p.Kind], "")
	}
	if no != "" {
		return &Answer{Refusal: no}
	}
	out := Looked{Changes: s.changes(ask.Edits), Second: !alone, Officer: !alone && p.needsOfficer()}
	if out.No = cmp.Or(s.keptBlocked(ask.Edits), s.officeOnly(ask.Edits)); out.No == "" {
		if _, problem := s.try(ask.Edits); problem != nil {
			out.No = problem.String()
		}
	}
	return &Answer{Value: out}
}

// changes are edits beside what stands now.
func (s *State) changes(edits []ledger.Edit) []Change {
	out := make([]Change, len(edits))
	for i, e := range edits {
		before := s.inverse(e)
		if before.Delete {
			before = ledger.Edit{}
		}
		out[i] = NewChange(before, e, s.people.Of(e.Whose()).Name)
	}
	return out
}

// NewChange is an edit beside the row that stands, none set in before where there is none.
func NewChange(before, e ledger.Edit, name string) Change {
	c := Change{Name: name}
	if before != (ledger.Edit{}) {
		c.Before = bare(before)
	}
	if !e.Delete {
		c.After = bare(e)
	}
	return c
}

// bare is a row without what a card and a PIN are known by.
func bare(e ledger.Edit) *ledger.Edit {
	if e.Credential != nil {
		c := *e.Credential
		c.Card, c.PIN, c.Duress = access.Hash{}, access.Hash{}, access.Hash{}
		e.Credential = &c
	}
	return &e
}

// try makes edits and takes them back: the first that cannot be, and why.
func (s *State) try(edits []ledger.Edit) (ledger.Edit, *access.Problem) {
	var undo []ledger.Edit
	defer func() { s.putBack(undo) }()
	for _, e := range edits {
		back := s.inverse(e)
		if problem := s.apply(e); problem != nil {
			return e, problem
		}
		undo = append(undo, back)
	}
	return ledger.Edit{}, nil
}
