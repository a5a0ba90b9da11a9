package book

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// must is an error that the frame leads somewhere else for, where it is one: to prove anew, to sign in.
func must(err error) error {
	switch desk.CodeOf(err) {
	case desk.CodeProve, desk.CodeSecond, desk.CodePassword, desk.CodeEnded:
		return err
	}
	return nil
}

// search puts a search on record, then leads to what it found.
func (s *shelf) search(c *web.Call) (web.Answer, error) {
	p := asked(c.Form)
	err := c.Form.Err()
	var got desk.Paged
	if err == nil {
		p.Limit = 1
		err = c.Post("register/page", p, &got)
	}
	if err != nil {
		return indexPage(c, c.Form.Get("why"), err), must(err)
	}
	p.Record, p.Limit = got.Record, 0
	s.put(kept{p, c.Me.Account, c.Now})
	return web.Go{To: "/register/found/" + strconv.FormatUint(got.Record, 10)}, nil
}

// over leads back to the form: a search goes on for an hour.
var over = web.Go{To: "/register?lost=1"}

// kept is the search that an address names.
func (s *shelf) named(c *web.Call) (kept, bool) {
	n, err := strconv.ParseUint(c.R.PathValue("record"), 10, 62)
	if err != nil {
		return kept{}, false
	}
	return s.of(n, c.Me.Account)
}

// isOver says that the daemon does not take a search as this one any more.
func isOver(err error) bool {
	var no *desk.Error
	return errors.As(err, &no) && strings.HasPrefix(no.Text, "this search is not on record")
}

// foundView is a page of what was found.
type foundView struct {
	Tabs        []tab
	Record      uint64
	Title       string // what was looked for
	Why         string
	All         int
	Lines       []line
	Next, First string
	Reached     string // where looking ended before the page was full
	Print       bool
	Export      bool
	Month       string
	Year        int
	Zone        string
	Form        searchForm
}

// line is one of the register as a list shows it.
type line struct {
	ID, Path, Entered, Left, Name, Reading, Affiliation, Class, Purpose, Escort string
	State, Consent                                                              mark
	Corrected                                                                   int
	Late                                                                        bool
}

// mark is a state: a class for the stylesheet and a word.
type mark struct{ Class, Word string }

func (s *shelf) found(c *web.Call) (web.Answer, error) {
	k, ok := s.named(c)
	if !ok {
		return over, nil
	}
	p := k.Page
	p.Onwards = c.Form.Get("onwards")
	var got desk.Paged
	if err := c.Post("register/page", p, &got); isOver(err) {
		return over, nil
	} else if err != nil {
		return nil, err
	}
	here := "/register/found/" + strconv.FormatUint(k.Record, 10)
	v := foundView{
		Tabs: tabs(c, "/register"), Record: k.Record, Title: titleOf(c, &k.Search), Why: k.Purpose, All: got.All,
		Print: c.May(account.PrintRegister), Export: c.May(account.ExportRegister), Zone: k.Zone, Form: formOf(c, k.Purpose),
	}
	for i := range got.Lines {
		v.Lines = append(v.Lines, lineOf(c, &got.Lines[i], here))
	}
	if got.Onwards != "" {
		v.Next = here + "?" + url.Values{"onwards": {got.Onwards}}.Encode()
	}
	if p.Onwards != "" {
		v.First = here
	}
	if !got.Reached.IsZero() {
		v.Reached = words.Day(got.Reached)
	}
	switch k.What {
	case "month":
		v.Month = k.From.In(access.JST).Format("2006-01")
	case "year":
		v.Year = k.From.In(access.JST).Year()
	}
	return web.Page{Name: "book/found", Data: v}, nil
}

// titleOf says what was looked for.
func titleOf(c *web.Call, s *desk.Search) string {
	what := words.Term(c.Lang, words.Searches, s.What) + ": "
	switch s.What {
	case "day":
		what += words.Date(c.Lang, s.From)
	case "month":
		what += words.Month(c.Lang, s.From.In(access.JST).Format("2006-01"))
	case "year":
		what += words.FiscalYear(c.Lang, s.From.In(access.JST).Year())
	case "inside":
		what += words.Time(c.Lang, s.At)
	case "person":
		what += string(s.Person)
	default:
		what += s.Name
	}
	return what
}

func lineOf(c *web.Call, v *ledger.Visit, here string) line {
	l := line{
		ID: v.ID, Path: here + "/" + v.ID, Entered: words.Stamp(v.Entered), Left: words.Stamp(v.Left), Name: v.Name, Reading: v.Reading,
		Affiliation: v.Affiliation, Class: words.Term(c.Lang, words.Classes, v.Class), Purpose: v.Purpose, State: stateOf(c, v),
		Consent: consentOf(c, v), Corrected: len(v.Corrections), Late: v.Late,
	}
	var names []string
	for _, e := range v.Escorts {
		names = append(names, e.Name)
	}
	l.Escort = strings.Join(names, " → ")
	return l
}

func stateOf(c *web.Call, v *ledger.Visit) mark {
	switch {
	case v.LeftHow == ledger.LeftUnrecorded:
		return mark{"bad", c.T("book.state.unrecorded")}
	case v.Inside() && words.Day(v.Entered) != words.Day(c.Now):
		return mark{"bad", c.T("book.state.unrecorded")}
	case v.Inside():
		return mark{"wait", c.T("book.state.inside")}
	}
	return mark{}
}

func consentOf(c *web.Call, v *ledger.Visit) mark {
	if v.Consent.State == ledger.ConsentNone {
		return mark{}
	}
	class := map[ledger.ConsentState]string{ledger.Consented: "ok", ledger.ConsentRequested: "wait"}[v.Consent.State]
	if class == "" {
		class = "bad"
	}
	return mark{class, words.Term(c.Lang, words.Consents, string(v.Consent.State))}
}
