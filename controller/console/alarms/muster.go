package alarms

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"kidoban/controller/console/live"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// countedFor is for how long the daemon lets people be counted by a kept list.
const countedFor = 24 * time.Hour

// muster is who is to be counted outside: 在室者一覧(避難・安否確認用). Of a kept list those who are to be looked for come first.
type muster struct {
	ID, At, Cause string
	Drill         bool
	Lines         []musterLine // of the list of now all, of a kept one those who are missing
	Safe          []musterLine
	Nameless      bool         // of a kept list of another day: it has numbers
	Others        []unfinished // kept lists of the last day on which somebody is missing still
}

type musterLine struct {
	Person, Zone, Name, Affiliation, Since, Escort, Seen, By string
	Visitor, Unverified, Gone, Later                         bool
}

type unfinished struct {
	ID      string
	Missing int
	Drill   bool
}

// All is how many the list has.
func (m muster) All() int { return len(m.Lines) + len(m.Safe) }

func musterOf(s live.Seen, m ledger.Muster) muster {
	out := muster{ID: m.ID, At: words.Time(s.Lang, m.At), Drill: m.Drill}
	if m.Cause != "" {
		out.Cause = words.Term(s.Lang, words.Types, m.Cause)
	}
	for i := range m.Lines {
		l := &m.Lines[i]
		name := cmp.Or(l.Name, s.Now.Names[l.Person])
		line := musterLine{
			Person: string(l.Person), Zone: s.Zone(l.Zone), Name: cmp.Or(name, string(l.Person)), Affiliation: l.Affiliation, Since: s.When(l.Since),
			Escort: cmp.Or(l.EscortName, s.Name(l.Escort)), Seen: s.When(l.Seen), By: l.SeenBy,
			Visitor: l.Visitor, Unverified: l.Unverified, Gone: l.Gone, Later: l.Later,
		}
		if len(s.Site.Zones) < 2 {
			line.Zone = ""
		}
		out.Nameless = out.Nameless || name == ""
		if l.Safe() {
			out.Safe = append(out.Safe, line)
		} else {
			out.Lines = append(out.Lines, line)
		}
	}
	for _, c := range s.Now.Counts {
		if n := c.Missing(); n > 0 && c.ID != m.ID {
			out.Others = append(out.Others, unfinished{c.ID, n, c.Drill})
		}
	}
	return out
}

// musterNow is the list by which people are counted in an emergency, else who is inside now.
func musterNow(s live.Seen) muster {
	if c := s.Now.Counts; len(c) > 0 && c[0].Stands {
		return musterOf(s, c[0].Muster)
	}
	return musterOf(s, s.Now.Muster)
}

type musterView struct {
	muster
	May     bool // account for people
	Live    bool
	Kept    []paper
	Entries uint64
}

// musterPage is the list to go by now, or with ?id= one that was kept when an emergency began.
func musterPage(c *web.Call) (web.Answer, error) { return mustering(c, c.Form.Get("id"), nil) }

func mustering(c *web.Call, id string, fault error) (web.Answer, error) {
	s, err := live.SeenBy(c)
	if err != nil {
		return nil, err
	}
	v := musterView{muster: musterNow(s), Live: true, May: c.May(acks...), Entries: s.Now.Entries}
	if id != "" && id != v.ID {
		var list ledger.Muster
		if err := c.Get("muster", url.Values{"id": {id}}, &list); err != nil {
			return nil, err
		}
		v.muster, v.Live = musterOf(s, list), false
		v.May = v.May && c.Now.Sub(list.At) < countedFor
	}
	kept, err := papers(c, s)
	v.Kept = kept.Musters
	return web.Page{Name: "alarms/muster", Fault: fault, Data: v}, err
}

// accountFor is 安否確認: one tap for one person, and one that takes it back.
func accountFor(c *web.Call) (web.Answer, error) {
	list, person, _ := strings.Cut(c.Form.Need("of"), " ")
	undo := strings.HasPrefix(person, "-")
	err := c.Form.Err()
	if err == nil {
		err = c.Post("emergency/account", desk.AccountFor{List: list, Person: strings.TrimPrefix(person, "-"), Undo: undo}, nil)
	}
	done := "alarms.done.accounted"
	if undo {
		done = "alarms.done.unaccounted"
	}
	return after(c, err, "/alarms/muster?id="+url.QueryEscape(list)+"#count", done, func(no error) (web.Answer, error) { return mustering(c, "", no) })
}

// paper is what an emergency or an alarm has left.
type paper struct {
	desk.Paper
	When, Why, Where, Who string
}

type papersView struct {
	can
	Musters, Reports, Entries []paper
	Zones                     []web.Place
}

func papers(c *web.Call, s live.Seen) (v papersView, err error) {
	var got desk.Papers
	if err := c.Get("papers", nil, &got); err != nil {
		return v, err
	}
	v.can, v.Zones = canOf(c), c.Site().Zones
	say := func(p desk.Paper) paper {
		return paper{p, words.Minute(p.At), words.Term(c.Lang, words.Types, p.Cause), s.Zone(p.Zone), words.Term(c.Lang, words.Posts, string(p.Post))}
	}
	for _, p := range got.Musters {
		v.Musters = append(v.Musters, say(p))
	}
	for _, p := range got.Reports {
		v.Reports = append(v.Reports, say(p))
	}
	for _, p := range got.Entries {
		e := say(p)
		e.Why = words.Term(c.Lang, words.Services, p.Cause)
		v.Entries = append(v.Entries, e)
	}
	return v, nil
}
