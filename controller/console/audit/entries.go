package audit

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// entriesView is a page of the journal, newest first.
type entriesView struct {
	Tabs       []tab
	Lines      []words.Line
	Gone       map[uint64]bool // of what was disposed of
	Next       string
	Newest     string
	Short      bool
	Size       uint64
	Form       url.Values
	Types      []choice
	Severities []choice
	Doors      []web.Place
	Door       string
}

// choice is one of a list.
type choice struct {
	Name, Word string
	Here       bool
}

// classes of types that a list is narrowed to, with the words of one of their types.
var classes = []string{
	"access", "door", "lock", "reader", "visit", "permit", "alarm", "emergency", "fire", "power", "account", "register", "roster", "credential",
	"journal", "link", "clock", "config", "system",
}

func entries(c *web.Call) (web.Answer, error) {
	f := c.Form
	q := desk.Entries{Severity: f.Get("severity"), Door: f.Get("door"), Person: access.PersonID(f.Get("person")), Visit: f.Get("visit")}
	if t := f.Get("type"); t != "" {
		q.Types = []string{t}
	}
	q.From, q.Until = f.Time("from"), f.Time("until")
	if s := f.Get("before"); s != "" {
		n, err := strconv.ParseUint(s, 10, 62)
		if err != nil {
			f.Fail("before", "audit.fault.number")
		}
		q.Before = n
	}
	v := entriesView{
		Tabs: tabs(c, "/audit/entries"), Form: f.Values, Types: typesOf(c, f.Get("type")), Severities: severitiesOf(c, q.Severity),
		Doors: c.Site().Doors, Door: q.Door, Gone: map[uint64]bool{},
	}
	err := f.Err()
	var got desk.Leafed
	if err == nil {
		err = c.Post("journal/page", q, &got)
	}
	if err != nil {
		return web.Page{Name: "audit/entries", Data: v, Fault: err}, nil
	}
	v.fill(c, &got)
	return web.Page{Name: "audit/entries", Data: v}, nil
}

func (v *entriesView) fill(c *web.Call, got *desk.Leafed) {
	for _, e := range got.Entries {
		l := lineOf(c, e.Line)
		l.Sequence = e.Sequence
		v.Lines = append(v.Lines, l)
		v.Gone[e.Sequence] = e.Line == nil
	}
	v.Size, v.Short = got.Size, got.Short
	q := url.Values{}
	for _, k := range []string{"severity", "door", "person", "visit", "type", "from", "until"} {
		if s := c.Form.Get(k); s != "" {
			q.Set(k, s)
		}
	}
	v.Newest = "/audit/entries?" + q.Encode()
	if got.Before > 0 {
		q.Set("before", strconv.FormatUint(got.Before, 10))
		v.Next = "/audit/entries?" + q.Encode()
	}
}

// lineOf is an entry in words, its doors and zones as the configuration calls them. It names nobody.
func lineOf(c *web.Call, payload []byte) words.Line {
	l := words.Payload(c.Lang, payload, nil)
	title := map[string]string{}
	for _, p := range append(append([]web.Place{}, c.Site().Zones...), c.Site().Doors...) {
		title[p.Name] = p.Title
	}
	parts := strings.Fields(l.Where)
	for i, p := range parts {
		parts[i] = cmp.Or(title[p], p)
	}
	l.Where = strings.Join(parts, " ")
	return l
}

// typesOf are the classes, then each type by its name.
func typesOf(c *web.Call, here string) (out []choice) {
	for _, k := range classes {
		out = append(out, choice{k, c.T("audit.class." + k), k == here})
	}
	for _, t := range journal.Types() {
		s := string(t)
		if w := words.Term(c.Lang, words.Types, s); w != s {
			out = append(out, choice{s, "— " + w, s == here})
		}
	}
	return out
}

func severitiesOf(c *web.Call, here string) (out []choice) {
	for _, s := range []journal.Severity{journal.Notice, journal.Warning, journal.Alert, journal.Emergency} {
		out = append(out, choice{string(s), c.T("audit.least", "severity", words.SeverityOf(c.Lang, s).Word), string(s) == here})
	}
	return out
}
