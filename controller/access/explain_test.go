package access_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller/access"
)

var update = flag.Bool("update", false, "write testdata/explain.txt anew")

// The explanations, as an official would read them, are testdata/explain.txt.
func TestExplain(t *testing.T) {
	rec := hall()
	rec.Belongings[0].Until = noon
	row(&rec, "clerk2", func(c *access.Credential) { c.PIN = nth(500) })
	row(&rec, "officer", func(c *access.Credential) { c.Until = april })
	rec.Persons = append(rec.Persons, access.Person{ID: "cardless", Kind: access.Staff})
	rec.Belongings = append(rec.Belongings, access.Belonging{Person: "cardless", Section: access.CivicAffairs, Span: access.Span{From: april}})
	r := build(t, rec)
	var b strings.Builder
	for _, tt := range []struct {
		title string
		who   access.PersonID
		with  func(*access.Question)
	}{
		{"a clerk with a PIN, within the hours", "clerk2", func(q *access.Question) {
			q.Point.Schedule, q.Point.PIN, q.Point.Limit = "office", access.PINAlways, 5
			q.Inside = access.Occupancy{{Zone: "room", Person: "ciso"}: {Inside: true}}
		}},
		{"a clerk at the instant of the transfer", "clerk", nil},
		{"the West branch head", "west", nil},
		{"a contractor", "vendor", nil},
		{"an expired card of the officer", "officer", nil},
		{"in the evening", "clerk2", func(q *access.Question) { q.Point.Schedule, q.At = "office", at(clock(20, 0)) }},
		{"without a clock", "clerk2", func(q *access.Question) { q.At = access.Moment{LastRecorded: noon, Grace: grace} }},
		{"an unknown card", "clerk", func(q *access.Question) { q.Card = nth(9999) }},
		{"one who has no card", "cardless", nil},
		{"nobody", "nobody", nil},
	} {
		for _, l := range []access.Language{access.English, access.Japanese} {
			fmt.Fprintf(&b, "== %s\n", tt.title)
			q := access.Question{Point: room(), At: at(noon)}
			if _, ok := r.Credential(access.CredentialID("card-" + tt.who)); ok {
				q = ask(t, r, tt.who, tt.with)
				fmt.Fprintln(&b, strings.Join(access.Explain(r, q, l), "\n"))
			} else {
				fmt.Fprintln(&b, strings.Join(access.ExplainPerson(r, tt.who, q, l), "\n"))
			}
		}
	}
	const golden = "testdata/explain.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("differs from %s (-update writes it):\n%s", golden, b.String())
	}
}

// An explanation ends with the decision's own reason, whatever the question.
func TestExplainSaysWhatDecideSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := populated(t)
		q := questions().Draw(t, "question")
		d := access.Decide(r, q)
		lines := access.Explain(r, q, access.English)
		last := lines[len(lines)-1]
		if d.Reason == access.Granted && !strings.HasPrefix(last, "answer: may enter") ||
			d.Reason != access.Granted && !strings.Contains(last, "refused, "+d.Reason.String()+" (") {
			t.Fatalf("%v, explained as %q", d.Reason, last)
		}
	})
}

func TestExplainPersonOfSeveralCards(t *testing.T) {
	rec := hall()
	rec.Credentials = append(rec.Credentials, access.Credential{ID: "old", Person: "clerk", Card: nth(900), State: access.Revoked, Span: access.Span{Until: noon.Add(time.Hour)}})
	r := build(t, rec)
	text := strings.Join(access.ExplainPerson(r, "clerk", access.Question{Point: room(), At: at(noon)}, access.English), "\n")
	if !strings.Contains(text, "may enter") || !strings.Contains(text, "credential_revoked") {
		t.Errorf("got %s", text)
	}
}
