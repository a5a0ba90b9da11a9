package article20_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/article20"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// compare holds what is on record against what must be.
func (h *house) compare() {
	var told []string
	for _, e := range h.heard {
		if line := telling(e); line != "" {
			told = append(told, line)
		}
	}
	slices.Sort(told)
	slices.Sort(h.due)
	if !slices.Equal(told, h.due) {
		h.differs(fmt.Sprintf("on record: %s\nby the article: %s", list(told), list(h.due)))
	}
	if want := h.door.open(h.now.Mono); h.strike != want {
		h.differs(fmt.Sprintf("the strike is released: %v; by the article: %v", h.strike, want))
	}
	for _, line := range told {
		h.tally[kindOf(line)]++
	}
	h.heard, h.due = nil, nil
	h.escorts1()
}

// kinds are what must come about in some sequence or other, or the play is not worth much.
var kinds = []string{
	"let in visitor", "let in", "let out", "denied", "waits", "not taken", "inside", "attended", "taken over", "escort lost",
	"overstays permit_expired", "overstays permit_revoked", "overstays standing_ended", "overstays too_long", "left", "without consent",
	"consent", "withheld", "unseen",
}

// kindOf is what a line tells of, whoever it is about.
func kindOf(line string) string {
	if strings.HasPrefix(line, "let in ") && strings.Contains(line, " with ") {
		return "let in visitor"
	}
	if _, why, is := strings.Cut(line, ": "); is {
		return "overstays " + why
	}
	for _, k := range kinds {
		if strings.HasPrefix(line, k+" ") {
			return k
		}
	}
	return line
}

func list(lines []string) string {
	if len(lines) == 0 {
		return "nothing"
	}
	return strings.Join(lines, "; ")
}

// differs ends a sequence at a difference.
func (h *house) differs(what string) {
	h.t.Helper()
	h.t.Fatalf("%s\n%s", h.transcript(), what)
}

// telling is an entry in the model's words, "" for one of which the article does not speak.
func telling(e journal.Entry) string {
	d := e.Data
	switch e.Type {
	case journal.AccessPending:
		return "waits " + d.Person
	case journal.AccessDenied:
		return "denied " + d.Person
	case journal.AccessGranted:
		switch {
		case d.Direction == "exit":
			return "let out " + d.Person
		case d.Permit != "":
			return fmt.Sprintf("let in %s on %s with %s", d.Person, d.Permit, d.Escort)
		}
		return fmt.Sprintf("let in %s by %s", d.Person, d.Rule)
	case journal.AccessNotTaken:
		return "not taken " + d.Person
	case journal.VisitOpened:
		if d.Permit != "" {
			return fmt.Sprintf("inside %s on %s", d.Person, d.Permit)
		}
		return "inside " + d.Person
	case journal.VisitEscorted:
		return fmt.Sprintf("attended %s by %s", d.Person, d.Escort)
	case journal.VisitEscortChanged:
		if d.Assumed {
			return ""
		}
		return fmt.Sprintf("taken over %s by %s", d.Person, d.Escort)
	case journal.VisitEscortLost:
		return "escort lost " + d.Person
	case journal.VisitOverstayed:
		return fmt.Sprintf("overstays %s: %s", d.Person, d.Reason)
	case journal.VisitClosed:
		if d.Mode == ledger.LeftUnrecorded {
			return "unseen " + d.Person
		}
		return "left " + d.Person
	case journal.VisitLeftWithoutConsent:
		return "without consent " + d.Person
	case journal.VisitConsented:
		return fmt.Sprintf("consent %s by %s", d.Person, d.ConsentBy)
	case journal.VisitConsentWithheld:
		return fmt.Sprintf("withheld %s by %s", d.Person, d.ConsentBy)
	}
	return ""
}

// attends is who attends a visitor now, as the register says.
func (h *house) attends(s *article20.Stay) article20.Person {
	v := h.disk.visits[h.ids[s]]
	if n := v.Escort(); n >= 0 {
		return article20.Person(v.Escorts[n].Person)
	}
	return ""
}

// escorts1 holds the register's escorts against those who attend.
func (h *house) escorts1() {
	here := h.site.Attending(h.dated())
	for _, s := range h.site.Room.Inside {
		if !s.Visitor() {
			continue
		}
		who := h.attends(s)
		if who == "" && len(here) > 0 || who != "" && !slices.Contains(here, who) {
			h.differs(fmt.Sprintf("%q attends %s by the register; inside of paragraph 1: %v", who, s.Person, here))
		}
	}
}

var consentStates = map[article20.Leaving]ledger.ConsentState{
	article20.Free: ledger.ConsentNone, article20.Consented: ledger.Consented, article20.WithoutAssent: ledger.ConsentMissing,
	article20.Afterwards: ledger.ConsentAfter,
}

// end compares the register's lines, and those made anew from the entries about them.
func (h *house) end() {
	for _, s := range h.site.Room.Past {
		v := h.disk.visits[h.ids[s]]
		if s.How != article20.Unseen && v.Consent.State != consentStates[s.How] || v.Person != access.PersonID(s.Person) || v.Inside() {
			h.differs(fmt.Sprintf("the line of %s says %+v; by the article: %d", s.Person, v, s.How))
		}
	}
	book, told := register.NewBook(), map[string]ledger.Visit{}
	for _, e := range h.disk.told {
		for _, v := range book.Observe(e) {
			told[v.ID] = v
		}
	}
	for id, kept := range h.disk.visits {
		if !reflect.DeepEqual(told[id], kept) {
			h.differs(fmt.Sprintf("the register keeps %+v\nits entries tell %+v", kept, told[id]))
		}
	}
}
