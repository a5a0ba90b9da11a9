package audit_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/console/audit"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// verified has the journal verified, and waits until the page does not ask again.
func verified(s *consoletest.Site, b *consoletest.Browser) {
	s.Helper()
	b.Get("/audit").Send("/audit/verify", nil)
	s.Eventually("the verification ends", func() bool { return b.Get("/audit/verify").Head.Get("Refresh") == "" })
}

// record puts an entry straight into the journal.
func record(s *consoletest.Site, e journal.Entry) uint64 {
	s.Helper()
	e.At = device.Instant{Wall: time.Now()}
	done, err := s.Store.Commit(context.Background(), ledger.Change{}, []journal.Entry{e})
	if err != nil {
		s.Fatal(err)
	}
	return done.First
}

func entryPath(n uint64) string { return "/audit/entry/" + strconv.FormatUint(n, 10) }

func TestVerifiedInSight(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("auditor")
	b.Get("/audit/verify").Must("検証は行われていません")
	verified(s, b)
	b.Must("改ざんはありません", "署名は正しい", "何を確かめたか", "この結果は証跡に記録しました", "中央記録の連署は届いていないため")
	if n := s.Told(journal.JournalVerified); n != 1 {
		t.Errorf("%d on record", n)
	}
	b.Get("/audit/coverage").Must("1回", "検")
}

// TestTamperingIsShown changes a stored entry behind the daemon's back: the verification names it, its page says that neither
// hash nor proof fits, and it is an alarm.
func TestTamperingIsShown(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("officer")
	data := filepath.Join(filepath.Dir(s.Config.Socket.Path), "data")
	files, err := filepath.Glob(filepath.Join(data, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	out, err := exec.Command("sqlite3", "-cmd", ".timeout 5000", files[0],
		`UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), '"notice"', '"info"') AS BLOB) WHERE sequence = 0`).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	verified(s, b)
	b.Must("改ざん又は欠落を検知しました", "内容が書き換えられ", "entry 0: edited").MustNot("改ざんはありません")
	if s.Told(journal.JournalVerificationFailed) != 1 || s.Told(journal.AlarmRaised) == 0 {
		t.Error("it is no alarm")
	}
	b.Get("/audit/entry/0").Must("内容と不一致", "証明は成り立ちません")
	b.Get("/audit/entry/1").Must("内容と一致", "証明は正しい")
}

// TestOneAtATime: who asks while one runs is shown that one.
func TestOneAtATime(t *testing.T) {
	s := consoletest.Open(t)
	a, b := s.SignIn("auditor"), s.SignIn("officer")
	a.Get("/audit").Send("/audit/verify", nil)
	b.Get("/audit").Send("/audit/verify", nil)
	if a.Path != "/audit/verify" || b.Path != "/audit/verify" || b.Code != http.StatusOK {
		t.Errorf("%s, %s: %d", a.Path, b.Path, b.Code)
	}
	s.Eventually("all end", func() bool { return b.Get("/audit/verify").Head.Get("Refresh") == "" })
}

// TestAProofIsCheckedAnywhere: what is saved here holds with nothing but the key.
func TestAProofIsCheckedAnywhere(t *testing.T) {
	s := consoletest.Open(t)
	b := s.SignIn("auditor", "en")
	n := record(s, journal.Entry{Type: journal.DoorOpened, Severity: journal.Info, Subject: "door/room", Data: journal.Data{Door: "room"}})
	b.Get(entryPath(n)).Must("The proof holds", "hash of these bytes", `"type":"kidoban.door.opened"`)
	key, err := note.NewVerifier(strings.TrimSpace(b.Get("/audit/checkpoints/key").Page))
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := journal.CheckProof([]byte(b.Get(entryPath(n)+"/proof").Page), key)
	if err != nil || e.Sequence != n || e.Entry.Type != journal.DoorOpened {
		t.Errorf("%+v %v", e.Entry.Type, err)
	}
	line := b.Get(entryPath(n) + "/line").Page
	if _, err := journal.Parse([]byte(line)); err != nil {
		t.Errorf("%q: %v", line, err)
	}
	if _, err := journal.OpenCheckpoint([]byte(b.Get("/audit/checkpoints/own").Page), key); err != nil {
		t.Error(err)
	}
	for _, path := range []string{entryPath(n + 1000), "/audit/entry/x", "/audit/entry/-1/proof"} {
		if b.Get(path); b.Code != http.StatusNotFound && b.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, b.Code)
		}
	}
}

// TestPrivatePartsNeedAPurpose, and a role.
func TestPrivatePartsNeedAPurpose(t *testing.T) {
	s := consoletest.Open(t)
	n := record(s, journal.Entry{
		Type: journal.VisitClosed, Severity: journal.Info, Subject: "visit/2026-000009", Data: journal.Data{Zone: "room"},
		Private: []byte(`{"name":"山﨑 𠮷男","salt":"00112233445566778899aabbccddeeff"}`),
	})
	b := s.SignIn("auditor")
	b.Get(entryPath(n)).Must("非公開部分").MustNot("山﨑")
	b.Send(entryPath(n), nil).Must("記入してください").MustNot("山﨑")
	if s.Told(journal.AccountSearched) != 0 {
		t.Error("on record without a purpose")
	}
	b.Send(entryPath(n), url.Values{"why": {"監査の抽出"}}).Must("山﨑 𠮷男", "要約値と一致", "監査の抽出")
	if s.Told(journal.AccountSearched) != 1 {
		t.Error("not on record")
	}
	staff := s.SignIn("staff")
	staff.Get(entryPath(n)).Must("あなたの職・担当ではできません")
	if staff.Send(entryPath(n), url.Values{"why": {"x"}}); staff.Code != http.StatusForbidden || strings.Contains(staff.Page, "山﨑") {
		t.Errorf("staff: %d", staff.Code)
	}
}

// TestDuressIsNotTold to those who may not know of it: neither the list nor the entry's page nor its files.
func TestDuressIsNotTold(t *testing.T) {
	s := consoletest.Open(t)
	n := record(s, journal.Entry{
		Type: journal.AccessDuress, Severity: journal.Alert, Subject: "door/room/entry", Data: journal.Data{Door: "room", Person: "0201"},
	})
	staff := s.SignIn("staff")
	staff.Get("/audit/entries").MustNot(`href="` + entryPath(n) + `"`)
	for _, path := range []string{"", "/proof", "/line"} {
		if staff.Get(entryPath(n) + path); staff.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, staff.Code)
		}
	}
	if officer := s.SignIn("officer").Get(entryPath(n)); officer.Code != http.StatusOK {
		t.Errorf("the officer: %d", officer.Code)
	}
}

func TestEntriesAreNarrowedDown(t *testing.T) {
	s := consoletest.Open(t)
	for range 3 {
		record(s, journal.Entry{Type: journal.AccessDenied, Severity: journal.Warning, Subject: "door/room/entry", Data: journal.Data{Door: "room", Person: "0301", Reason: "no_permit"}})
	}
	b := s.SignIn("staff")
	for query, want := range map[string]int{
		"type=access.denied": 3, "type=access": 3, "severity=warning": 3, "door=room": 3, "person=0301": 3, "type=door.forced": 0, "person=0302": 0,
		"type=access.denied&from=2026-01-01T00:00&until=2026-01-02T00:00": 0,
	} {
		if got := strings.Count(b.Get("/audit/entries?"+query).Page, `<th scope="row">`); got != want {
			t.Errorf("%s: %d entries, want %d", query, got, want)
		}
	}
	for _, query := range []string{"before=x", "from=yesterday", "severity=loud", "type=nothing.at.all", "person=a+b"} {
		if b.Get("/audit/entries?" + query); b.Code < 400 || b.Code >= 500 {
			t.Errorf("%s: %d", query, b.Code)
		}
	}
}

// TestUsesAreRecordedToo: who looks at who searched is among them.
func TestUsesAreRecordedToo(t *testing.T) {
	s := consoletest.Open(t)
	clerk := s.SignIn("clerk")
	clerk.Get("/register").Send("/register/search", url.Values{"why": {"窓口の照会"}, "what": {"person"}, "person": {"0201"}})
	b := s.SignIn("auditor")
	month := time.Now().In(access.JST).Format("2006-01")
	b.Get("/audit/uses").Send("/audit/uses", url.Values{"month": {month}, "why": {"年次監査"}}).Must("窓口の照会", "clerk", "0201", "年次監査")
	if s.Told(journal.AccountSearched) != 2 {
		t.Error("it is not on record")
	}
	if staff := s.SignIn("staff").Get("/audit/uses"); staff.Code != http.StatusForbidden {
		t.Errorf("staff: %d", staff.Code)
	}
}

// TestArticlesAreTheReadmes: the page says what the README says, in both languages, row by row.
func TestArticlesAreTheReadmes(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("articles.en.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "\n## The regulation, article by article\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	if _, own, _ := strings.Cut(string(kept), "\n"); !found || strings.TrimSpace(own) != strings.TrimSpace(section) {
		t.Error("articles.en.md is not the README's section: copy it, and give each new row its Japanese in articles.ja.md")
	}
	en, ja := audit.Articles(access.English), audit.Articles(access.Japanese)
	if len(en) < 30 || len(en) != len(ja) {
		t.Fatalf("%d rows in English, %d in Japanese: articles.ja.md lacks some", len(en), len(ja))
	}
	for i := range en {
		if said := strings.HasPrefix(en[i].Tests, "―"); !strings.HasPrefix(ja[i].Article, "第") || (en[i].Tests != ja[i].Tests) != said {
			t.Errorf("%+v", ja[i])
		}
	}
	consoletest.Open(t).SignIn("staff").Get("/audit/articles").Must("第20条第1項第3号", "TestArticle20")
}

// TestEveryProblemHasItsWords in both languages.
func TestEveryProblemHasItsWords(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		b, err := os.ReadFile("words." + lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		_, words, _ := strings.Cut(string(b), "[audit.problem]")
		for _, k := range journal.Kinds() {
			if !strings.Contains(words, "\n"+k.String()+" = ") {
				t.Errorf("%s: no words for %s", lang, k)
			}
		}
	}
}
