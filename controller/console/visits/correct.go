package visits

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
)

// correctable are the fields of a line that may be corrected, in the form's order.
var correctable = []string{
	"name", "reading", "affiliation", "identity", "badge", "purpose", "work", "equipment", "carry_in", "carry_out", "remarks", register.Left,
}

// value is a field and what it says now.
type value struct{ Field, Name, Now string }

type correctView struct {
	form
	Visit  string
	Whose  string // "" where the line is not at hand
	Fields []value
	Open   bool // the line is at hand, so what it says is shown
}

func correctPage(c *web.Call) (web.Answer, error) { return correcting(c, nil) }

// correcting is the form of a correction. What a line says is shown where the line is open: any other is found in the register,
// which asks what the search is for.
func correcting(c *web.Call, fault error) (web.Answer, error) {
	open, err := lines(c)
	if err != nil {
		return nil, err
	}
	v := correctView{form: form{c}, Visit: c.Form.Get("visit")}
	var line *ledger.Visit
	for i := range open {
		if open[i].ID == v.Visit {
			line, v.Open, v.Whose = &open[i], true, open[i].Name
		}
	}
	for _, f := range correctable {
		x := value{Field: f, Name: c.T("visits.field." + f)}
		if line != nil {
			x.Now, _ = register.Field(line, f)
			x.Now = legible(c, f, x.Now)
		}
		v.Fields = append(v.Fields, x)
	}
	return web.Page{Name: "visits/correct", Data: v, Fault: fault}, nil
}

// legible is a field's text for people: of a time, the time.
func legible(c *web.Call, field, text string) string {
	if field != register.Left {
		return text
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return words.Time(c.Lang, at)
}

var number = regexp.MustCompile(`^[0-9]{4}-[0-9]{6,}$`)

// propose makes a correction that waits for its checker and the officer's permission.
func propose(c *web.Call) (web.Answer, error) {
	o := desk.Correction{Visit: c.Form.Need("visit"), Field: c.Form.Need("line_field"), Reason: c.Form.Need("correct_reason"), After: c.Form.Get("corrected")}
	if o.Visit != "" && !number.MatchString(o.Visit) {
		c.Form.Fail("visit", "visits.fault.number")
	}
	if o.Field == register.Left {
		at := c.Form.Time("left_at")
		if at.IsZero() {
			c.Form.Need("left_at")
		}
		o.After = at.In(access.JST).Format(time.RFC3339)
	}
	if err := c.Form.Err(); err != nil {
		return correcting(c, err)
	}
	err := c.Post("proposal/correct", o, nil)
	switch {
	case refusal(err):
		return correcting(c, err)
	case err != nil:
		return nil, err
	}
	return web.Go{To: "/visits", Done: "visits.done.proposed"}, nil
}

// proposal is a correction that waits.
type proposal struct {
	ID, Visit, Whose, Field, Before, After, Reason, Maker, Checker, Made, Waits string
	Approve, Permit, Own                                                        bool
}

func proposals(c *web.Call) ([]controller.Proposal, error) {
	if !c.May(account.CheckCorrection, account.PermitCorrection, account.ProposeCorrection) {
		return nil, nil
	}
	var all, out []controller.Proposal
	if err := c.Get("proposals", nil, &all); err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Visit != "" && p.Line != nil {
			out = append(out, p)
		}
	}
	return out, nil
}

// shown are the corrections, with whose line each is about where it is open, and what this account may do about each.
func shown(c *web.Call, all []controller.Proposal, open []ledger.Visit) (out []proposal) {
	whose := map[string]string{}
	for i := range open {
		whose[open[i].ID] = open[i].Name
	}
	for _, p := range all {
		own := p.Maker.Person == c.Me.Person
		permits := c.Can(account.PermitCorrection, p.Zone)
		x := proposal{
			ID: p.ID, Visit: p.Visit, Whose: whose[p.Visit], Field: c.T("visits.field." + p.Line.Field), Before: legible(c, p.Line.Field, p.Line.Before),
			After: legible(c, p.Line.Field, p.Line.After), Reason: p.Line.Reason, Maker: p.Maker.Name, Checker: p.Checker.Name,
			Made: words.Time(c.Lang, p.Maker.At), Own: own, Permit: permits, Waits: c.T("visits.waits.checker"),
		}
		if p.Checker.Done() {
			x.Waits = c.T("visits.waits.permit")
		}
		x.Approve = !own && (permits || !p.Checker.Done() && c.Can(account.CheckCorrection, p.Zone))
		out = append(out, x)
	}
	return out
}

// made says that this account's person made a proposal.
func made(c *web.Call, id string) (bool, error) {
	all, err := proposals(c)
	return slices.ContainsFunc(all, func(p controller.Proposal) bool { return p.ID == id && p.Maker.Person == c.Me.Person }), err
}

// decide approves a correction or sends it back; its maker withdraws it.
func decide(c *web.Call) (web.Answer, error) {
	d := desk.Decision{ID: c.Form.Need("proposal")}
	own, err := made(c, d.ID)
	if err != nil {
		return nil, err
	}
	what, say := "proposal/approve", "visits.done.checked"
	switch do := c.Form.Get("do"); {
	case do == "approve" && c.May(account.PermitCorrection):
		say = "visits.done.permitted"
	case do == "approve":
	case do == "reject" && own:
		what, say = "proposal/reject", "visits.done.withdrawn"
	case do == "reject":
		what, say, d.Reason = "proposal/reject", "visits.done.rejected", c.Form.Need("back_reason")
	default:
		c.Form.Fail("do", "web.fault.missing")
	}
	if err = c.Form.Err(); err == nil {
		if err = c.Post(what, d, nil); err == nil {
			return web.Go{To: "/visits", Done: say}, nil
		}
	}
	var field *web.FieldFault
	if errors.As(err, &field) || refusal(err) {
		return show(c, err)
	}
	return nil, err
}
