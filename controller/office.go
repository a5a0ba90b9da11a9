package controller

import (
	"encoding/json"
	"slices"

	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// The kinds of the documents.
const (
	accountDocument  = "account"
	proposalDocument = "proposal"
)

// office is what the step keeps of accounts and of what waits for a second person.
type office struct {
	accounts  map[string]AccountRow
	proposals map[string]Proposal
	lapsed    []Proposal // imports of an earlier run
}

func newOffice(snap ledger.Snapshot) office {
	o := office{accounts: map[string]AccountRow{}, proposals: map[string]Proposal{}}
	for _, d := range snap.Documents {
		switch d.Kind {
		case accountDocument:
			var row AccountRow
			if json.Unmarshal(d.Body, &row) == nil && row.Name == d.ID {
				o.accounts[d.ID] = row
			}
		case proposalDocument:
			var p Proposal
			if json.Unmarshal(d.Body, &p) != nil || p.ID != d.ID {
				continue
			}
			if p.Order == (order{}) {
				o.lapsed = append(o.lapsed, p)
				continue
			}
			o.proposals[d.ID] = p
		}
	}
	return o
}

// ofOffice answers the questions about accounts and proposals; nil where it is another.
func (s *State) ofOffice(r Request) *Answer {
	switch ask := r.Ask.(type) {
	case AskAccount:
		if row, known := s.office.accounts[ask.Name]; known && row.Closed.IsZero() {
			return &Answer{Value: row}
		}
		return &Answer{Refusal: "no such account"}
	case AskMay:
		return &Answer{Value: slices.ContainsFunc(ask.Actions, func(x account.Action) bool { return s.allows(r.Account, x, ask.Zone) })}
	case AskAccounts:
		return &Answer{Value: s.accountRows()}
	case AskMe:
		return &Answer{Value: s.me(r.Account)}
	case AskPasskey:
		if row, has := s.holderOf(ask.ID); has {
			return &Answer{Value: row}
		}
		return &Answer{Refusal: "no such passkey"}
	}
	return nil
}

// inOffice carries out the orders about them; nil where it is another.
func (s *State) inOffice(a Account, ask Ask) *Answer {
	refused := func(no string) *Answer { return &Answer{Refusal: no} }
	switch ask := ask.(type) {
	case Propose:
		return s.propose(a, ask.Ask)
	case ApplyForCard:
		return s.applyForCard(a, ask.Order)
	case Approve:
		return refused(s.approve(a, ask))
	case Reject:
		return s.reject(a, ask)
	case AskProposals:
		return &Answer{Value: s.proposals()}
	case AskEdit:
		return s.lookAt(a, ask.Order)
	case PutAccount:
		if !s.mayPutAlone(a) {
			return refused(byAnother)
		}
		return refused(s.putAccount(a, ask, ""))
	case SetPassword:
		return refused(s.setPassword(a, ask))
	case CloseAccount:
		return refused(s.closeAccount(a, ask))
	case SignIn:
		return s.signIn(ask)
	case SignOut:
		return refused(s.signOut(a, ask))
	case BeginSetup:
		return refused(s.beginSetup(a))
	case EndSetup:
		return refused(s.endSetup(ask))
	}
	return s.ofProofs(a, ask)
}
