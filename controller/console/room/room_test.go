package room_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

var update = flag.Bool("update", false, "write testdata anew")

// fixed are what differs from run to run.
var fixed = []struct {
	is *regexp.Regexp
	as string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "DATE"}, {regexp.MustCompile(`\d\d:\d\d(:\d\d)?`), "TIME"},
	{regexp.MustCompile(`\(解錠1回での2回目の開扉\)| \(second opening on one release\)`), ""}, // of a fast machine
	{regexp.MustCompile(`(証跡 |journal: )\d+`), "${1}N"}, {regexp.MustCompile(`[\d.]+ GB \(\d+%\)`), "SPACE"},
}

// The first page of each role, as an official could read it: testdata/roles.txt.
func TestRoles(t *testing.T) {
	var out strings.Builder
	for names := range slices.Chunk(slices.Sorted(maps.Keys(consoletest.Accounts())), 6) { // so many sign in at once
		site := alarmed(t)
		for _, name := range names {
			b := site.SignIn(name).Get("/")
			fmt.Fprintf(&out, "== %s: %d, taps: %s\n", name, b.Code, taps(b.Page))
			if name == "officer" || name == "nobody" {
				fmt.Fprintln(&out, b.Said())
			}
			fmt.Fprintf(&out, "   the door: %d\n", b.Get("/door/room").Code)
		}
	}
	fmt.Fprintf(&out, "== officer, in English\n%s\n", alarmed(t).SignIn("officer", "en").Get("/").Said())
	got := out.String()
	for _, f := range fixed {
		got = f.is.ReplaceAllString(got, f.as)
	}
	compare(t, "testdata/roles.txt", got)
}

// alarmed is a site with somebody inside whose door was forced.
func alarmed(t *testing.T) *consoletest.Site {
	site := consoletest.Open(t)
	site.Act(consoletest.Card(1201, "entry"))
	pass(site, "open")
	site.Eventually("at rest", func() bool { return site.Told(journal.DoorClosed) == 1 && site.Told(journal.LockSecured) == 1 })
	site.Act(sim.Act{Verb: "force"})
	site.Eventually("the alarm", func() bool { return site.Told(journal.AlarmRaised) == 1 })
	return site
}

// taps are the classes of what may be done with one tap.
func taps(page string) string {
	return strings.Join(regexp.MustCompile(`may-[a-z]+`).FindAllString(page, -1), " ")
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s says otherwise (-update writes it):\n%s", path, got)
	}
}

// pass opens and closes the door once it is released.
func pass(s *consoletest.Site, verb string) {
	s.Helper()
	s.Eventually("the door is released", func() bool {
		var l sim.Look
		return s.Desk.Get(context.Background(), "sim", url.Values{"door": {"room"}}, &l) == nil && l.Strike
	})
	s.Act(sim.Act{Verb: verb}, sim.Act{Verb: "close"})
}

// signed speaks with the daemon as an account.
func signed(s *consoletest.Site, name string) *desk.Client {
	s.Helper()
	var got desk.SignedIn
	nobody := desk.Dial(s.Config.Socket.Path)
	s.Cleanup(nobody.Close)
	if err := nobody.Post(context.Background(), "sign-in", desk.SignIn{Name: name, Password: consoletest.Password}, &got); err != nil {
		s.Fatal(err)
	}
	return nobody.As(got.Token)
}

// visited lets two visitors in with staff of the room, who ask for the consent to leave; it says which lines those are.
func visited(s *consoletest.Site) (lines []string) {
	s.Helper()
	staff, officer := signed(s, "staff"), signed(s, "officer")
	do := func(as *desk.Client, what string, order, answer any) {
		s.Helper()
		if err := as.Post(context.Background(), what, order, answer); err != nil {
			s.Fatal(what, err)
		}
	}
	var id access.PermitID
	do(staff, "permit/request", desk.Permit{
		Zone: "room", From: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour),
		Text: ledger.PermitText{
			Organisation: "架空システム保守", Purpose: "サーバ定期点検",
			Visitors: []ledger.Visitor{{Name: "山田 一郎", Reading: "やまだ いちろう", Class: "contractor"}, {Name: "山田 次郎", Reading: "やまだ じろう", Class: "contractor"}},
		},
	}, &id)
	do(officer, "permit/decide", desk.Decide{ID: id, Grant: true}, nil)
	var permits []ledger.Permit
	if err := staff.Get(context.Background(), "permits", url.Values{"id": {string(id)}}, &permits); err != nil {
		s.Fatal(err)
	}
	var persons []access.PersonID
	for _, h := range permits[0].Holders {
		persons = append(persons, h.Person)
	}
	do(staff, "visit/announce", desk.Announce{Permit: id, Persons: persons, Door: "room", Identity: "運転免許証"}, nil)
	s.Act(consoletest.Card(1201, "entry"))
	pass(s, "open")
	s.Eventually("they are inside", func() bool { return s.Told(journal.VisitOpened) == 3 })
	var visits []ledger.Visit
	if err := staff.Get(context.Background(), "visits", nil, &visits); err != nil {
		s.Fatal(err)
	}
	for _, v := range visits {
		if v.Visitor() {
			lines = append(lines, v.ID)
		}
	}
	do(staff, "visit/ask-consent", desk.Visits{Visits: lines}, nil)
	return lines
}

// Consent is one tap, for one or for all who wait; those who may not consent have no button, and no way around it.
func TestConsent(t *testing.T) {
	site := consoletest.Open(t)
	lines := visited(site)
	b := site.SignIn("designee").Get("/").Must("確認してください", "退室の承諾待ち", "山田 一郎", "まとめて承諾する", "職員 1人・入室者 2人", "立会者 髙橋 由紀")
	if !strings.Contains(b.Page, `form="consent" name="visits" value="`+strings.Join(lines, ",")) || taps(b.Page) != "may-consent" {
		t.Errorf("no tap for all: %s", taps(b.Page))
	}
	staff := site.SignIn("staff").Get("/")
	if staff.Send("/now/consent", url.Values{"visits": lines}); staff.Code != 403 {
		t.Errorf("staff consent: %d", staff.Code)
	}
	b.Send("/now/consent", url.Values{"visits": {lines[0]}}).Must("退室を承諾しました", "山田 次郎")
	b.Send("/now/consent", url.Values{"visits": {lines[1]}}).Must("退室を承諾しました").MustNot("room.waiting", "退室の承諾待ち")
	if n := site.Told(journal.VisitConsented); n != 2 {
		t.Errorf("%d consents", n)
	}
	b.Send("/now/consent", url.Values{"visits": {"x y"}})
	if b.Code != 400 {
		t.Errorf("%d", b.Code)
	}
	b.Send("/now/consent", nil)
	if b.Code != 422 {
		t.Errorf("%d", b.Code)
	}
}

// An order to a door is one release, or a lockdown with an end; each is an entry with the account and says why.
func TestOrders(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("clerk").Get("/door/room").Must("1回だけ解錠する", "開けるか、時間が過ぎると施錠に戻ります", "退室はいつでもできます")
	for field, form := range map[string]url.Values{
		"理由": {"seconds": {"5"}}, "解錠しておく秒数": {"reason": {"配送"}, "seconds": {"61"}}, "整数": {"reason": {"配送"}, "seconds": {"-1"}},
	} {
		if b.Get("/door/room").Send("/door/room/release", form).Must(field); b.Code != 422 {
			t.Errorf("%s: %d", field, b.Code)
		}
	}
	if site.Told(journal.LockReleased) != 0 {
		t.Error("released for nothing")
	}
	b.Get("/door/room").Send("/door/room/release", url.Values{"reason": {"配送の受取り"}, "seconds": {"5"}}).Must("解錠しました")
	pass(site, "open")
	again := b.Get("/door/room").Once()
	lock := url.Values{"once": {again}, "reason": {"点検"}, "hours": {"2"}}
	b.Send("/door/room/lockdown", lock).Must("入室を停止しました", "入室停止中です")
	b.Send("/door/room/lockdown", lock)
	if b.Code != 409 {
		t.Errorf("sent twice: %d", b.Code)
	}
	for _, hours := range []string{"", "0", "9999", "x"} {
		b.Get("/door/room").Send("/door/room/lockdown", url.Values{"reason": {"点検"}, "hours": {hours}})
		if b.Code != 422 {
			t.Errorf("a lockdown of %q hours: %d", hours, b.Code)
		}
	}
	b.Get("/door/room").Must("入室停止を解除する").Send("/door/room/release", url.Values{"reason": {"配送"}})
	if b.Code != 409 {
		t.Errorf("released while locked down: %d", b.Code)
	}
	b.Get("/door/room").Send("/door/room/normal", url.Values{"reason": {"済"}}).Must("解除しました")
	if n := site.Told(journal.DoorModeChanged); n != 2 {
		t.Errorf("%d changes of mode", n)
	}
	if b.Get("/door/cellar"); b.Code != 404 {
		t.Errorf("no such door: %d", b.Code)
	}
}
