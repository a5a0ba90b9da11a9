package permits

import (
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// done gives an order about the permit of the address, and goes back to it.
func done(c *web.Call, what string, order any, say string) (web.Answer, error) {
	if err := c.Form.Err(); err != nil {
		return again(c, err)
	}
	if err := c.Post(what, order, nil); err != nil {
		return refused(c, err)
	}
	return web.Go{To: "/permits/" + c.R.PathValue("id"), Done: say}, nil
}

// refused shows the permit as it stands now with the daemon's refusal; what must be acted on first is the frame's to lead to.
func refused(c *web.Call, err error) (web.Answer, error) {
	switch desk.CodeOf(err) {
	case desk.CodeRefused, desk.CodeInvalid:
		return again(c, err)
	}
	return nil, err
}

func id(c *web.Call) access.PermitID { return access.PermitID(c.R.PathValue("id")) }

// decidePermit is 許可する, 許可しない, and both as a deputy.
func decidePermit(c *web.Call) (web.Answer, error) {
	d := desk.Decide{ID: id(c), Grant: c.Form.Get("do") == "grant", Deputy: c.Form.Has("deputy"), Reason: c.Form.Get("reason")}
	if d.Grant {
		return done(c, "permit/decide", d, "permits.done.granted")
	}
	if c.Form.Get("do") != "refuse" {
		c.Form.Fail("do", "web.fault.missing")
	}
	c.Form.Need("reason")
	return done(c, "permit/decide", d, "permits.done.refused")
}

// confirm confirms what was spoken, or reviews what a deputy decided.
func confirm(c *web.Call) (web.Answer, error) {
	say := "permits.done.confirmed"
	if p, err := find(c); err == nil && p.Act.Deputy {
		say = "permits.done.reviewed"
	}
	return done(c, "permit/confirm", desk.Confirm{ID: id(c)}, say)
}

func revoke(c *web.Call) (web.Answer, error) {
	return done(c, "permit/revoke", desk.Revoke{ID: id(c), Reason: c.Form.Need("revoke_reason")}, "permits.done.revoked")
}

// name names a visitor on the day.
func name(c *web.Call) (web.Answer, error) {
	v := ledger.Visitor{
		Name: c.Form.Need("name"), Reading: c.Form.Get("reading"), Affiliation: c.Form.Get("affiliation"), Class: class(c.Form.Get("class")),
	}
	return done(c, "permit/name", desk.NameOnTheDay{Permit: id(c), Visitor: v}, "permits.done.named")
}

// printOut hands out a form of the permit as PDF.
func printOut(c *web.Call) (web.Answer, error) {
	q := desk.Print{Form: c.Form.Get("form"), Permit: id(c), Purpose: c.Form.Need("print_purpose"), Lang: web.Tag(c.Lang)}
	switch q.Form {
	case "application", "permit", "badge":
	default:
		c.Form.Fail("form", "web.fault.missing")
	}
	if err := c.Form.Err(); err != nil {
		return again(c, err)
	}
	var sheet desk.Sheet
	if err := c.Post("print", q, &sheet); err != nil {
		return refused(c, err)
	}
	return web.File{Name: q.Form + "-" + string(q.Permit) + ".pdf", Type: "application/pdf", Body: sheet.File, Inline: true}, nil
}
