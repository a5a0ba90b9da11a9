package audit

import (
	"cmp"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// usesView is who searched, printed and exported in a month, and what for.
type usesView struct {
	Tabs  []tab
	Month string
	Title string
	Why   string
	Asked bool
	More  bool
	Uses  []use
}

type use struct {
	Sequence                             uint64
	At, Account, What, Of, Time, Purpose string
	Kind                                 string
}

func usesPage(c *web.Call) (web.Answer, error) { return usesAgain(c, nil), nil }

func usesAgain(c *web.Call, fault error) web.Answer {
	v := usesView{
		Tabs: tabs(c, "/audit/uses"), Month: cmp.Or(c.Form.Get("month"), c.Now.In(access.JST).Format("2006-01")), Why: c.Form.Get("why"),
	}
	return web.Page{Name: "audit/uses", Data: v, Fault: fault}
}

func uses(c *web.Call) (web.Answer, error) {
	f := c.Form
	f.Need("month")
	q := desk.Uses{From: f.Month("month"), Purpose: f.Need("why")}
	if err := f.Err(); err != nil {
		return usesAgain(c, err), nil
	}
	q.Until = q.From.AddDate(0, 1, 0)
	var got desk.Used
	if err := c.Post("journal/uses", q, &got); err != nil {
		return nil, err
	}
	v := usesView{
		Tabs: tabs(c, "/audit/uses"), Month: f.Get("month"), Title: words.Month(c.Lang, f.Get("month")), Why: q.Purpose, Asked: true, More: got.More,
	}
	for i := range got.Uses {
		v.Uses = append(v.Uses, useOf(c, &got.Uses[i]))
	}
	return web.Page{Name: "audit/uses", Data: v}, nil
}

func useOf(c *web.Call, u *desk.Use) use {
	out := use{
		Sequence: u.Sequence, At: words.Stamp(u.At), Account: u.Account, Purpose: u.Purpose,
		Kind: words.Term(c.Lang, words.Types, string(u.Type)), Of: cmp.Or(string(u.Person), u.Of),
	}
	domain := words.Searches
	if u.Type != journal.AccountSearched {
		domain = words.Forms
	}
	if out.What = words.Term(c.Lang, domain, u.What); u.Print != "" {
		out.Of = u.Print + " " + out.Of
	}
	out.Time = between(u.From, u.Until)
	return out
}

// between is the time that was looked at, by its days.
func between(from, until string) string {
	a, err := time.Parse(time.RFC3339, from)
	if err != nil {
		return ""
	}
	b, err := time.Parse(time.RFC3339, until)
	switch {
	case err != nil:
		return words.Minute(a)
	case !b.After(a.Add(24 * time.Hour)):
		return words.Day(a)
	}
	return words.Day(a) + " 〜 " + words.Day(b.Add(-1))
}
