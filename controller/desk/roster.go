package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
	"kidoban/device/wiegand"
)

// Number is a card's number on its way to being hashed. It shows as nothing and is kept nowhere.
type Number struct {
	Format   string  `json:"format"`
	Facility *uint64 `json:"facility,omitempty"`
	Card     uint64  `json:"card"`
}

// String hides the number.
func (Number) String() string { return "•" }

// GoString hides the number.
func (Number) GoString() string { return "•" }

// credential is the number as the reader of its format would report it; a number that no real card has is refused.
func (n Number) credential() (device.Credential, error) {
	f, err := wiegand.Lookup(n.Format)
	if err != nil {
		return device.Credential{}, err
	}
	var facility uint64
	if n.Facility != nil {
		facility = *n.Facility
	}
	bits, err := wiegand.Encode(f, facility, n.Card)
	if err != nil {
		return device.Credential{}, err
	}
	c, err := wiegand.Decode(f, bits)
	if err == nil && c.Degenerate {
		return c, errors.New("all zeros or all ones is what a broken wire sends, not a card: it is not enrolled")
	}
	return c, err
}

// Edit is one change of the roster. Exactly one of the rows is set.
type Edit struct {
	Person     *ledger.Person     `json:"person,omitempty"`
	Incumbency *access.Incumbency `json:"incumbency,omitempty"`
	Belonging  *access.Belonging  `json:"belonging,omitempty"`
	Finding    *access.Finding    `json:"finding,omitempty"`
	Duty       *access.Duty       `json:"duty,omitempty"`
	Schedule   *access.Schedule   `json:"schedule,omitempty"`
	Holiday    *access.Holiday    `json:"holiday,omitempty"`
	Card       *Card              `json:"card,omitempty"`
	State      *CardState         `json:"state,omitempty"`
	Delete     bool               `json:"delete,omitempty"`
	Reason     string             `json:"reason,omitempty"`

	maker access.PersonID
}

// Card is a card to be issued.
type Card struct {
	ID       access.CredentialID `json:"id"`
	Person   access.PersonID     `json:"person"`
	Number   Number              `json:"number"`
	Schedule access.ScheduleID   `json:"schedule,omitempty"`
	Extended bool                `json:"extended,omitempty"`
	Span     access.Span         `json:"span"`
}

// CardState declares a card to be something else.
type CardState struct {
	ID access.CredentialID `json:"id"`
	To string              `json:"to"` // lost, revoked, blocked, active
}

var cardStates = map[string]struct {
	state access.CardState
	t     journal.Type
}{
	"lost":    {access.Lost, journal.CredentialLost},
	"revoked": {access.Revoked, journal.CredentialRevoked},
	"blocked": {access.Blocked, journal.CredentialBlocked},
	"active":  {access.Active, journal.CredentialUnblocked},
}

func (k *Desk) edit(w http.ResponseWriter, r *http.Request) {
	e, ok := read[Edit](w, r)
	if !ok {
		return
	}
	var f form
	if f.words("reason", &e.Reason); !f.filled(w) {
		return
	}
	e.maker = k.account(r).Person
	ask, err := k.change(r.Context(), e)
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	k.ask(w, r, controller.Propose{Ask: ask})
}

// change turns an Edit into the rows and the entry of it.
func (k *Desk) change(ctx context.Context, e Edit) (controller.EditRoster, error) {
	if err := e.nameable(); err != nil && !e.Delete {
		return controller.EditRoster{}, err
	}
	row := ledger.Edit{
		Person: e.Person, Incumbency: e.Incumbency, Belonging: e.Belonging, Finding: e.Finding,
		Duty: e.Duty, Schedule: e.Schedule, Holiday: e.Holiday, Delete: e.Delete,
	}
	ask := controller.EditRoster{Type: journal.RosterChanged, Data: journal.Data{Mode: controller.RowPut}}
	if e.Delete {
		ask.Data.Mode = controller.RowDeleted
	}
	words := map[string]string{}
	switch {
	case e.Person != nil:
		ask.Data.Point, ask.Data.Person = "person", string(e.Person.ID)
		words["name"], words["reading"], words["affiliation"] = e.Person.Name, e.Person.Reading, e.Person.Affiliation
	case e.Incumbency != nil:
		ask.Data.Point, ask.Data.Person, ask.Data.Rule = "post", string(e.Incumbency.Person), string(e.Incumbency.Post)
	case e.Belonging != nil:
		ask.Data.Point, ask.Data.Person = "member", string(e.Belonging.Person)
	case e.Finding != nil:
		ask.Data.Point, ask.Data.Person, ask.Data.Rule = pointFinding, string(e.Finding.Person), "art20.1.3"
		ask.Data.From, ask.Data.Until = stamp(e.Finding.From), stamp(e.Finding.Until)
	case e.Duty != nil:
		if err := k.duty(e.Duty, &ask.Data); err != nil {
			return ask, err
		}
	case e.Schedule != nil:
		ask.Data.Point = "schedule"
	case e.Holiday != nil:
		ask.Data.Point = "holiday"
	case e.Card != nil:
		if err := k.issue(ctx, e, &row, &ask); err != nil {
			return ask, err
		}
	case e.State != nil:
		if err := k.declare(ctx, *e.State, &row, &ask); err != nil {
			return ask, err
		}
	default:
		return ask, errors.New("name one row to change")
	}
	if e.Reason != "" {
		words["reason"] = e.Reason
	}
	if e.maker != "" && (e.Duty != nil || e.Finding != nil) {
		words["maker"] = string(e.maker)
	}
	if len(words) > 0 {
		ask.Private = private(words)
	}
	ask.Edits = []ledger.Edit{row}
	return ask, nil
}

// dutyRules are what each duty rests on.
var dutyRules = map[access.DutyKind]string{
	access.DutyConsent: "art20.4", access.DutyClerk: "art11.6", access.DutyAuditor: access.RulePractice, access.DutyDeputy: access.RuleSite,
}

func (k *Desk) duty(d *access.Duty, data *journal.Data) error {
	data.Point, data.Person, data.Zone = pointDuty, string(d.Person), d.Zone
	data.Detail, data.Rule = string(d.Duty), dutyRules[d.Duty]
	data.From, data.Until = stamp(d.From), stamp(d.Until)
	return k.zone(d.Zone)
}

// zone refuses a zone that the configuration does not have; "" is every zone.
func (k *Desk) zone(name string) error {
	var have []string
	for _, z := range k.Config.Zones {
		if z.Name == name {
			return nil
		}
		have = append(have, z.Name)
	}
	if name == "" {
		return nil
	}
	return fmt.Errorf("no zone of that name; the zones are %s; without one the duty is for every zone", strings.Join(have, ", "))
}

// stamp is an instant as entries hold it, "" for an open side.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(access.JST).Format(time.RFC3339)
}

func (k *Desk) issue(ctx context.Context, e Edit, row *ledger.Edit, ask *controller.EditRoster) error {
	c := *e.Card
	row.Credential = &access.Credential{
		ID: c.ID, Person: c.Person, Format: c.Number.Format, State: access.Active, Schedule: c.Schedule,
		Extended: c.Extended, Span: c.Span,
	}
	ask.Data.Credential, ask.Data.Person = string(c.ID), string(c.Person)
	if e.Delete {
		c, err := k.credential(ctx, c.ID)
		ask.Data.Point, ask.Data.Person = "card", string(c.Person)
		return err
	}
	cred, err := c.Number.credential()
	if err != nil {
		return err
	}
	row.Credential.Card = k.Keys.CardHash(cred)
	ask.Type = journal.CredentialIssued
	return nil
}

func (k *Desk) declare(ctx context.Context, s CardState, row *ledger.Edit, ask *controller.EditRoster) error {
	to, known := cardStates[s.To]
	if !known {
		return errors.New("a card is declared lost, revoked, blocked or active")
	}
	c, err := k.credential(ctx, s.ID)
	if err != nil {
		return err
	}
	if to.state == access.Active && (c.State == access.Lost || c.State == access.Revoked) {
		return fmt.Errorf("card %s is %s: only a blocked card becomes active again; issue another", s.ID, stateName(c.State))
	}
	c.State = to.state
	row.Credential = &c
	ask.Type = to.t
	ask.Data = journal.Data{Credential: string(c.ID), Person: string(c.Person)}
	return nil
}

func stateName(s access.CardState) string {
	for name, x := range cardStates {
		if x.state == s {
			return name
		}
	}
	return "undefined"
}

func (k *Desk) credential(ctx context.Context, id access.CredentialID) (access.Credential, error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskCredential{ID: id}})
	if err != nil {
		return access.Credential{}, err
	}
	if a.Refusal != "" {
		return access.Credential{}, errors.New(a.Refusal)
	}
	return a.Value.(access.Credential), nil
}
