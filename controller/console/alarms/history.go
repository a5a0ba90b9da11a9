package alarms

import (
	"net/url"
	"strconv"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// onPage is how many entries a page of the history shows.
const onPage = 50

// entries are some of the journal's, in words, and where the next page begins.
func entries(c *web.Call, q desk.Entries, s live.Seen) (out []words.Line, before uint64, err error) {
	var got desk.Leafed
	if err := c.Post("journal/page", q, &got); err != nil {
		return nil, 0, err
	}
	for _, e := range got.Entries {
		out = append(out, s.Line(e.Line))
	}
	return out, got.Before, nil
}

// kinds are what the history can be narrowed to, by their words: alarms.kind.…
var kinds = map[string][]string{
	"alarm": {"alarm"}, "emergency": {string(journal.EmergencyDeclared), string(journal.EmergencyRenewed), string(journal.EmergencyCleared)},
	"muster": {string(journal.EmergencyAccounted)}, "fire": {"fire"}, "rescue": {string(journal.VisitEmergency)},
}

type historyView struct {
	Lines []words.Line
	Kinds []service
	Older string // the query of the next page
}

// history is what became of alarms and emergencies, the newest first.
func history(c *web.Call) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	var v historyView
	for _, k := range []string{"alarm", "emergency", "muster", "fire", "rescue"} {
		v.Kinds = append(v.Kinds, service{k, c.T("alarms.kind." + k)})
	}
	q, fault := narrowed(c)
	if fault == nil {
		var before uint64
		if v.Lines, before, err = entries(c, q, s); err != nil {
			return nil, err
		}
		v.Older = older(c, before)
	}
	return web.Page{Name: "alarms/history", Fault: fault, Data: v}, nil
}

// narrowed is what of the history somebody wants to see.
func narrowed(c *web.Call) (desk.Entries, error) {
	q := desk.Entries{Types: kinds[c.Form.Get("kind")], Limit: onPage}
	if q.Types == nil {
		q.Types = []string{"alarm", "emergency", "fire", string(journal.VisitEmergency)}
	}
	q.Before, _ = strconv.ParseUint(c.Form.Get("before"), 10, 64)
	q.From, q.Until = c.Form.Day("from"), c.Form.Day("until")
	if !q.Until.IsZero() {
		q.Until = q.Until.AddDate(0, 0, 1)
	}
	return q, c.Form.Err()
}

// older is the query of the next page, "" where there is none.
func older(c *web.Call, before uint64) string {
	if before == 0 {
		return ""
	}
	v := url.Values{"before": {strconv.FormatUint(before, 10)}}
	for _, f := range []string{"kind", "from", "until"} {
		if x := c.Form.Get(f); x != "" {
			v.Set(f, x)
		}
	}
	return v.Encode()
}
