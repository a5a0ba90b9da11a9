package desk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Permit is a request for a permit (Article 20(2)), or one that the officer spoke. Of the visitors in Text, those in the
// roster have their id, all others a name.
type Permit struct {
	Zone    string            `json:"zone"`
	From    time.Time         `json:"from,omitzero"`
	Until   time.Time         `json:"until,omitzero"`
	Days    [7]bool           `json:"days,omitzero"`
	Daily   access.Hours      `json:"daily,omitzero"`
	Most    int               `json:"most,omitempty"`
	Entries int               `json:"entries,omitempty"`
	Text    ledger.PermitText `json:"text"`
	Spoken  time.Time         `json:"spoken,omitzero"`  // of an oral one: when
	How     string            `json:"how,omitempty"`    // of an oral one: "telephone", "in_person"
	Tablet  string            `json:"tablet,omitempty"` // the door at whose tablet the visitor wrote it
}

// Decide grants or refuses a permit.
type Decide struct {
	ID     access.PermitID `json:"id"`
	Grant  bool            `json:"grant"`
	Reason string          `json:"reason,omitempty"`
	Deputy bool            `json:"deputy,omitempty"`
}

// Confirm confirms an oral permission, or reviews a deputy's decision.
type Confirm struct {
	ID access.PermitID `json:"id"`
}

// Revoke withdraws a permit.
type Revoke struct {
	ID     access.PermitID `json:"id"`
	Reason string          `json:"reason"`
}

// NameOnTheDay names a person on a permit that leaves that to the day.
type NameOnTheDay struct {
	Permit  access.PermitID `json:"permit"`
	Visitor ledger.Visitor  `json:"visitor"`
	Tablet  string          `json:"tablet,omitempty"` // the door at whose tablet the visitor wrote it
}

func (k *Desk) permitRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /permits", k.permits)
	m.HandleFunc("POST /permit/request", order(k, func(f *form, p *Permit) controller.Ask {
		if p.How != "" || !p.Spoken.IsZero() {
			f.refuse("a permission that was spoken is recorded as such: permit oral")
		}
		f.id("tablet", p.Tablet)
		return controller.RequestPermit{Permit: k.permit(f, p), Tablet: p.Tablet}
	}))
	m.HandleFunc("POST /permit/oral", order(k, func(f *form, p *Permit) controller.Ask {
		f.id("how", p.How)
		return controller.RecordOral{Permit: k.permit(f, p), Spoken: p.Spoken, How: p.How}
	}))
	m.HandleFunc("POST /permit/decide", order(k, func(f *form, d *Decide) controller.Ask {
		f.id("permit", string(d.ID))
		f.words("reason", &d.Reason)
		return controller.DecidePermit{ID: d.ID, Grant: d.Grant, Reason: d.Reason, Deputy: d.Deputy}
	}))
	m.HandleFunc("POST /permit/confirm", order(k, func(f *form, c *Confirm) controller.Ask {
		f.id("permit", string(c.ID))
		return controller.ConfirmPermit{ID: c.ID}
	}))
	m.HandleFunc("POST /permit/revoke", order(k, func(f *form, r *Revoke) controller.Ask {
		f.id("permit", string(r.ID))
		f.words("reason", &r.Reason)
		return controller.RevokePermit{ID: r.ID, Reason: r.Reason}
	}))
	m.HandleFunc("POST /permit/name", order(k, func(f *form, n *NameOnTheDay) controller.Ask {
		f.id("permit", string(n.Permit))
		f.id("tablet", n.Tablet)
		f.visitor(&n.Visitor)
		return controller.NameVisitor{Permit: n.Permit, Visitor: n.Visitor, Tablet: n.Tablet}
	}))
}

// permits shows all permits, one, or those of a person, in a state or open; before and limit are for pages.
func (k *Desk) permits(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ask := controller.AskPermits{
		ID: access.PermitID(q.Get("id")), Person: access.PersonID(q.Get("person")), Open: q.Get("open") != "",
		Before: access.PermitID(q.Get("before")),
	}
	for st := access.Requested; st <= access.Withdrawn; st++ {
		if slices.Contains(q["state"], st.String()) {
			ask.State = append(ask.State, st)
		}
	}
	if s := q.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			refuse(w, http.StatusBadRequest, "limit is a number of permits")
			return
		}
		ask.Limit = n
	}
	k.ask(w, r, ask)
}

// permit is the row that is asked for.
func (k *Desk) permit(f *form, p *Permit) ledger.Permit {
	k.theZone(f, &p.Zone)
	f.text(&p.Text)
	return ledger.Permit{Permit: access.Permit{
		Zone: p.Zone, Span: access.Span{From: p.From, Until: p.Until}, Days: p.Days, Daily: p.Daily, Most: p.Most, Entries: p.Entries,
	}, Text: p.Text}
}

// text checks a request's words.
func (f *form) text(t *ledger.PermitText) {
	f.name("organisation", &t.Organisation)
	f.words("purpose", &t.Purpose)
	f.words("work", &t.Work)
	f.words("equipment", &t.Equipment)
	f.words("conditions", &t.Conditions)
	f.words("escort plan", &t.EscortPlan)
	f.words("what is carried in", &t.CarryIn)
	f.words("what is carried out", &t.CarryOut)
	if t.Reason != "" {
		f.refuse("a reason belongs to the decision, not to the request")
	}
	if len(t.Visitors) > linesMost {
		f.refuse("one permit names at most %d persons: write several", linesMost)
	}
	for i := range t.Visitors {
		f.visitor(&t.Visitors[i])
	}
}

func (f *form) visitor(v *ledger.Visitor) {
	f.id("person", string(v.Person))
	switch v.Class {
	case "", "staff", "contractor", "maintenance", "other":
	default:
		f.refuse("a visitor's class is staff, contractor, maintenance or other")
	}
	f.name("a visitor's name", &v.Name)
	f.name("a visitor's reading", &v.Reading)
	f.name("a visitor's affiliation", &v.Affiliation)
}
