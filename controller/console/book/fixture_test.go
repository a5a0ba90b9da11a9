package book_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/ledger"
)

// day is an instant of October 2026 in Japan.
func day(d, hour, minute int) time.Time {
	return time.Date(2026, time.October, d, hour, minute, 12, 0, access.JST)
}

var officer = ledger.Act{Person: "0102", Name: "海野 市子", Post: access.SecurityOfficer, At: day(1, 8, 55)}

// contractor is a 入室者's line with everything in it, a correction too.
func contractor() ledger.Visit {
	return ledger.Visit{
		ID: "2026-000001", Zone: "room", Person: "K-001", Name: "山﨑 𠮷男", Reading: "やまさき よしお", Affiliation: "㈱架空システム保守",
		Class: "visitor.contractor", Identity: "運転免許証", Badge: "7", Entered: day(1, 9, 5), Purpose: "サーバ定期点検", Work: "ディスクの交換",
		Equipment: "CS-1", Permit: "2026-0001", PermitAct: officer,
		Escorts: []ledger.Escorting{
			{Person: "0201", Name: "大空 青", Rule: "art20.1.2", From: day(1, 9, 5), Until: day(1, 10, 0)},
			{Person: "0202", Name: "川原 翠", Rule: "art20.1.2", From: day(1, 10, 0)},
		},
		CarryIn: "ノートPC 1台", Left: day(1, 11, 30),
		Consent:   ledger.Consent{State: ledger.ConsentAfter, Act: officer, How: "account", Text: "電話で確認"},
		Incidents: []ledger.Incident{{At: day(1, 11, 30), Type: "visit.left_without_consent"}},
		Corrections: []ledger.Correction{{
			Field: "purpose", Before: "サーバ点検", After: "サーバ定期点検", Reason: "誤記",
			Maker:     ledger.Act{Person: "0404", Name: "事務 四葉", At: day(2, 9, 0)},
			Checker:   ledger.Act{Person: "0201", Name: "大空 青", At: day(2, 9, 30)},
			Permitter: officer,
		}},
	}
}

// clerkLine is one of the staff's.
func clerkLine(n int, in time.Time) ledger.Visit {
	return ledger.Visit{
		ID: fmt.Sprintf("2026-%06d", n), Zone: "room", Person: "0201", Name: "大空 青", Reading: "おおぞら あお", Affiliation: "市民課",
		Class: "art20.1.2", Credential: "C-0201", Entered: in, Left: in.Add(25 * time.Minute),
	}
}

// shelved opens a site whose register has a contractor's line and n-1 of the staff's in October 2026.
func shelved(t testing.TB, n int) *consoletest.Site {
	t.Helper()
	site := consoletest.Open(t)
	all := []ledger.Visit{contractor()}
	for i := 2; i <= n; i++ {
		all = append(all, clerkLine(i, day(1+i%28, 9+i%8, i%60)))
	}
	for len(all) > 0 {
		some := all[:min(500, len(all))]
		all = all[len(some):]
		if _, err := site.Store.Commit(context.Background(), ledger.Change{Visits: some}, nil); err != nil {
			t.Fatal(err)
		}
	}
	return site
}
