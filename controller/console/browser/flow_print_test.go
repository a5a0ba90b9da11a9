package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"kidoban/controller/journal"
)

// formOf is the form from which a paper is ordered.
func formOf(paper string) string {
	return fmt.Sprintf(`main form[action="/register/print"]:has(option[value="%[1]s"], input[name="form"][value="%[1]s"]) `, paper)
}

// order fills in what a paper is of.
func (b *tab) order(paper string, fields map[string]string) string {
	b.Helper()
	if !strings.HasPrefix(b.path(), "/register/forms") {
		b.menu("/register").follow(`main nav.tabs a[href="/register/forms"]`)
	}
	of := formOf(paper)
	if value[bool](b, fmt.Sprintf("!!document.querySelector(`%sselect[name=form]`)", of)) {
		b.fill(of+`select[name="form"]`, paper)
	}
	b.click(of + `button[data-fill]`)
	for name, text := range fields {
		b.fill(of+`[name="`+name+`"]`, text)
	}
	return of
}

const (
	upright   = "210x297 mm"
	landscape = "297x210 mm"
)

// Every form that is there is printed by the browser on sheets of A4, what is of one sheet on one, and says its print number.
func TestPaperFlow(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 2)
		workday(s)
		b := s.as("officer")
		month := map[string]string{"month": lastMonth().Format("2006-01")}
		line := map[string]string{"visit": lineID(1)}
		for _, p := range []struct {
			paper string
			size  string
			of    map[string]string
			most  int // sheets
		}{
			{"register", landscape, month, 1}, {"monthly", upright, month, 1}, {"items", landscape, month, 1}, {"staff-cards", landscape, nil, 2},
			{"visitor-cards", landscape, nil, 1}, {"slip", upright, line, 1}, {"muster", upright, nil, 1}, {"designees", landscape, nil, 1},
			{"maintenance", landscape, nil, 1}, {"disposal", landscape, nil, 1}, {"installation", upright, nil, 1},
		} {
			b.follow(b.order(p.paper, p.of) + `button[value="page"]`)
			number := value[string](b, `document.querySelector(".paper").innerText.match(/2[0-9]{3}-F[0-9]+/)?.[0] ?? ""`)
			sheet := b.printed(p.paper)
			if len(sheet.size) > p.most || sheet.size[0] != p.size || number == "" || !strings.Contains(sheet.text[0], number) {
				s.Errorf("%s: %v, wanted %s; number %q", p.paper, sheet.size, p.size, number)
			}
			if strings.Contains(strings.Join(sheet.text, ""), b.in("サインアウトする", "Signout")) {
				s.Errorf("%s: the frame of the page is on paper", p.paper)
			}
			b.words()
			if p.paper == "register" || p.paper == "slip" {
				b.looks("paper-" + p.paper)
			}
			b.follow(`main .acts a[href="/register/forms"]`)
		}
		if n := s.Told(journal.AccountPrinted); n != 11 {
			s.Errorf("%d prints on record", n)
		}
	})
}

// A month of many lines goes on over sheets, each with its columns, its foot and its number. As PDF and as CSV it is saved by a
// click, as often as somebody wants, each on record.
func TestPrintFlow(t *testing.T) {
	play(t, func(s *stage) {
		shelve(s, 60)
		b := s.as("officer")
		of := b.order("register", map[string]string{"month": lastMonth().Format("2006-01")})
		var numbers []string
		for range 2 {
			name, body := b.saves(of + `button[value="pdf"]`)
			own := b.read(body, "")
			if !strings.HasSuffix(name, ".pdf") || len(own.text) < 2 || !strings.Contains(own.text[0], "山田太郎") || own.size[0] != landscape {
				s.Errorf("%s: %v %.300s", name, own.size, own.text)
			}
			numbers = append(numbers, name)
			b.until("the form can be sent again", `!document.querySelector("form[data-sent]")`)
		}
		if numbers[0] == numbers[1] {
			s.Errorf("two prints of one number: %s", numbers)
		}
		name, body := b.saves(of + `button[value="csv"]`)
		if !strings.HasSuffix(name, ".csv") || !strings.HasPrefix(string(body), "\ufeff") || strings.Count(string(body), "西村 和子") < 59 {
			s.Errorf("%s: %.300s", name, body)
		}
		if n, m := s.Told(journal.AccountPrinted), s.Told(journal.AccountExported); n != 2 || m != 1 {
			s.Errorf("%d prints and %d exports on record", n, m)
		}
		b.until("the form can be sent again", `!document.querySelector("form[data-sent]")`)
		b.follow(of + `button[value="page"]`)
		number := value[string](b, `document.querySelector(".paper").innerText.match(/2[0-9]{3}-F[0-9]+/)?.[0] ?? "none"`)
		head := white.ReplaceAllString(value[string](b, `[...document.querySelectorAll(".paper thead th")].slice(0, 4).map((th) => th.innerText).join("")`), "")
		sheet := b.printed("register-long")
		if len(sheet.size) < 2 {
			s.Errorf("%d sheets", len(sheet.size))
		}
		for i, text := range sheet.text {
			if !strings.Contains(text, head) || !strings.Contains(text, number) {
				s.Errorf("sheet %d has no columns or no number: wants %q, %s in %.200s", i+1, head, number, text)
			}
		}
		b.follow(`main .acts a[href="/register/forms"]`)
		b.follow(b.order("slip", map[string]string{"visit": "2026-999999"}) + `button[value="page"]`)
		b.says("2026-999999").looks("forms-none")
	})
}
