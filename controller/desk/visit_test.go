package desk_test

import (
	"bytes"
	"net/url"
	"slices"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/controller/rebuild"
	"kidoban/controller/retention"
	"kidoban/device/sim"
)

// permits and visits as they are shown.
func (o *office) permits(q url.Values) (out []ledger.Permit) {
	o.Helper()
	o.get("permits", q, &out)
	return out
}

func (o *office) visits() (out []ledger.Visit) {
	o.Helper()
	o.get("visits", nil, &out)
	return out
}

// request asks for a permit and returns its number.
func (o *office) request(what string, p desk.Permit) (id access.PermitID) {
	o.Helper()
	if err := o.client.Post(o.Context(), what, p, &id); err != nil {
		o.Fatal(err)
	}
	return id
}

// pass opens and closes the door that somebody released.
func (o *office) pass(verb string) {
	o.Helper()
	o.eventually("the door is released", func() bool {
		var l sim.Look
		o.get("sim", url.Values{"door": {"room"}}, &l)
		return l.Strike
	})
	for _, v := range []string{verb, "close"} {
		if err := o.panel.Act(sim.Act{Verb: v, Door: "room"}); err != nil {
			o.Fatal(err)
		}
	}
}

func (o *office) card(n uint64, side string) {
	o.Helper()
	if err := o.panel.Act(sim.Act{Verb: "card", Side: side, Door: "room", Format: "H10301", Facility: 118, Card: n}); err != nil {
		o.Fatal(err)
	}
}

// Two people of a vendor, one with a card and one without, from the request to the follow-up.
func TestAVisitThroughTheDesk(t *testing.T) {
	all := openWith(t, nil, people.Demo())
	clerk, officer, west := all.as("0201"), all.as("0102"), all.as("0104")
	id := clerk.request("permit/request", asked(func(p *desk.Permit) {
		p.Text.Visitors = append(p.Text.Visitors, ledger.Visitor{Person: "K-001"})
	}))
	west.refused("市民課長", "permit/decide", desk.Decide{ID: id, Grant: true})
	clerk.refused("市民課長", "permit/decide", desk.Decide{ID: id, Grant: true})
	p := officer.permits(url.Values{"id": {string(id)}})
	if len(p) != 1 || p[0].State != access.Requested || len(p[0].Holders) != 2 || p[0].Text.Purpose != "サーバ定期点検" {
		t.Fatalf("permits: %+v", p)
	}
	visitor := p[0].Holders[0].Person
	announced := desk.Announce{Permit: id, Persons: []access.PersonID{visitor}, Identity: "運転免許証", Badge: "7"}
	clerk.refused("permit_not_granted", "visit/announce", announced)
	officer.done("permit/decide", desk.Decide{ID: id, Grant: true})

	clerk.done("visit/announce", announced)
	all.card(1901, "entry")
	all.card(1201, "entry")
	all.pass("open")
	all.eventually("two lines are open beside the clerk's", func() bool { return len(clerk.visits()) == 3 })
	var lines []string
	for _, v := range clerk.visits() {
		if v.Visitor() {
			lines = append(lines, v.ID)
			if len(v.Escorts) != 1 || v.Escorts[0].Person != "0201" || v.Purpose != "サーバ定期点検" {
				t.Errorf("%+v", v)
			}
		}
	}
	clerk.refused("consent", "visit/consent", desk.Consent{Visits: lines})
	clerk.done("visit/ask-consent", desk.Visits{Visits: lines[:1]})
	clerk.refused("twice", "visit/ask-consent", desk.Visits{Visits: []string{lines[0], lines[0]}})
	officer.done("visit/consent", desk.Consent{Visits: lines[:1]})
	clerk.done("visit/leave", desk.Leave{Visits: lines[:1]})
	all.card(4711, "exit")
	all.pass("handle")
	all.eventually("they have left", func() bool { return len(clerk.visits()) == 2 })

	all.card(1201, "exit")
	all.pass("handle")
	all.eventually("nobody attends", func() bool { return len(all.told(journal.VisitEscortLost)) == 1 })
	clerk.done("visit/leave", desk.Leave{Visits: lines[1:], Now: true})
	all.only(journal.VisitLeftWithoutConsent)
	officer.refused("--text", "visit/consent", desk.Consent{Visits: lines[1:]})
	officer.done("visit/consent", desk.Consent{Visits: lines[1:], Text: "持出しのないことを確認した"})

	got := officer.search(desk.Search{What: "day", From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour), Purpose: "日次確認"})
	if len(got) != 3 {
		t.Fatalf("%d lines", len(got))
	}
	for _, v := range got {
		switch {
		case v.ID == lines[0] && v.Consent.State == ledger.Consented && v.Consent.Act.Person == "0102":
		case v.ID == lines[1] && v.Consent.State == ledger.ConsentAfter && v.Consent.Text != "" && len(v.Incidents) > 0:
		case !slices.Contains(lines, v.ID):
		default:
			t.Errorf("%+v", v)
		}
	}
	var same rebuild.Result
	year := desk.Compare{Year: retention.FiscalYear(time.Now()), Purpose: "点検"}
	if err := officer.client.Post(t.Context(), "register/compare", year, &same); err != nil || same.Lines != 3 || len(same.Differences) > 0 {
		t.Errorf("%+v %v", same, err)
	}
	clerk.refused("search the register", "register/compare", year)
	officer.refused("--purpose", "register/compare", desk.Compare{Year: year.Year})
	officer.refused("no fiscal year", "register/compare", desk.Compare{Year: 26, Purpose: "点検"})
	for _, r := range must(all.store.Rows(t.Context(), 0, 100_000))(t) {
		for _, word := range []string{"点検", "架空", "𠮷田", "運転", "確認"} {
			if bytes.Contains(r.Payload, []byte(word)) {
				t.Errorf("words in an entry: %s", r.Payload)
			}
		}
	}
}

// The step says what cannot be asked for; the desk passes it on, and nothing comes of it.
func TestPermitsThatAreNotToBe(t *testing.T) {
	all := openWith(t, nil, people.Demo())
	clerk := all.as("0201")
	now := time.Now()
	for words, change := range map[string]func(*desk.Permit){
		"has a purpose":   func(p *desk.Permit) { p.Text.Purpose = " " },
		"31 March":        func(p *desk.Permit) { p.Until = now.AddDate(1, 0, 1) },
		"ends before it":  func(p *desk.Permit) { p.From, p.Until = now.Add(time.Hour), now },
		"over already":    func(p *desk.Permit) { p.From, p.Until = now.Add(-2*time.Hour), now.Add(-time.Hour) },
		`no zone "attic"`: func(p *desk.Permit) { p.Zone = "attic" },
		"who is to enter": func(p *desk.Permit) { p.Text.Visitors = nil },
		"at most 50":      func(p *desk.Permit) { p.Text.Visitors, p.Most = nil, 51 },
		"not negative":    func(p *desk.Permit) { p.Entries = -1 },
		"no person K-999": func(p *desk.Permit) { p.Text.Visitors = []ledger.Visitor{{Person: "K-999"}} },
		"has a name":      func(p *desk.Permit) { p.Text.Visitors = []ledger.Visitor{{Reading: "やまだ"}} },
	} {
		clerk.refused(words, "permit/request", asked(change))
		clerk.refused(words, "permit/oral", asked(func(p *desk.Permit) { change(p); p.How = "telephone" }))
	}
	clerk.refused("no permit", "permit/decide", desk.Decide{ID: "2026-9999"})
	all.refused("no account", "permit/request", asked(nil))
	for _, typ := range []journal.Type{journal.PermitRequested, journal.PermitRecordedOral} {
		if n := len(all.told(typ)); n > 0 {
			t.Errorf("%d entries %s", n, typ)
		}
	}
	if n := len(clerk.permits(nil)); n != 0 {
		t.Errorf("%d permits", n)
	}
}

// A permission that was spoken lets in at once, is confirmed later, and a person is named on the day.
func TestOralPermission(t *testing.T) {
	all := openWith(t, nil, people.Demo())
	clerk, officer := all.as("0201"), all.as("0102")
	id := clerk.request("permit/oral", asked(func(p *desk.Permit) {
		p.How, p.Spoken, p.Most, p.Text.Visitors = "telephone", time.Now().Add(-time.Minute), 1, nil
	}))
	var who access.PersonID
	if err := clerk.client.Post(t.Context(), "permit/name", desk.NameOnTheDay{Permit: id, Visitor: ledger.Visitor{Name: "佐藤 花子"}}, &who); err != nil || who == "" {
		t.Fatal(who, err)
	}
	clerk.refused("for no more", "permit/name", desk.NameOnTheDay{Permit: id, Visitor: ledger.Visitor{Name: "もう一人"}})
	clerk.refused("市民課長", "permit/confirm", desk.Confirm{ID: id})
	officer.done("permit/confirm", desk.Confirm{ID: id})
	officer.refused("confirmed already", "permit/confirm", desk.Confirm{ID: id})
	officer.refused("--reason", "permit/revoke", desk.Revoke{ID: id})
	officer.done("permit/revoke", desk.Revoke{ID: id, Reason: "作業中止"})
	if p := clerk.permits(nil); len(p) != 1 || p[0].State != access.Withdrawn || p[0].OralHow != "telephone" || p[0].Text.Visitors[0].Name != "佐藤 花子" {
		t.Errorf("%+v", p)
	}
}

// Entered on another's badge, and fetched by the fire brigade: written down by hand.
func TestLateAndEmergencyEntries(t *testing.T) {
	all := openWith(t, nil, people.Demo())
	clerk := all.as("0201")
	entered := time.Now().Add(-10 * time.Minute)
	late := desk.Late{Person: "K-001", Escort: "0201", Entered: entered, Text: "1枚のカードで入室した"}
	for words, change := range map[string]func(*desk.Late){
		"within the last day": func(l *desk.Late) { l.Entered = time.Now().Add(time.Hour) },
		"how it came about":   func(l *desk.Late) { l.Text = "" },
		"no person":           func(l *desk.Late) { l.Person = "K-999" },
		"another person":      func(l *desk.Late) { l.Escort = "K-001" },
	} {
		l := late
		change(&l)
		clerk.refused(words, "visit/late", l)
	}
	clerk.done("visit/late", late)
	clerk.refused("inside already", "visit/late", late)
	if v := clerk.visits(); len(v) != 1 || !v[0].Late || v[0].Entered.Sub(entered).Abs() > time.Second {
		t.Errorf("%+v", v)
	}
	var id string
	if err := clerk.client.Post(t.Context(), "emergency/enter", desk.Emergency{Door: "room", Service: "fire", Count: 3, LetIn: "0201"}, &id); err != nil {
		t.Fatal(err)
	}
	all.pass("open")
	clerk.refused("fire, police", "emergency/enter", desk.Emergency{Service: "vendor"})
	clerk.refused("what happened", "emergency/complete", desk.EmergencyEnd{ID: id})
	clerk.done("emergency/complete", desk.EmergencyEnd{ID: id, Count: 4, Text: "誤報"})
	if n := len(all.told(journal.VisitEmergency)); n != 2 {
		t.Errorf("%d entries", n)
	}
}
