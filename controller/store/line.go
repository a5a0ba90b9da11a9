package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// yearLines is how many lines a year's book has room for.
const yearLines = 1_000_000_000

// lineOf is the key of a line: "2026-000123" is 2026000000123.
func lineOf(id string) (int64, error) {
	year, number, ok := strings.Cut(id, "-")
	y, err := strconv.ParseUint(year, 10, 16)
	n, err2 := strconv.ParseUint(number, 10, 64)
	if line := int64(y*yearLines + n); ok && err == nil && err2 == nil && n < yearLines && lineID(line) == id {
		return line, nil
	}
	return 0, &Fault{Kind: Conflict, Doing: fmt.Sprintf("visit %q: its ID is no fiscal year and number", id)}
}

func lineID(line int64) string { return fmt.Sprintf("%04d-%06d", line/yearLines, line%yearLines) }

// fiscalYear begins on 1 April, in Japan.
func fiscalYear(t time.Time) int {
	t = t.In(access.JST)
	if t.Month() < time.April {
		return t.Year() - 1
	}
	return t.Year()
}

// endsIn is the fiscal year that retention of a line counts from, nil while it is open.
func endsIn(v *ledger.Visit) any {
	if v.Left.IsZero() {
		return nil
	}
	return max(fiscalYear(v.Left), fiscalYear(v.Entered))
}

// more is what only some lines have.
type more struct {
	Identity    string              `json:"identity,omitzero"`
	Badge       string              `json:"badge,omitzero"`
	Work        string              `json:"work,omitzero"`
	Equipment   string              `json:"equipment,omitzero"`
	PermitAct   ledger.Act          `json:"permit_act,omitzero"`
	PermitOral  bool                `json:"permit_oral,omitzero"`
	Escorts     []ledger.Escorting  `json:"escorts,omitempty"`
	CarryIn     string              `json:"carry_in,omitzero"`
	CarryOut    string              `json:"carry_out,omitzero"`
	ConsentAct  ledger.Act          `json:"consent_act,omitzero"`
	ConsentHow  string              `json:"consent_how,omitzero"`
	ConsentText string              `json:"consent_text,omitzero"`
	Incidents   []ledger.Incident   `json:"incidents,omitempty"`
	Remarks     string              `json:"remarks,omitzero"`
	Corrections []ledger.Correction `json:"corrections,omitempty"`
	Checked     ledger.Act          `json:"checked,omitzero"`
}

func moreOf(v *ledger.Visit) (any, error) {
	b, err := json.Marshal(more{v.Identity, v.Badge, v.Work, v.Equipment, v.PermitAct, v.PermitOral, v.Escorts, v.CarryIn,
		v.CarryOut, v.Consent.Act, v.Consent.How, v.Consent.Text, v.Incidents, v.Remarks, v.Corrections, v.Checked})
	if err != nil || string(b) == "{}" {
		return nil, err
	}
	return string(b), nil
}

func (m *more) fill(v *ledger.Visit) {
	v.Identity, v.Badge, v.Work, v.Equipment = m.Identity, m.Badge, m.Work, m.Equipment
	v.PermitAct, v.PermitOral, v.Escorts = m.PermitAct, m.PermitOral, m.Escorts
	v.CarryIn, v.CarryOut = m.CarryIn, m.CarryOut
	v.Consent.Act, v.Consent.How, v.Consent.Text = m.ConsentAct, m.ConsentHow, m.ConsentText
	v.Incidents, v.Remarks, v.Corrections, v.Checked = m.Incidents, m.Remarks, m.Corrections, m.Checked
}

// visitColumns are what visitFrom reads, in this order.
const visitColumns = `line, zone, person, name, reading, affiliation, class, credential, entered, "left", left_how, permit, ` +
	`consent, purpose, assumed, late, more`

func (r *Reader) visitFrom(c values) (ledger.Visit, error) {
	v := ledger.Visit{ID: lineID(c.number(0)), Zone: c.text(1), Person: access.PersonID(c.text(2)), Name: c.text(3),
		Reading: c.text(4), Affiliation: c.text(5), Class: c.text(6), Credential: access.CredentialID(c.text(7)),
		Entered: r.instant(c[8]), Left: r.instant(c[9]), LeftHow: c.text(10), Permit: access.PermitID(c.text(11)),
		Consent: ledger.Consent{State: ledger.ConsentState(c.text(12))}, Purpose: c.text(13), Assumed: c.number(14) != 0,
		Late: c.number(15) != 0}
	if c[16] == nil {
		return v, nil
	}
	var m more
	if err := json.Unmarshal([]byte(c.text(16)), &m); err != nil {
		return v, fmt.Errorf("visit %s: %w", v.ID, err)
	}
	m.fill(&v)
	return v, nil
}

// instant is a time as it is stored, in the zone of the journal's origin.
func (r *Reader) instant(v any) time.Time {
	n, ok := v.(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMicro(n).In(r.zone())
}

// permitBody is what of a permit is not a column.
type permitBody struct {
	Decided     time.Time         `json:"decided,omitzero"`
	Days        [7]bool           `json:"days,omitzero"`
	Daily       access.Hours      `json:"daily,omitzero"`
	Holders     []access.Holder   `json:"holders,omitempty"`
	Most        int               `json:"most,omitzero"`
	Entries     int               `json:"entries,omitzero"`
	Purpose     bool              `json:"purpose,omitzero"`
	Requested   time.Time         `json:"requested,omitzero"`
	RequestedBy access.PersonID   `json:"requested_by,omitzero"`
	Account     string            `json:"account,omitzero"`
	Act         ledger.Act        `json:"act,omitzero"`
	Oral        time.Time         `json:"oral,omitzero"`
	OralHow     string            `json:"oral_how,omitzero"`
	OralBy      access.PersonID   `json:"oral_by,omitzero"`
	Late        bool              `json:"late,omitzero"`
	Expired     bool              `json:"expired,omitzero"`
	Confirmed   ledger.Act        `json:"confirmed,omitzero"`
	Revoked     ledger.Act        `json:"revoked,omitzero"`
	Text        ledger.PermitText `json:"text"`
}

func bodyOf(p *ledger.Permit) (string, error) {
	b, err := json.Marshal(permitBody{p.Decided, p.Days, p.Daily, p.Holders, p.Most, p.Entries, p.Purpose, p.Requested,
		p.RequestedBy, p.Account, p.Act, p.Oral, p.OralHow, p.OralBy, p.Late, p.Expired, p.Confirmed, p.Revoked, p.Text})
	return string(b), err
}

const permitColumns = "id, zone, state, begins, ends, body"

func (r *Reader) permitFrom(c values) (ledger.Permit, error) {
	var b permitBody
	if err := json.Unmarshal([]byte(c.text(5)), &b); err != nil {
		return ledger.Permit{}, fmt.Errorf("permit %s: %w", c.text(0), err)
	}
	return ledger.Permit{
		Permit: access.Permit{ID: access.PermitID(c.text(0)), Zone: c.text(1), State: access.PermitState(c.number(2)),
			Decided: b.Decided, Span: r.span(c.number(3), c.number(4)), Days: b.Days, Daily: b.Daily, Holders: b.Holders,
			Most: b.Most, Entries: b.Entries, Purpose: b.Purpose},
		Requested: b.Requested, RequestedBy: b.RequestedBy, Account: b.Account, Act: b.Act, Oral: b.Oral, OralHow: b.OralHow,
		OralBy: b.OralBy, Late: b.Late, Expired: b.Expired, Confirmed: b.Confirmed, Revoked: b.Revoked,
		Text: b.Text,
	}, nil
}

// emergencyColumns: the body is the whole row as JSON; the others are what is searched by.
const emergencyColumns = "id, body"

func emergencyFrom(c values) (ledger.EmergencyEntry, error) {
	var e ledger.EmergencyEntry
	if err := json.Unmarshal([]byte(c.text(1)), &e); err != nil {
		return e, fmt.Errorf("emergency entry %s: %w", c.text(0), err)
	}
	return e, nil
}

const documentColumns = "kind, id, body"

func documentFrom(c values) (ledger.Document, error) {
	body, _ := c[2].([]byte)
	return ledger.Document{Kind: c.text(0), ID: c.text(1), Body: body}, nil
}
