package people_test

import (
	"net/url"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
)

// Names are shown to those alone who may look through the roster; nobody who has not signed in is one of them.
func TestRosterIsNotForEverybody(t *testing.T) {
	s := consoletest.Open(t)
	anybody := s.Desk.Nobody()
	for what, body := range map[string]any{
		"people/find": desk.FindPeople{}, "people/file": desk.Whose{Person: "0201"}, "people/turn": desk.Turn{}, "people/hours": struct{}{},
		"card/find": desk.FindCards{}, "card/enrol": desk.Enrol{Door: "room", Side: "entry"}, "people/export": desk.Export{What: "people", Purpose: "x"},
		"edit/look": desk.Edit{Belonging: &access.Belonging{Person: "0201", Section: "x"}},
	} {
		var got any
		if err := anybody.Post(t.Context(), what, body, &got); err == nil {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// The index follows the roster, in the order of the kana.
func TestFindFollowsTheRoster(t *testing.T) {
	s := consoletest.Open(t, func(c *config.Config) { c.Duties.FourEyes = false })
	find := func(words string) (names []string) {
		var f desk.FoundPeople
		if err := s.Desk.Post(t.Context(), "people/find", desk.FindPeople{Words: words}, &f); err != nil {
			t.Fatal(err)
		}
		for _, p := range f.People {
			names = append(names, p.Name)
		}
		return names
	}
	if got := strings.Join(find("ﾃﾞｼﾞﾀﾙ"), " "); got != "井上 明 岡田 涼 東 健太郎" {
		t.Error(got)
	}
	var got desk.Import
	csv := "id,name,reading,kind\nz1,﨑山 𠮷子,さきやま よしこ,staff\n"
	if err := s.Desk.Send(t.Context(), "import", url.Values{"name": {"x.csv"}}, []byte(csv), &got); err != nil || !got.Done || len(got.Changes) != 1 {
		t.Fatal(err, got)
	}
	if got := find("崎山吉子"); len(got) != 1 {
		t.Errorf("the new one is not found: %v", got)
	}
}
