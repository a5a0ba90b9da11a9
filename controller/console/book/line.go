package book

import (
	"strconv"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/report"
	"kidoban/controller/retention"
)

// lineView is one line of the register, as its slip, with the entries that it rests on.
type lineView struct {
	Tabs    []tab
	Visit   string
	Record  uint64
	Why     string
	Paper   paper
	Entries []support
	Correct bool
	Print   bool
	Back    string
	Keep    []string // through which day it is kept, in both calendars
}

type support struct {
	Sequence uint64
	At, What string
}

func (s *shelf) line(c *web.Call) (web.Answer, error) {
	k, ok := s.named(c)
	if !ok {
		return over, nil
	}
	q := desk.Line{Page: k.Page, Visit: c.R.PathValue("visit")}
	var got desk.Lined
	if err := c.Post("register/line", q, &got); isOver(err) {
		return over, nil
	} else if err != nil {
		return nil, err
	}
	slip := report.Slip{Visit: got.Visit}
	doc := slip.Doc(headOf(c, got.Visit.Zone))
	page := doc.Page()
	page.Parts, page.Foot = page.Parts[3:4], nil // its head and its boxes for seals are of paper
	v := lineView{
		Tabs: tabs(c, "/register"), Visit: got.Visit.ID, Record: k.Record, Why: k.Purpose, Paper: paperOf(&page, true),
		Correct: c.Can(account.ProposeCorrection, got.Visit.Zone), Print: c.Can(account.PrintRegister, got.Visit.Zone),
		Back: "/register/found/" + strconv.FormatUint(k.Record, 10),
	}
	for _, e := range got.Entries {
		v.Entries = append(v.Entries, support{e.Sequence, words.Stamp(e.At), words.Term(c.Lang, words.Types, string(e.Type))})
	}
	if last := got.Visit.Entered; !got.Visit.Inside() {
		if got.Visit.Left.After(last) {
			last = got.Visit.Left
		}
		d := retention.RegisterKeepThrough(last)
		v.Keep = []string{d.Era(), d.String()}
	}
	return web.Page{Name: "book/line", Data: v}, nil
}

// headOf is what a form says that nobody prints.
func headOf(c *web.Call, zone string) report.Head {
	s := c.Site()
	h := report.Head{Room: zone, Site: s.City, RuleBasis: s.Rule, Language: c.Lang, At: c.Now.In(access.JST), By: c.Me.Account}
	for _, z := range s.Zones {
		if z.Name == zone {
			h.Room = z.Title
		}
	}
	return h
}
