package access

import (
	"cmp"
	"slices"
	"time"
)

// duty is a Duty as it is looked up.
type duty struct {
	person *person
	kind   DutyKind
	zone   string
	period
}

// HasDuty reports whether a person has a duty in a zone at an instant. A duty in zone "" is one in every zone.
func (r *Roster) HasDuty(id PersonID, d DutyKind, zone string, at time.Time) bool {
	first, _ := slices.BinarySearchFunc(r.duties, id, func(x duty, id PersonID) int { return cmp.Compare(x.person.id, id) })
	t := instant(at)
	for i := first; i < len(r.duties) && r.duties[i].person.id == id; i++ {
		if r.duties[i].covers(d, zone, t) {
			return true
		}
	}
	return false
}

// DutyHolders are those who have a duty in a zone at an instant, by id.
func (r *Roster) DutyHolders(d DutyKind, zone string, at time.Time) []PersonID {
	var out []PersonID
	t := instant(at)
	for i := range r.duties {
		if x := &r.duties[i]; x.covers(d, zone, t) {
			out = append(out, x.person.id)
		}
	}
	return slices.Compact(out)
}

// Holds reports whether a person holds a post at an instant, whatever else they hold.
func (r *Roster) Holds(id PersonID, p Post, at time.Time) bool {
	who, held := r.Incumbent(p, at)
	return held && who == id
}

func (x *duty) covers(d DutyKind, zone string, t int64) bool {
	return x.kind == d && (x.zone == "" || x.zone == zone) && x.contains(t)
}

// PutDuty adds a duty or replaces the one with the same person, duty, zone and From. To end one, put it with an Until.
func (r *Roster) PutDuty(d Duty) *Problem { return r.Apply(Edit{Duty: &d}) }

// DeleteDuty removes the duty with the same person, duty, zone and From.
func (r *Roster) DeleteDuty(d Duty) *Problem { return r.Apply(Edit{Duty: &d, Delete: true}) }

func dutyKey(d *Duty) string { return string(d.Duty) + "/" + string(d.Person) }

func byDuty(a, b *Duty) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Duty, b.Duty), cmp.Compare(a.Zone, b.Zone), a.From.Compare(b.From))
}

func compareDuties(a, b duty) int {
	return cmp.Or(cmp.Compare(a.person.id, b.person.id), cmp.Compare(a.kind, b.kind), cmp.Compare(a.zone, b.zone), cmp.Compare(a.from, b.from))
}

type staffDuty struct {
	duty     DutyKind
	what, do string
}

// onlyStaff says why each duty is for staff, and what to do instead.
var onlyStaff = [...]staffDuty{
	{DutyConsent, "only a member of staff (職員) is designated to consent to leaving (退室承諾の指定者, Article 20(4))",
		"designate a member of staff; they need not be of Article 20(1)"},
	{DutyClerk, "only a member of staff (職員) is a register clerk (入退室事務担当, under Article 11(6))", "name a member of staff"},
	{DutyAuditor, "only a member of staff (職員) is an auditor (監査担当) here", "name a member of staff, who shows the record to an auditor from outside"},
	{DutyDeputy, "only a member of staff (職員) decides for the officer (代決)", "name a member of staff whom the city's rules on decisions (事務決裁規程) allow"},
}

func (r *Roster) checkDuty(d Duty) *Problem {
	key := dutyKey(&d)
	at := slices.IndexFunc(onlyStaff[:], func(x staffDuty) bool { return x.duty == d.Duty })
	if at < 0 {
		return problem(DutyTable, key, BadValue, "its duty is not known", "use consent, clerk, auditor or deputy")
	}
	p, bad := r.known(DutyTable, key, d.Person)
	if bad != nil {
		return bad
	}
	if p.kind != Staff {
		return problem(DutyTable, key, NotStaff, onlyStaff[at].what, onlyStaff[at].do)
	}
	return checkSpan(DutyTable, key, d.Span)
}

func (r *Roster) findDuty(d Duty) (int, bool, duty) {
	_, p := r.findPerson(d.Person)
	if p == nil {
		return 0, false, duty{}
	}
	row := duty{p, d.Duty, d.Zone, periodOf(d.Span)}
	at, ok := slices.BinarySearchFunc(r.duties, row, compareDuties)
	return at, ok, row
}

func (r *Roster) setDuty(d Duty) {
	at, ok, row := r.findDuty(d)
	if ok {
		r.duties[at].period = row.period
		return
	}
	row.kind, row.zone = DutyKind(r.word(string(d.Duty))), r.word(d.Zone)
	r.duties = slices.Insert(r.duties, at, row)
}

func (r *Roster) keepDuty(d Duty) *Problem {
	if _, ok, _ := r.findDuty(d); !ok {
		return gone(DutyTable, dutyKey(&d))
	}
	return nil
}

func (r *Roster) dropDuty(d Duty) {
	at, _, _ := r.findDuty(d)
	r.duties = slices.Delete(r.duties, at, at+1)
}

// entrusted reports whether a person has a duty at any time.
func (r *Roster) entrusted(p *person) bool {
	return slices.ContainsFunc(r.duties, func(x duty) bool { return x.person == p })
}

func (r *Roster) dutyRows() []Duty {
	var out []Duty
	for i := range r.duties {
		x := &r.duties[i]
		out = append(out, Duty{x.person.id, x.kind, x.zone, x.span()})
	}
	return out
}
