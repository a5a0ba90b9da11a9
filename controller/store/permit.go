package store

import (
	"encoding/json"
	"fmt"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// permitBody is what of a permit is not a column.
type permitBody struct {
	Decided     stamp             `json:"decided,omitzero"`
	Days        weekdays          `json:"days,omitzero"`
	Daily       hoursOfDay        `json:"daily,omitzero"`
	Holders     []holder          `json:"holders,omitempty"`
	Most        int               `json:"most,omitzero"`
	Entries     int               `json:"entries,omitzero"`
	Purpose     bool              `json:"purpose,omitzero"`
	Requested   stamp             `json:"requested,omitzero"`
	RequestedBy access.PersonID   `json:"requested_by,omitzero"`
	Account     string            `json:"account,omitzero"`
	Act         act               `json:"act,omitzero"`
	Oral        stamp             `json:"oral,omitzero"`
	OralHow     string            `json:"oral_how,omitzero"`
	OralBy      access.PersonID   `json:"oral_by,omitzero"`
	Late        bool              `json:"late,omitzero"`
	Expired     bool              `json:"expired,omitzero"`
	Confirmed   act               `json:"confirmed,omitzero"`
	Revoked     act               `json:"revoked,omitzero"`
	Text        ledger.PermitText `json:"text"`
}

func bodyOf(p *ledger.Permit) (string, error) {
	b, err := json.Marshal(permitBody{stampOf(p.Decided), weekdaysOf(p.Days), hoursOfDay(p.Daily), mapped(p.Holders, holderOf), p.Most, p.Entries, p.Purpose,
		stampOf(p.Requested), p.RequestedBy, p.Account, actOf(p.Act), stampOf(p.Oral), p.OralHow, p.OralBy, p.Late, p.Expired,
		actOf(p.Confirmed), actOf(p.Revoked), p.Text})
	return string(b), err
}

const permitColumns = "id, zone, state, begins, ends, body"

func (r *Reader) permitFrom(c values) (p ledger.Permit, err error) {
	b, err := bodyFrom(c.text(5))
	if err != nil {
		return p, fmt.Errorf("permit %s: %w", c.text(0), err)
	}
	zone := r.zone()
	p.Permit = access.Permit{ID: access.PermitID(c.text(0)), Zone: c.text(1), State: access.PermitState(c.number(2)),
		Decided: b.Decided.in(zone), Span: r.span(c.number(3), c.number(4)), Days: b.Days.in(), Daily: access.Hours(b.Daily), Holders: mapped(b.Holders, holder.access),
		Most: b.Most, Entries: b.Entries, Purpose: b.Purpose}
	p.Requested, p.RequestedBy, p.Account, p.Act = b.Requested.in(zone), b.RequestedBy, b.Account, b.Act.in(zone)
	p.Oral, p.OralHow, p.OralBy, p.Late = b.Oral.in(zone), b.OralHow, b.OralBy, b.Late
	p.Confirmed, p.Revoked, p.Expired, p.Text = b.Confirmed.in(zone), b.Revoked.in(zone), b.Expired, b.Text
	return p, nil
}

func bodyFrom(text string) (b permitBody, err error) {
	r := taker{text: text}
	if b.read(&r); r.odd || r.at != len(text) {
		b = permitBody{}
		err = json.Unmarshal([]byte(text), &b)
	}
	return b, err
}

// weekdays has a bit for each day, Sunday's is 1.
type weekdays int

func weekdaysOf(days [7]bool) (w weekdays) {
	for i, yes := range days {
		if yes {
			w |= 1 << i
		}
	}
	return w
}

func (w weekdays) in() (days [7]bool) {
	for i := range days {
		days[i] = w>>i&1 == 1
	}
	return days
}

type hoursOfDay struct {
	From  uint16 `json:"from,omitzero"`
	Until uint16 `json:"until,omitzero"`
}

func (h *hoursOfDay) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "from":
			h.From = uint16(r.number())
		case "until":
			h.Until = uint16(r.number())
		default:
			r.odd = true
		}
	})
}

type holder struct {
	Person access.PersonID `json:"person"`
	Used   int             `json:"used,omitzero"`
}

func holderOf(h access.Holder) holder { return holder{h.Person, h.Used} }

func (h holder) access() access.Holder { return access.Holder{Person: h.Person, Used: h.Used} }

func (h *holder) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "person":
			h.Person = access.PersonID(r.string())
		case "used":
			h.Used = int(r.number())
		default:
			r.odd = true
		}
	})
}

func (b *permitBody) read(r *taker) {
	r.object(func(name string) {
		switch name {
		case "decided":
			b.Decided = r.number()
		case "holders":
			b.Holders = readAll(r, (*holder).read)
		case "days":
			b.Days = weekdays(r.number())
		case "daily":
			b.Daily.read(r)
		case "most":
			b.Most = int(r.number())
		case "entries":
			b.Entries = int(r.number())
		case "purpose":
			b.Purpose = r.yes()
		case "requested":
			b.Requested = r.number()
		case "requested_by":
			b.RequestedBy = access.PersonID(r.string())
		case "account":
			b.Account = r.string()
		case "act":
			b.Act.read(r)
		case "oral":
			b.Oral = r.number()
		case "oral_how":
			b.OralHow = r.string()
		case "oral_by":
			b.OralBy = access.PersonID(r.string())
		case "late":
			b.Late = r.yes()
		case "expired":
			b.Expired = r.yes()
		case "confirmed":
			b.Confirmed.read(r)
		case "revoked":
			b.Revoked.read(r)
		case "text":
			readText(&b.Text, r)
		default:
			r.odd = true
		}
	})
}

func readText(t *ledger.PermitText, r *taker) {
	r.object(func(name string) {
		switch name {
		case "organisation":
			t.Organisation = r.string()
		case "purpose":
			t.Purpose = r.string()
		case "work":
			t.Work = r.string()
		case "equipment":
			t.Equipment = r.string()
		case "conditions":
			t.Conditions = r.string()
		case "escort_plan":
			t.EscortPlan = r.string()
		case "carry_in":
			t.CarryIn = r.string()
		case "carry_out":
			t.CarryOut = r.string()
		case "reason":
			t.Reason = r.string()
		case "visitors":
			t.Visitors = readAll(r, readVisitor)
		default:
			r.odd = true
		}
	})
}

func readVisitor(v *ledger.Visitor, r *taker) {
	r.object(func(name string) {
		switch name {
		case "person":
			v.Person = access.PersonID(r.string())
		case "name":
			v.Name = r.string()
		case "reading":
			v.Reading = r.string()
		case "affiliation":
			v.Affiliation = r.string()
		case "class":
			v.Class = r.string()
		default:
			r.odd = true
		}
	})
}
