package console_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/console/web"
	"kidoban/controller/journal"
)

var update = flag.Bool("update", false, "write testdata anew from what is observed; read what changed row by row")

// What a route answers, as the table has it.
const (
	letIn   = "○"
	notDone = "△"
	mustNot = "×"
	signIn  = "入" // sent to sign in
	onward  = "→" // sent on to where this session belongs
)

// The columns beside the accounts: nobody signed in, the tablet that was handed to visitors.
const (
	anybody = "誰も"
	handed  = "扉"
)

var columns = []string{
	anybody, handed, "ciso", "officer", "west", "manager", "clerk", "staff", "maintenance", "auditor", "designee", "deputy", "nobody",
}

const tablePath = "testdata/matrix.txt"

// Every route is asked for by everybody, and what is observed is compared with a table that people have read: who is shown
// each page, whose order is taken, who is refused. Who is refused leaves no entry but that they were.
func TestMatrix(t *testing.T) {
	s := consoletest.OpenSince(t, time.Now().AddDate(0, -2, 0), prepare)
	m := &matrix{scene: scene{Site: s, in: map[string]*consoletest.Browser{}}, table: readTable(t), got: map[string]map[string]string{}, made: map[string]url.Values{}}
	routes := s.Console.Routes()
	m.complete(routes)
	m.enter()
	for _, refused := range []bool{true, false} { // first whatever may change nothing, while nothing else happens
		for _, r := range routes {
			for _, who := range columns {
				m.judge(who, r, refused)
			}
		}
	}
	m.blind(routes)
	if *update {
		m.write(routes)
	}
}

type matrix struct {
	scene
	table map[string]map[string]string // route, column: what is right
	got   map[string]map[string]string
	made  map[string]url.Values // what lasts, by route
	door  *consoletest.Browser  // the tablet
	out   *consoletest.Browser
	from  byte // the addresses that browsers have used: each has a rate of its own
}

func key(r web.Route) string { return r.Method + " " + r.Path }

func readTable(t *testing.T) map[string]map[string]string {
	t.Helper()
	b, err := os.ReadFile(tablePath)
	if err != nil && !*update {
		t.Fatal(err)
	}
	table := map[string]map[string]string{}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) != 2+len(columns) || f[0] != http.MethodGet && f[0] != http.MethodPost {
			continue
		}
		row := map[string]string{}
		for i, c := range columns {
			row[c] = f[2+i]
		}
		table[f[0]+" "+f[1]] = row
	}
	return table
}

// complete sees that each route has its row and its sample, and nothing else has.
func (m *matrix) complete(routes []web.Route) {
	m.Helper()
	served := map[string]bool{}
	for _, r := range routes {
		k := key(r)
		served[k] = true
		if _, is := samples[k]; !is {
			m.Errorf("no sample form for %s: give it a line in samples_test.go", k)
		}
		if m.table[k] == nil && !*update {
			m.Errorf("%s has no row in %s: decide who may (-update writes what is observed)", k, tablePath)
		}
	}
	for k := range samples {
		if !served[k] {
			m.Errorf("samples_test.go has a line for %s, which is no route", k)
		}
	}
	for k, row := range m.table {
		if !served[k] && !*update {
			m.Errorf("%s has a row for %s, which is no route", tablePath, k)
		}
		taken := false
		for _, sign := range row {
			taken = taken || sign == letIn
		}
		if !taken && samples[k].misses == "" {
			m.Errorf("%s: nobody's is really taken: build what it is about, or say why not", k)
		}
	}
}

// enter signs everybody in, and has the scene built.
func (m *matrix) enter() {
	m.Helper()
	for _, name := range append(slices.Clone(columns[2:]), "staff2") {
		m.in[name] = m.browse(name)
	}
	m.out, m.door = m.browse(), m.tablet()
	m.people()
	for _, card := range []uint64{1101, 1102, 1103, 1201, 1301} { // whoever takes over an escort is inside
		m.through(card, "entry")
	}
}

func (m *matrix) tablet() *consoletest.Browser {
	b := m.browse("staff2")
	b.Get("/tablet/hand").Send("/tablet/hand", url.Values{"door": {"room"}})
	return b
}

// browse opens a browser at an address of its own, signed in as an account in English.
func (m *matrix) browse(name ...string) *consoletest.Browser {
	m.Helper()
	b := m.Browse()
	m.from++
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, m.from)}}
	b.HTTP.Transport = patient{&http.Transport{DialContext: d.DialContext}}
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

// patient asks again what the console was asked too often: a test is faster than people.
type patient struct{ *http.Transport }

func (p patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for {
		resp, err := p.Transport.RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "5" {
			return resp, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		if r.GetBody != nil {
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// wants is what the table says; for a new row, what the route says of itself.
func (m *matrix) wants(who string, r web.Route) string {
	if row := m.table[key(r)]; row != nil {
		return row[who]
	}
	switch {
	case r.Who == web.Anyone, r.Who == web.SignedOut && who == anybody, r.Who == web.AtTablet && who == handed:
		return letIn
	case who == anybody:
		return signIn
	case who == handed || r.Who == web.SignedOut || r.Who == web.AtTablet:
		return onward
	}
	return letIn
}

// judge asks if it is the turn of such an answer, and compares.
func (m *matrix) judge(who string, r web.Route, refused bool) {
	m.Helper()
	k, want := key(r), m.wants(who, r)
	gets := want == letIn || want == notDone
	if gets == refused {
		return
	}
	b := m.browser(who, samples[k].ends && gets)
	at, form := m.about(b, who, k, gets)
	before := m.Store.Head().Size
	got := m.ask(b, r, at, form)
	if gets && got == samples[k].leads {
		got = letIn
	}
	if m.got[k] == nil {
		m.got[k] = map[string]string{}
	}
	m.got[k][who] = got
	if *update {
		return
	}
	if got != want {
		m.Errorf("%s as %s: got %s, the table says %s: %d %s %.300s", k, who, got, want, b.Code, b.Head.Get("Location"), said(b.Page))
	}
	if acts := m.acts(before, who); !gets && len(acts) > 0 {
		m.Errorf("%s as %s: refused, and yet %s", k, who, acts)
	}
}

// browser is a column's; one that ends with the order is a new one.
func (m *matrix) browser(who string, ends bool) *consoletest.Browser {
	m.Helper()
	switch {
	case who == anybody && ends:
		return m.browse()
	case who == anybody:
		return m.out
	case who == handed && ends:
		return m.tablet()
	case who == handed:
		return m.door
	case ends:
		return m.browse(who)
	}
	return m.in[who]
}

// about is the address and the sample form, with what it is about: made anew for each who may, once for all others.
func (m *matrix) about(b *consoletest.Browser, who, k string, gets bool) (at string, form url.Values) {
	m.Helper()
	l := samples[k]
	made := m.made[k]
	if l.makes != nil && (made == nil || gets && !l.lasts) {
		made = l.makes(m, who, b)
		m.made[k] = made
	}
	filled := func(s string) string { return strings.ReplaceAll(s, "{it}", made.Get("it")) }
	form = url.Values{}
	for name, values := range l.form {
		for _, v := range values {
			form.Add(name, filled(v))
		}
	}
	for name, values := range made {
		if name != "it" {
			form[name] = values
		}
	}
	return filled(cmp.Or(l.at, strings.ReplaceAll(k[strings.Index(k, "/"):], "{$}", ""))), form
}

// ask sends the sample form, and does not follow where it is sent on to.
func (m *matrix) ask(b *consoletest.Browser, r web.Route, at string, form url.Values) string {
	m.Helper()
	l := samples[key(r)]
	if r.Method == http.MethodPost {
		b.Get("/account/password") // a page that everybody has: its token is good for any form of the session
		if b.Once() == "" {
			b.Get("/tablet")
		}
	}
	b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.HTTP.CheckRedirect = nil }()
	switch {
	case r.Method == http.MethodGet && r.Path == "/live":
		m.listen(b, at)
	case r.Method == http.MethodGet:
		b.Get(at)
	case l.file != "":
		m.file(b, at, l.file, form)
	default:
		b.Send(at, form)
	}
	for _, wrong := range lacks(b.Head, false) {
		m.Errorf("%s %s: %d: %s", r.Method, at, b.Code, wrong)
	}
	return answered(b, r)
}

// listen opens a stream and closes it.
func (m *matrix) listen(b *consoletest.Browser, at string) {
	m.Helper()
	resp, err := b.HTTP.Get(b.URL + at)
	if err != nil {
		m.Fatal(err)
	}
	b.Code, b.Head, b.Page = resp.StatusCode, resp.Header, ""
	if err := resp.Body.Close(); err != nil {
		m.Fatal(err)
	}
}

// forRole is what a page or the daemon says to a role: "… does not allow this", "… may not …".
var forRole = regexp.MustCompile(`does not allow this|may not |may only read`)

func answered(b *consoletest.Browser, r web.Route) string {
	where := b.Head.Get("Location")
	to, _, _ := strings.Cut(where, "?")
	switch {
	case b.Code == http.StatusForbidden && r.Who != web.SignedOut || b.Code >= 400 && forRole.MatchString(said(b.Page)):
		return mustNot
	case b.Code >= 400:
		return notDone
	case b.Code != http.StatusSeeOther || strings.Contains(where, "done="):
		return letIn
	case to == "/sign-in":
		return signIn
	case to == "/" || to == "/tablet":
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

// acts are the entries since one that name an account, of the others' what the column's did: what the door does by itself,
// and the end of what somebody else began, are none of them.
func (m *matrix) acts(from uint64, who string) (types []journal.Type) {
	m.Helper()
	rows, err := m.Store.Rows(context.Background(), from, 10_000)
	if err != nil {
		m.Fatal(err)
	}
	whose := map[string]string{anybody: `"account":`, handed: `"account":"staff2"`}[who]
	for _, r := range rows {
		if bytes.Contains(r.Payload, []byte(cmp.Or(whose, `"account":"`+who+`"`))) {
			if t := journal.TypeOf(r.Payload); t != journal.AccountRefused { // that the daemon refused is on record
				types = append(types, t)
			}
		}
	}
	return types
}

// blind sees that an account without a post or duty reads of nobody else, and of no visit, on any page.
func (m *matrix) blind(routes []web.Route) {
	m.Helper()
	b := m.in["nobody"]
	for _, r := range routes {
		if r.Method == http.MethodGet && r.Path != "/live" && !strings.HasPrefix(r.Path, "/demo") {
			at, form := m.about(b, "nobody", key(r), false)
			m.ask(b, r, at, form)
			b.MustNot("山田 太郎", "サーバ定期点検", "髙橋 由紀", "橋本 美咲", "㈱架空システム保守")
		}
	}
}

const tableHead = `# 誰に何が開かれるか: 全ての経路(行)と利用者(列)。/ Who gets what: every route by every account.
# ○ 表示され、又は行われる  △ 職・担当では許されるが、この例では行われない(自らの起案など)  × 職・担当により断られる
# 入 サインインへ  → 自分の最初の画面へ  (誰も = サインインしていない, 扉 = 受付タブレット)
# ○ shown, or done; △ allowed to the role, but not done in this case; × refused to the role; 入 to sign in; → to where one belongs
# go test ./controller/console -run TestMatrix -update
`

func (m *matrix) write(routes []web.Route) {
	m.Helper()
	var b strings.Builder
	b.WriteString(tableHead)
	for i, r := range routes {
		if part := strings.Split(r.Path+"/", "/")[1]; i == 0 || part != strings.Split(routes[i-1].Path+"/", "/")[1] {
			fmt.Fprintf(&b, "\n#%43s", "")
			for _, c := range columns {
				fmt.Fprintf(&b, " %-11s", c)
			}
			b.WriteByte('\n')
		}
		line := fmt.Sprintf("%-44s", key(r))
		for _, c := range columns {
			line += fmt.Sprintf(" %-11s", m.got[key(r)][c])
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(tablePath, []byte(b.String()), 0o644); err != nil {
		m.Fatal(err)
	}
}
