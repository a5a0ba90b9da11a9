package book

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// retentionView is what Article 25 allows to go, what waits for a decision, what went, and what is held back.
type retentionView struct {
	Tabs                      []tab
	Day, Era, Decided         string
	Plan                      desk.Planned
	Drawn                     string // when
	Goes, Stays               []planned
	Waiting                   []waiting
	Disposed                  []disposed
	Holds                     []held
	Propose, Approve, MayHold bool
	Classes                   []retention.Class
	Form                      url.Values
	Date                      string
	Through                   *keptThrough
}

type planned struct {
	Class, Year, Why, Basis string
	Rows, Entries           int
}

type waiting struct {
	ID, Maker, At, Reason string
	Rows                  []planned
	Own, Decided          bool
}

type disposed struct {
	ID, Reason, Maker, Approver, At, Ended string
	Entries                                int64
	Persons                                int
	Rows                                   []planned
	Note                                   string
}

type held struct {
	ID, What, Reason, By, Set, Lifted, LiftedBy string
}

func retentionPage(c *web.Call) (web.Answer, error) { return retentionAgain(c, nil) }

// retentionState says whether it is known what may go.
func retentionState(c *web.Call) (web.Answer, error) {
	var p desk.Planned
	err := c.Get("retention/planned", nil, &p)
	state := map[bool]string{true: "drawing", false: "drawn"}[p.Drawing]
	return web.File{Name: "state.txt", Type: "text/plain; charset=utf-8", Body: []byte(state), Inline: true}, err
}

func retentionAgain(c *web.Call, fault error) (web.Answer, error) {
	v := retentionView{
		Tabs: tabs(c, "/register/retention"), Propose: c.May(account.ProposePurge), Approve: c.May(account.ApprovePurge),
		MayHold: c.May(account.HoldRecords), Classes: retention.Classes(), Form: c.Form.Values, Date: c.Form.Get("date"),
	}
	var all desk.Disposals
	var holds []retention.Hold
	for _, q := range []struct {
		what string
		to   any
	}{{"retention/planned", &v.Plan}, {"retention/disposals", &all}, {"retention/holds", &holds}} {
		if err := c.Get(q.what, nil, q.to); err != nil {
			return nil, err
		}
	}
	v.plan(c)
	for i := range all.Waiting {
		v.Waiting = append(v.Waiting, waitingOf(c, &all.Waiting[i]))
	}
	for i := len(all.Recorded) - 1; i >= 0; i-- {
		v.Disposed = append(v.Disposed, disposedOf(c, &all.Recorded[i]))
	}
	for i := range holds {
		v.Holds = append(v.Holds, heldOf(c, &holds[i]))
	}
	if d := c.Form.Day("date"); !d.IsZero() {
		k := through(c, d)
		v.Through = &k
	}
	return web.Page{Name: "book/retention", Data: v, Fault: fault}, nil
}

func (v *retentionView) plan(c *web.Call) {
	p := &v.Plan
	if p.Drawing {
		return // the page asks again by itself
	}
	v.Day, v.Era, v.Decided, v.Drawn = p.Day.String(), p.Day.Era(), p.Decided, words.Minute(p.At)
	v.Goes = counts(c, p.Counts)
	for _, w := range p.Withheld {
		row := counting(c, retention.Count{Class: w.Class, Year: w.Year, Entries: w.Entries, Rows: w.Rows})
		if row.Why = w.Why.Name(c.Lang); w.Example != "" {
			row.Why += ": " + w.Example
		}
		v.Stays = append(v.Stays, row)
	}
}

func counts(c *web.Call, all []retention.Count) (out []planned) {
	for _, n := range all {
		out = append(out, counting(c, n))
	}
	return out
}

func counting(c *web.Call, n retention.Count) planned {
	return planned{
		Class: n.Class.Name(c.Lang), Year: words.FiscalYear(c.Lang, n.Year), Basis: n.Class.Basis(), Rows: n.Rows, Entries: n.Entries,
	}
}

func waitingOf(c *web.Call, p *retention.Proposal) waiting {
	return waiting{
		ID: p.ID, Maker: p.Maker.Name, At: words.Minute(p.Maker.At), Reason: p.Reason, Rows: counts(c, p.Plan.Counts),
		Own: p.Account == c.Me.Account, Decided: p.Decided(),
	}
}

func disposedOf(c *web.Call, d *retention.Disposal) disposed {
	return disposed{
		ID: d.ID, Reason: d.Reason, Maker: d.Maker.Name, Approver: d.Approver.Name, At: words.Minute(d.Approver.At), Note: d.Note,
		Ended: words.Minute(d.Ended), Entries: d.Entries, Persons: d.Persons, Rows: counts(c, d.Counts),
	}
}

func heldOf(c *web.Call, h *retention.Hold) held {
	return held{h.ID, whatHeld(c, h), h.Reason, h.By, words.Minute(h.Set), words.Minute(h.Lifted), h.LiftedBy}
}

// whatHeld says what a hold is of: one thing by its number, or a class and a year.
func whatHeld(c *web.Call, h *retention.Hold) string {
	switch {
	case h.Visit != "":
		return c.T("book.retention.held_visit", "id", h.Visit)
	case h.Permit != "":
		return c.T("book.retention.held_permit", "id", h.Permit)
	case h.Incident != "":
		return c.T("book.retention.held_incident", "id", h.Incident)
	}
	var parts []string
	if h.Year != 0 {
		parts = append(parts, words.FiscalYear(c.Lang, h.Year))
	}
	if h.Class != retention.Permanent {
		parts = append(parts, h.Class.Name(c.Lang))
	}
	return strings.Join(parts, " ")
}

// carried leads back with what was done, or shows the page with why not.
func carried(c *web.Call, done string, err error) (web.Answer, error) {
	if err == nil {
		return web.Go{To: "/register/retention", Done: done}, nil
	}
	if e := must(err); e != nil {
		return nil, e
	}
	return retentionAgain(c, err)
}

// propose proposes to dispose of what the plan of today says.
func propose(c *web.Call) (web.Answer, error) {
	q := desk.Disposal{Reason: c.Form.Need("ground")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("retention/propose", q, nil)
	}
	return carried(c, "book.done.proposed", err)
}

// disposeFor is how long a disposal may take.
const disposeFor = 10 * time.Minute

// decide decides on a disposal, which is carried out at once, or sends it back.
func decide(c *web.Call) (web.Answer, error) {
	q := desk.Disposal{ID: c.Form.Need("id")}
	if c.Form.Get("do") == "reject" {
		q.Reason = c.Form.Need("ground")
		if err := c.Form.Err(); err != nil {
			return carried(c, "", err)
		}
		return carried(c, "book.done.rejected", c.Post("retention/reject", q, nil))
	}
	if err := c.Form.Err(); err != nil {
		return carried(c, "", err)
	}
	_ = http.NewResponseController(c.W).SetWriteDeadline(time.Now().Add(disposeFor))
	return carried(c, "book.done.disposed", c.Post("retention/approve", q, nil))
}

// hold keeps something from disposal.
func hold(c *web.Call) (web.Answer, error) {
	f := c.Form
	q := desk.Hold{
		Class: f.Get("class"), Year: f.Number("year", 1926, 2199), Visit: f.Get("visit"), Permit: f.Get("permit"), Incident: f.Get("incident"),
		Reason: f.Need("ground"),
	}
	err := f.Err()
	if err == nil {
		err = c.Post("retention/hold", q, nil)
	}
	return carried(c, "book.done.held", err)
}

// lift ends a hold.
func lift(c *web.Call) (web.Answer, error) {
	q := desk.Disposal{ID: c.Form.Need("id"), Reason: c.Form.Need("ground")}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("retention/lift", q, nil)
	}
	return carried(c, "book.done.lifted", err)
}
