package controller

import (
	"slices"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
)

// need is what an Ask needs before it is carried out: an action in a zone; or nothing here, because its handler knows the
// zone from the permit or the visit and asks s.may itself (within), or because it needs no role (open).
type need struct {
	action account.Action
	zone   string
	within bool
	open   bool
	second bool // it is proposed, never asked for by itself
	fresh  bool // it takes a fresh proof although the action is everyday
}

const byAnother = "this takes another person: one proposes it, another approves (kidoban proposal)"

// needs says it of every order. What is not listed is refused to all.
func (s *State) needs(ask Ask) need {
	switch ask := ask.(type) {
	case ReleaseDoor: // the one order at which a lock opens without a card; to lock a door down waits for nothing
		return need{action: account.OperateDoor, zone: s.zoneOf(ask.Door), fresh: true}
	case SetMode:
		return need{action: account.OperateDoor, zone: s.zoneOf(ask.Door)}
	case Forgive:
		return need{action: account.OperateDoor, zone: ask.Zone}
	case AckAlarm:
		return need{action: account.AckAlarm, zone: s.zoneOfAlarm(ask.ID)}
	case SilenceSiren:
		return need{action: account.AckAlarm, zone: s.zoneOf(ask.Door)}
	case AccountFor:
		return need{action: account.AckAlarm, zone: s.zoneOfCounted(ask)}
	case CloseAlarm:
		return need{action: account.CloseAlarm, zone: s.zoneOfAlarm(ask.ID)}
	case SignMonth:
		return need{action: account.SignRegister, zone: ask.Zone}
	case Searched:
		return need{action: account.SearchRegister, zone: ask.Zone}
	case MaySearch:
		return need{action: account.SearchRegister, zone: ask.Zone}
	case Printed:
		return need{action: printing(ask), zone: ask.Zone}
	case MayVerify, Verified:
		return need{action: verifying}
	case MayBackUp, BackedUp:
		return need{action: account.Backup}
	case BeginPoint, TryPoint, EndPoint:
		return need{action: account.CheckWiring}
	case UnblockPIN:
		return need{action: account.UnblockPIN}
	case ProposePurge:
		return need{action: account.ProposePurge}
	case ApprovePurge:
		return need{action: account.ApprovePurge}
	case SetHold, LiftHold:
		return need{action: account.HoldRecords}
	case Note, AskProposals:
		return need{action: account.Look}
	case SignIn, EndSetup, DropPurged, EndPurge:
		return need{open: true}
	case CorrectVisit:
		return need{second: true}
	case PutAccount:
		return need{action: account.ManageAccounts}
	case EditRoster:
		if s.onlyStops(ask) {
			return need{action: account.BlockCard}
		}
		return need{action: account.ChangeRoster}
	case SwitchRoster:
		return need{action: account.ChangeRoster}
	case LendCard, TemporaryCard, ReturnCard:
		return need{action: account.LendCard}
	case CountCards:
		return need{action: account.CountCards}
	case MayPrint, AcceptBundle, Declare, ClearEmergency, Exported, ReportThreat, RequestPermit, RecordOral, DecidePermit, ConfirmPermit, RevokePermit, NameVisitor, Announce, HandOver,
		AskConsent, GiveConsent, Leave, EnterLate, EnterEmergency, CompleteEmergency,
		Propose, AskEdit, ApplyForCard, Approve, Reject, RejectPurge, SetPassword, CloseAccount, SignOut,
		SetTOTP, RemoveTOTP, AddPasskey, RemovePasskey, BeginSetup:
		return need{within: true}
	}
	return need{}
}

// mayNot is why a request is refused before it is looked at.
func (s *State) mayNot(r Request) string {
	_, calm := r.Ask.(AckAlarm)
	n := s.needs(r.Ask)
	switch {
	case r.Account.Name == "" && !n.open:
		return s.may(r.Account, n.action, n.zone)
	case !s.backlog.ok && !calm:
		return "nothing can be recorded now, so nothing is changed (record_unavailable)"
	case n.within || n.open:
		return ""
	case n.second:
		return byAnother
	case n.action == 0:
		return "unknown request"
	}
	return s.mayWith(r.Account, n.action, n.zone, n.fresh || n.action.Grave())
}

// zoneOf is the zone that a door leads into.
func (s *State) zoneOf(door string) string {
	if g := s.gate(door); g != nil {
		return g.Zone
	}
	return ""
}

func (s *State) zoneOfAlarm(id string) string {
	row, _ := s.alarms.Find(id)
	if row.Zone != "" {
		return row.Zone
	}
	return s.zoneOf(row.Door)
}

// strictness orders what a card may be declared to be: blocking for one person is only ever towards stricter.
var strictness = map[access.CardState]int{access.Active: 0, access.Blocked: 1, access.Lost: 2, access.Revoked: 2}

// onlyStops says that an edit declares cards lost, revoked or blocked and changes nothing else: one person is enough.
func (s *State) onlyStops(ask EditRoster) bool {
	return len(ask.Edits) > 0 && !slices.ContainsFunc(ask.Edits, func(e ledger.Edit) bool {
		c := e.Credential
		if c == nil || e.Delete || e.Person != nil || e.Incumbency != nil || e.Belonging != nil || e.Finding != nil ||
			e.Duty != nil || e.Schedule != nil || e.Holiday != nil {
			return true
		}
		had, known := s.roster.Credential(c.ID)
		was := had.State
		had.State = c.State
		return !known || !sameCard(had, *c) || strictness[c.State] == 0 || strictness[c.State] < strictness[was]
	})
}

func sameCard(a, b access.Credential) bool {
	if !a.From.Equal(b.From) || !a.Until.Equal(b.Until) {
		return false
	}
	a.Span, b.Span = access.Span{}, access.Span{}
	return a == b
}
