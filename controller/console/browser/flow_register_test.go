package browser_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
	"kidoban/device/sim"
)

// lastMonth is the first of the month before this one, at nine.
func lastMonth() time.Time {
	y, m, _ := time.Now().In(access.JST).Date()
	return time.Date(y, m-1, 1, 9, 5, 12, 0, access.JST)
}

// lineID is the number of one of the lines that shelve makes.
func lineID(n int) string { return fmt.Sprintf("%04d-9%05d", retention.FiscalYear(lastMonth()), n) }

// shelve puts lines of the last month into the register: a contractor's, corrected and left without consent, and n-1 of the
// staff's. The journal does not tell of them.
func shelve(s *stage, n int) {
	s.Helper()
	first := lastMonth()
	act := ledger.Act{Person: "0102", Name: "橋本 美咲", Post: access.SecurityOfficer, At: first.Add(-time.Hour)}
	other := ledger.Act{Person: "0404", Name: "事務 四葉", At: first.AddDate(0, 0, 1)}
	all := []ledger.Visit{{
		ID: lineID(1), Zone: "room", Person: "K-001", Name: "山田 太郎", Reading: "やまだ たろう", Affiliation: "㈱架空システム保守",
		Class: "visitor.contractor", Badge: "7", Entered: first, Purpose: "サーバ定期点検", Permit: "2026-0901", PermitAct: act,
		Escorts: []ledger.Escorting{{Person: "0201", Name: "西村 和子", Rule: "art20.1.2", From: first}}, Left: first.Add(2 * time.Hour),
		Consent:     ledger.Consent{State: ledger.ConsentAfter, Act: act, How: "account"},
		Incidents:   []ledger.Incident{{At: first.Add(2 * time.Hour), Type: "visit.left_without_consent"}},
		Corrections: []ledger.Correction{{Field: "purpose", Before: "㈱架空システム保守", After: "サーバ定期点検", Maker: other, Checker: act, Permitter: act}},
	}}
	for i := 2; i <= n; i++ {
		in := first.Add(time.Duration(i) * 5 * time.Hour / 2)
		all = append(all, ledger.Visit{
			ID: lineID(i), Zone: "room", Person: "0201", Name: "西村 和子", Reading: "にしむら かずこ", Affiliation: "市民課",
			Class: "art20.1.2", Credential: "C-0201", Entered: in, Left: in.Add(25 * time.Minute),
		})
	}
	if _, err := s.Store.Commit(context.Background(), ledger.Change{Visits: all}, nil); err != nil {
		s.Fatal(err)
	}
}

// workday is what happens at the door today: a member of the staff goes in and out, a lost card is refused.
func workday(s *stage) {
	s.Helper()
	s.Act(consoletest.Card(1201, ""))
	s.Eventually("the door is released", func() bool { return s.Told(journal.AccessGranted) == 1 })
	s.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
	s.Eventually("somebody went in", func() bool { return s.Told(journal.VisitOpened) == 1 })
	s.Act(consoletest.Card(1201, "exit"), sim.Act{Verb: "handle"}, sim.Act{Verb: "close"}, consoletest.Card(1203, ""))
	s.Eventually("and out", func() bool { return s.Told(journal.VisitClosed) == 1 && s.Told(journal.AccessDenied) == 1 })
}

const searchForm = `main form[action="/register/search"] `

// search fills in a way of searching and sends it.
func (b *tab) search(way, field, text string) *tab {
	b.Helper()
	b.fill(searchForm+`input[name="why"]`, b.in("窓口の照会", "enquiry"))
	b.click(searchForm + `label[for="by-` + way + `"]`)
	return b.fill(searchForm+field, text).follow(searchForm + `button.main`)
}

// No line is shown before what for is on record; each way of searching finds its lines; a line shows what was struck out.
func TestSearchFlow(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 130)
		workday(s)
		first := lastMonth()
		b := s.as("clerk").menu("/register")
		b.click(searchForm + `button.main`)
		b.until("the browser asks for the purpose", `document.querySelector("#why").matches(":invalid") && document.activeElement.id === "why"`)
		if s.Told(journal.AccountSearched) != 0 {
			s.Error("searched without a purpose")
		}
		b.click(searchForm + `button[data-fill="why"]`)
		b.fill(searchForm+`input[name="month"]`, first.Format("2006-01")).follow(searchForm + `button.main`)
		b.says("山田 太郎", "130", b.in("訂正1件", "1 correction"), b.in("月次点検", "Monthly review")).looks("register-found")
		found := b.path()
		b.follow(`main a[rel="next"]`).says(b.in("最初のページへ", "First page")).hides("山田 太郎")
		b.follow(`main nav.pages a.button`).follow(`main tbody a[href^="/register/found/"]`).looks("register-line")
		b.until("what was struck out is legible", `document.querySelector(".paper del").innerText.includes("㈱架空システム保守")`)
		b.follow(`main p a[href^="/register/found/"]`)
		if b.path() != found || s.Told(journal.AccountSearched) != 1 {
			s.Errorf("%s; %d searches on record for one", b.path(), s.Told(journal.AccountSearched))
		}
		b.search("day", `input[name="day"]`, first.Format(time.DateOnly)).says("山田 太郎")
		b.search("name", `input[name="find"]`, "やまだ").says("山田 太郎").hides("西村 和子 ")
		b.search("person", `input[name="person"]`, "0201").says("西村 和子").hides("山田 太郎")
		b.search("inside", `input[name="at"]`, first.Add(time.Hour).Format("2006-01-02T15:04")).says("山田 太郎").hides("やまださん")
		b.search("year", `select[name="year"]`, fmt.Sprint(retention.FiscalYear(first))).says("山田 太郎")
		b.search("name", `input[name="find"]`, "存在しない").says(b.in("該当する行はありません", "No line fits"))
		b.search("year", `select[name="year"]`, fmt.Sprint(retention.FiscalYear(first)-2)).says(b.in("該当する行はありません", "No line fits")).looks("register-none")
		// A field that is filled in is what is meant, though another way was chosen before.
		b.fill(searchForm+`input[name="why"]`, b.in("窓口の照会", "enquiry")).fill(searchForm+`input[name="find"]`, "やまだ").follow(searchForm + `button.main`)
		b.says("山田 太郎").hides("西村 和子 ")
		b.get(found + "/2026-000001").says("2026-000001").looks("register-noline")
		s.as("officer").get(found).says(b.in("前の検索は終わっています", "That search is over")).looks("register-over")
	})
}

// Figures are of everybody who is signed in, name nobody, and each chart has its numbers as a table.
func TestFiguresFlow(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 40)
		workday(s)
		b := s.as("staff").get("/register/figures").says(s.in("1件", "1 line")).hides("西村 和子")
		b.follow(`main a[rel="prev"]`).says(b.in("40件", "40 line")).hides("山田 太郎")
		charts := value[int](b, `document.querySelectorAll("figure svg").length`)
		for i := range charts {
			if value[bool](b, fmt.Sprintf(`!!document.querySelectorAll("figure")[%d].querySelector("details")`, i)) {
				b.click(fmt.Sprintf(`figure:nth-of-type(%d) summary`, i+1))
			}
		}
		tables := value[int](b, `[...document.querySelectorAll("figure table")].filter((t) => t.checkVisibility()).length`)
		if charts != 5 || tables < 3 {
			s.Errorf("%d charts, %d tables", charts, tables)
		}
		b.looks("register-figures")
		b.fill(`main select[name="year"]`, fmt.Sprint(retention.FiscalYear(lastMonth()))).follow(`main form button`)
		b.says(b.in("令和", "FY")).looks("register-figures-year")
	})
}

// A month is reviewed and signed by the officer alone; with something out of order it says what; the year is compared with
// the journal, which tells nothing of what was put into the book behind its back.
func TestReviewFlow(t *testing.T) {
	playAt(t, func(t testing.TB) *consoletest.Site { return consoletest.OpenSince(t, lastMonth().AddDate(0, -1, 0)) }, func(s *stage) {
		workday(s)
		year := retention.FiscalYear(time.Now())
		s.as("clerk").menu("/register").follow(`main a[href="/register/review"]`).looks("register-review-clerk").hides(`action="/register/sign"`)
		b := s.as("auditor").menu("/register").follow(`main a[href="/register/compare"]`)
		b.click(`main button[data-fill="compare-why"]`)
		b.follow(`main form[action="/register/compare"] button.main`)
		b.until("it is compared", `!document.querySelector("progress") && !!document.querySelector("main .note.done")`)
		b.says(b.in("1行は、すべて証跡のとおり", "All 1 lines are what the journal tells")).looks("register-same")

		shelve(s, 3)
		b.click(`main button[data-fill="compare-why"]`)
		b.follow(`main form[action="/register/compare"] button.main`)
		b.until("it is compared again", `!document.querySelector("progress") && !!document.querySelector("main .note.fault")`)
		b.says(lineID(1), b.in("行そのもの", "the whole line")).looks("register-differs")
		if n := s.Told(journal.AccountSearched); n != 2 {
			s.Errorf("%d comparisons on record", n)
		}

		b = s.as("officer").menu("/register").follow(`main a[href="/register/review"]`)
		if retention.FiscalYear(lastMonth()) != year {
			b.fill(`main select[name="year"]`, fmt.Sprint(year-1)).follow(`main form[method="get"] button`)
		}
		month := lastMonth().Format("2006-01")
		of := `main li:has(form[action="/register/sign"] input[name="month"][value="` + month + `"]) `
		b.click(of + "summary")
		b.looks("register-review-open")
		b.click(of + `label.choice:has(input[name="abnormal"])`)
		b.follow(of + `form[action="/register/sign"] button`).looks("register-review-fault")
		if s.Told(journal.RegisterChecked) != 0 {
			s.Error("something is out of order, and it is signed without saying what")
		}
		b.fill(of+`input[name="findings"]`, "㈱架空システム保守").follow(of + `form[action="/register/sign"] button`)
		b.says(b.in("月次点検に署名しました", "The monthly review is signed"), b.in("点検済(異常あり)", "reviewed, something out of order")).looks("register-signed")
		if s.Told(journal.RegisterChecked) != 1 {
			s.Error("it is not on record")
		}
	})
}

// Who may what, by the menu and by an address that somebody remembers.
func TestRegisterRoles(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 1)
		tabs := []string{"/register", "/register/forms", "/register/figures", "/register/review", "/register/retention"}
		for name, want := range map[string]string{"officer": "ooooo", "ciso": "o-ooo", "clerk": "ooooo", "auditor": "o-oo-", "manager": "o-o-o"} {
			b := s.as(name).menu("/register")
			for i, path := range tabs {
				shown := value[bool](b, `!!document.querySelector('main nav.tabs a[href="`+path+`"]')`)
				if shown != (want[i] == 'o') {
					s.Errorf("%s is shown %s: %v", name, path, shown)
				}
				if !shown {
					b.get(path).says(b.in("あなたの職・担当ではできません", "Your post or duty does not allow"))
					b.menu("/register")
				}
			}
		}
		s.as("manager").looks("register-manager").hides(`name="why"`)
		s.as("clerk").menu("/register").follow(`main a[href="/register/forms"]`).hides(`value="csv"`)
		if n := value[int](s.as("designee").get("/"), `document.querySelectorAll('nav a[href="/register"]').length`); n != 0 {
			s.Error("a designee has the register in the menu")
		}
	})
}
