package alarms

import (
	"strconv"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
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

type historyView struct {
	Lines []words.Line
	Next  uint64
}

// history is what became of alarms and emergencies, the newest first.
func history(c *web.Call) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	var v historyView
	before, _ := strconv.ParseUint(c.Form.Get("before"), 10, 64)
	q := desk.Entries{Before: before, Types: []string{"alarm", "emergency", "fire"}, Limit: onPage}
	if v.Lines, v.Next, err = entries(c, q, s); err != nil {
		return nil, err
	}
	return web.Page{Name: "alarms/history", Data: v}, nil
}
