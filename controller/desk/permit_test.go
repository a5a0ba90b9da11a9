package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// asked is a request for a permit that is filled in well.
func asked(change func(*desk.Permit)) desk.Permit {
	now := time.Now().In(access.JST).Truncate(time.Minute)
	p := desk.Permit{
		Zone: "room", From: now.Add(-time.Minute), Until: now.Add(time.Minute),
		Text: ledger.PermitText{
			Organisation: "㈱架空システム保守", Purpose: "サーバ定期点検",
			Visitors: []ledger.Visitor{{Name: "𠮷田 太郎", Reading: "よしだ たろう", Affiliation: "㈱架空システム保守", Class: "contractor"}},
		},
	}
	if change != nil {
		change(&p)
	}
	return p
}

// What was filled in wrongly in its form is named, and nothing comes of it.
func TestFormsNameWhatIsWrong(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	before := o.store.Head().Size
	visitorNamed := func(v ledger.Visitor) desk.Permit {
		return asked(func(p *desk.Permit) { p.Text.Visitors = []ledger.Visitor{v} })
	}
	for _, x := range []struct {
		words, what string
		order       any
	}{
		{"zone is an id", "permit/request", asked(func(p *desk.Permit) { p.Zone = "サーバ室" })},
		{"permit oral", "permit/request", asked(func(p *desk.Permit) { p.How = "telephone" })},
		{"purpose holds a line break", "permit/request", asked(func(p *desk.Permit) { p.Text.Purpose = "点検\n偽の行" })},
		{"purpose is longer than", "permit/request", asked(func(p *desk.Permit) { p.Text.Purpose = strings.Repeat("点", 1001) })},
		{"purpose holds", "permit/request", asked(func(p *desk.Permit) { p.Text.Purpose = "\u202e点検" })},
		{"belongs to the decision", "permit/request", asked(func(p *desk.Permit) { p.Text.Reason = "x" })},
		{"at most 100 persons", "permit/request", asked(func(p *desk.Permit) { p.Text.Visitors = make([]ledger.Visitor, 101) })},
		{"half-width kana", "permit/request", visitorNamed(ledger.Visitor{Name: "山田 太郎", Reading: "ﾔﾏﾀﾞ"})},
		{"person is an id", "permit/request", visitorNamed(ledger.Visitor{Person: "山田 太郎"})},
		{"class is staff, ", "permit/request", visitorNamed(ledger.Visitor{Name: "x", Class: "a contractor of ours"})},
		{"how is an id", "permit/oral", asked(func(p *desk.Permit) { p.How = "by telephone" })},
		{"permit is an id", "permit/decide", desk.Decide{ID: "the first one", Grant: true}},
		{"reason holds", "permit/decide", desk.Decide{ID: "2026-0001", Reason: "a\x1b[2J"}},
		{"permit is an id", "permit/confirm", desk.Confirm{ID: "山"}},
		{"permit is an id", "permit/revoke", desk.Revoke{ID: "../x"}},
		{"name at least one", "visit/announce", desk.Announce{Permit: "2026-0001", Door: "room"}},
		{"persons: one is empty", "visit/announce", desk.Announce{Permit: "2026-0001", Door: "room", Persons: []access.PersonID{""}}},
		{"door is an id", "visit/announce", desk.Announce{Permit: "2026-0001", Door: "the door", Persons: []access.PersonID{"a"}}},
		{"name at least one", "visit/hand-over", desk.Visits{}},
		{"name at least one", "visit/ask-consent", desk.Visits{}},
		{"name at least one", "visit/leave", desk.Visits{}},
		{"name at least one", "visit/consent", desk.Consent{}},
		{"at most 100", "visit/consent", desk.Consent{Visits: make([]string, 101)}},
		{"visits is an id", "visit/consent", desk.Consent{Visits: []string{"every one"}}},
		{"person is an id", "visit/late", desk.Late{Zone: "room", Person: "山田", Entered: time.Now()}},
		{"service is an id", "emergency/enter", desk.Emergency{Zone: "room", Service: "消防"}},
		{"id is an id", "emergency/complete", desk.EmergencyEnd{ID: "the last"}},
	} {
		o.refused(x.words, x.what, x.order)
	}
	for what, body := range map[string]string{
		"permit/request": `{"zone":"room","granted":true}`, "permit/decide": `{"id":"2026-0001","grant":"yes"}`,
		"visit/consent": `{"visits":["2026-000001"],"by":"somebody"}`, "emergency/enter": `{"zone":"room","count":1.5}`,
	} {
		if status, text := o.raw(http.MethodPost, what, body); status != http.StatusBadRequest {
			t.Errorf("%s %s: %d %s", what, body, status, text)
		}
	}
	if after := o.store.Head().Size; after != before {
		t.Errorf("%d entries came of it", after-before)
	}
}
