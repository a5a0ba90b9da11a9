package cards_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
)

// The ledgers follow what is declared of a card.
func TestFollow(t *testing.T) {
	own := access.Credential{ID: "N1", Person: "aoki", State: access.Active, Span: access.Span{From: morning.AddDate(-1, 0, 0)}}
	with := func(change func(*access.Credential)) *access.Credential {
		c := own
		change(&c)
		return &c
	}
	lost := with(func(c *access.Credential) { c.State = access.Lost })
	revoked := with(func(c *access.Credential) { c.State = access.Revoked })
	blocked := with(func(c *access.Credential) { c.State = access.Blocked })
	babas := with(func(c *access.Credential) { c.Person = "baba" })
	stocked := with(func(c *access.Credential) { c.Person = cards.Stock })
	for name, c := range map[string]struct {
		old, fresh *access.Credential
		open       bool // a line of the ledger is open
		want       string
	}{
		"issued":                 {nil, &own, false, "aoki out"},
		"into the stock":         {nil, stocked, false, ""},
		"blocked":                {&own, blocked, true, ""},
		"lost":                   {&own, lost, true, "aoki lost"},
		"lost, imported":         {&own, lost, false, "aoki lost"},
		"lost twice":             {lost, lost, false, ""},
		"lost, then revoked":     {lost, revoked, false, ""},
		"revoked":                {&own, revoked, true, "aoki revoked"},
		"blocked, then lost":     {blocked, lost, true, "aoki lost"},
		"removed":                {&own, nil, true, "aoki returned"},
		"removed, imported":      {&own, nil, false, "aoki returned"},
		"given to another":       {&own, babas, true, "aoki returned; baba out"},
		"put into the stock":     {&own, stocked, true, "aoki returned"},
		"a stock card is issued": {stocked, &own, false, "aoki out"},
		"a stock card is lost":   {stocked, with(func(c *access.Credential) { c.Person, c.State = cards.Stock, access.Lost }), false, ""},
		"unblocked":              {blocked, &own, true, ""},
	} {
		b := cards.NewBook(nil)
		if c.open {
			b.Put(cards.Lending{ID: "2026-L0001", Kind: cards.Issued, Card: "N1", Person: "aoki"})
		}
		var got []string
		for _, l := range cards.Follow(b, c.old, c.fresh, by("baba"), morning) {
			got = append(got, fmt.Sprintf("%s %s", l.Person, l.At(morning)))
			if l.End != "" && (!l.Ended.Equal(morning) || l.EndedBy.Person != "baba") {
				t.Errorf("%s: ended %+v", name, l)
			}
			if c.open && l.End != "" && l.ID != "2026-L0001" {
				t.Errorf("%s: another line is closed: %+v", name, l)
			}
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

// A card that is blocked for a reason of its own while a temporary one is out is not unblocked by that one's return; a
// temporary card that is lost leaves the own card blocked.
func TestFollowWhileATemporaryCardIsOut(t *testing.T) {
	r, b := roster(t), cards.NewBook(nil)
	p, no := cards.Substitute(r, b, cards.Lending{Card: "S1", Person: "aoki", By: by("baba"), Second: by("chiba")}, morning)
	put(t, r, b, p, no)
	a1, _ := r.Credential("A1")
	for _, l := range cards.Follow(b, &a1, &a1, by("chiba"), morning) {
		b.Put(l)
	}
	p, no = cards.Back(r, b, "S1", by("chiba"), morning)
	if no != "" || len(p.Cards) != 2 || p.Cards[1].ID != "A3" {
		t.Errorf("%s %+v", no, p.Cards)
	}
	s1, _ := r.Credential("S1")
	lost := s1
	lost.State = access.Lost
	got := cards.Follow(b, &s1, &lost, by("chiba"), morning)
	if len(got) != 1 || got[0].End != cards.Lost || got[0].Kind != cards.Temporary {
		t.Fatalf("%+v", got)
	}
	b.Put(got[0])
	if _, is := b.For("A3"); is || len(b.Open()) != 0 {
		t.Error("the line is still open")
	}
}

func TestTheTwoLedgers(t *testing.T) {
	day := func(n int) time.Time { return morning.AddDate(0, 0, n) }
	lines := []cards.Lending{
		{ID: "2026-L0003", Kind: cards.Visitor, Card: "S1", Person: "doi", Lent: day(2), Until: midnight.AddDate(0, 0, 2)},
		{ID: "2026-L0001", Kind: cards.Issued, Card: "A1", Person: "aoki", Lent: day(0)},
		{ID: "2026-L0002", Kind: cards.Temporary, Card: "S2", Person: "aoki", Lent: day(1), End: cards.Returned, Ended: day(1)},
		{ID: "2026-L0004", Kind: cards.Issued, Card: "A2", Person: "aoki", Lent: day(-9), End: cards.Lost, Ended: day(-1)},
	}
	var all ledger.Roster
	r := roster(t)
	all.Records = r.Records()
	all.People = []ledger.Person{{Person: access.Person{ID: "baba"}, Name: "馬場", Affiliation: "市民課"}}
	for _, c := range []struct {
		staff       bool
		from, until time.Time
		want        string
	}{
		{true, time.Time{}, time.Time{}, "A3/out B1/out C1/overdue A2/lost A1/out S2/returned"},
		{true, day(1), time.Time{}, "A3/out B1/out C1/overdue A1/out S2/returned"},
		{true, day(1).Add(1), time.Time{}, "A3/out B1/out C1/overdue A1/out"},
		{true, time.Time{}, day(0), "A3/out B1/out C1/overdue A2/lost"},
		{false, time.Time{}, time.Time{}, "S1/overdue"},
		{false, day(9), time.Time{}, "S1/overdue"}, // not back yet
		{false, time.Time{}, day(2), ""},
	} {
		var got []string
		for _, l := range cards.Ledger(lines, all, c.staff, c.from, c.until) {
			got = append(got, fmt.Sprintf("%s/%s", l.Card, l.At(day(30))))
			if l.Card == "B1" && (l.Name != "馬場" || l.Affiliation != "市民課" || !l.Lent.IsZero()) {
				t.Errorf("imported: %+v", l)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v:\n%s\nwant\n%s", c, s, c.want)
		}
	}
}

func TestCount(t *testing.T) {
	r, b := roster(t), cards.NewBook(nil)
	p, no := cards.Lend(r, b, permit(nil), cards.Lending{Card: "S1", Person: "doi"}, morning)
	put(t, r, b, p, no)
	type ids = []access.CredentialID
	for _, c := range []struct {
		found ids
		all   bool
		want  string // expected, found: differences
	}{
		{ids{"S2", "S3", "S5"}, false, "3 3:"},
		{ids{"S5", "S2", "S5", "S3", "S2"}, false, "3 3:"},
		{nil, false, "3 0: S2 missing; S3 missing; S5 missing"},
		{ids{"S1", "S2", "S3", "S5"}, false, "3 4: S1 lent doi"},
		{ids{"S2", "S3", "S4", "A1", "X9"}, false, "3 5: A1 held aoki; S4 lost; S5 missing; X9 unknown"},
		{ids{"A1", "A3", "B1", "C1", "S1", "S2", "S3", "S5"}, true, "8 8:"},
		{ids{"A1", "A2", "A3", "C1", "S2", "S3", "S5"}, true, "8 7: A2 lost aoki; B1 missing baba; S1 missing doi"},
	} {
		rows := r.CredentialsOf(cards.Stock)
		if c.all {
			rows = r.Records().Credentials
		}
		n := cards.Compare(r, b, rows, c.found, c.all)
		var diff []string
		for _, d := range n.Differences {
			diff = append(diff, strings.TrimSpace(fmt.Sprintf("%s %s %s", d.Card, d.Why, d.Person)))
		}
		got := strings.TrimSpace(fmt.Sprintf("%d %d: %s", n.Expected, n.Found, strings.Join(diff, "; ")))
		if got != strings.TrimSpace(c.want) || n.Missing()+n.Unexpected() != len(diff) {
			t.Errorf("%v: %s, want %s", c.found, got, c.want)
		}
	}
	n := cards.Count{ID: "2026-C0001", At: morning, Differences: []cards.Difference{{"X9", cards.CountUnknown, ""}}}
	d, err := n.Document()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cards.ReadCount(d.Body); err != nil || fmt.Sprint(got.Differences) != fmt.Sprint(n.Differences) || !got.At.Equal(n.At) || d.Kind != cards.CountDocument {
		t.Errorf("%v %+v", err, got)
	}
}
