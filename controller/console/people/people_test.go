package people_test

import (
	"net/url"
	"strings"
	"testing"

	"kidoban/controller/console/consoletest"
)

// Every page in both languages, without a word that is missing.
func TestPages(t *testing.T) {
	s := consoletest.Open(t)
	for _, lang := range []string{"ja", "en"} {
		for _, name := range []string{"manager", "officer", "clerk", "staff", "auditor"} {
			b := s.SignIn(name, lang)
			for _, path := range []string{
				"/people", "/people?q=%E3%83%A4%E3%83%9E%E3%83%A2%E3%83%88", "/people/of/0201", "/people/of/K-001", "/people/of/0102",
				"/people/posts", "/people/posts?on=2024-04-01", "/people/cards", "/people/card/C-0201", "/people/card/C-0203", "/people/hours",
				"/people/why", "/people/why?person=0201&door=room", "/people/why?card=C-9001", "/people/cards/out",
			} {
				if b.Get(path); b.Code != 200 {
					t.Errorf("%s, %s: %d %s", name, path, b.Code, b.Said())
				}
				b.MustNot("〔", "&lt;no value&gt;", "<no value>", "ZgotmplZ")
			}
		}
	}
}

// What only some may do is not shown to others, and refused to them.
func TestRoles(t *testing.T) {
	s := consoletest.Open(t)
	for name, pages := range map[string]map[string]int{
		"officer":  {"/people/edit?what=person": 200, "/people/import": 200, "/people/proposals": 200, "/lost": 200, "/people/cards/lend": 200, "/people/cards/count": 200, "/people/cards/new": 200, "/people/cards/ledger": 200},
		"manager":  {"/people/edit?what=post": 200, "/people/import": 200, "/people/proposals": 200, "/lost": 200, "/people/cards/lend": 403, "/people/cards/count": 200, "/people/cards/new": 403, "/people/cards/ledger": 403},
		"clerk":    {"/people/edit?what=duty": 200, "/people/import": 200, "/people/proposals": 200, "/lost": 200, "/people/cards/lend": 200, "/people/cards/count": 200, "/people/cards/new": 200, "/people/cards/ledger": 200},
		"staff":    {"/people": 200, "/people/edit?what=member": 403, "/people/import": 403, "/people/proposals": 200, "/lost": 200, "/people/cards/lend": 200, "/people/cards/count": 403, "/people/cards/new": 403},
		"auditor":  {"/people": 200, "/people/edit?what=person": 403, "/people/import": 403, "/people/proposals": 403, "/lost": 403, "/people/cards/lend": 403, "/people/cards/ledger": 200},
		"designee": {"/people": 403, "/people/of/0201": 403, "/people/cards": 403, "/people/why": 403, "/lost": 403},
		"nobody":   {"/people": 403, "/people/posts": 403, "/people/hours": 403},
	} {
		b := s.SignIn(name)
		for path, want := range pages {
			if b.Get(path); b.Code != want {
				t.Errorf("%s, %s: %d, want %d: %.200s", name, path, b.Code, want, b.Said())
			}
			b.MustNot("〔")
		}
	}
}

// Four eyes: one proposes, sees that it waits, and cannot approve it; another sees before and after, and does.
func TestFourEyes(t *testing.T) {
	s := consoletest.Open(t)
	clerk, manager := s.SignIn("clerk"), s.SignIn("manager")
	form := url.Values{"what": {"person"}, "old": {"1"}, "person": {"0302"}, "fullname": {"岡田 凉"}, "reading": {"おかだ りょう"}, "kind": {"staff"}, "affiliation": {"デジタル推進課"}}
	clerk.Get("/people/edit?what=person&old=1&person=0302").Must("0302")
	if !strings.Contains(clerk.Page, `value="岡田 涼"`) {
		t.Errorf("the form does not hold what stands: %s", clerk.Said())
	}
	clerk.Send("/people/review", form).Must("岡田 涼", "岡田 凉", "別の人の確認が要ります", "変更を起案する")
	clerk.Send("/people/change", form).Must("別の人の確認を待っています", "岡田 凉", "取り下げる").MustNot("/people/proposals/approve")
	manager.Get("/people/of/0302").Must("岡田 涼", "確認待ちの変更")
	manager.Get("/people/proposals").Must("岡田 涼", "岡田 凉", "確認する", "差し戻す")
	id := between(manager.Page, `name="proposal" value="`, `"`)
	clerk.Send("/people/proposals/approve", url.Values{"proposal": {id}})
	if manager.Get("/people/of/0302").Must("岡田 涼"); strings.Contains(manager.Said(), "岡田 凉") {
		t.Error("its maker approved it")
	}
	manager.Get("/people/proposals")
	manager.Send("/people/proposals/approve", url.Values{"proposal": {id}}).Must("確認しました")
	clerk.Get("/people?q=" + url.QueryEscape("岡田")).Must("岡田 凉")

	form.Set("fullname", "岡田 涼")
	clerk.Get("/people/edit?what=person&old=1&person=0302")
	clerk.Send("/people/change", form)
	manager.Get("/people/proposals")
	id = between(manager.Page, `name="proposal" value="`, `"`)
	manager.Send("/people/proposals/reject", url.Values{"proposal": {id}, "reason": {"誤り"}}).Must("差し戻しました")
	clerk.Get("/people?q=" + url.QueryEscape("おかだ")).Must("岡田 凉")
	clerk.Get("/people/proposals?of=all").Must("確認を待っているものはありません")
	clerk.Get("/people/proposals?of=mine").Must("差し戻されたもの", "誤り", "東 健太郎")
	manager.Get("/people/proposals?of=mine").MustNot("差し戻されたもの")
}

// between is what stands between two texts, "" if it does not.
func between(s, from, until string) string {
	_, rest, _ := strings.Cut(s, from)
	out, _, found := strings.Cut(rest, until)
	if !found {
		return ""
	}
	return out
}

// What is wrong stands with its field, and what was filled in stays.
func TestFieldFaults(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"order":     {url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}, "begins": {"2027-04-01"}, "ends": {"2027-03-01"}}, "終わりが始まりより前です"},
		"nobody":    {url.Values{"what": {"member"}, "person": {"誰でもない"}, "section": {"市民課"}}, "名簿に該当する方がいません"},
		"several":   {url.Values{"what": {"member"}, "person": {"市民課"}, "section": {"市民課"}}, "一人に決まりません"},
		"hours":     {url.Values{"what": {"schedule"}, "schedule": {"day"}, "mon": {"25:00-26:00"}}, "08:30-17:15 のように"},
		"missing":   {url.Values{"what": {"person"}, "person": {"0999"}, "kind": {"staff"}}, "氏名: 記入してください"},
		"post held": {url.Values{"what": {"post"}, "person": {"0201"}, "post": {"security-officer"}, "begins": {"2026-01-01"}}, ""},
	} {
		b.Get("/people/edit?what=" + c.form.Get("what"))
		b.Send("/people/review", c.form)
		if c.says != "" {
			b.Must(c.says)
			if b.Code != 422 || !strings.Contains(b.Page, "-wrong") {
				t.Errorf("%s: %d, beside its field: %v", name, b.Code, strings.Contains(b.Page, "-wrong"))
			}
			continue
		}
		if strings.Contains(b.Page, "/people/change\" name") || !strings.Contains(b.Page, "note fault") || strings.Contains(b.Said(), "変更を起案する") {
			t.Errorf("%s: %s", name, b.Said())
		}
	}
}
