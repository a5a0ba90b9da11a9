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

// lineID writes 2026-000123; Sprintf would take longer than everything else that a line takes.
func lineID(line int64) string {
	b := padded(make([]byte, 0, len("2026-000123456")), line/yearLines, 1000)
	return string(padded(append(b, '-'), line%yearLines, 100_000))
}

// padded appends n with as many digits as least has, or more.
func padded(b []byte, n, least int64) []byte {
	for ; least > max(n, 1); least /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, n, 10)
}

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
	Identity    string       `json:"identity,omitzero"`
	Badge       string       `json:"badge,omitzero"`
	Work        string       `json:"work,omitzero"`
	Equipment   string       `json:"equipment,omitzero"`
	PermitAct   act          `json:"permit_act,omitzero"`
	PermitOral  bool         `json:"permit_oral,omitzero"`
	Escorts     []escorting  `json:"escorts,omitempty"`
	CarryIn     string       `json:"carry_in,omitzero"`
	CarryOut    string       `json:"carry_out,omitzero"`
	ConsentAct  act          `json:"consent_act,omitzero"`
	ConsentHow  string       `json:"consent_how,omitzero"`
	ConsentText string       `json:"consent_text,omitzero"`
	Incidents   []incident   `json:"incidents,omitempty"`
	Remarks     string       `json:"remarks,omitzero"`
	Corrections []correction `json:"corrections,omitempty"`
	Checked     act          `json:"checked,omitzero"`
}

func moreOf(v *ledger.Visit) (any, error) {
	b, err := json.Marshal(more{v.Identity, v.Badge, v.Work, v.Equipment, actOf(v.PermitAct), v.PermitOral,
		mapped(v.Escorts, escortingOf), v.CarryIn, v.CarryOut, actOf(v.Consent.Act), v.Consent.How, v.Consent.Text,
		mapped(v.Incidents, incidentOf), v.Remarks, mapped(v.Corrections, correctionOf), actOf(v.Checked)})
	if err != nil || string(b) == "{}" {
		return nil, err
	}
	return string(b), nil
}

func moreFrom(text string) (m more, err error) {
	r := taker{text: text}
	if m.read(&r); r.odd || r.at != len(text) {
		m = more{}
		err = json.Unmarshal([]byte(text), &m)
	}
	return m, err
}

func (m *more) fill(v *ledger.Visit, zone *time.Location) {
	v.Identity, v.Badge, v.Work, v.Equipment = m.Identity, m.Badge, m.Work, m.Equipment
	v.PermitAct, v.PermitOral = m.PermitAct.in(zone), m.PermitOral
	v.Escorts = mapped(m.Escorts, func(e escorting) ledger.Escorting { return e.in(zone) })
	v.CarryIn, v.CarryOut = m.CarryIn, m.CarryOut
	v.Consent.Act, v.Consent.How, v.Consent.Text = m.ConsentAct.in(zone), m.ConsentHow, m.ConsentText
	v.Incidents = mapped(m.Incidents, func(i incident) ledger.Incident { return i.in(zone) })
	v.Corrections = mapped(m.Corrections, func(c correction) ledger.Correction { return c.in(zone) })
	v.Remarks, v.Checked = m.Remarks, m.Checked.in(zone)
}

// visitColumns are what visitFrom reads, in this order.
const visitColumns = `line, zone, person, name, reading, affiliation, class, credential, entered, "left", left_how, permit, ` +
	`consent, purpose, assumed, late, more`

func (r *Reader) visitFrom(c values) (v ledger.Visit, err error) {
	err = r.readVisit(c, &v)
	return v, err
}

func (r *Reader) readVisit(c values, v *ledger.Visit) error {
	v.ID, v.Zone, v.Person = lineID(c.number(0)), c.text(1), access.PersonID(c.text(2))
	v.Name, v.Reading, v.Affiliation = c.text(3), c.text(4), c.text(5)
	v.Class, v.Credential = c.text(6), access.CredentialID(c.text(7))
	v.Entered, v.Left, v.LeftHow = r.instant(c[8]), r.instant(c[9]), c.text(10)
	v.Permit, v.Consent.State, v.Purpose = access.PermitID(c.text(11)), ledger.ConsentState(c.text(12)), c.text(13)
	v.Assumed, v.Late = c.number(14) != 0, c.number(15) != 0
	if c[16] == nil {
		return nil
	}
	m, err := moreFrom(c.text(16))
	if err != nil {
		return fmt.Errorf("visit %s: %w", v.ID, err)
	}
	m.fill(v, r.zone())
	return nil
}

// instant is a time as it is stored, in the zone of the journal's origin.
func (r *Reader) instant(v any) time.Time {
	n, ok := v.(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMicro(n).In(r.zone())
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
