package article20_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/article20"
	"kidoban/controller/ledger"
)

var jst = time.FixedZone("JST", 9*60*60)

// The cast. Who holds what post, belongs where and was found or designated is drawn.
var (
	staff     = []article20.Person{"aoki", "baba", "chiba", "doi", "endo", "fujii"}
	outsiders = []article20.Person{"goda", "hara", "ito"} // hara works in the section, ito inspects
	everybody = slices.Concat(staff, outsiders)
	posts     = []article20.Post{article20.CISO, article20.CivicHead, article20.WestHead, article20.SystemManager}
	sections  = []article20.Section{article20.Civic, article20.West, article20.Digital}
)

var postOf = map[article20.Post]access.Post{
	article20.CISO: access.CISO, article20.CivicHead: access.SecurityOfficer, article20.WestHead: access.WestBranchHead,
	article20.SystemManager: access.SystemManager,
}

var sectionOf = map[article20.Section]string{
	article20.Civic: access.CivicAffairs, article20.West: "west-branch", article20.Digital: "digital",
}

// mornings are when a play begins: near a midnight, before the end of a fiscal year, on an ordinary day.
var mornings = []string{
	"2026-03-31 23:58:30", "2026-04-01 08:55:00", "2026-07-10 23:59:20", "2027-03-31 16:30:00", "2028-02-29 12:00:00",
}

func (h *house) drawSettings() {
	order := rapid.SampledFrom([]string{"either", "either", "visitor", "escort"}).Draw(h.t, "order")
	limit := rapid.SampledFrom([]int{5, 2, 1}).Draw(h.t, "limit")
	stay := rapid.SampledFrom([]time.Duration{0, 8 * time.Hour}).Draw(h.t, "stay")
	h.set = controller.Visits{
		EscortWindow: 30 * time.Second, VisitorFirst: order == "visitor", EscortFirst: order == "escort", EscortLimit: limit,
		ConsentFor: 15 * time.Minute, ConsentWindow: time.Minute, Stay: stay,
	}
	h.site = &article20.Site{
		People: map[article20.Person]article20.Kind{},
		Rules:  article20.Rules{ConsentLasts: h.set.ConsentFor, BadgeLasts: h.set.ConsentWindow, StayLasts: stay},
	}
	for _, l := range []string{
		"visitors true", "four_eyes false", "antipassback off", "clock checked", "clock_grace 168h", "release 5s", "escort_window 30s",
		"pin never", "relock open", "relock_delay 0s", "consent_for 15m", "consent_window 1m", "escort_order " + order, fmt.Sprint("escort_limit ", limit), "stay " + stay.String(),
	} {
		h.say("set %s", l)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", rapid.SampledFrom(mornings).Draw(h.t, "start"), jst)
	if err != nil {
		h.t.Fatal(err)
	}
	h.now.Wall, h.now.Mono = at, time.Minute
}

// drawCast draws who is what, now and in the days around now.
func (h *house) drawCast() {
	for _, p := range everybody {
		kind := article20.Outsider
		if slices.Contains(staff, p) {
			kind = article20.Employee
		}
		h.site.People[p] = kind
	}
	today := article20.DayOf(h.now.Wall)
	for _, post := range posts {
		h.drawPost(post, today)
	}
	for _, p := range slices.Concat(staff[1:5], outsiders[1:2]) {
		if rapid.Bool().Draw(h.t, "belongs") {
			section := rapid.SampledFrom(sections).Draw(h.t, "section")
			h.site.Belongings = append(h.site.Belongings, article20.Belonging{Section: section, Person: p, Term: h.drawTerm(today)})
		}
	}
	long := (today - 300).Begins()
	for _, p := range staff {
		if rapid.IntRange(0, 3).Draw(h.t, "found necessary") == 3 {
			h.site.Findings = append(h.site.Findings, article20.Finding{Person: p, Act: article20.Act{Made: long, Term: h.drawTerm(today)}})
		}
		if rapid.IntRange(0, 2).Draw(h.t, "designated") == 2 {
			h.site.Designations = append(h.site.Designations, article20.Designation{Person: p, Act: article20.Act{Made: long, Term: h.drawTerm(today)}})
		}
	}
}

// drawTerm is one that covers today, or nearly so.
func (h *house) drawTerm(today article20.Day) article20.Term {
	t := article20.Term{First: today - 90}
	switch rapid.IntRange(0, 5).Draw(h.t, "term") {
	case 3:
		t.Last = ref(today)
	case 4:
		t.First = today + 1
	case 5:
		t.Last = ref(today - 1)
	}
	return t
}

func ref[T any](v T) *T { return &v }

// drawPost gives a post a holder, or two one after the other.
func (h *house) drawPost(post article20.Post, today article20.Day) {
	hold := func(term article20.Term) {
		who := rapid.SampledFrom(staff).Draw(h.t, string(post))
		h.site.Posts = append(h.site.Posts, article20.Incumbency{Post: post, Person: who, Term: term})
	}
	switch rapid.IntRange(0, 4).Draw(h.t, "tenure") {
	case 0, 1:
		hold(article20.Term{First: today - 200})
	case 2:
		hold(article20.Term{First: today - 200, Last: ref(today)})
		hold(article20.Term{First: today + 1})
	case 3:
		hold(article20.Term{First: today - 200, Last: ref(today - 1)})
		hold(article20.Term{First: today})
	case 4:
		if post != article20.CivicHead {
			hold(article20.Term{First: today - 200, Last: ref(today)})
		} else {
			hold(article20.Term{First: today - 200})
		}
	}
}

// The rows of the roster, as the controller has them, and their lines in a scenario.

func span(t article20.Term) access.Span {
	s := access.Span{From: t.First.Begins()}
	if t.Last != nil {
		s.Until = (*t.Last + 1).Begins()
	}
	return s
}

func spanOfAct(a article20.Act) access.Span {
	s := span(a.Term)
	if a.Made.After(s.From) {
		s.From = a.Made
	}
	if a.Withdrawn != nil && (s.Until.IsZero() || a.Withdrawn.Before(s.Until)) {
		s.Until = *a.Withdrawn
	}
	return s
}

func dates(s access.Span) string {
	text := " from " + s.From.In(jst).Format("2006-01-02T15:04:05.999")
	if !s.Until.IsZero() {
		text += " until " + s.Until.In(jst).Format("2006-01-02T15:04:05.999")
	}
	return text
}

func incumbency(i article20.Incumbency) (access.Incumbency, string) {
	row := access.Incumbency{Person: access.PersonID(i.Person), Post: postOf[i.Post], Span: span(i.Term)}
	return row, fmt.Sprintf("post %s %s%s", row.Person, row.Post, dates(row.Span))
}

func belonging(b article20.Belonging) (access.Belonging, string) {
	row := access.Belonging{Person: access.PersonID(b.Person), Section: sectionOf[b.Section], Span: span(b.Term)}
	return row, fmt.Sprintf("member %s %s%s", row.Person, row.Section, dates(row.Span))
}

func finding(f article20.Finding) (access.Finding, string) {
	row := access.Finding{Person: access.PersonID(f.Person), Span: spanOfAct(f.Act)}
	return row, fmt.Sprintf("finding %s%s", row.Person, dates(row.Span))
}

func designation(d article20.Designation) (access.Duty, string) {
	row := access.Duty{Person: access.PersonID(d.Person), Duty: access.DutyConsent, Span: spanOfAct(d.Act)}
	return row, fmt.Sprintf("duty %s consent%s", row.Person, dates(row.Span))
}

func (h *house) records() (rec access.Records, lines []string) {
	line := func(l string) { lines = append(lines, l) }
	for n, p := range everybody {
		id := access.PersonID(p)
		kind, word := access.Staff, "staff"
		if h.site.People[p] == article20.Outsider {
			kind, word = access.Contractor, "contractor"
		}
		rec.Persons = append(rec.Persons, access.Person{ID: id, Kind: kind})
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: cardOf(p), Person: id, Format: "H10301", State: access.Active, Card: cardHash(card(n + 1)),
		})
		line(fmt.Sprintf("person %s %s", p, word))
		line(fmt.Sprintf("card %s of %s 118/%d", cardOf(p), p, n+1))
	}
	for _, i := range h.site.Posts {
		row, l := incumbency(i)
		rec.Incumbents = append(rec.Incumbents, row)
		line(l)
	}
	for _, b := range h.site.Belongings {
		row, l := belonging(b)
		rec.Belongings = append(rec.Belongings, row)
		line(l)
	}
	for _, f := range h.site.Findings {
		row, l := finding(f)
		rec.Findings = append(rec.Findings, row)
		line(l)
	}
	for _, d := range h.site.Designations {
		row, l := designation(d)
		rec.Duties = append(rec.Duties, row)
		line(l)
	}
	return rec, lines
}

func cardOf(p article20.Person) access.CredentialID { return access.CredentialID("card-" + p) }

// load makes the roster of the controller out of the site's people.
func (h *house) load() (*access.Roster, []ledger.Person, []string) {
	rec, lines := h.records()
	roster, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		h.t.Fatal(bad[0].String())
	}
	var people []ledger.Person
	for _, p := range rec.Persons {
		people = append(people, ledger.Person{Person: p, Name: string(p.ID)})
	}
	return roster, people, lines
}

func (h *house) start() {
	roster, people, lines := h.load()
	h.words = append(h.words, lines...)
	h.say("start %s", h.now.Wall.Format("2006-01-02 15:04:05"))
	h.boot(roster, people)
	h.heard = nil
}
