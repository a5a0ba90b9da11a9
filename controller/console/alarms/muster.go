package alarms

import (
	"cmp"
	"net/url"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// muster is who is to be counted outside: 在室者一覧(避難・安否確認用).
type muster struct {
	ID, At, Cause string
	Drill         bool
	Lines         []musterLine
	Left          int // of a kept list: who is not inside any more
}

type musterLine struct {
	Zone, Name, Affiliation, Since, Escort string
	Visitor, Unverified, Gone              bool
}

func musterOf(s live.Seen, m ledger.Muster) muster {
	out := muster{ID: m.ID, At: words.Time(s.Lang, m.At), Drill: m.Drill}
	if m.Cause != "" {
		out.Cause = words.Term(s.Lang, words.Types, m.Cause)
	}
	for _, l := range m.Lines {
		if l.Gone {
			out.Left++
		}
		out.Lines = append(out.Lines, musterLine{
			Zone: s.Zone(l.Zone), Name: cmp.Or(l.Name, string(l.Person)), Affiliation: l.Affiliation, Since: s.When(l.Since),
			Escort: cmp.Or(l.EscortName, string(l.Escort)), Visitor: l.Visitor, Unverified: l.Unverified, Gone: l.Gone,
		})
	}
	return out
}

type musterView struct {
	muster
	Kept    []paper
	Entries uint64
}

// musterPage is the list of now, or with ?id= one that was kept when an emergency began.
func musterPage(c *web.Call) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	list, id := s.Now.Muster, c.Form.Get("id")
	if id != "" {
		if err := c.Get("muster", url.Values{"id": {id}}, &list); err != nil {
			return nil, err
		}
	}
	kept, err := papers(c, s)
	return web.Page{Name: "alarms/muster", Data: musterView{musterOf(s, list), kept.Musters, s.Now.Entries}}, err
}

// paper is what an emergency or an alarm has left.
type paper struct {
	desk.Paper
	When, Why, Where, Who string
}

type papersView struct {
	can
	Musters, Reports []paper
}

func papers(c *web.Call, s live.Seen) (v papersView, err error) {
	var got desk.Papers
	if err := c.Get("papers", nil, &got); err != nil {
		return v, err
	}
	v.can = canOf(c)
	say := func(p desk.Paper) paper {
		return paper{p, words.Minute(p.At), words.Term(c.Lang, words.Types, p.Cause), s.Zone(p.Zone), words.Term(c.Lang, words.Posts, string(p.Post))}
	}
	for _, p := range got.Musters {
		v.Musters = append(v.Musters, say(p))
	}
	for _, p := range got.Reports {
		v.Reports = append(v.Reports, say(p))
	}
	return v, nil
}
