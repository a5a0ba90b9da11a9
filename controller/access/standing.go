package access

import (
	"math"
	"time"
)

// The rules that answers rest on.
const (
	RulePost     = "art20.1.1" // CISO, 市民課長, system manager
	RuleSection  = "art20.1.2" // staff of 市民課
	RuleFinding  = "art20.1.3" // staff found necessary for maintenance
	RulePermit   = "art20.2"   // everyone else: the security officer's prior permission
	RuleTerminal = "art11.2"   // terminal places: the officer of the section and its staff
	RulePractice = "practice"  // 運用基準: Articles 21 and 23 applied by analogy to cards
	RuleSite     = "site"      // the site's own setting
)

// Standing returns the rule under which a person may enter by their own right at an instant, "" for none. A transfer
// on 1 April ends it at 00:00 JST because the rows' dates are such instants.
func (r *Roster) Standing(id PersonID, point AccessPoint, at time.Time) string {
	if _, p := r.findPerson(id); p != nil {
		return p.standing(&point, instant(at))
	}
	return ""
}

// IsStanding reports whether a rule is one of a person's own right, as an escort's or a second person's must be.
func IsStanding(rule string) bool {
	switch rule {
	case RulePost, RuleSection, RuleFinding, RuleTerminal:
		return true
	}
	return false
}

func (p *person) standing(point *AccessPoint, t int64) string {
	if p.kind != Staff {
		return ""
	}
	best := ""
	for i := range p.rights {
		h := &p.rights[i]
		if !h.contains(t) {
			continue
		}
		if rule := h.gives(point); rule != "" && (best == "" || rule < best) {
			best = rule
		}
	}
	return best
}

// gives is the rule of standing that a row in force gives at a point. In the management room the posts and the section
// are the article's own and not the config's.
func (h *right) gives(point *AccessPoint) string {
	switch point.Place {
	case ManagementRoom:
		switch {
		case h.what == holds && (h.name == string(CISO) || h.name == string(SecurityOfficer) || h.name == string(SystemManager)):
			return RulePost
		case h.what == belongs && h.name == CivicAffairs:
			return RuleSection
		case h.what == found:
			return RuleFinding
		}
	case TerminalPlace:
		switch {
		case h.what == holds && h.name == string(point.Officer), h.what == belongs && h.name == point.Section:
			return RuleTerminal
		}
	}
	return ""
}

// nextRight is the first edge after t of anything that may give p standing.
func (p *person) nextRight(t int64) int64 {
	next := int64(math.MaxInt64)
	for i := range p.rights {
		next = min(next, p.rights[i].next(t))
	}
	return next
}
