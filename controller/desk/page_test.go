package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

func (o *office) page(q desk.Page) (out desk.Paged) {
	o.Helper()
	if err := o.client.Post(o.Context(), "register/page", q, &out); err != nil {
		o.Fatal(err)
	}
	return out
}

func (o *office) many(n int) {
	o.Helper()
	var all []ledger.Visit
	for i := range n {
		all = append(all, ledger.Visit{
			ID: fmt.Sprintf("2026-%06d", i+1), Zone: "room", Person: "0202", Name: "青木 花子", Entered: opened.Add(time.Duration(i) * time.Minute),
		})
	}
	o.lines(all...)
}

var aMonth = desk.Search{What: "month", From: time.Date(2026, 4, 1, 0, 0, 0, 0, access.JST), Until: time.Date(2026, 5, 1, 0, 0, 0, 0, access.JST)}

// A search of many pages is one search: one record, one purpose, all lines.
func TestPagesOfASearch(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.many(25)
	for what, s := range map[string]desk.Search{
		"month": aMonth, "person": {What: "person", Person: "0202"}, "name": {What: "name", Name: "花子"}, "inside": {What: "inside", At: opened.Add(time.Hour)},
	} {
		before := len(o.told(journal.AccountSearched))
		s.Purpose = "月次点検"
		q := desk.Page{Search: s, Limit: 10}
		var got []string
		for range 9 {
			p := o.page(q)
			if p.All != 25 && (what != "name" || p.All != -1) {
				t.Errorf("%s: %d lines in all", what, p.All)
			}
			for _, v := range p.Lines {
				got = append(got, v.ID)
			}
			if q.Record, q.Onwards, q.Purpose = p.Record, p.Onwards, ""; q.Onwards == "" {
				break
			}
		}
		if len(got) != 25 || !slices.IsSorted(got) {
			t.Errorf("%s: %v", what, got)
		}
		if n := len(o.told(journal.AccountSearched)) - before; n != 1 {
			t.Errorf("%s: %d records of one search", what, n)
		}
	}
}

// A further page shows nothing that the first page's record does not stand for.
func TestAPageThatIsNotOfTheSearch(t *testing.T) {
	whole := openWith(t, nil, people.Demo())
	o := whole.as("0102")
	o.many(25)
	first := aMonth
	first.Purpose = "月次点検"
	p := o.page(desk.Page{Search: first, Limit: 10})
	on := desk.Page{Search: aMonth, Limit: 10, Record: p.Record, Onwards: p.Onwards}
	for what, change := range map[string]func(*desk.Page){
		"another time":     func(q *desk.Page) { q.Until = q.Until.AddDate(0, 1, 0) },
		"another room":     func(q *desk.Page) { q.Zone = "room" },
		"another person":   func(q *desk.Page) { q.Person = "0202" },
		"a name":           func(q *desk.Page) { q.Name = "花子" },
		"another search":   func(q *desk.Page) { q.What = "year" },
		"another entry":    func(q *desk.Page) { q.Record-- },
		"no entry there":   func(q *desk.Page) { q.Record += 1000 },
		"entry 0, a start": func(q *desk.Page) { q.Record = 1 },
	} {
		q := on
		change(&q)
		if err := o.client.Post(t.Context(), "register/page", q, nil); err == nil {
			t.Errorf("%s: shown", what)
		}
	}
	whole.as("0101").refused("not on record", "register/page", on) // the CISO may search, but did not begin this one
	whole.refused("not on record", "register/page", on)            // no account at all
	o.refused("the place and the record", "register/page", desk.Page{Search: first, Onwards: p.Onwards})
	o.refused("the place and the record", "register/page", desk.Page{Search: aMonth, Record: p.Record, Onwards: "1; DROP TABLE visit"})
	o.refused("--purpose", "register/page", desk.Page{Search: aMonth})
	o.refused("1 to 500 lines", "register/page", desk.Page{Search: first, Limit: 501})
	if got := o.page(on); len(got.Lines) != 10 || got.Lines[0].ID != "2026-000011" {
		t.Errorf("the next page %+v", got)
	}
}

// A record that is old, or forged for somebody else's account, does not carry a search on.
func TestASearchEnds(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.many(3)
	old := journal.Entry{Type: journal.AccountSearched, Private: []byte(`{"purpose":"x","salt":"00"}`), Data: journal.Data{
		Account: "a-0102", Mode: "month", From: aMonth.From.Format(time.RFC3339), Until: aMonth.Until.Format(time.RFC3339)}}
	for age, shown := range map[time.Duration]bool{time.Minute: true, 2 * time.Hour: false, -time.Hour: false} {
		e := old
		e.At.Wall = o.deps.Clock.Now().Wall.Add(-age)
		n := o.store.Head().Size
		o.noted(e)
		err := o.client.Post(t.Context(), "register/page", desk.Page{Search: aMonth, Record: n}, nil)
		if (err == nil) != shown {
			t.Errorf("%v old: %v", age, err)
		}
	}
}

func (o *office) leaves(q desk.Entries) (numbers []uint64, out desk.Leafed) {
	o.Helper()
	if err := o.client.Post(o.Context(), "journal/page", q, &out); err != nil {
		o.Fatal(err)
	}
	for _, e := range out.Entries {
		sealed, err := journal.Parse(e.Line)
		if err != nil || sealed.Sequence != e.Sequence || journal.LeafHash(e.Line).String() != e.Leaf {
			o.Errorf("entry %d: %v", e.Sequence, err)
		}
		numbers = append(numbers, e.Sequence)
	}
	return numbers, out
}

// The journal by pages: what fits, newest first, and nothing of duress for those who may not know.
func TestPagesOfTheJournal(t *testing.T) {
	o := openWith(t, nil, people.Demo())
	n := o.store.Head().Size
	for i := range 30 {
		e := journal.Entry{Type: journal.AccessGranted, Data: journal.Data{Door: "room", Person: fmt.Sprint("p", i%3)}}
		switch i % 10 {
		case 3:
			e.Type, e.Severity = journal.AccessDuress, journal.Emergency
		case 4:
			e.Type, e.Severity = journal.AccessDenied, journal.Warning
		}
		e.At.Wall = opened.Add(time.Duration(i) * time.Hour)
		o.noted(e)
	}
	at := func(all ...uint64) []uint64 {
		for i := range all {
			all[i] += n
		}
		return all
	}
	officer := o.as("0102")
	for what, x := range map[string]struct {
		of   *office
		q    desk.Entries
		want []uint64
	}{
		"the last":         {o, desk.Entries{Limit: 5}, at(29, 28, 27, 26, 25)},
		"without duress":   {o, desk.Entries{Limit: 3, Before: n + 25}, at(24, 22, 21)},
		"with it":          {officer, desk.Entries{Limit: 3, Before: n + 25}, at(24, 23, 22)},
		"a type":           {o, desk.Entries{Types: []string{"access.denied"}}, at(24, 14, 4)},
		"a class":          {officer, desk.Entries{Types: []string{"access"}, Limit: 2}, at(29, 28)},
		"severe":           {officer, desk.Entries{Severity: "warning", From: opened}, at(24, 23, 14, 13, 4, 3)},
		"severe, not all":  {o, desk.Entries{Severity: "warning", From: opened}, at(24, 14, 4)},
		"a person":         {o, desk.Entries{Person: "p1", Before: n + 9}, at(7, 4, 1)},
		"a time":           {o, desk.Entries{From: opened.Add(time.Hour), Until: opened.Add(3 * time.Hour)}, at(2, 1)},
		"a door with none": {o, desk.Entries{Door: "cellar"}, nil},
	} {
		if got, _ := x.of.leaves(x.q); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", what, got, x.want)
		}
	}
	var all []uint64
	for q := (desk.Entries{Limit: 7}); ; {
		some, page := officer.leaves(q)
		all = append(all, some...)
		if q.Before = page.Before; q.Before == 0 {
			break
		}
	}
	if uint64(len(all)) != o.store.Head().Size || all[len(all)-1] != 0 {
		t.Errorf("all are %d of %d", len(all), o.store.Head().Size)
	}
	for words, q := range map[string]desk.Entries{
		"no severity": {Severity: "bad"}, "no entry is of the type": {Types: []string{"access.nothing"}}, "1 to 500": {Limit: -1},
		"a beginning": {From: opened, Until: opened}, "door is an id": {Door: "the door"},
	} {
		o.refused(words, "journal/page", q)
	}
}
