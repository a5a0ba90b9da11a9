package permits

import (
	"net/http"
	"net/url"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// find is the permit of the address.
func find(c *web.Call) (*controller.FoundPermit, error) { return get(c, c.R.PathValue("id")) }

func get(c *web.Call, id string) (*controller.FoundPermit, error) {
	var all []controller.FoundPermit
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
	Decide, Deputy, Confirm, Review, Revoke, Name, Like, Announce bool
	Prints                                                        []string // the forms that there are of it
}

type fact struct{ Name, Value string }

type visitor struct{ Name, Reading, Affiliation, Class, Used string }

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

func show(c *web.Call, found *controller.FoundPermit) oneView {
	p := &found.Permit
	asked := p.State == access.Requested && !over(p, c.Now)
	officer := c.Can(account.DecidePermit, p.Zone)
	alive := p.State != access.NotPermitted && p.State != access.Withdrawn
	v := oneView{
		ID: string(p.ID), Room: room(c, p.Zone), When: period(c, p.From, p.Until, p.Days, p.Daily), State: stateOf(c, p),
		Facts: factsOf(c, p.Text), Most: max(p.Most-len(p.Holders), 0), Door: atDoor(c, p), History: history(c, found), form: form{c: c},

		Decide: asked && officer, Deputy: asked && !officer && c.Can(account.DecideAsDeputy, p.Zone),
		Confirm: alive && officer && unconfirmed(p) && !p.Oral.IsZero(), Review: alive && officer && unconfirmed(p) && p.Act.Deputy,
		Revoke: alive && officer && !over(p, c.Now) && !asked, Prints: prints(c, p),
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

// prints are the forms that the reader may have of a permit: of one that was never granted there is only the application.
func prints(c *web.Call, p *ledger.Permit) []string {
	switch {
	case !c.Can(account.PrintRegister, p.Zone):
		return nil
	case !granted(p):
		return []string{"application"}
	}
	return []string{"permit", "application", "badge"}
}

func used(c *web.Call, p *ledger.Permit, who access.PersonID) string {
	h := p.Holder(who)
	switch {
	case h < 0, !granted(p) && p.Holders[h].Used == 0:
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
