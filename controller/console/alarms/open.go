package alarms

import (
	"cmp"
	"slices"
	"strings"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// open are the alarms that nobody has closed, the worst first, and the sirens that sound.
type open struct {
	Alarms []alarmView
	Sirens []web.Place
}

type alarmView struct {
	ID, Kind, Place, Raised string
	Severity                words.Severity
	Acked, By               string
	Escalated, Due          string
	Drill, Silent           bool
	row                     ledger.Alarm
}

func openOf(s live.Seen) (out open) {
	for _, a := range s.Now.Alarms {
		out.Alarms = append(out.Alarms, alarmOf(s, a))
	}
	slices.SortStableFunc(out.Alarms, func(a, b alarmView) int { return cmp.Compare(gravity(b.row), gravity(a.row)) })
	for i := range s.Now.Doors {
		if d := &s.Now.Doors[i]; d.Siren {
			out.Sirens = append(out.Sirens, s.Door(d.Name))
		}
	}
	return out
}

// unheeded counts those that nobody has acknowledged, as the menu of every page does.
func unheeded(s live.Seen) (n int) {
	for _, a := range s.Now.Alarms {
		if a.Acknowledged.IsZero() {
			n++
		}
	}
	return n
}

func alarmOf(s live.Seen, a ledger.Alarm) alarmView {
	return alarmView{
		ID: a.ID, Kind: words.AlarmKind(s.Lang, a.Type), Place: s.Place(a), Raised: s.When(a.Raised),
		Severity: words.SeverityOf(s.Lang, journal.Severity(a.Severity)), Acked: s.When(a.Acknowledged), By: a.By,
		Escalated: s.When(a.Escalated), Due: s.When(a.Due), Drill: a.Drill, Silent: a.Type == string(journal.AccessDuress), row: a,
	}
}

// gravity orders alarms: what nobody has acknowledged before the rest, then by severity; a drill is last of its kind.
func gravity(a ledger.Alarm) int {
	n := map[string]int{string(journal.Warning): 1, string(journal.Alert): 2, string(journal.Emergency): 3}[a.Severity] * 2
	if a.Acknowledged.IsZero() {
		n += 10
	}
	if !a.Drill {
		n++
	}
	return n
}

// can is what the account is shown of the other pages.
type can struct{ Ack, Close, Declare, Report, Collect, Enter, Print bool }

func canOf(c *web.Call) can {
	return can{c.May(acks...), c.May(closes...), c.May(declares...), c.May(reports...), c.May(collects...), c.May(enters...), c.May(prints...)}
}

type indexView struct {
	open
	can
	Entries uint64
}

func index(c *web.Call) (web.Answer, error) { return indexPage(c, nil) }

func indexPage(c *web.Call, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	return web.Page{Name: "alarms/index", Fault: fault, Data: indexView{openOf(s), canOf(c), s.Now.Entries}}, nil
}

// oneView is an alarm by itself, with what the record says of it.
type oneView struct {
	alarmView
	can
	Lines []words.Line
	Cause []words.Line // what raised it
	Open  bool
}

func onePage(c *web.Call) (web.Answer, error) { return one(c, c.Form.Get("id"), nil) }

func one(c *web.Call, id string, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := oneView{can: canOf(c), alarmView: alarmView{ID: id, Kind: words.AlarmKind(c.Lang, id)}}
	for _, a := range s.Now.Alarms {
		if a.ID == id {
			v.alarmView, v.Open = alarmOf(s, a), true
		}
	}
	v.Lines, _, err = entries(c, desk.Entries{Alarm: id, Limit: 50}, s)
	if err != nil {
		return nil, err
	}
	if !v.Open && len(v.Lines) == 0 {
		return indexPage(c, &desk.Error{Status: 404, Code: desk.CodeMissing, Text: "no alarm \"" + id + "\" is open: kidoban alarm list"})
	}
	v.Cause, err = causeOf(c, s, id, v.Lines)
	return web.Page{Name: "alarms/one", Fault: fault, Data: v}, err
}

// causeOf is the entry that raised an alarm: the last of its type before the alarm's own.
func causeOf(c *web.Call, s live.Seen, id string, lines []words.Line) ([]words.Line, error) {
	i := slices.IndexFunc(lines, func(l words.Line) bool { return l.Type == journal.AlarmRaised })
	if i < 0 {
		return nil, nil
	}
	kind, _, _ := strings.Cut(id, "/")
	found, _, err := entries(c, desk.Entries{Before: lines[i].Sequence, Types: []string{kind}, Limit: 1}, s)
	return found, err
}

// after answers an order: on to a page, or back to the form with what was wrong.
func after(c *web.Call, err error, to, done string, back func(error) (web.Answer, error)) (web.Answer, error) {
	switch {
	case err == nil:
		return web.Go{To: to, Done: done}, nil
	case web.OnForm(err):
		return back(err)
	}
	return nil, err
}

// ack is 受け付ける: one tap, here and on the first page.
func ack(c *web.Call) (web.Answer, error) {
	id := c.Form.Need("id")
	err := c.Form.Err()
	if err == nil {
		err = c.Post("alarm/ack", desk.Ack{ID: id}, nil)
	}
	return after(c, err, back(c), "alarms.done.acked", func(no error) (web.Answer, error) { return indexPage(c, no) })
}

// back is the page that a tap came from.
func back(c *web.Call) string {
	if c.Form.Get("to") == "/" {
		return "/"
	}
	return "/alarms"
}

// closeAlarm is 完了, with what was found.
func closeAlarm(c *web.Call) (web.Answer, error) {
	in := desk.Close{ID: c.Form.Need("id"), Finding: oneLine(c.Form.Need("finding"))}
	err := c.Form.Err()
	if err == nil {
		err = c.Post("alarm/close", in, nil)
	}
	return after(c, err, "/alarms", "alarms.done.closed", func(no error) (web.Answer, error) { return one(c, in.ID, no) })
}

// silence stops a siren; the alarm waits on.
func silence(c *web.Call) (web.Answer, error) {
	door := c.Form.Need("door")
	err := c.Form.Err()
	if err == nil {
		err = c.Post("siren/off", desk.Silence{Door: door}, nil)
	}
	return after(c, err, back(c), "alarms.done.silenced", func(no error) (web.Answer, error) { return indexPage(c, no) })
}

// oneLine is what somebody wrote in several lines, as the record takes it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
