package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// Close closes an alarm with what was found.
type Close struct {
	ID      string `json:"id"`
	Finding string `json:"finding"`
}

// Declare declares an emergency of a zone, or of all; with ID it renews one.
type Declare struct {
	ID         string        `json:"id,omitempty"`
	Zone       string        `json:"zone,omitempty"`
	Reason     string        `json:"reason"`
	For        time.Duration `json:"for,omitempty"`
	Drill      bool          `json:"drill,omitempty"`
	Lockdown   bool          `json:"lockdown,omitempty"`
	NoVisitors bool          `json:"no_visitors,omitempty"`
}

// Clear ends an emergency.
type Clear struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// AccountFor accounts for somebody of a kept muster list, or with Undo not after all.
type AccountFor struct {
	List   string `json:"list"`
	Person string `json:"person"`
	Undo   bool   `json:"undo,omitempty"`
}

// Report is a threat report to the CISO, Article 11(5).
type Report struct {
	Zone     string            `json:"zone"`
	Incident string            `json:"incident,omitempty"`
	Alarms   []string          `json:"alarms,omitempty"`
	Found    time.Time         `json:"found"`
	Text     ledger.ReportText `json:"text"`
}

// Review signs a month of a zone's register.
type Review struct {
	Zone     string `json:"zone"`
	Month    string `json:"month"`
	Findings string `json:"findings,omitempty"`
	Abnormal bool   `json:"abnormal,omitempty"`
}

// Reviewed is what was signed.
type Reviewed struct {
	Lines  int    `json:"lines"`
	Digest string `json:"digest"`
}

func (k *Desk) alarmRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /alarms", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskAlarms{}) })
	m.HandleFunc("GET /muster", k.muster)
	m.HandleFunc("GET /papers", k.papers)
	m.HandleFunc("GET /emergencies", func(w http.ResponseWriter, r *http.Request) { k.ask(w, r, controller.AskIncidents{}) })
	m.HandleFunc("POST /alarm/close", order(k, func(f *form, c *Close) controller.Ask {
		f.words("finding", &c.Finding)
		return controller.CloseAlarm{ID: c.ID, Finding: c.Finding}
	}))
	m.HandleFunc("POST /emergency/declare", order(k, func(f *form, d *Declare) controller.Ask {
		f.id("id", d.ID)
		f.id("zone", d.Zone)
		f.words("reason", &d.Reason)
		return controller.Declare{
			ID: d.ID, Zone: d.Zone, Why: d.Reason, For: d.For, Drill: d.Drill, Lockdown: d.Lockdown, NoVisitors: d.NoVisitors,
		}
	}))
	m.HandleFunc("POST /emergency/clear", order(k, func(f *form, c *Clear) controller.Ask {
		f.id("id", c.ID)
		f.words("text", &c.Text)
		return controller.ClearEmergency{ID: c.ID, Text: c.Text}
	}))
	m.HandleFunc("POST /emergency/account", order(k, func(f *form, x *AccountFor) controller.Ask {
		f.id("id", x.List)
		f.id("person", x.Person)
		return controller.AccountFor{List: x.List, Person: access.PersonID(x.Person), Undo: x.Undo}
	}))
	m.HandleFunc("POST /report", order(k, threat))
	m.HandleFunc("POST /register/sign", k.sign)
	m.HandleFunc("POST /evidence", k.evidence)
}

func threat(f *form, p *Report) controller.Ask {
	f.id("zone", p.Zone)
	f.id("emergency", p.Incident)
	for _, s := range []struct {
		field string
		to    *string
	}{
		{"found by", &p.Text.FoundBy}, {"what", &p.Text.What}, {"affected", &p.Text.Affected}, {"measures", &p.Text.Measures},
		{"status", &p.Text.Status},
	} {
		f.words(s.field, s.to)
	}
	if len(p.Alarms) > linesMost {
		f.refuse("alarms: at most %d in a report", linesMost)
	}
	return controller.ReportThreat{Report: ledger.Report{
		Zone: p.Zone, Incident: p.Incident, Alarms: p.Alarms, Found: p.Found, Text: p.Text,
	}}
}

// muster is who is inside now; with ?id= the list that was kept at the beginning of an emergency, each line saying who is
// inside still and who was seen outside. Of a list older than a day it knows the names of those alone who are inside.
func (k *Desk) muster(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskMuster{ID: id}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	list, known := a.Value.(ledger.Muster)
	if !known {
		k.older(w, r, id)
		return
	}
	reply(w, http.StatusOK, list)
}

func (k *Desk) older(w http.ResponseWriter, r *http.Request, id string) {
	kept, found, no := document[ledger.Muster](r.Context(), k, ledger.KindMuster, id)
	var a controller.Answer
	if no == nil {
		var err error
		a, err = k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.AskMuster{}})
		no = broken(err)
	}
	switch {
	case no != nil:
		refuse(w, no.status, "%v", no)
	case !found:
		refuse(w, http.StatusNotFound, "no muster list %q is kept; without a number it is the list of now", id)
	default:
		compare(&kept, a.Value.(ledger.Muster))
		reply(w, http.StatusOK, kept)
	}
}

// compare says of a kept list who is inside still, and lends it the names that the list of now knows.
func compare(kept *ledger.Muster, now ledger.Muster) {
	for i := range kept.Lines {
		l := &kept.Lines[i]
		l.Gone = true
		for _, n := range now.Lines {
			if n.Zone == l.Zone && n.Person == l.Person {
				l.Gone, l.Name, l.Affiliation, l.EscortName = false, n.Name, n.Affiliation, n.EscortName
			}
		}
	}
}

// sign counts and digests the month's lines as the disk has them, and has that signed.
func (k *Desk) sign(w http.ResponseWriter, r *http.Request) {
	v, ok := read[Review](w, r)
	if !ok {
		return
	}
	var f form
	f.id("zone", v.Zone)
	f.words("findings", &v.Findings)
	month, err := time.ParseInLocation("2006-01", v.Month, access.JST)
	if err != nil {
		f.refuse("%q is no month like 2026-04", v.Month)
	}
	if !f.filled(w) {
		return
	}
	got, err := k.reviewed(r, v.Zone, access.Span{From: month, Until: month.AddDate(0, 1, 0)})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: k.account(r), Ask: controller.SignMonth{
		Zone: v.Zone, Month: v.Month, Lines: got.Lines, Digest: got.Digest, Findings: v.Findings, Abnormal: v.Abnormal,
	}})
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
	case a.Refusal != "":
		refuse(w, http.StatusConflict, "%s", a.Refusal)
	default:
		reply(w, http.StatusOK, got)
	}
}

// reviewed is the number of a span's lines and a digest over them as they stand now: a later correction gives another.
func (k *Desk) reviewed(r *http.Request, zone string, span access.Span) (got Reviewed, err error) {
	sum := sha256.New()
	out := json.NewEncoder(sum)
	for v, err := range k.Store.Visits(r.Context(), store.Lines{Span: span, Zone: zone}) {
		if err = errors.Join(err, out.Encode(v)); err != nil {
			return got, err
		}
		got.Lines++
	}
	got.Digest = hex.EncodeToString(sum.Sum(nil))
	return got, nil
}
