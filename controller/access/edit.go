package access

import (
	"cmp"
	"fmt"
	"slices"
)

// Edit is one row that changes; exactly one pointer is set. Delete removes the row with the same key: the id, for an
// incumbency post, person and From, for a belonging person, section and From, for a finding person and From, for a duty
// person, duty, zone and From, for a holiday its date.
type Edit struct {
	Person     *Person
	Incumbency *Incumbency
	Belonging  *Belonging
	Finding    *Finding
	Duty       *Duty
	Credential *Credential
	Schedule   *Schedule
	Holiday    *Holiday
	Delete     bool
}

// Check reports what Apply would refuse. It changes nothing.
func (r *Roster) Check(e Edit) *Problem { return r.edit(e, true) }

// Apply makes one change, or leaves the roster as it is and says why.
func (r *Roster) Apply(e Edit) *Problem { return r.edit(e, false) }

func (r *Roster) edit(e Edit, dry bool) *Problem {
	if e.rows() != 1 {
		return problem(0, "", NotOneRow, "a change names one row", "send one change for each row")
	}
	switch {
	case e.Person != nil:
		return edit(e, dry, *e.Person, r.checkPerson, r.setPerson, r.keepPerson, r.dropPerson)
	case e.Incumbency != nil:
		return edit(e, dry, *e.Incumbency, r.checkIncumbency, r.setIncumbency, r.keepIncumbency, r.dropIncumbency)
	case e.Belonging != nil:
		return edit(e, dry, *e.Belonging, r.checkBelonging, r.setBelonging, r.keepBelonging, r.dropBelonging)
	case e.Finding != nil:
		return edit(e, dry, *e.Finding, r.checkFinding, r.setFinding, r.keepFinding, r.dropFinding)
	case e.Duty != nil:
		return edit(e, dry, *e.Duty, r.checkDuty, r.setDuty, r.keepDuty, r.dropDuty)
	case e.Credential != nil:
		return edit(e, dry, *e.Credential, r.checkCredential, r.setCredential, r.keepCredential, r.dropCredential)
	case e.Schedule != nil:
		return edit(e, dry, *e.Schedule, r.checkSchedule, r.setSchedule, r.keepSchedule, r.dropSchedule)
	}
	return edit(e, dry, *e.Holiday, r.checkHoliday, r.setHoliday, r.keepHoliday, r.dropHoliday)
}

func (e Edit) rows() (n int) {
	for _, set := range [...]bool{
		e.Person != nil, e.Incumbency != nil, e.Belonging != nil, e.Finding != nil, e.Duty != nil,
		e.Credential != nil, e.Schedule != nil, e.Holiday != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

// edit runs the noun's check (may it be put), set, keep (must it stay) or drop.
func edit[T any](e Edit, dry bool, row T, check func(T) *Problem, set func(T), keep func(T) *Problem, drop func(T)) *Problem {
	if e.Delete {
		check, set = keep, drop
	}
	if p := check(row); p != nil {
		return p
	}
	if !dry {
		set(row)
	}
	return nil
}

// PutPerson adds or replaces a person.
func (r *Roster) PutPerson(p Person) *Problem { return r.Apply(Edit{Person: &p}) }

// DeletePerson removes a person to whom no other row refers.
func (r *Roster) DeletePerson(id PersonID) *Problem {
	return r.Apply(Edit{Person: &Person{ID: id}, Delete: true})
}

// PutIncumbency adds an incumbency or replaces the one with the same post, person and From.
func (r *Roster) PutIncumbency(i Incumbency) *Problem { return r.Apply(Edit{Incumbency: &i}) }

// DeleteIncumbency removes the incumbency with the same post, person and From.
func (r *Roster) DeleteIncumbency(i Incumbency) *Problem {
	return r.Apply(Edit{Incumbency: &i, Delete: true})
}

// PutBelonging adds a belonging or replaces the one with the same person, section and From.
func (r *Roster) PutBelonging(b Belonging) *Problem { return r.Apply(Edit{Belonging: &b}) }

// DeleteBelonging removes the belonging with the same person, section and From.
func (r *Roster) DeleteBelonging(b Belonging) *Problem {
	return r.Apply(Edit{Belonging: &b, Delete: true})
}

// PutFinding adds a finding or replaces the one with the same person and From. To revoke one, put it with an Until.
func (r *Roster) PutFinding(f Finding) *Problem { return r.Apply(Edit{Finding: &f}) }

// DeleteFinding removes the finding with the same person and From.
func (r *Roster) DeleteFinding(f Finding) *Problem { return r.Apply(Edit{Finding: &f, Delete: true}) }

// PutCredential adds or replaces a credential.
func (r *Roster) PutCredential(c Credential) *Problem { return r.Apply(Edit{Credential: &c}) }

// DeleteCredential removes a credential.
func (r *Roster) DeleteCredential(id CredentialID) *Problem {
	return r.Apply(Edit{Credential: &Credential{ID: id}, Delete: true})
}

// PutSchedule adds or replaces a schedule.
func (r *Roster) PutSchedule(s Schedule) *Problem { return r.Apply(Edit{Schedule: &s}) }

// DeleteSchedule removes a schedule that no credential uses.
func (r *Roster) DeleteSchedule(id ScheduleID) *Problem {
	return r.Apply(Edit{Schedule: &Schedule{ID: id}, Delete: true})
}

// PutHoliday adds or replaces a local holiday or working day.
func (r *Roster) PutHoliday(h Holiday) *Problem { return r.Apply(Edit{Holiday: &h}) }

// DeleteHoliday takes a local override of that date away again.
func (r *Roster) DeleteHoliday(h Holiday) *Problem { return r.Apply(Edit{Holiday: &h, Delete: true}) }

func gone(t Table, key string) *Problem {
	return problem(t, key, NoSuchRow, "there is no such row", "list the rows and name one of them")
}

func (r *Roster) known(t Table, key string, id PersonID) (*person, *Problem) {
	_, p := r.findPerson(id)
	if p == nil {
		return nil, problem(t, key, UnknownPerson, fmt.Sprintf("person %q is not in the roster", id), "add the person first, or correct the id")
	}
	return p, nil
}

// Persons.

func personKey(p *Person) string { return string(p.ID) }

func (r *Roster) checkPerson(p Person) *Problem {
	switch {
	case p.ID == "":
		return problem(PersonTable, "", MissingID, "it has no id", "give the person an id")
	case p.Kind < Staff || p.Kind > Other:
		return problem(PersonTable, string(p.ID), BadValue, "its kind is not known", "use staff, contractor or other")
	}
	if _, old := r.findPerson(p.ID); old != nil && p.Kind != Staff && (old.official() || r.entrusted(old)) {
		return problem(PersonTable, string(p.ID), StillReferred, "a post, a finding or a duty rests on being staff",
			"delete those rows first, or register another person")
	}
	return nil
}

// official reports whether p has rows that only staff may have.
func (p *person) official() bool {
	return slices.ContainsFunc(p.rights, func(h right) bool { return h.what == holds || h.what == found })
}

func (r *Roster) setPerson(p Person) {
	at, old := r.findPerson(p.ID)
	if old != nil {
		old.kind = p.Kind
		return
	}
	r.persons = slices.Insert(r.persons, at, &person{id: PersonID(r.ids.keep(string(p.ID))), kind: p.Kind})
}

func (r *Roster) keepPerson(p Person) *Problem {
	_, old := r.findPerson(p.ID)
	switch {
	case old == nil:
		return gone(PersonTable, string(p.ID))
	case old.cards > 0 || len(old.rights) > 0 || r.entrusted(old):
		return problem(PersonTable, string(p.ID), StillReferred, "cards, posts, belongings, findings or duties refer to it", "delete those rows first")
	}
	return nil
}

func (r *Roster) dropPerson(p Person) {
	at, _ := r.findPerson(p.ID)
	r.persons = slices.Delete(r.persons, at, at+1)
}

// Incumbencies, belongings and findings: rights of a person.

func incumbencyKey(i *Incumbency) string { return string(i.Post) + "/" + string(i.Person) }
func belongingKey(b *Belonging) string   { return string(b.Person) + "/" + b.Section }
func findingKey(f *Finding) string       { return string(f.Person) }

func (r *Roster) holds(i *Incumbency) right  { return r.right(holds, string(i.Post), i.Span) }
func (r *Roster) belongs(b *Belonging) right { return r.right(belongs, b.Section, b.Span) }
func (r *Roster) found(f *Finding) right     { return r.right(found, "", f.Span) }

func (r *Roster) right(what rightKind, name string, s Span) right {
	return right{r.title(what, name), periodOf(s)}
}

func compareRights(a, b right) int {
	return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.name, b.name), cmp.Compare(a.from, b.from))
}

func (r *Roster) setRight(id PersonID, h right) {
	_, p := r.findPerson(id)
	at, ok := slices.BinarySearchFunc(p.rights, h, compareRights)
	if ok {
		p.rights[at].period = h.period
		return
	}
	p.rights = slices.Insert(p.rights, at, h)
}

func (r *Roster) keepRight(t Table, key string, id PersonID, h right) *Problem {
	if _, p := r.findPerson(id); p != nil {
		if _, ok := slices.BinarySearchFunc(p.rights, h, compareRights); ok {
			return nil
		}
	}
	return gone(t, key)
}

func (r *Roster) dropRight(id PersonID, h right) {
	_, p := r.findPerson(id)
	at, _ := slices.BinarySearchFunc(p.rights, h, compareRights)
	p.rights = slices.Delete(p.rights, at, at+1)
}

func compareTenures(a, b tenure) int {
	return cmp.Or(cmp.Compare(a.post, b.post), cmp.Compare(a.from, b.from))
}

func (r *Roster) checkIncumbency(i Incumbency) *Problem {
	key := incumbencyKey(&i)
	if i.Post == "" {
		return problem(IncumbencyTable, key, MissingID, "it names no post", "name the post")
	}
	p, bad := r.known(IncumbencyTable, key, i.Person)
	if bad != nil {
		return bad
	}
	if p.kind != Staff {
		return problem(IncumbencyTable, key, NotStaff, "only a member of staff holds a post", "name a member of staff")
	}
	if bad := checkSpan(IncumbencyTable, key, i.Span); bad != nil {
		return bad
	}
	want := tenure{i.Post, p, periodOf(i.Span)}
	at, _ := slices.BinarySearchFunc(r.posts, want, compareTenures)
	for n := max(at-1, 0); n < min(at+2, len(r.posts)); n++ {
		h := r.posts[n]
		same := h.person == p && h.from == want.from
		if h.post == i.Post && !same && h.overlaps(want.period) {
			return problem(IncumbencyTable, key, PostTaken, fmt.Sprintf("person %q holds the post at the same time", h.person.id),
				"end that incumbency first, at 00:00 of the day on which this one begins")
		}
	}
	return nil
}

func (r *Roster) setIncumbency(i Incumbency) {
	_, p := r.findPerson(i.Person)
	h := tenure{Post(r.word(string(i.Post))), p, periodOf(i.Span)}
	if at, ok := slices.BinarySearchFunc(r.posts, h, compareTenures); ok {
		r.posts[at] = h
	} else {
		r.posts = slices.Insert(r.posts, at, h)
	}
	r.setRight(i.Person, r.holds(&i))
}

func (r *Roster) keepIncumbency(i Incumbency) *Problem {
	return r.keepRight(IncumbencyTable, incumbencyKey(&i), i.Person, r.holds(&i))
}

func (r *Roster) dropIncumbency(i Incumbency) {
	at, _ := slices.BinarySearchFunc(r.posts, tenure{post: i.Post, period: periodOf(i.Span)}, compareTenures)
	r.posts = slices.Delete(r.posts, at, at+1)
	r.dropRight(i.Person, r.holds(&i))
}

func (r *Roster) checkBelonging(b Belonging) *Problem {
	key := belongingKey(&b)
	if b.Section == "" {
		return problem(BelongingTable, key, MissingID, "it names no section", "name the section")
	}
	if _, bad := r.known(BelongingTable, key, b.Person); bad != nil {
		return bad
	}
	return checkSpan(BelongingTable, key, b.Span)
}

func (r *Roster) setBelonging(b Belonging) { r.setRight(b.Person, r.belongs(&b)) }
func (r *Roster) keepBelonging(b Belonging) *Problem {
	return r.keepRight(BelongingTable, belongingKey(&b), b.Person, r.belongs(&b))
}
func (r *Roster) dropBelonging(b Belonging) { r.dropRight(b.Person, r.belongs(&b)) }

func (r *Roster) checkFinding(f Finding) *Problem {
	key := findingKey(&f)
	p, bad := r.known(FindingTable, key, f.Person)
	if bad != nil {
		return bad
	}
	if p.kind != Staff {
		return problem(FindingTable, key, NotStaff, "Article 20(1)(3) speaks of staff (職員); a contractor or guest is never that",
			"have a permit under Article 20(2) asked for instead")
	}
	return checkSpan(FindingTable, key, f.Span)
}

func (r *Roster) setFinding(f Finding) { r.setRight(f.Person, r.found(&f)) }
func (r *Roster) keepFinding(f Finding) *Problem {
	return r.keepRight(FindingTable, findingKey(&f), f.Person, r.found(&f))
}
func (r *Roster) dropFinding(f Finding) { r.dropRight(f.Person, r.found(&f)) }
