package cards_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
)

// morning is 1 April 2026, 8:31 in Japan, which is still 31 March in UTC.
var morning = time.Date(2026, time.April, 1, 8, 31, 0, 0, access.JST)

var midnight = time.Date(2026, time.April, 2, 0, 0, 0, 0, access.JST)

const second = time.Second

func roster(t testing.TB) *access.Roster {
	t.Helper()
	rec := access.Records{
		Persons: []access.Person{
			{ID: "aoki", Kind: access.Staff}, {ID: "baba", Kind: access.Staff}, {ID: "chiba", Kind: access.Staff},
			{ID: "doi", Kind: access.Contractor}, {ID: "emi", Kind: access.Contractor}, {ID: cards.Stock, Kind: access.Other},
		},
		Schedules: []access.Schedule{{ID: "office"}, {ID: "stock"}},
	}
	for i, c := range []access.Credential{
		{ID: "A1", Person: "aoki", Schedule: "office", Extended: true, PIN: access.Hash{9}},
		{ID: "A2", Person: "aoki", State: access.Lost},
		{ID: "A3", Person: "aoki"},
		{ID: "B1", Person: "baba", State: access.Blocked},
		{ID: "C1", Person: "chiba", Span: access.Span{Until: morning}},
		{ID: "S1", Person: cards.Stock, Schedule: "stock", PIN: access.Hash{7}},
		{ID: "S2", Person: cards.Stock, Span: access.Span{Until: midnight.AddDate(5, 0, 0)}},
		{ID: "S3", Person: cards.Stock, State: access.Blocked},
		{ID: "S4", Person: cards.Stock, State: access.Lost},
		{ID: "S5", Person: cards.Stock, Span: access.Span{Until: morning}},
	} {
		if c.State == 0 {
			c.State = access.Active
		}
		c.Format, c.Card = "H10301", access.Hash{1, byte(i)}
		rec.Credentials = append(rec.Credentials, c)
	}
	r, bad := access.NewRoster(1, rec)
	for _, p := range bad {
		t.Fatal(p)
	}
	return r
}

func permit(change func(*ledger.Permit)) *ledger.Permit {
	p := &ledger.Permit{Permit: access.Permit{
		ID: "2026-0001", Zone: "room", State: access.Permitted, Purpose: true,
		Span:    access.Span{From: morning.Add(time.Hour), Until: morning.Add(8 * time.Hour)},
		Holders: []access.Holder{{Person: "doi"}},
	}}
	if change != nil {
		change(p)
	}
	return p
}

// put makes a plan true.
func put(t testing.TB, r *access.Roster, b *cards.Book, p cards.Plan, no string) cards.Lending {
	t.Helper()
	if no != "" {
		t.Fatal(no)
	}
	for _, c := range p.Cards {
		if bad := r.PutCredential(c); bad != nil {
			t.Fatal(bad)
		}
	}
	if p.Lending.ID == "" {
		p.Lending.ID = fmt.Sprintf("2026-L%04d", len(b.Open())+1)
	}
	b.Put(p.Lending)
	return p.Lending
}

func by(p access.PersonID) ledger.Act { return ledger.Act{Person: p, At: morning} }

func TestVisitorsCardEndsAtMidnight(t *testing.T) {
	r, b := roster(t), cards.NewBook(nil)
	before, _ := r.Credential("S1")
	p, no := cards.Lend(r, b, permit(nil), cards.Lending{Card: "S1", Person: "doi", Purpose: "点検", By: by("aoki")}, morning)
	l := put(t, r, b, p, no)
	got, _ := r.Credential("S1")
	if got.Person != "doi" || !got.From.Equal(morning) || !got.Until.Equal(midnight) || got.PIN != (access.Hash{}) || got.Schedule != "stock" {
		t.Errorf("lent: %+v", got)
	}
	if l.Kind != cards.Visitor || l.Permit != "2026-0001" || l.Purpose != "点検" || l.By.Person != "aoki" || l.Staff() {
		t.Errorf("line: %+v", l)
	}
	for at, want := range map[time.Time]cards.State{morning: cards.Out, midnight.Add(-second): cards.Out, midnight: cards.Overdue} {
		if s := l.At(at); s != want {
			t.Errorf("at %v: %s", at, s)
		}
	}
	p, no = cards.Back(r, b, "S1", by("baba"), midnight.Add(time.Hour))
	l = put(t, r, b, p, no)
	before.PIN = access.Hash{}
	if back, _ := r.Credential("S1"); back != before {
		t.Errorf("returned: %+v, was %+v", back, before)
	}
	if l.At(midnight) != cards.Returned || l.EndedBy.Person != "baba" || len(b.Open()) != 0 {
		t.Errorf("line: %+v", l)
	}
}

func TestForgottenCard(t *testing.T) {
	r, b := roster(t), cards.NewBook(nil)
	p, no := cards.Substitute(r, b, cards.Lending{Card: "S2", Person: "aoki", By: by("baba"), Second: by("chiba")}, morning)
	l := put(t, r, b, p, no)
	if got := fmt.Sprintln(l.Kind, l.Blocked, l.Staff(), l.Day()); got != "temporary [A1 A3] true true\n" {
		t.Errorf("line: %s", got)
	}
	temp, _ := r.Credential("S2")
	if temp.Person != "aoki" || temp.Schedule != "office" || !temp.Extended || temp.PIN != (access.Hash{}) || !temp.Until.Equal(midnight) {
		t.Errorf("the temporary card is not like the person's own: %+v", temp)
	}
	for id, want := range map[access.CredentialID]access.CardState{"A1": access.Blocked, "A2": access.Lost, "A3": access.Blocked} {
		if c, _ := r.Credential(id); c.State != want {
			t.Errorf("%s is %d", id, c.State)
		}
	}
	if l, is := b.For("A3"); !is || l.Card != "S2" {
		t.Errorf("A3 is blocked for %+v", l)
	}
	a3, _ := r.Credential("A3")
	a3.State = access.Lost // found out meanwhile
	_ = r.PutCredential(a3)
	p, no = cards.Back(r, b, "S2", by("baba"), midnight.Add(9*time.Hour))
	put(t, r, b, p, no)
	for id, want := range map[access.CredentialID]access.CardState{"A1": access.Active, "A2": access.Lost, "A3": access.Lost} {
		if c, _ := r.Credential(id); c.State != want {
			t.Errorf("back: %s is %d", id, c.State)
		}
	}
	if a1, _ := r.Credential("A1"); a1.PIN == (access.Hash{}) {
		t.Error("the own card has lost its PIN")
	}
	if s2, _ := r.Credential("S2"); s2.Person != cards.Stock || s2.Extended || s2.Schedule != "" || !s2.Until.Equal(midnight.AddDate(5, 0, 0)) {
		t.Errorf("back in the stock: %+v", s2)
	}
}

func TestLendingIsRefused(t *testing.T) {
	for _, c := range []struct {
		card   access.CredentialID
		person access.PersonID
		permit *ledger.Permit
		want   string
	}{
		{"S9", "doi", permit(nil), "no card S9: kidoban card list"},
		{"A1", "doi", permit(nil), `card A1 is aoki's own: only cards of the stock (enrolled to the person "stock")`},
		{"S3", "doi", permit(nil), "card S3 is blocked, lost or revoked: lend another"},
		{"S4", "doi", permit(nil), "card S4 is blocked, lost or revoked"},
		{"S5", "doi", permit(nil), "card S5 is not valid today"},
		{"S1", "nobody", permit(nil), `person "nobody" is not in the roster`},
		{"S1", cards.Stock, permit(nil), "the stock is nobody"},
		{"S1", "emi", permit(nil), "permit 2026-0001 does not name emi: name them first"},
		{"S1", "doi", nil, "no such permit: a visitor's card is lent on a permit (Article 20(2))"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.State = access.Requested }), "permit 2026-0001 is requested: a card is lent when"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.State = access.NotPermitted }), "permit 2026-0001 is refused"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.State = access.Withdrawn }), "permit 2026-0001 is revoked"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.Until = morning }), "permit 2026-0001 ended on 2026-04-01 08:31"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.From = midnight }), "permit 2026-0001 begins on 2026-04-02 00:00: lend the card on that day"},
		{"S1", "doi", permit(func(p *ledger.Permit) { p.Entries, p.Holders[0].Used = 2, 2 }), "permit 2026-0001 is used up for doi"},
	} {
		r := roster(t)
		if p, no := cards.Lend(r, cards.NewBook(nil), c.permit, cards.Lending{Card: c.card, Person: c.person}, morning); !strings.HasPrefix(no, c.want) || len(p.Cards) > 0 {
			t.Errorf("%s to %s: %q, want %q", c.card, c.person, no, c.want)
		}
	}
	for _, fine := range []*ledger.Permit{
		permit(func(p *ledger.Permit) { p.State = access.PermittedOrally }),
		permit(func(p *ledger.Permit) { p.Until = morning.Add(time.Nanosecond) }),
		permit(func(p *ledger.Permit) { p.From = midnight.Add(-time.Nanosecond) }),
		permit(func(p *ledger.Permit) { p.Entries, p.Holders[0].Used = 2, 1 }),
		permit(func(p *ledger.Permit) { p.Span = access.Span{} }),
	} {
		if _, no := cards.Lend(roster(t), cards.NewBook(nil), fine, cards.Lending{Card: "S1", Person: "doi"}, morning); no != "" {
			t.Errorf("refused: %s", no)
		}
	}
}

func TestTwoPersonsLendATemporaryCard(t *testing.T) {
	for _, c := range []struct {
		person, by, second access.PersonID
		want               string
	}{
		{"aoki", "", "baba", "a temporary card is lent by two persons: this account is no person's"},
		{"aoki", "baba", "", "a temporary card is lent by two persons: name the second one (--second)"},
		{"aoki", "baba", "baba", "baba cannot be both persons"},
		{"aoki", "aoki", "baba", "aoki cannot lend a card to themselves"},
		{"aoki", "baba", "aoki", "aoki cannot lend a card to themselves"},
		{"aoki", "baba", "doi", `the second person "doi" is not a member of staff`},
		{"aoki", "baba", "nobody", `the second person "nobody" is not a member of staff`},
		{"baba", "aoki", "chiba", "baba has no card that is in force"}, // blocked: not a way round it
		{"chiba", "aoki", "baba", "chiba has no card that is in force"},
		{"emi", "aoki", "baba", "emi has no card that is in force"},
		{"aoki", "baba", "chiba", ""},
	} {
		_, no := cards.Substitute(roster(t), cards.NewBook(nil), cards.Lending{Card: "S1", Person: c.person, By: by(c.by), Second: by(c.second)}, morning)
		if !strings.HasPrefix(no, c.want) || (no == "") != (c.want == "") {
			t.Errorf("%s by %s and %s: %q, want %q", c.person, c.by, c.second, no, c.want)
		}
	}
}

func TestOneCardAtATime(t *testing.T) {
	r, b := roster(t), cards.NewBook(nil)
	p, no := cards.Lend(r, b, permit(nil), cards.Lending{Card: "S1", Person: "doi"}, morning)
	put(t, r, b, p, no)
	for want, l := range map[string]cards.Lending{
		"doi has card S1, lent on 2026-04-01 08:31 and not back": {Card: "S2", Person: "doi"},
		"card S1 is lent to doi and not back":                    {Card: "S1", Person: "doi"},
	} {
		if _, no := cards.Lend(r, b, permit(nil), l, morning.Add(time.Hour)); !strings.HasPrefix(no, want) {
			t.Errorf("%q, want %q", no, want)
		}
	}
	for card, want := range map[access.CredentialID]string{"S2": "card S2 is not lent", "S4": "card S4 was declared lost", "S9": "no card S9"} {
		if _, no := cards.Back(r, b, card, by("aoki"), morning); !strings.HasPrefix(no, want) {
			t.Errorf("%q, want %q", no, want)
		}
	}
	stock := access.Person{ID: cards.Stock, Kind: access.Staff}
	_ = r.PutPerson(stock)
	if _, no := cards.Lend(r, cards.NewBook(nil), permit(nil), cards.Lending{Card: "S2", Person: "doi"}, morning); !strings.Contains(no, "not of kind other") {
		t.Errorf("a stock that is staff: %q", no)
	}
}

// An import may have put a lent card back into the stock, or taken it out of the roster: its return closes the line, and
// moves nothing.
func TestReturnAfterAnImport(t *testing.T) {
	for _, gone := range []bool{false, true} {
		r, b := roster(t), cards.NewBook(nil)
		home, _ := r.Credential("S1")
		p, no := cards.Lend(r, b, permit(nil), cards.Lending{Card: "S1", Person: "doi"}, morning)
		put(t, r, b, p, no)
		if gone {
			_ = r.DeleteCredential("S1")
		} else {
			_ = r.PutCredential(home)
		}
		p, no = cards.Back(r, b, "S1", by("aoki"), morning)
		if no != "" || len(p.Cards) != 0 || p.Lending.End != cards.Returned {
			t.Errorf("gone %v: %q %+v", gone, no, p)
		}
	}
}

func TestDocument(t *testing.T) {
	l := cards.Lending{
		ID: "2026-L0001", Kind: cards.Temporary, Card: "S1", Person: "aoki", Name: "𠮷田 髙子", Purpose: "カード忘れ", Lent: morning,
		Until: midnight, By: by("baba"), Second: by("chiba"), Blocked: []access.CredentialID{"A1"},
		Home: cards.Home{Span: access.Span{Until: midnight}, Schedule: "stock", Extended: true},
	}
	d, err := l.Document()
	if err != nil || d.Kind != cards.Document || d.ID != l.ID {
		t.Fatal(d, err)
	}
	got, err := cards.Read(d.Body)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := got.Document(); err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("%v\n%s\n%s", err, again.Body, d.Body)
	}
	for _, bad := range []string{"", "{}", "[]", `{"id":"2026-L0001"}`, "null"} {
		if _, err := cards.Read([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"2026-L0001","kind":"visitor","card":"S1","person":"doi","lent":"2026-04-01T08:31:00+09:00"}`))
	f.Add([]byte(`{"id":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := cards.Read(body)
		if err != nil {
			return
		}
		d, err := l.Document()
		if err != nil {
			return // a year that JSON has no form for
		}
		again, err := cards.Read(d.Body)
		if err != nil {
			t.Fatal(err)
		}
		if d2, err := again.Document(); err != nil || !reflect.DeepEqual(d, d2) {
			t.Errorf("%s is read as %s", d.Body, d2.Body)
		}
	})
}
