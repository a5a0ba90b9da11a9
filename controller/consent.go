package controller

import (
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// consenting is a consenter's badge at an exit reader.
type consenting struct {
	person access.PersonID
	at     time.Duration
}

// mayConsent says that a person may consent to leaving a zone now: 市民課長, or one designated beforehand; nobody else,
// para 1 or not.
func (s *State) mayConsent(who access.PersonID, zone string) bool {
	at := s.dated()
	return who != "" && (s.roster.Holds(who, officerOf(s.place(zone)), at) || s.roster.HasDuty(who, access.DutyConsent, zone, at))
}

// consentByBadge remembers a badge at the exit reader of one who may consent. It opens the door as any does.
func (s *State) consentByBadge(g *gate, d access.Decision) {
	c, known := s.roster.Credential(d.Credential)
	if known && c.State == access.Active && c.Contains(s.dated()) && s.mayConsent(d.Person, g.Zone) {
		g.consent = consenting{person: d.Person, at: s.now.Mono}
	}
}

// visitorLeaves puts right what the record says of a visitor's exit: it rests on Article 20(4), and no standing is missed.
func (s *State) visitorLeaves(g *gate, d *access.Decision, data *journal.Data, sev *journal.Severity) {
	v, open := s.book.Of(g.Zone, d.Person)
	if !open || !v.Visitor() {
		return
	}
	data.Permit, data.Visit, data.Rule = string(v.Permit), v.ID, s.rule(v.Zone, ruleLeave)
	switch d.Reason {
	case access.NotAuthorised, access.NoPermit, access.PermitExpired, access.PermitUsedUp, access.PermitRevoked, access.PermitNotYetValid,
		access.ClockUntrusted, access.OutsideSchedule:
		data.Reason, *sev = "", journal.Info
	}
}

// consented says that a visitor who leaves now has consent, where Article 20 asks for it: given within its time, or by a badge at this door. A badge's
// is written down here.
func (s *State) consented(g *gate, v *ledger.Visit) bool {
	if s.rule(v.Zone, ruleLeave) != ruleLeave {
		return true
	}
	if s.consentLasts(v) {
		return true
	}
	if g == nil || g.consent.person == "" || g.consent.person == v.Person || v.Consent.State == ledger.ConsentWithheld ||
		s.now.Mono-g.consent.at > s.site.Visits.ConsentWindow {
		return false
	}
	s.writeConsent(journal.VisitConsented, v, g.consent.person, "", "badge", "")
	return true
}

// consentLasts says that a consent given by name has its time still. A clock that is set moves no consent of this run.
func (s *State) consentLasts(v *ledger.Visit) bool {
	if v.Consent.State != ledger.Consented {
		return false
	}
	since := s.now.Wall.Sub(v.Consent.Act.At)
	if at, known := s.watch.consents[v.ID]; known {
		since = s.now.Mono - at
	}
	return since >= 0 && since <= s.site.Visits.ConsentFor
}

// writeConsent writes a consent down, or that it is withheld.
func (s *State) writeConsent(t journal.Type, v *ledger.Visit, by access.PersonID, account, mode, text string) {
	act := s.actAs(by, v.Zone)
	d := about(v)
	d.ConsentBy, d.Post, d.Mode, d.Account, d.Rule = string(by), string(act.Post), mode, account, s.rule(v.Zone, ruleLeave)
	s.line(t, journal.Info, d, s.private(register.Consent{Name: act.Name, Text: text, Acting: act.Acting}))
	s.watch.consents[v.ID] = s.now.Mono
}

// askConsent is 退室の承諾を求める.
func (s *State) askConsent(a Account, ask AskConsent) string {
	all, no := s.group(ask.Visits, false)
	if no == "" {
		no = s.may(a, account.AskConsent, zoneOfAll(all))
	}
	if no != "" {
		return no
	}
	for _, v := range all {
		if s.consentLasts(&v) {
			return "visit " + v.ID + " has the consent already, and it lasts: they may leave"
		}
	}
	for _, v := range all {
		d := about(&v)
		d.Account = a.Name
		s.line(journal.VisitExitRequested, journal.Notice, d, nil)
	}
	return ""
}

// giveConsent is 退室を承諾する, 承諾しない, or the written follow-up for those who left without: never by oneself, and
// never back-dated.
func (s *State) giveConsent(a Account, ask GiveConsent) string {
	all, no := s.group(ask.Visits, true)
	if no == "" {
		no = s.may(a, account.Consent, zoneOfAll(all))
	}
	if no != "" {
		return no
	}
	after := func(v ledger.Visit) bool { return !v.Inside() }
	switch {
	case !s.mayConsent(a.Person, zoneOfAll(all)):
		return "consent is 市民課長's, or of a person designated beforehand (第20条第4項): kidoban duty list"
	case slices.ContainsFunc(all, func(v ledger.Visit) bool { return v.Person == a.Person }):
		return "nobody consents to their own leaving (第20条第4項)"
	case slices.ContainsFunc(all, after) && (ask.Withhold || strings.TrimSpace(ask.Text) == ""):
		return "they have left without consent: a written follow-up (事後承諾) says what was found: --text"
	}
	for _, v := range all {
		switch {
		case after(v):
			s.writeConsent(journal.VisitConsented, &v, a.Person, a.Name, register.ModeAfter, ask.Text)
		case ask.Withhold:
			s.writeConsent(journal.VisitConsentWithheld, &v, a.Person, a.Name, "", ask.Text)
		default:
			s.writeConsent(journal.VisitConsented, &v, a.Person, a.Name, "account", ask.Text)
		}
	}
	return ""
}
