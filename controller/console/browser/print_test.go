package browser_test

import (
	"strconv"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// Any page may be printed: on upright sheets of A4, as few as it needs, each with its number; with what it says, whose print it
// is and when, and without the menu and whatever can only be pressed.
func TestAnyPageIsPrinted(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 60)
		something(s.Site)
		s.Act(consoletest.Card(1201, ""))
		s.Eventually("the door is released", func() bool { return s.Told(journal.AccessGranted) == 1 })
		s.Act(sim.Act{Verb: "open"}, sim.Act{Verb: "close"})
		s.Eventually("somebody is inside", func() bool { return s.Told(journal.VisitOpened) == 1 })
		b := s.as("officer")
		for _, p := range []struct {
			name, path string
			most       int // sheets
			says       string
		}{
			{"now", "/", 2, "髙橋由紀"}, {"muster-now", "/alarms/muster", 1, "髙橋由紀"}, {"figures", "/register/figures?month=" + lastMonth().Format("2006-01"), 2, b.in("職員", "Staff")},
			{"coverage", "/audit/coverage", 2, b.in("四つの対策", "4")}, {"permit", "/permits/2026-0001", 1, "山田太郎"}, {"people", "/people", 2, "青葉誠"},
			{"roles", "/accounts/roles", 3, b.in("入室許可を申請する", "requestapermit")}, {"hours", "/people/hours", 1, b.in("元日", "2026-01-01")},
			{"checkpoints", "/audit/checkpoints", 2, "kidoban/"}, {"articles", "/audit/articles", 5, b.in("第20条", "20")},
		} {
			sheet := b.get(p.path).printed(p.name)
			all := strings.Join(sheet.text, "")
			if len(sheet.size) > p.most || sheet.size[0] != upright {
				s.Errorf("%s: %v, wanted at most %d of %s", p.path, sheet.size, p.most, upright)
			}
			if !strings.Contains(all, p.says) || !strings.Contains(sheet.text[0], "橋本美咲") {
				s.Errorf("%s does not say %q or whose print it is: %.300s", p.path, p.says, all)
			}
			for _, menu := range []string{b.in("メニュー", "Menu"), b.in("サインアウトする", "Signout"), b.in("カードの紛失", "Lostcard")} {
				if strings.Contains(all, menu) {
					s.Errorf("%s has the menu on paper: %s", p.path, menu)
				}
			}
			if last := sheet.text[len(sheet.text)-1]; !strings.HasSuffix(last, "/"+strconv.Itoa(len(sheet.size))) && !strings.Contains(last, strconv.Itoa(len(sheet.size))+"/"+strconv.Itoa(len(sheet.size))) {
				s.Errorf("%s: the last sheet has no number: %s", p.path, last)
			}
		}
	})
}
