package visits

import (
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// done gives an order about lines of the register, and goes back to the list.
func done(c *web.Call, what string, order any, say string) (web.Answer, error) {
	err := c.Form.Err()
	if err == nil {
		if err = c.Post(what, order, nil); err == nil {
			return web.Go{To: "/visits", Done: say}, nil
		}
		if !refusal(err) {
			return nil, err
		}
	}
	return show(c, err)
}

// chosen are the lines that are ticked, or that a button of one line names.
func chosen(c *web.Call) []string {
	all := c.Form.All("visit")
	if len(all) == 0 {
		c.Form.Fail("visit", "visits.fault.nobody")
	}
	return all
}

// give is 退室を承諾する, for one or for all who wait: one tap.
func give(c *web.Call) (web.Answer, error) {
	return done(c, "visit/consent", desk.Consent{Visits: chosen(c)}, "visits.done.consented")
}

func withhold(c *web.Call) (web.Answer, error) {
	order := desk.Consent{Visits: chosen(c), Withhold: true, Text: c.Form.Need("withhold_reason")}
	return done(c, "visit/consent", order, "visits.done.withheld")
}

// followUp is the written consent afterwards (事後承諾).
func followUp(c *web.Call) (web.Answer, error) {
	return done(c, "visit/consent", desk.Consent{Visits: chosen(c), Text: c.Form.Need("looked_into")}, "visits.done.followed")
}

func ask(c *web.Call) (web.Answer, error) {
	return done(c, "visit/ask-consent", desk.Visits{Visits: chosen(c)}, "visits.done.asked")
}

// leaves says that visitors without a card leave: with the next opening of the door, or that they have left.
func leaves(c *web.Call) (web.Answer, error) {
	order := desk.Leave{Visits: chosen(c), Now: c.Form.Get("do") == "now"}
	if order.Now {
		return done(c, "visit/leave", order, "visits.done.left")
	}
	return done(c, "visit/leave", order, "visits.done.leaving")
}

// handOver makes the account's own person the escort: the successor's own act.
func handOver(c *web.Call) (web.Answer, error) {
	return done(c, "visit/hand-over", desk.Visits{Visits: chosen(c)}, "visits.done.handed")
}
