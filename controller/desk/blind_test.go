package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

var routeLine = regexp.MustCompile(`HandleFunc\("(GET|POST) /([^"]+)"`)

// routesOf are all routes, as the source names them.
func routesOf(t *testing.T) (all [][2]string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range routeLine.FindAllStringSubmatch(string(text), -1) {
			all = append(all, [2]string{m[1], m[2]})
		}
	}
	if len(all) < 80 {
		t.Fatalf("only %d routes were found", len(all))
	}
	return all
}

// A stranger, an account without post or duty and one that must first set a password read of nobody, whatever they ask for.
func TestWhoMayNotLookReadsOfNobody(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	for id, name := range map[access.PersonID]string{"p91": "無職 太郎", "p92": "新人 二郎"} {
		o.done("edit", desk.Edit{Person: &ledger.Person{Person: access.Person{ID: id, Kind: access.Staff}, Name: name}})
	}
	o.done("edit", desk.Edit{Duty: &access.Duty{Person: "p92", Duty: access.DutyAuditor}})
	o.bring("demo.csv", people.Demo(), false)
	idle, _ := o.signedIn("idle", "p91")
	first := password()
	o.done("account", desk.Account{Name: "fresh", Person: "p92", Password: first})
	fresh, _ := o.signIn("fresh", first)
	var l desk.Listing
	o.get("people", nil, &l)
	o.badge(1201)
	var words []string
	for _, p := range l.People {
		if p.ID != "p91" && p.ID != "p92" && p.Name != "" {
			words = append(words, p.Name, `"`+string(p.ID)+`"`)
		}
	}
	for who, c := range map[string]*desk.Client{"a stranger": o.client.Nobody(), "an account without duty": idle, "half a sign-in": fresh} {
		for _, r := range routesOf(t) {
			if r[1] == "journal" && who == "a stranger" {
				continue // the follower of the pages: what it reads wakes them, and is shown to nobody
			}
			said := reads(t, o, c, r[0], r[1])
			for _, w := range words {
				if strings.Contains(said, w) {
					t.Errorf("%s is told %q by %s /%s", who, w, r[0], r[1])
					break
				}
			}
		}
		if who != "a stranger" {
			continue
		}
		for _, what := range []string{"people", "who", "visits", "permits", "accounts", "muster", "cards/out", "coverage", "papers"} {
			if err := c.Get(t.Context(), what, nil, new(any)); desk.CodeOf(err) != desk.CodeRefused {
				t.Errorf("%s asks for %s: %v", who, what, err)
			}
		}
	}
}

// reads is what a client is answered to a question, or to an order with nothing filled in.
func reads(t *testing.T, o *office, c *desk.Client, method, what string) string {
	t.Helper()
	if method == http.MethodPost && (strings.HasPrefix(what, "sign-") || what == "learn" || what == "card/enrol") {
		return ""
	}
	var got any
	var err error
	switch {
	case what == "journal":
		body, no := c.Stream(t.Context(), what, nil)
		if no != nil {
			return ""
		}
		defer func() { _ = body.Close() }()
		b := make([]byte, 1<<20)
		n, _ := body.Read(b)
		return string(b[:n])
	case method == http.MethodGet:
		err = c.Get(t.Context(), what, url.Values{"n": {"5"}, "door": {"room"}, "year": {"2026"}}, &got)
	case what == "why":
		err = c.Post(t.Context(), what, desk.Why{Person: o.holder(access.SecurityOfficer), Door: "room"}, &got)
	default:
		err = c.Post(t.Context(), what, struct{}{}, &got)
	}
	if err != nil {
		return err.Error()
	}
	b, _ := json.Marshal(got)
	return string(b)
}
