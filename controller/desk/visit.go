package desk

import (
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
)

// Announce chooses visitors by name at a door (Article 20(3)); an escort's badge then lets them in.
type Announce struct {
	Permit   access.PermitID   `json:"permit"`
	Persons  []access.PersonID `json:"persons"`
	Door     string            `json:"door"`
	Identity string            `json:"identity,omitempty"` // how it was made sure who they are
	Badge    string            `json:"badge,omitempty"`    // the number on the badge that is worn
	Tablet   bool              `json:"tablet,omitempty"`   // the visitor chose their own name at the door's tablet
}

// Visits names lines of the register.
type Visits struct {
	Visits []string `json:"visits"`
}

// Consent consents to leaving or withholds it (Article 20(4)). For those who have left without it, it is the written
// follow-up.
type Consent struct {
	Visits   []string `json:"visits"`
	Withhold bool     `json:"withhold,omitempty"`
	Text     string   `json:"text,omitempty"`
}

// Leave says that visitors without a card leave: with the next opening of the door, or now by the account's word.
type Leave struct {
	Visits []string `json:"visits"`
	Now    bool     `json:"now,omitempty"`
}

// Late opens a line for one who came in without one.
type Late struct {
	Zone    string          `json:"zone"`
	Person  access.PersonID `json:"person"`
	Permit  access.PermitID `json:"permit,omitempty"`
	Escort  access.PersonID `json:"escort,omitempty"`
	Entered time.Time       `json:"entered"`
	Text    string          `json:"text"` // how it came about
}

// Emergency is an entry of the fire brigade, the police or an ambulance, or with the sealed key (緊急入室).
type Emergency struct {
	Zone    string          `json:"zone"`
	Door    string          `json:"door,omitempty"` // released once
	Service string          `json:"service"`
	Count   int             `json:"count,omitempty"`
	LetIn   access.PersonID `json:"let_in,omitempty"`
	Text    string          `json:"text,omitempty"`
}

// EmergencyEnd completes the record of one.
type EmergencyEnd struct {
	ID    string    `json:"id"`
	Count int       `json:"count,omitempty"`
	Left  time.Time `json:"left,omitzero"`
	Text  string    `json:"text,omitempty"`
}

func (k *Desk) visitRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /visits", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskVisits{}) })
	m.HandleFunc("POST /visit/announce", order(k, func(f *form, a *Announce) controller.Ask {
		f.id("permit", string(a.Permit))
		k.theDoor(f, &a.Door)
		f.words("identity", &a.Identity)
		f.words("badge", &a.Badge)
		ids(f, "persons", a.Persons)
		return controller.Announce{Permit: a.Permit, Persons: a.Persons, Door: a.Door, Identity: a.Identity, Badge: a.Badge, Tablet: a.Tablet}
	}))
	m.HandleFunc("POST /visit/hand-over", order(k, func(f *form, v *Visits) controller.Ask {
		ids(f, "visits", v.Visits)
		return controller.HandOver{Visits: v.Visits}
	}))
	m.HandleFunc("POST /visit/ask-consent", order(k, func(f *form, v *Visits) controller.Ask {
		ids(f, "visits", v.Visits)
		return controller.AskConsent{Visits: v.Visits}
	}))
	m.HandleFunc("POST /visit/leave", order(k, func(f *form, l *Leave) controller.Ask {
		ids(f, "visits", l.Visits)
		return controller.Leave{Visits: l.Visits, Now: l.Now}
	}))
	m.HandleFunc("POST /visit/consent", order(k, func(f *form, c *Consent) controller.Ask {
		ids(f, "visits", c.Visits)
		f.words("text", &c.Text)
		return controller.GiveConsent{Visits: c.Visits, Withhold: c.Withhold, Text: c.Text}
	}))
	m.HandleFunc("POST /visit/late", order(k, func(f *form, l *Late) controller.Ask {
		k.theZone(f, &l.Zone)
		f.id("person", string(l.Person))
		f.id("permit", string(l.Permit))
		f.id("escort", string(l.Escort))
		f.words("text", &l.Text)
		return controller.EnterLate{
			Zone: l.Zone, Person: l.Person, Permit: l.Permit, Escort: l.Escort, Entered: l.Entered, Text: l.Text,
		}
	}))
	m.HandleFunc("POST /emergency/enter", order(k, func(f *form, e *Emergency) controller.Ask {
		if e.Door == "" {
			k.theZone(f, &e.Zone)
		}
		f.id("zone", e.Zone)
		f.id("door", e.Door)
		f.id("service", e.Service)
		f.id("let in by", string(e.LetIn))
		f.words("text", &e.Text)
		return controller.EnterEmergency{Zone: e.Zone, Door: e.Door, Service: e.Service, Count: e.Count, LetIn: e.LetIn, Text: e.Text}
	}))
	m.HandleFunc("POST /emergency/complete", order(k, func(f *form, e *EmergencyEnd) controller.Ask {
		f.id("id", e.ID)
		f.words("text", &e.Text)
		return controller.CompleteEmergency{ID: e.ID, Count: e.Count, Left: e.Left, Text: e.Text}
	}))
}
