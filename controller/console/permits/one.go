package permits

import (
	"net/http"
	"net/url"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// find is the permit of the address.
func find(c *web.Call) (*ledger.Permit, error) { return get(c, c.R.PathValue("id")) }

func get(c *web.Call, id string) (*ledger.Permit, error) {
	var all []ledger.Permit
	if err := c.Get("permits", url.Values{"id": {id}}, &all); err != nil {
		return nil, err
	}
	if len(all) != 1 || id == "" {
		return nil, &desk.Error{Status: http.StatusNotFound, Code: desk.CodeMissing, Text: "no permit " + id + ": kidoban permit list"}
	}
	return &all[0], nil
}

// oneView is a permit with everything about it, and what the reader may do.
type oneView struct {
	ID, Room, When string
	State          state
	Facts          []fact
	Visitors       []visitor
	Most           int
	Door           []string
	History        []deed
	form
	Decide, Deputy, Confirm, Review, Revoke, Name, Print, Like, Announce bool
}

type fact struct{ Name, Value string }

type visitor struct{ Name, Reading, Affiliation, Class, Used string }

// deed is one act in the life of a permit.
type deed struct{ When, What, Who, Why string }

func one(c *web.Call) (web.Answer, error) {
	p, err := find(c)
	if err != nil {
		return nil, err
	}
	return web.Page{Name: "permits/one", Data: show(c, p)}, nil
}

// again shows the permit with what was wrong in a form beneath it.
func again(c *web.Call, err error) (web.Answer, error) {
	p, lost := find(c)
	if lost != nil {
		return nil, lost
	}
	return web.Page{Name: "permits/one", Data: show(c, p), Fault: err}, nil
}

func show(c *web.Call, p *ledger.Permit) oneView {
	asked := p.State == access.Requested && !over(p, c.Now)
	officer := c.Can(account.DecidePermit, p.Zone)
	alive := p.State != access.NotPermitted && p.State != access.Withdrawn
	v := oneView{
		ID: string(p.ID), Room: room(c, p.Zone), When: period(c, p.From, p.Until, p.Days, p.Daily), State: stateOf(c, p),
		Facts: factsOf(c, p.Text), Most: max(p.Most-len(p.Holders), 0), Door: atDoor(c, &p.Permit), History: history(c, p), form: form{c: c},

		Decide: asked && officer, Deputy: asked && !officer && c.Can(account.DecideAsDeputy, p.Zone),
		Confirm: alive && officer && unconfirmed(p) && !p.Oral.IsZero(), Review: alive && officer && unconfirmed(p) && p.Act.Deputy,
		Revoke: alive && officer && !over(p, c.Now) && !asked, Print: c.Can(account.PrintRegister, p.Zone),
		Name: inForce(p, c.Now) && p.Most > len(p.Holders) && c.Can(account.NameVisitor, p.Zone),
		Like: c.May(account.RequestPermit), Announce: inForce(p, c.Now) && len(p.Holders) > 0 && c.Can(account.AnnounceVisitor, p.Zone),
	}
	for _, x := range p.Text.Visitors {
		v.Visitors = append(v.Visitors, visitor{
			called(x), x.Reading, x.Affiliation, words.Term(c.Lang, words.Classes, x.Class), used(c, p, x.Person),
		})
	}
	return v
}

func used(c *web.Call, p *ledger.Permit, who access.PersonID) string {
	h := p.Holder(who)
	switch {
	case h < 0:
		return ""
	case p.Entries > 0:
		return c.T("permits.used_of", "n", p.Holders[h].Used, "most", p.Entries)
	}
	return c.T("permits.used", "n", p.Holders[h].Used)
}

// factsOf are the fields of the form that are filled in.
func factsOf(c *web.Call, t ledger.PermitText) (out []fact) {
	for _, f := range []fact{
		{"field.organisation", t.Organisation}, {"field.entry_purpose", t.Purpose}, {"field.work", t.Work},
		{"field.equipment", t.Equipment}, {"field.carry_in", t.CarryIn}, {"field.carry_out", t.CarryOut},
		{"field.escort_plan", t.EscortPlan}, {"field.conditions", t.Conditions},
	} {
		if f.Value != "" {
			out = append(out, fact{c.T(f.Name), f.Value})
		}
	}
	return out
}

// history is what was done about a permit, in order.
func history(c *web.Call, p *ledger.Permit) []deed {
	out := []deed{{words.Time(c.Lang, p.Requested), c.T("permits.deed.requested"), p.Account, ""}}
	if !p.Oral.IsZero() {
		out[0].What = c.T("permits.deed.recorded")
		out = append(out, deed{
			words.Time(c.Lang, p.Oral), c.T("permits.deed.oral", "how", words.Term(c.Lang, words.Spoken, p.OralHow)), actor(c, p.Act), "",
		})
	} else if p.Act.Done() {
		what := "permits.deed.granted"
		why := p.Text.Reason
		if p.State == access.NotPermitted {
			what = "permits.deed.refused"
		} else if p.Revoked.Done() {
			why = ""
		}
		out = append(out, deed{words.Time(c.Lang, p.Act.At), c.T(what), actor(c, p.Act), why})
	}
	if p.Confirmed.Done() {
		what := "permits.deed.confirmed"
		if p.Act.Deputy {
			what = "permits.deed.reviewed"
		}
		out = append(out, deed{words.Time(c.Lang, p.Confirmed.At), c.T(what), actor(c, p.Confirmed), ""})
	}
	if p.Revoked.Done() {
		out = append(out, deed{words.Time(c.Lang, p.Revoked.At), c.T("permits.deed.revoked"), actor(c, p.Revoked), p.Text.Reason})
	}
	if p.Expired || over(p, c.Now) {
		out = append(out, deed{words.Time(c.Lang, p.Until), c.T("permits.deed.expired"), "", ""})
	}
	return out
}

// actor is who acted, by post first.
func actor(c *web.Call, a ledger.Act) string {
	parts := []string{}
	if a.Post != "" {
		parts = append(parts, words.Term(c.Lang, words.Posts, string(a.Post)))
	}
	if a.Acting {
		parts = append(parts, c.T("permits.acting"))
	}
	if a.Deputy {
		parts = append(parts, c.T("permits.deputy"))
	}
	return strings.Join(append(parts, a.Name), " ")
}
