package controller

import (
	"slices"

	"kidoban/controller/account"
)

// ofCrisis answers the questions about alarms and emergencies, nil for any other.
func (s *State) ofCrisis(r Request) *Answer {
	switch ask := r.Ask.(type) {
	case AskAlarms:
		return &Answer{Value: s.alarms.Open(s.seesSilent(r.Account))}
	case AskSilent:
		return &Answer{Value: s.seesSilent(r.Account)}
	case AskMuster:
		return s.musterOf(ask)
	case AskIncidents:
		return &Answer{Value: s.incidents()}
	case AskEvidence:
		return s.evidence(r.Account, ask)
	}
	return nil
}

// inCrisis carries out the orders about alarms and emergencies, nil for any other.
func (s *State) inCrisis(a Account, ask Ask) *Answer {
	switch ask := ask.(type) {
	case AckAlarm:
		return &Answer{Refusal: s.ackAlarm(a, ask)}
	case CloseAlarm:
		return &Answer{Refusal: s.closeAlarm(a, ask)}
	case Declare:
		return s.declare(a, ask)
	case ClearEmergency:
		return &Answer{Refusal: s.clearEmergency(a, ask)}
	case AccountFor:
		return &Answer{Refusal: s.accountFor(a, ask)}
	case ReportThreat:
		return s.reportThreat(a, ask)
	case SignMonth:
		return &Answer{Refusal: s.signMonth(a, ask)}
	case Exported:
		return &Answer{Refusal: s.exported(a, ask)}
	}
	return nil
}

// evidence is what an evidence pack says of this moment.
func (s *State) evidence(a Account, ask AskEvidence) *Answer {
	if no := s.mayCollect(a, ask.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	e := Evidence{
		Doors: s.Views(), Incidents: s.incidents(), Names: s.allows(a, account.SearchRegister, ask.Zone),
		Silent: s.seesSilent(a), Synced: s.clock.synced,
	}
	e.Alarms = s.alarms.Open(e.Silent)
	if e.Names {
		e.Muster = s.muster()
	}
	return &Answer{Value: e}
}

// mayCollect is why an account may not have an evidence pack of a zone, or with "" of all: those may who report a threat (Article 11(5)), answer an
// emergency (Article 9) or hand out the register.
func (s *State) mayCollect(a Account, zone string) string {
	zones := []string{zone}
	if zone == "" {
		zones = s.zones()
	}
	for _, z := range zones {
		if s.allows(a, account.ExportRegister, z) || s.allows(a, account.Declare, z) {
			continue
		}
		if no := s.may(a, account.ReportThreat, z); no != "" {
			return no
		}
	}
	return ""
}

// zones are those that doors lead to.
func (s *State) zones() (out []string) {
	for _, g := range s.gates {
		if !slices.Contains(out, g.Zone) {
			out = append(out, g.Zone)
		}
	}
	return out
}
