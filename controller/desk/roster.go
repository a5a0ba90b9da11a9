package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device"
	"kidoban/device/wiegand"
)

// importMost bounds an imported file.
const importMost = 32 << 20

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
	Schedule   *access.Schedule   `json:"schedule,omitempty"`
	Holiday    *access.Holiday    `json:"holiday,omitempty"`
	Card       *Card              `json:"card,omitempty"`
	State      *CardState         `json:"state,omitempty"`
	Delete     bool               `json:"delete,omitempty"`
	Reason     string             `json:"reason,omitempty"`
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
	ask, err := k.change(r.Context(), e)
	if err != nil {
		refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	k.ask(w, r, ask)
}

// change turns an Edit into the rows and the entry of it.
func (k *Desk) change(ctx context.Context, e Edit) (controller.EditRoster, error) {
	if err := e.nameable(); err != nil && !e.Delete {
		return controller.EditRoster{}, err
	}
	row := ledger.Edit{
		Person: e.Person, Incumbency: e.Incumbency, Belonging: e.Belonging, Finding: e.Finding,
		Schedule: e.Schedule, Holiday: e.Holiday, Delete: e.Delete,
	}
	ask := controller.EditRoster{Type: journal.RosterChanged, Data: journal.Data{Mode: "put"}}
	if e.Delete {
		ask.Data.Mode = "delete"
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
		ask.Data.Point, ask.Data.Person, ask.Data.Rule = "finding", string(e.Finding.Person), "art20.1.3"
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
	if len(words) > 0 {
		ask.Private = private(words)
	}
	ask.Edits = []ledger.Edit{row}
	return ask, nil
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

// PIN sets a card's PIN or duress PIN. Digits come from the terminal or standard input, never from a command line.
type PIN struct {
	Credential access.CredentialID `json:"credential"`
	Digits     Digits              `json:"digits"`
	Duress     bool                `json:"duress,omitempty"`
}

// Digits are a PIN on its way to being hashed.
type Digits []byte

// String hides the digits.
func (Digits) String() string { return "•" }

// GoString hides the digits.
func (Digits) GoString() string { return "•" }

func (k *Desk) pin(w http.ResponseWriter, r *http.Request) {
	p, ok := read[PIN](w, r)
	if !ok {
		return
	}
	defer clear(p.Digits)
	for _, d := range p.Digits {
		if d < '0' || d > '9' {
			refuse(w, http.StatusBadRequest, "a PIN is digits only")
			return
		}
	}
	if n := len(p.Digits); n < k.Config.Access.PINLength || n > 8 {
		refuse(w, http.StatusBadRequest, "a PIN has %d to 8 digits here", k.Config.Access.PINLength)
		return
	}
	if weak(p.Digits) {
		refuse(w, http.StatusBadRequest, "this PIN is too easy to guess (one digit repeated, or a run): choose another")
		return
	}
	c, err := k.credential(r.Context(), p.Credential)
	if err != nil {
		refuse(w, http.StatusConflict, "%v", err)
		return
	}
	hash := k.Keys.PINHash(c.ID, p.Digits)
	what := "pin"
	if p.Duress {
		c.Duress, what = hash, "duress_pin"
	} else {
		c.PIN = hash
	}
	k.ask(w, r, controller.EditRoster{
		Edits: []ledger.Edit{{Credential: &c}}, Type: journal.RosterChanged,
		Data: journal.Data{Point: what, Credential: string(c.ID), Person: string(c.Person)},
	})
}

// weak says that all digits are one, or each is the one before plus or minus one.
func weak(d []byte) bool {
	step := int(d[1]) - int(d[0])
	if step < -1 || step > 1 {
		return false
	}
	for i := 1; i < len(d); i++ {
		if int(d[i])-int(d[i-1]) != step {
			return false
		}
	}
	return true
}

// Import is what an import changes, or would.
type Import struct {
	Added    int      `json:"added"`
	Changed  int      `json:"changed"`
	Removed  int      `json:"removed"`
	Kept     int      `json:"kept"` // cards that stay lost, revoked or blocked
	Problems []string `json:"problems"`
	Warnings []string `json:"warnings"`
	Done     bool     `json:"done"`
}

// bring imports a file: read, checked and staged here, beside the control loop; the loop only switches.
func (k *Desk) bring(w http.ResponseWriter, r *http.Request) {
	account := k.account(r)
	if !account.Roster {
		refuse(w, http.StatusForbidden, "this user may not change the roster")
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, importMost))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "read the file: %v (at most %d MiB)", err, importMost>>20)
		return
	}
	q := r.URL.Query()
	out, next, err := k.merge(r.Context(), path.Base(q.Get("name")), data, q.Get("replace") == "true")
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	if len(out.Problems) == 0 && q.Get("dry") != "true" && out.Added+out.Changed+out.Removed > 0 {
		if err := k.switchTo(r.Context(), account, next, data); err != nil {
			refuse(w, http.StatusConflict, "%v", err)
			return
		}
		out.Done = true
	}
	reply(w, http.StatusOK, out)
}

// merged is a roster to come and the version that it was made from.
type merged struct {
	roster ledger.Roster
	base   uint64
}

func (k *Desk) merge(ctx context.Context, name string, data []byte, replace bool) (Import, merged, error) {
	out := Import{Problems: []string{}, Warnings: []string{}}
	imp, problems := people.Parse(name, data, k.Keys.CardHash)
	for _, w := range imp.Warnings {
		out.Warnings = append(out.Warnings, w.String())
	}
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		return out, merged{}, err
	}
	next := merged{base: a.Value.(controller.Status).Roster}
	current, _, err := k.Store.Roster(ctx)
	if err != nil {
		return out, next, err
	}
	if len(problems) == 0 {
		var sum people.Summary
		next.roster, sum = imp.Merge(current, replace)
		problems = sum.Problems
		out.Added, out.Changed, out.Removed, out.Kept = sum.Added, sum.Changed, sum.Removed, sum.Kept
	}
	for _, p := range problems {
		out.Problems = append(out.Problems, p.String())
	}
	return out, next, nil
}

func (k *Desk) switchTo(ctx context.Context, account controller.Account, m merged, data []byte) error {
	rec := m.roster.Records
	byID := make(map[access.PersonID]ledger.Person, len(m.roster.People))
	for _, p := range m.roster.People {
		rec.Persons = append(rec.Persons, p.Person)
		byID[p.ID] = p
	}
	roster, problems := access.NewRoster(m.base+1, rec)
	if len(problems) > 0 {
		return errors.New(problems[0].String())
	}
	gen, err := k.Store.Stage(ctx, m.roster)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	a, err := k.Controller.Ask(ctx, controller.Request{Account: account, Ask: controller.SwitchRoster{
		Base: m.base, Generation: gen, Roster: roster, People: byID, Digest: hex.EncodeToString(sum[:]),
	}})
	if err == nil && a.Refusal != "" {
		err = errors.Join(errors.New(a.Refusal), k.Store.Drop(gen))
	}
	return err
}

// people lists the roster from the disk, with names.
func (k *Desk) people(w http.ResponseWriter, r *http.Request) {
	roster, _, err := k.Store.Roster(r.Context())
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	reply(w, http.StatusOK, listing(roster))
}

// Listing is a roster for reading: no hash of a card or a PIN leaves the daemon.
type Listing struct {
	People     []ledger.Person     `json:"people"`
	Incumbents []access.Incumbency `json:"incumbents"`
	Belongings []access.Belonging  `json:"belongings"`
	Findings   []access.Finding    `json:"findings"`
	Cards      []ListedCard        `json:"cards"`
	Schedules  []access.Schedule   `json:"schedules"`
	Holidays   []access.Holiday    `json:"holidays"`
}

// ListedCard is a card without what it is known by.
type ListedCard struct {
	ID       access.CredentialID `json:"id"`
	Person   access.PersonID     `json:"person"`
	Format   string              `json:"format"`
	State    string              `json:"state"`
	From     time.Time           `json:"from,omitzero"`
	Until    time.Time           `json:"until,omitzero"`
	Schedule access.ScheduleID   `json:"schedule,omitempty"`
	PIN      bool                `json:"pin"`
}

func listing(r ledger.Roster) Listing {
	l := Listing{
		People: r.People, Incumbents: r.Records.Incumbents, Belongings: r.Records.Belongings, Findings: r.Records.Findings,
		Schedules: r.Records.Schedules, Holidays: r.Records.Holidays,
	}
	for _, c := range r.Records.Credentials {
		l.Cards = append(l.Cards, ListedCard{
			ID: c.ID, Person: c.Person, Format: c.Format, State: stateName(c.State), From: c.From, Until: c.Until,
			Schedule: c.Schedule, PIN: c.PIN != access.Hash{},
		})
	}
	return l
}
