package bundle

import (
	"fmt"
	"regexp"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// permit is one that the officer of the zone decided at the office (Article 20(2)).
type permit struct {
	ID        string            `json:"id"` // "S2026-0001": the site's own numbers, never a door's
	Zone      string            `json:"zone"`
	Requested string            `json:"requested"`
	By        string            `json:"by"` // who applied
	Decided   string            `json:"decided"`
	Officer   string            `json:"officer"`
	Name      string            `json:"officer_name"`
	Post      string            `json:"post"`
	Days      [7]bool           `json:"days"`
	Daily     access.Hours      `json:"daily"`
	Entries   int               `json:"entries,omitempty"`
	Holders   []string          `json:"holders"`
	Text      ledger.PermitText `json:"text"`
	span
}

// PermitPattern is the form of a permit's number where it was decided at the office.
var PermitPattern = regexp.MustCompile(`^S[0-9]{4}-[0-9]{4,6}$`)

func permitOf(x ledger.Permit) *permit {
	out := &permit{
		ID: string(x.ID), Zone: x.Zone, Requested: stamp(x.Requested), By: string(x.RequestedBy), Decided: stamp(x.Decided),
		Officer: string(x.Act.Person), Name: x.Act.Name, Post: string(x.Act.Post), Days: x.Days, Daily: x.Daily, Entries: x.Entries,
		Holders: []string{}, Text: x.Text, span: stamped(x.Span),
	}
	for _, h := range x.Holders {
		out.Holders = append(out.Holders, string(h.Person))
	}
	return out
}

func (x *permit) permit() (out ledger.Permit, err error) {
	if !PermitPattern.MatchString(x.ID) || len(x.Holders) == 0 || x.Entries < 0 {
		return out, fmt.Errorf("%w: a permit", errForm)
	}
	out = ledger.Permit{
		Permit: access.Permit{
			ID: access.PermitID(x.ID), Zone: x.Zone, State: access.Permitted, Days: x.Days, Daily: x.Daily, Entries: x.Entries, Purpose: true,
		},
		RequestedBy: access.PersonID(x.By), Text: x.Text,
	}
	for _, h := range x.Holders {
		out.Holders = append(out.Holders, access.Holder{Person: access.PersonID(h)})
	}
	if out.Span, err = x.span.span(); err != nil {
		return out, err
	}
	if out.Requested, err = instant(x.Requested); err != nil {
		return out, err
	}
	out.Decided, err = instant(x.Decided)
	out.Act = ledger.Act{Person: access.PersonID(x.Officer), Name: x.Name, Post: access.Post(x.Post), At: out.Decided}
	if out.From.IsZero() || !out.From.Before(out.Until) || out.Decided.IsZero() || x.Text.Purpose == "" || x.Officer == "" {
		return out, fmt.Errorf("%w: a permit has a time, a purpose and an officer who decided", errForm)
	}
	return out, err
}
