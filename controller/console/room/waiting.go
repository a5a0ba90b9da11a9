package room

import (
	"net/url"
	"strconv"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/retention"
)

// awaited is what waits for who looks (あなたを待っているもの), and what came back to them.
type awaited struct {
	Lines    []awaits
	Returned []cameBack
	Requests int // of permits: the menu counts them
}

// awaits is what waits of one kind, and where it is done.
type awaits struct {
	What, Link  string
	Count       int
	Oldest      string // since when
	Begins, Day string // of requests: when the first visit begins, and that it does today
	Month       string // of reviews: the oldest
}

// cameBack is a proposal of one's own that was sent back, with why.
type cameBack struct{ ID, Kind, By, Reason, When string }

// returnedShown bounds what came back on the first page; the list of proposals has all.
const returnedShown = 5

// places are where what waits is done; with ID where there is one alone.
var places = map[controller.Awaiting]struct{ all, one string }{
	controller.AwaitsDecision:   {"/permits", "/permits/"},
	controller.AwaitsConfirming: {"/permits", "/permits/"},
	controller.AwaitsReview:     {"/permits", "/permits/"},
	controller.AwaitsFollowUp:   {"/visits#unsaid", ""},
	controller.AwaitsCompletion: {"/alarms/emergency", "/alarms/emergency/"},
	controller.AwaitsCheck:      {"/visits#corrections", ""},
	controller.AwaitsPermission: {"/visits#corrections", ""},
	controller.AwaitsApproval:   {"/people/proposals", "/people/proposals#p-"},
	controller.AwaitsIssue:      {"/people/proposals", "/people/proposals#p-"},
	controller.AwaitsAccount:    {"/people/proposals", "/people/proposals#p-"},
	controller.AwaitsDisposal:   {"/register/retention", ""},
	controller.AwaitsReturn:     {"/people/cards/out", ""},
	controller.AwaitsMonth:      {"/register/review", "/register/review"},
}

// waitingFor is what waits for the account of this call.
func waitingFor(c *web.Call) (out awaited, err error) {
	var got desk.Awaited
	if err := c.Get("awaited", nil, &got); err != nil {
		return out, err
	}
	out.Requests = c.Me.Requests
	for _, w := range got.Waits {
		out.Lines = append(out.Lines, lineOf(c, w))
	}
	for _, r := range got.Returned[:min(len(got.Returned), returnedShown)] {
		out.Returned = append(out.Returned, cameBack{r.ID, words.Term(c.Lang, words.Proposals, r.Kind), r.By, r.Reason, words.Ago(c.Lang, r.At, c.Now)})
	}
	return out, nil
}

func lineOf(c *web.Call, w controller.Wait) awaits {
	l := awaits{What: string(w.What), Count: w.Count, Link: linkOf(w), Oldest: words.Ago(c.Lang, w.Oldest, c.Now)}
	if w.What == controller.AwaitsMonth {
		l.Month, l.Oldest = words.Month(c.Lang, w.ID), ""
	}
	if !w.Begins.IsZero() {
		l.Begins = words.Time(c.Lang, w.Begins)
		if words.Day(w.Begins) == words.Day(c.Now) || w.Begins.Before(c.Now) {
			l.Day = words.Clock(w.Begins)
		}
	}
	return l
}

func linkOf(w controller.Wait) string {
	p := places[w.What]
	if w.What == controller.AwaitsMonth {
		if m, err := time.ParseInLocation("2006-01", w.ID, access.JST); err == nil {
			return p.all + "?" + url.Values{"year": {strconv.Itoa(retention.FiscalYear(m))}}.Encode()
		}
	}
	if w.ID != "" && p.one != "" {
		return p.one + w.ID
	}
	return p.all
}

// waitingPart is the same alone, for a page that lies open: it differs from account to account, so the live part only says that
// it is to be asked for.
func waitingPart(c *web.Call) (web.Answer, error) {
	out, err := waitingFor(c)
	return web.Part{Name: "room/waiting", Data: out}, err
}

// stirs is that part: a number that grows.
func stirs(s live.Seen) any { return s.Now.Stirs }
