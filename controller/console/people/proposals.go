package people

import (
	"slices"

	"kidoban/controller"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

func proposalRoutes() []web.Route {
	may := []account.Action{
		account.ProposeRoster, account.ApproveRoster, account.ApplyForCard, account.IssueCard, account.ProposeCorrection,
		account.CheckCorrection, account.PermitCorrection, account.ManageAccounts,
	}
	return []web.Route{
		{Method: "GET", Path: "/people/proposals", May: may, Do: proposals},
		{Method: "POST", Path: "/people/proposals/approve", May: may, Do: approve},
		{Method: "POST", Path: "/people/proposals/reject", May: may, Do: reject},
	}
}

// approvers are who may approve a kind of proposal.
var approvers = map[string][]account.Action{
	"roster": {account.ApproveRoster}, "import": {account.ApproveRoster}, "card": {account.IssueCard},
	"correction": {account.CheckCorrection, account.PermitCorrection}, "account": {account.ManageAccounts},
}

// proposalsView is what waits: for who looks, theirs, or all.
type proposalsView struct {
	Of    string
	Back  []desk.Returned // what was sent back to who looks
	Lines []proposalLine
	Count map[string]int
}

// proposalLine is one that waits, with what it would change.
type proposalLine struct {
	controller.Proposal
	Rows []difference
	What []string // where there are no rows
	Mine bool
	For  bool // who looks may approve it
}

func proposals(c *web.Call) (web.Answer, error) { return waiting(c, nil) }

func waiting(c *web.Call, fault error) (web.Answer, error) {
	var all []controller.Proposal
	if err := c.Get("proposals", nil, &all); err != nil {
		return nil, err
	}
	v := proposalsView{Of: c.Form.Get("of"), Count: map[string]int{"me": 0, "mine": 0, "all": len(all)}}
	if v.Of != "mine" && v.Of != "all" {
		v.Of = "me"
	}
	if v.Of == "mine" {
		if err := c.Get("proposals/returned", nil, &v.Back); err != nil {
			return nil, err
		}
	}
	for _, p := range all {
		l := line(c, p)
		if l.For {
			v.Count["me"]++
		}
		if l.Mine {
			v.Count["mine"]++
		}
		if v.Of == "all" || v.Of == "me" && l.For || v.Of == "mine" && l.Mine {
			v.Lines = append(v.Lines, l)
		}
	}
	return web.Page{Name: "people/proposals", Data: v, Fault: fault}, nil
}

func line(c *web.Call, p controller.Proposal) proposalLine {
	l := proposalLine{Proposal: p, Mine: p.Account == c.Me.Account || p.Maker.Person != "" && p.Maker.Person == c.Me.Person}
	for _, a := range approvers[p.Kind] {
		l.For = l.For || !l.Mine && c.Can(a, p.Zone)
	}
	for _, ch := range p.Changes {
		l.Rows = append(l.Rows, differ(c, ch))
	}
	if !slices.ContainsFunc(l.Rows, difference.shows) { // of a PIN, no field says anything
		l.What = said(c, p.What)
	}
	return l
}

// approve approves another person's proposal.
func approve(c *web.Call) (web.Answer, error) {
	d := desk.Decision{ID: c.Form.Need("proposal")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("proposal/approve", d, nil)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return waiting(c, err) })
	}
	return web.Go{To: "/people/proposals", Done: "people.done.approved"}, nil
}

// reject sends one back with the reason, or withdraws one's own.
func reject(c *web.Call) (web.Answer, error) {
	d := desk.Decision{ID: c.Form.Need("proposal"), Reason: c.Form.Get("reason")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("proposal/reject", d, nil)
	}
	if err != nil {
		return shown(err, func() (web.Answer, error) { return waiting(c, err) })
	}
	if c.Form.Get("of") == "mine" {
		return web.Go{To: "/people/proposals?of=mine", Done: "people.done.withdrawn"}, nil
	}
	return web.Go{To: "/people/proposals", Done: "people.done.rejected"}, nil
}

// Ofs are the parts of what waits.
func (proposalsView) Ofs() []string { return []string{"me", "mine", "all"} }
