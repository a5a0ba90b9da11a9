package desk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

var opened = time.Date(2026, 4, 1, 9, 5, 0, 0, access.JST)

// lines puts lines of the register on the disk, as the step would.
func (o *office) lines(all ...ledger.Visit) {
	o.Helper()
	if _, err := o.store.Commit(o.Context(), ledger.Change{Visits: all}, []journal.Entry{{
		Type: journal.VisitOpened, Severity: journal.Info, Subject: "zone/room",
	}}); err != nil {
		o.Fatal(err)
	}
}

// search asks for lines.
func (o *office) search(s desk.Search) (out []ledger.Visit) {
	o.Helper()
	body := must(o.client.Ask(o.Context(), "register", s))(o)
	defer func() { _ = body.Close() }()
	for d := json.NewDecoder(body); ; {
		var v ledger.Visit
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			o.Fatal(err)
		}
		out = append(out, v)
	}
}

// Who looks into the register says what for, and it is on record before a line is shown.
func TestASearchIsOnRecordWithItsPurpose(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.lines(
		ledger.Visit{ID: "2026-000001", Zone: "room", Person: "0202", Name: "青木 花子", Entered: opened, Left: opened.Add(time.Hour)},
		ledger.Visit{ID: "2026-000002", Zone: "room", Person: "v01", Name: "𠮷田 太郎", Affiliation: "㈱架空システム保守", Entered: opened.Add(time.Minute), Permit: "2026-0001"},
	)
	day := desk.Search{What: "day", From: opened.Truncate(24 * time.Hour).Add(-9 * time.Hour), Until: opened.Add(24 * time.Hour), Purpose: "日次確認"}
	if got := o.search(day); len(got) != 2 || got[0].Name != "青木 花子" || got[1].ID != "2026-000002" {
		t.Errorf("the day: %+v", got)
	}
	e := o.only(journal.AccountSearched)
	if e.Data.Account != "a-0102" || e.Data.Mode != "day" || !bytes.Contains(e.row.Private, []byte("日次確認")) || bytes.Contains(e.row.Payload, []byte("確認")) {
		t.Errorf("%+v %s", e.Data, e.row.Private)
	}
	for what, x := range map[string]struct {
		s    desk.Search
		want int
	}{
		"person":  {desk.Search{What: "person", Person: "v01"}, 1},
		"nobody":  {desk.Search{What: "person", Person: "v02"}, 0},
		"name":    {desk.Search{What: "name", Name: "架空"}, 1},
		"both in": {desk.Search{What: "inside", At: opened.Add(30 * time.Minute)}, 2},
		"one in":  {desk.Search{What: "inside", At: opened.Add(2 * time.Hour)}, 1},
		"before":  {desk.Search{What: "inside", At: opened.Add(-time.Second)}, 0},
		"zone":    {desk.Search{What: "inside", At: opened.Add(30 * time.Minute), Zone: "cellar"}, 0},
	} {
		x.s.Purpose = "確認"
		if got := o.search(x.s); len(got) != x.want {
			t.Errorf("%s: %+v", what, got)
		}
	}
	if n := len(o.told(journal.AccountSearched)); n != 8 {
		t.Errorf("%d searches on record", n)
	}
}

func TestASearchThatIsNotDone(t *testing.T) {
	o := openWith(t, nil, people.Demo()).as("0102")
	o.lines(ledger.Visit{ID: "2026-000001", Zone: "room", Person: "0202", Name: "青木 花子", Entered: opened})
	for words, s := range map[string]desk.Search{
		"--purpose":               {What: "person", Person: "p01"},
		"purpose holds":           {What: "person", Person: "p01", Purpose: "a\nb"},
		"whose lines":             {What: "person", Purpose: "x"},
		"inside when":             {What: "inside", Purpose: "x"},
		"beginning and":           {What: "month", Purpose: "x", From: opened, Until: opened},
		"searched by day":         {What: "everything", Purpose: "x"},
		"what is looked for":      {What: "name", Purpose: "x"},
		"person is an id":         {What: "person", Person: "花子", Purpose: "x"},
		"half-width kana":         {What: "name", Name: "ﾔﾏ", Purpose: "x"},
		"zone is an id: 1 to 32 ": {What: "person", Person: "p01", Zone: "the room", Purpose: "x"},
	} {
		o.refused(words, "register", s)
	}
	o.disk.breaks(true)
	o.badge(1201)
	o.eventually("nothing can be recorded", func() bool {
		var s desk.Status
		o.get("status", nil, &s)
		return !s.Recording
	})
	o.refused("record_unavailable", "register", desk.Search{What: "person", Person: "p01", Purpose: "x"})
	o.disk.breaks(false)
	if n := len(o.told(journal.AccountSearched)); n > 0 {
		t.Errorf("%d searches on record", n)
	}
}

// Without the role nothing is shown.
func TestASearchNeedsTheRole(t *testing.T) {
	o := openWith(t, nil, people.Demo())
	o.lines(ledger.Visit{ID: "2026-000001", Zone: "room", Person: "0202", Name: "青木 花子", Entered: opened})
	curious := desk.Search{What: "person", Person: "0202", Purpose: "好奇心"}
	o.refused("may only read", "register", curious)
	for _, who := range []access.PersonID{"0104", "0103", "0201"} { // the West branch head, the system manager, a clerk without the duty
		o.as(who).refused("only セキュリティ統括責任者、市民課長", "register", curious)
	}
	o.as("0101").search(curious) // the CISO
}
