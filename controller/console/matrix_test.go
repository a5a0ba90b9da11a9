package console_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/account"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/console/web"
	"kidoban/controller/journal"
)

// roles are what each account of the site is to the rules.
var roles = []struct {
	account string
	is      []account.Role
}{
	{"ciso", []account.Role{account.CISO}},
	{"officer", []account.Role{account.SecurityOfficer}},
	{"west", []account.Role{account.OtherOfficer}},
	{"manager", []account.Role{account.SystemManager}},
	{"clerk", []account.Role{account.Clerk}},
	{"staff", []account.Role{account.Staff}},
	{"maintenance", []account.Role{account.Staff}},
	{"auditor", []account.Role{account.Auditor}},
	{"designee", []account.Role{account.Designee}},
	{"deputy", []account.Role{account.Deputy}},
	{"nobody", nil},
}

// may says by the matrix of Articles 8 to 13 that somebody who is all that may do one of some actions.
func may(is []account.Role, actions []account.Action) bool {
	return slices.ContainsFunc(is, func(r account.Role) bool {
		return slices.ContainsFunc(actions, func(a account.Action) bool { return account.May(r, a) })
	})
}

// What a route answers, as the matrix prints it.
const (
	letIn   = "○"
	mustNot = "403"
	signIn  = "入"    // sent to sign in
	onward  = "→"    // sent on to where this session belongs
	anybody = "(誰も)" // the columns beside the accounts
	handed  = "(扉)"
)

// Every route, asked for by everybody: each is let in, told that it is not theirs, or sent to sign in, as the route and
// the matrix of who may do what say; an order of theirs is never refused for their role, and one that is not leaves no entry.
func TestMatrix(t *testing.T) {
	s := consoletest.Open(t, func(c *config.Config) { c.Duties.DeputyDecision = true })
	m := matrix{Site: s, cells: map[string][]string{}, taken: map[string]bool{}, faults: map[string]string{}}
	m.columns = append(m.columns, anybody, handed)
	out, atDoor := m.browse(), m.browse("clerk")
	atDoor.Get("/tablet/hand").Send("/tablet/hand", url.Values{"door": {"room"}})
	in := map[string]*consoletest.Browser{}
	for _, r := range roles {
		in[r.account] = m.browse(r.account)
		m.columns = append(m.columns, r.account)
	}
	m.stand(in["clerk"], in["officer"])
	routes := s.Console.Routes()
	for _, refused := range []bool{true, false} { // first whatever may change nothing, while nothing else happens
		for _, r := range routes {
			if l, is := samples[r.Method+" "+r.Path]; is {
				m.outside(out, atDoor, r, l, refused)
				for _, who := range roles {
					m.cell(in, who.account, who.is, r, l, refused)
				}
			} else if refused {
				t.Errorf("no sample form for %s %s: give it a line in samples_test.go", r.Method, r.Path)
			}
		}
	}
	m.print(routes)
	m.blind(in["nobody"], routes)
	for key, l := range samples {
		if !l.misses && !m.taken[key] {
			t.Errorf("%s: the sample form was taken of nobody: %s", key, m.faults[key])
		}
	}
	for key := range samples {
		if !slices.ContainsFunc(routes, func(r web.Route) bool { return r.Method+" "+r.Path == key }) {
			t.Errorf("samples_test.go has a line for %s, which is no route", key)
		}
	}
}

// blind sees that an account without a post or duty reads of nobody else, and of no visit, on any page.
func (m *matrix) blind(b *consoletest.Browser, routes []web.Route) {
	m.Helper()
	for _, r := range routes {
		if l := samples[r.Method+" "+r.Path]; r.Method == http.MethodGet && !strings.HasPrefix(r.Path, "/live") && !strings.HasPrefix(r.Path, "/demo") {
			m.ask(b, "nobody", r, l)
			b.MustNot("山田 太郎", "サーバ定期点検", "髙橋 由紀", "橋本 美咲", "㈱架空システム保守")
		}
	}
}

type matrix struct {
	*consoletest.Site
	permit  string
	columns []string
	cells   map[string][]string
	taken   map[string]bool // the sample form was, of somebody
	faults  map[string]string
	from    byte // the addresses that browsers have used: each has a rate of its own
}

// browse opens a browser at an address of its own, signed in as an account in English.
func (m *matrix) browse(name ...string) *consoletest.Browser {
	m.Helper()
	b := m.Browse()
	m.from++
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, m.from)}}
	b.HTTP.Transport = &http.Transport{DialContext: d.DialContext}
	b.Get("/sign-in")
	b.Send("/language", url.Values{"lang": {"en"}, "to": {"/sign-in"}})
	if len(name) > 0 {
		b.Send("/sign-in", url.Values{"account": {name[0]}, "password": {consoletest.Password}})
		if b.Path == "/sign-in" {
			m.Fatalf("%s is not let in: %d %s", name[0], b.Code, b.Said())
		}
	}
	return b
}

// stand gives the pages something to be about: a permit that was granted.
func (m *matrix) stand(clerk, officer *consoletest.Browser) {
	m.Helper()
	clerk.Get("/permits/ask").Send("/permits/ask", samples["POST /permits/ask"].form)
	m.permit = strings.TrimPrefix(clerk.Path, "/permits/")
	if officer.Get(clerk.Path).Send(clerk.Path+"/decide", url.Values{"do": {"grant"}}); officer.Code != http.StatusOK {
		m.Fatalf("no permit was granted: %d %s", officer.Code, officer.Said())
	}
}

// ask sends the sample form, and does not follow where it is sent on to.
func (m *matrix) ask(b *consoletest.Browser, who string, r web.Route, l sample) string {
	m.Helper()
	form := url.Values{}
	for k, v := range l.form {
		for _, x := range v {
			form.Add(k, strings.ReplaceAll(x, "{id}", m.permit))
		}
	}
	maps.Copy(form, l.as[who])
	at := strings.NewReplacer("{id}", m.permit, "{$}", "").Replace(r.Path)
	if l.at != "" {
		at = strings.ReplaceAll(l.at, "{id}", m.permit)
	}
	if r.Method == http.MethodPost {
		b.Get("/account") // a page that everybody has: its token is good for any form of the session
		if b.Once() == "" {
			b.Get("/tablet")
		}
	}
	b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.HTTP.CheckRedirect = nil }()
	switch {
	case r.Method == http.MethodGet && strings.HasPrefix(r.Path, "/live"):
		return m.listen(b, r, at)
	case r.Method == http.MethodGet:
		b.Get(at)
	case l.file != "":
		m.upload(b, at, l)
	default:
		b.Send(at, form)
	}
	return m.answered(b, r)
}

// listen opens a stream and closes it.
func (m *matrix) listen(b *consoletest.Browser, r web.Route, at string) string {
	resp, err := b.HTTP.Get(b.URL + at)
	if err != nil {
		m.Fatal(err)
	}
	b.Code, b.Head, b.Page = resp.StatusCode, resp.Header, ""
	if err := resp.Body.Close(); err != nil {
		m.Fatal(err)
	}
	return m.answered(b, r)
}

func (m *matrix) upload(b *consoletest.Browser, at string, l sample) {
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for k, v := range l.form {
		_ = w.WriteField(k, v[0])
	}
	_ = w.WriteField("once", b.Once())
	f, err := w.CreateFormFile("file", "people.csv")
	if err == nil {
		_, err = f.Write([]byte(l.file))
	}
	if err != nil || w.Close() != nil {
		m.Fatal(err)
	}
	resp, err := b.HTTP.Post(b.URL+at, w.FormDataContentType(), strings.NewReader(body.String()))
	if err != nil {
		m.Fatal(err)
	}
	b.Code, b.Head, b.Page = resp.StatusCode, resp.Header, ""
	_ = resp.Body.Close()
}

// forRole is what a page or the daemon says to a role: "… does not allow this", "… may not …".
var forRole = regexp.MustCompile(`does not allow this|may not |may only read`)

func (m *matrix) answered(b *consoletest.Browser, r web.Route) string {
	to, _, _ := strings.Cut(b.Head.Get("Location"), "?")
	switch {
	case b.Code == http.StatusForbidden && r.Who != web.SignedOut || b.Code >= 400 && forRole.MatchString(said(b.Page)):
		return mustNot
	case b.Code == http.StatusSeeOther && to == "/sign-in" && !strings.Contains(b.Head.Get("Location"), "done"):
		return signIn
	case b.Code == http.StatusSeeOther && (to == "/" || to == "/tablet"):
		return onward
	}
	return letIn
}

var notes = regexp.MustCompile(`(?s)<p class="note fault[^>]*>(.*?)</p>`)

func said(page string) (all string) {
	for _, f := range notes.FindAllStringSubmatch(page, -1) {
		all += html.UnescapeString(f[1]) + " "
	}
	return all
}

// outside are those who are nobody, or a visitor at the tablet.
func (m *matrix) outside(out, atDoor *consoletest.Browser, r web.Route, l sample, refused bool) {
	want, door := signIn, onward
	switch r.Who {
	case web.Anyone:
		want, door = letIn, letIn
	case web.SignedOut:
		want = letIn
	case web.AtTablet:
		door = letIn
	}
	b := out
	if want == letIn && l.ends {
		b = m.browse()
	}
	m.judge(b, anybody, r, l, want, refused)
	if door == letIn && l.ends {
		atDoor = m.browse("staff")
		atDoor.Get("/tablet/hand").Send("/tablet/hand", url.Values{"door": {"room"}})
	}
	m.judge(atDoor, handed, r, l, door, refused)
}

// cell is one account's.
func (m *matrix) cell(in map[string]*consoletest.Browser, name string, is []account.Role, r web.Route, l sample, refused bool) {
	want := letIn
	switch {
	case r.Who == web.SignedOut || r.Who == web.AtTablet:
		want = onward
	case r.Who == web.Anyone || r.Who == web.HalfWay:
	case len(r.May) > 0 && !may(is, r.May), len(l.needs) > 0 && !may(is, l.needs):
		want = mustNot
	}
	b := in[name]
	if l.ends && want == letIn {
		if refused {
			return
		}
		b = m.browse(name)
	}
	m.judge(b, name, r, l, want, refused)
}

// judge asks if it is the turn of such an answer, and keeps it.
func (m *matrix) judge(b *consoletest.Browser, who string, r web.Route, l sample, want string, refused bool) {
	m.Helper()
	if (want != letIn) != refused {
		return
	}
	before := m.Store.Head().Size
	got := m.ask(b, who, r, l)
	if want == letIn && l.leads != "" && got == l.leads {
		got = letIn
	}
	key := r.Method + " " + r.Path
	if got != want {
		m.Errorf("%s as %s: %s, want %s: %d %s %.300s", key, who, got, want, b.Code, b.Head.Get("Location"), said(b.Page))
	}
	if got == letIn && b.Code >= 400 {
		m.faults[key] = said(b.Page)
	} else if got == letIn {
		m.taken[key] = true
	}
	acts := m.acts(before, who)
	if len(l.needs) > 0 { // the daemon refuses, and says so in the record
		acts = slices.DeleteFunc(acts, func(t journal.Type) bool { return t == journal.AccountRefused })
	}
	if want != letIn && len(acts) > 0 {
		m.Errorf("%s as %s: refused, and yet %s", key, who, acts)
	}
	if m.cells[key] == nil {
		m.cells[key] = make([]string, len(m.columns))
	}
	m.cells[key][slices.Index(m.columns, who)] = got
}

// acts are the entries since one that name an account, of the others' what the column's did: what the door does by itself,
// and the end of what somebody else began, are none of them.
func (m *matrix) acts(from uint64, who string) (types []journal.Type) {
	m.Helper()
	rows, err := m.Store.Rows(context.Background(), from, 10_000)
	if err != nil {
		m.Fatal(err)
	}
	whose := map[string]string{anybody: `"account":`, handed: `"account":"clerk"`}[who]
	for _, r := range rows {
		if bytes.Contains(r.Payload, []byte(cmp.Or(whose, `"account":"`+who+`"`))) {
			types = append(types, journal.TypeOf(r.Payload))
		}
	}
	return types
}

func (m *matrix) print(routes []web.Route) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-44s", "")
	for _, c := range m.columns {
		fmt.Fprintf(&b, "%-12s", c)
	}
	cells := 0
	for _, r := range routes {
		key := r.Method + " " + r.Path
		fmt.Fprintf(&b, "\n%-44s", key)
		for i := range m.columns {
			if len(m.cells[key]) == 0 || m.cells[key][i] == "" {
				m.Errorf("%s as %s was never asked for", key, m.columns[i])
				continue
			}
			cells++
			fmt.Fprintf(&b, "%-12s", m.cells[key][i])
		}
	}
	m.Logf("%d routes, %d cells\n%s", len(routes), cells, b.String())
}
