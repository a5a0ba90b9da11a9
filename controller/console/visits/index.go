package visits

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// person is a line of the register that is open, or that waits for a follow-up.
type person struct {
	ID, Name, Affiliation, Room        string
	Since, For, Left, Escort, Permit   string
	Purpose                            string
	Consent                            *look
	ConsentBy, ConsentWhy              string
	Alarms                             []string
	Consents, Asks, TakesOver, Correct bool
	Visitor, Late, Waits               bool
}

// look is a state by the class of the stylesheet and in words.
type look struct{ Class, Word string }

type indexView struct {
	form
	Now                              string // digest of what is shown
	Waiting, Visitors, Staff, Unsaid []person
	All                              int // of those who wait, where one act is enough for several
	Proposals                        []proposal
	Announce, Correct, Tablet        bool
	Consents, Asks, TakesOver        bool
}

func lines(c *web.Call) (all []ledger.Visit, err error) { return all, c.Get("visits", nil, &all) }

// index shows who waits for a consent first, then who is inside, then what is still to be written down.
func index(c *web.Call) (web.Answer, error) { return show(c, nil) }

func show(c *web.Call, fault error) (web.Answer, error) {
	all, err := lines(c)
	if err != nil {
		return nil, err
	}
	v := indexView{
		form: form{c}, Announce: c.May(account.AnnounceVisitor), Correct: c.May(account.ProposeCorrection),
		Tablet: c.May(account.AnnounceVisitor) && c.May(account.RequestPermit),
	}
	for i := range all {
		v.put(c, &all[i])
	}
	waiting, err := proposals(c)
	if err != nil {
		return nil, err
	}
	v.Now, v.Proposals = digest(all, waiting), shown(c, waiting, all)
	return web.Page{Name: "visits/index", Data: v, Fault: fault}, nil
}

func (v *indexView) put(c *web.Call, x *ledger.Visit) {
	p := personOf(c, x)
	switch {
	case !x.Inside():
		v.Unsaid = append(v.Unsaid, p)
		return
	case !x.Visitor():
		v.Staff = append(v.Staff, p)
		return
	case x.Consent.State == ledger.ConsentRequested:
		v.Waiting = append(v.Waiting, p)
		if p.Consents {
			v.All++
		}
	}
	v.Visitors = append(v.Visitors, p)
	v.Consents, v.Asks, v.TakesOver = v.Consents || p.Consents, v.Asks || p.Asks, v.TakesOver || p.TakesOver
}

func personOf(c *web.Call, x *ledger.Visit) person {
	p := person{
		ID: x.ID, Name: x.Name, Affiliation: x.Affiliation, Room: room(c, x.Zone), Since: words.Time(c.Lang, x.Entered),
		For: words.Span(c.Lang, c.Now.Sub(x.Entered)), Permit: string(x.Permit), Purpose: x.Purpose, Visitor: x.Visitor(),
		Left: words.Time(c.Lang, x.Left), Consents: c.Can(account.Consent, x.Zone) && x.Person != c.Me.Person,
		Asks: c.Can(account.AskConsent, x.Zone), TakesOver: c.Can(account.HandOverEscort, x.Zone),
		Correct: c.Can(account.ProposeCorrection, x.Zone), Late: x.Late,
		Waits: x.Inside() && x.Consent.State == ledger.ConsentRequested,
	}
	if p.Name == "" {
		p.Name = string(x.Person)
	}
	if n := len(x.Escorts) - 1; n >= 0 && (x.Escort() == n || !x.Inside()) { // who attends, or attended last
		p.Escort = x.Escorts[n].Name
	} else if x.Visitor() && x.Inside() {
		p.Alarms = append(p.Alarms, c.T("visits.unattended"))
	}
	for _, i := range x.Incidents {
		if i.Type == string(journal.VisitOverstayed) && x.Inside() {
			p.Alarms = append(p.Alarms, c.T("visits.over."+overKey(i.Reason)))
		}
	}
	if x.Visitor() {
		p.consent(c, &x.Consent)
	}
	return p
}

// consent is how the consent stands, whose word that is and, where it is withheld, why.
func (p *person) consent(c *web.Call, x *ledger.Consent) {
	p.Consent = consentLook(c, x.State)
	switch x.State {
	case ledger.Consented, ledger.ConsentWithheld, ledger.ConsentAfter:
		p.ConsentWhy = x.Text
		p.ConsentBy = strings.TrimSpace(words.Term(c.Lang, words.Posts, string(x.Act.Post)) + " " + x.Act.Name)
	}
}

func overKey(reason string) string {
	switch reason {
	case "permit_revoked", "permit_expired":
		return reason
	}
	return "too_long"
}

func consentLook(c *web.Call, s ledger.ConsentState) *look {
	class := map[ledger.ConsentState]string{
		ledger.ConsentRequested: "wait", ledger.Consented: "ok", ledger.ConsentWithheld: "bad", ledger.ConsentMissing: "bad", ledger.ConsentAfter: "info",
	}[s]
	if class == "" {
		return nil
	}
	return &look{class, words.Term(c.Lang, words.Consents, string(s))}
}

func room(c *web.Call, zone string) string {
	for _, z := range c.Site().Zones {
		if z.Name == zone {
			return z.Title
		}
	}
	return zone
}

// digest changes when what is shown does.
func digest(all []ledger.Visit, waiting []controller.Proposal) string {
	b, err := json.Marshal([]any{all, waiting})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// state is that digest, for a page that lies open.
func state(c *web.Call) (web.Answer, error) {
	all, err := lines(c)
	if err != nil {
		return nil, err
	}
	waiting, err := proposals(c)
	return web.File{Name: "state.txt", Type: "text/plain; charset=utf-8", Body: []byte(digest(all, waiting)), Inline: true}, err
}
