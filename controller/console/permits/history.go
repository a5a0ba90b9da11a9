package permits

import (
	"cmp"
	"strings"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/ledger"
)

// deed is one act in the life of a permit.
type deed struct{ When, What, Who, Why string }

// history is what was done about a permit, in order.
func history(c *web.Call, p *controller.FoundPermit) []deed {
	out := []deed{{words.Time(c.Lang, p.Requested), c.T("permits.deed.requested"), applicant(c, p), ""}}
	if !p.Oral.IsZero() {
		out = spoken(c, p)
	} else if p.Act.Done() {
		out = append(out, decision(c, &p.Permit))
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
	if p.Expired || over(&p.Permit, c.Now) {
		out = append(out, deed{words.Time(c.Lang, p.Until), c.T("permits.deed.expired"), "", ""})
	}
	return out
}

// spoken is what the officer said, and who recorded it then.
func spoken(c *web.Call, p *controller.FoundPermit) []deed {
	how := c.T("permits.deed.oral", "how", words.Term(c.Lang, words.Spoken, p.OralHow))
	return []deed{
		{words.Time(c.Lang, p.Oral), how, actor(c, p.Act), ""},
		{words.Time(c.Lang, p.Requested), c.T("permits.deed.recorded"), cmp.Or(p.Recorder, applicant(c, p)), ""},
	}
}

// decision is what the officer, or a deputy, made of the request.
func decision(c *web.Call, p *ledger.Permit) deed {
	what, why := "permits.deed.granted", p.Text.Reason
	if p.State == access.NotPermitted {
		what = "permits.deed.refused"
	} else if p.Revoked.Done() {
		why = "" // it is the revocation's
	}
	if p.Act.Deputy {
		what += "_deputy"
	}
	return deed{words.Time(c.Lang, p.Act.At), c.T(what), actor(c, p.Act), why}
}

// applicant is who asked: the account alone where it is nobody's.
func applicant(c *web.Call, p *controller.FoundPermit) string {
	if p.RequestedBy == "" {
		return c.T("permits.account", "name", p.Account)
	}
	return cmp.Or(p.Applicant, string(p.RequestedBy))
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
	return strings.Join(append(parts, cmp.Or(a.Name, string(a.Person))), " ")
}
