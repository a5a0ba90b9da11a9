package article20_test

import (
	"slices"

	"pgregory.net/rapid"

	"kidoban/controller/article20"
	"kidoban/controller/ledger"
)

// transfer moves somebody: a post changes hands, or a belonging begins or ends, at a midnight to come, or as it turns out
// at the last one.
func (h *house) transfer(*rapid.T) {
	day := article20.DayOf(h.now.Wall) + article20.Day(rapid.SampledFrom([]int{1, 1, 0}).Draw(h.t, "day"))
	if rapid.Bool().Draw(h.t, "post") {
		h.appoint(day)
		return
	}
	h.belong(day)
}

// appoint gives a post to somebody from a day on, or leaves it vacant.
func (h *house) appoint(day article20.Day) {
	post := rapid.SampledFrom(posts).Draw(h.t, "post")
	who := rapid.SampledFrom(staff).Draw(h.t, "successor")
	vacant := rapid.IntRange(0, 4).Draw(h.t, "vacant") == 4
	var edits []ledger.Edit
	var words []string
	put := func(i article20.Incumbency, gone bool) {
		row, line := incumbency(i)
		edits = append(edits, ledger.Edit{Incumbency: &row, Delete: gone})
		if gone {
			line = "gone " + line
		}
		words = append(words, line)
	}
	for n := range h.site.Posts {
		i := &h.site.Posts[n]
		switch {
		case i.Post != post, i.Term.Last != nil && *i.Term.Last < day:
		case i.Term.First >= day:
			put(*i, true)
			i.Post = ""
		default:
			i.Term.Last = ref(day - 1)
			put(*i, false)
		}
	}
	h.site.Posts = slices.DeleteFunc(h.site.Posts, func(i article20.Incumbency) bool { return i.Post == "" })
	if !vacant {
		next := article20.Incumbency{Post: post, Person: who, Term: article20.Term{First: day}}
		h.site.Posts = append(h.site.Posts, next)
		put(next, false)
	}
	if len(edits) > 0 {
		h.edit(edits, words...)
	}
}

// belong ends a belonging to the section, or begins one.
func (h *house) belong(day article20.Day) {
	who := rapid.SampledFrom(append(slices.Clone(staff), "hara")).Draw(h.t, "who")
	for n := range h.site.Belongings {
		b := &h.site.Belongings[n]
		if b.Person != who || b.Section != article20.Civic || b.Term.Last != nil && *b.Term.Last < day {
			continue
		}
		if b.Term.First >= day {
			row, line := belonging(*b)
			h.site.Belongings = slices.Delete(h.site.Belongings, n, n+1)
			h.edit([]ledger.Edit{{Belonging: &row, Delete: true}}, "gone "+line)
			return
		}
		b.Term.Last = ref(day - 1)
		row, line := belonging(*b)
		h.edit([]ledger.Edit{{Belonging: &row}}, line)
		return
	}
	b := article20.Belonging{Section: article20.Civic, Person: who, Term: article20.Term{First: day}}
	h.site.Belongings = append(h.site.Belongings, b)
	row, line := belonging(b)
	h.edit([]ledger.Edit{{Belonging: &row}}, line)
}

// find is the officer's finding that somebody is necessary for maintenance, or its withdrawal, with effect at once.
func (h *house) find(*rapid.T) {
	who := h.anybody("who")
	for n := range h.site.Findings {
		f := &h.site.Findings[n]
		if f.Person == who && h.withdraw(&f.Act) {
			row, line := finding(*f)
			h.edit([]ledger.Edit{{Finding: &row}}, line)
			return
		}
	}
	if act, may := h.act(who); may {
		f := article20.Finding{Person: who, Act: act}
		h.site.Findings = append(h.site.Findings, f)
		row, line := finding(f)
		h.edit([]ledger.Edit{{Finding: &row}}, line)
	}
}

func (h *house) designate(*rapid.T) {
	who := h.anybody("who")
	for n := range h.site.Designations {
		d := &h.site.Designations[n]
		if d.Person == who && h.withdraw(&d.Act) {
			row, line := designation(*d)
			h.edit([]ledger.Edit{{Duty: &row}}, line)
			return
		}
	}
	if act, may := h.act(who); may {
		d := article20.Designation{Person: who, Act: act}
		h.site.Designations = append(h.site.Designations, d)
		row, line := designation(d)
		h.edit([]ledger.Edit{{Duty: &row}}, line)
	}
}

// act is one of the officer's now, for today or for good.
func (h *house) act(who article20.Person) (article20.Act, bool) {
	officer := h.of("officer", func(p article20.Person) bool { return h.site.Officer(p, h.now.Wall) })
	act := article20.Act{By: officer, Made: h.now.Wall, Term: article20.Term{First: article20.DayOf(h.now.Wall)}}
	if rapid.Bool().Draw(h.t, "for today") {
		act.Term.Last = ref(act.Term.First)
	}
	taken := func(a article20.Act) bool { return spanOfAct(a).From.Equal(act.Made) } // one row of a person and a beginning
	for _, f := range h.site.Findings {
		if f.Person == who && taken(f.Act) {
			return act, false
		}
	}
	for _, d := range h.site.Designations {
		if d.Person == who && taken(d.Act) {
			return act, false
		}
	}
	return act, h.site.MayFind(officer, who, h.now.Wall)
}

// withdraw ends an act that stands now, as of now.
func (h *house) withdraw(a *article20.Act) bool {
	s := spanOfAct(*a)
	if !s.Contains(h.now.Wall) || s.From.Equal(h.now.Wall) {
		return false
	}
	a.Withdrawn = ref(h.now.Wall)
	return true
}
