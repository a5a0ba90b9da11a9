package account_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kidoban/controller/account"
)

var update = flag.Bool("update", false, "write README.md from the matrix")

// TestMatrix holds README.md against the table in code, and that nobody is given what the regulation keeps from them.
func TestMatrix(t *testing.T) {
	want := page()
	got, err := os.ReadFile("README.md")
	if *update {
		err = os.WriteFile("README.md", []byte(want), 0o644)
		got = []byte(want)
	}
	if err != nil || string(got) != want {
		t.Errorf("README.md is not what the matrix says (%v); run go test ./controller/account -update", err)
	}
	for _, a := range account.Actions() {
		if a.String() == "" || a.Japanese() == "" || a.English() == "" || !strings.Contains(a.Basis(), "第") {
			t.Errorf("%d lacks a word: %q %q %q %q", a, a, a.Japanese(), a.English(), a.Basis())
		}
		if len(a.Whose()) == 0 {
			t.Errorf("nobody may %s", a.English())
		}
	}
	words := map[string]bool{}
	for _, r := range account.Roles() {
		if words[r.String()] || r.String() == "" || r.Japanese() == "" || r.English() == "" {
			t.Errorf("role %d: %q %q %q", r, r, r.Japanese(), r.English())
		}
		words[r.String()] = true
	}
}

// page is README.md.
func page() string {
	var b strings.Builder
	b.WriteString("# Who may do what\n\n" +
		"The roles are the regulation's posts and the dated duties that the roster gives; no account carries one of its own. ○ = may;\n" +
		"● = a grave act: it takes a proof of who somebody is that is no older than `[duties] prove` (再認証).\n" +
		"Nobody approves an act of their own, and two accounts of one person are one person. 運用基準 marks what an article is applied\n" +
		"to by analogy, or leaves to the site. This page is printed from matrix.go: `go test ./controller/account -update`.\n\n" +
		"| 操作 | action |")
	for _, r := range account.Roles() {
		fmt.Fprintf(&b, " %s<br>%s |", r.Japanese(), r.English())
	}
	b.WriteString(" 再認証<br>fresh proof | 根拠 |\n|---|---|" + strings.Repeat(":-:|", len(account.Roles())+1) + "---|\n")
	for _, a := range account.Actions() {
		fmt.Fprintf(&b, "| %s | %s |", a.Japanese(), a.English())
		for _, r := range account.Roles() {
			cell := " "
			if account.May(r, a) {
				cell = " ○ "
			}
			b.WriteString(cell + "|")
		}
		fmt.Fprintf(&b, " %s | %s |\n", map[bool]string{true: "●", false: ""}[a.Grave()], a.Basis())
	}
	b.WriteString("\nWhat the table cannot say:\n\n" +
		"- The security officer is that of the place in question. For the management room it is 市民課長 alone (第11条第6号, 第20条);\n" +
		"  西支所長 answers for the terminals of the own office (第11条第2号).\n" +
		"- A hand-over of an escort is the successor's own act; nobody consents to their own leaving; nobody escorts themselves.\n" +
		"- The roster, cards, accounts and corrections take two persons: one proposes, another approves (別人による確認). A finding of\n" +
		"  第20条第1項第3号 and a designation of 第20条第4項 have 市民課長 as one of the two.\n" +
		"- 設置用のアカウント, an account of the configuration file without a person, changes the roster only while nobody holds the\n" +
		"  post of 市民課長 or where the site sets `four_eyes = false`, and accounts only until two persons can do it. Whether it\n" +
		"  operates doors is what `may` says.\n" +
		"- A fresh proof is also asked for proposing who holds a post, and for one's own second proofs; never of an account of the\n" +
		"  configuration file: the machine knows its user.\n" +
		"- Of 解錠・入室停止 a release alone takes a fresh proof: it is the one order at which a lock opens without anybody's card, and a\n" +
		"  page that somebody left open must not be enough for it. Nobody is kept in meanwhile, since leaving asks no order, and whoever\n" +
		"  waits outside waits for one password in `[duties] prove`; a sign-in counts. What shuts a door waits for nothing, what sets it\n" +
		"  back leaves the lock to cards, and a fire brigade (緊急入室) does not wait for a password: that is an alarm and a report.\n")
	return b.String()
}

// What the articles say in so many words.
func TestWhatTheArticlesSay(t *testing.T) {
	for _, a := range []account.Action{account.DecidePermit, account.PermitCorrection, account.ApprovePurge} {
		if who := a.Whose(); len(who) != 1 || who[0] != account.SecurityOfficer {
			t.Errorf("%s: %v, want the officer of the place alone", a, who)
		}
	}
	for _, c := range []struct {
		role   account.Role
		action account.Action
		may    bool
	}{
		{account.SystemManager, account.DecidePermit, false}, {account.CISO, account.DecidePermit, false},
		{account.OtherOfficer, account.DecidePermit, false}, {account.OtherOfficer, account.ReportThreat, true},
		{account.Designee, account.Consent, true}, {account.Staff, account.Consent, false},
		{account.SystemManager, account.IssueCard, true}, {account.SystemManager, account.ApplyForCard, false},
		{account.SecurityOfficer, account.IssueCard, false}, {account.Auditor, account.VerifyJournal, true},
		{account.Auditor, account.OperateDoor, false}, {account.Clerk, account.HandOverEscort, false},
		{0, account.Look, false}, {99, account.Look, false}, {account.CISO, 0, false}, {account.CISO, 200, false},
	} {
		if account.May(c.role, c.action) != c.may {
			t.Errorf("%s %s: want %v", c.role, c.action, c.may)
		}
	}
}

// What needs a fresh proof is what changes who may do what, and what takes records away; what is done every day is not.
func TestGrave(t *testing.T) {
	for a, want := range map[account.Action]bool{
		account.ManageAccounts: true, account.ApproveRoster: true, account.ChangeRoster: true, account.IssueCard: true,
		account.ApprovePurge: true, account.HoldRecords: true, account.ExportRegister: true,
		account.DecidePermit: false, account.Consent: false, account.OperateDoor: false, account.Declare: false, account.AckAlarm: false,
		account.BlockCard: false, account.SearchRegister: false, account.PrintRegister: false, account.ProposeRoster: false, 0: false,
	} {
		if a.Grave() != want {
			t.Errorf("%s: grave is %v, want %v", a, a.Grave(), want)
		}
	}
}

// Of one count of uses each number comes once; an authenticator that keeps none is believed as long as it never did.
func TestPasskeyCount(t *testing.T) {
	for _, c := range []struct {
		had, got uint32
		back     bool
	}{{0, 0, false}, {0, 1, false}, {1, 2, false}, {1, 1, true}, {2, 1, true}, {1, 0, true}, {4_294_967_295, 0, true}} {
		if (account.Passkey{Count: c.had}).GoesBack(c.got) != c.back {
			t.Errorf("%d after %d: want %v", c.got, c.had, c.back)
		}
	}
}

func TestPassword(t *testing.T) {
	cheap := account.Cost{Memory: 64, Time: 1, Threads: 1}
	hash := account.Hash("correct horse battery", [16]byte{1}, cheap)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") || account.Valid(hash) != nil {
		t.Errorf("the form: %s", hash)
	}
	if !account.Matches(hash, "correct horse battery") || account.Matches(hash, "correct horse batterz") || account.Matches(hash, "") {
		t.Error("the right password matches, and no other")
	}
	if account.Hash("correct horse battery", [16]byte{2}, cheap) == hash {
		t.Error("the salt does not tell two of the same password apart")
	}
	if account.Matches(account.Nobody(), "") || account.Valid(account.Nobody()) != nil {
		t.Error("nobody's hash is one, and no password's")
	}
	for _, bad := range []string{
		"", "x", strings.Replace(hash, "argon2id", "argon2i", 1), strings.Replace(hash, "v=19", "v=16", 1),
		strings.Replace(hash, "m=64", "m=99999999", 1), strings.Replace(hash, "t=1", "t=0", 1), strings.Replace(hash, "p=1", "p=9", 1),
		hash[:len(hash)-30], hash + "$x", strings.Replace(hash, "m=64,", "m=064,", 1),
	} {
		if account.Valid(bad) == nil || account.Matches(bad, "correct horse battery") {
			t.Errorf("%q is taken", bad)
		}
	}
	if c := account.Standard(); c.Memory < 19*1024 || c.Time < 2 {
		t.Errorf("a new hash costs too little: %+v", c)
	}
}

// The published vector of RFC 9106 has a secret and associated data, which the library does not offer: this one is of
// the reference implementation (argon2 -id, t=2 m=2^16 p=1, "password", "somesalt").
func TestKnownAnswer(t *testing.T) {
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !account.Matches(reference, "password") || account.Matches(reference, "Password") {
		t.Error("the reference implementation's hash is not understood")
	}
}

func TestWeak(t *testing.T) {
	for _, bad := range []string{
		"", "short", "elevenchars", "my-tanaka-password", "MY-TANAKA-PASSWORD", "aaaaaaaaaaaa", "abababababab",
		"two lines\nof text", strings.Repeat("長い", 400), "not\xffutf-8 at all", "with a \x00 in it",
	} {
		if account.Weak("tanaka", bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, good := range []string{"gate clappers at night", "木戸番は拍子木を打って歩く"} {
		if err := account.Weak("tanaka", good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// Each wrong password costs more time; every third locks, each time for longer, up to a day.
func TestTries(t *testing.T) {
	at := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	r := account.Rule{Tries: 3, Lockout: 15 * time.Minute}
	var x account.Tries
	if x.Locked(at) {
		t.Error("locked without a try")
	}
	for i, want := range []time.Duration{
		time.Second, 2 * time.Second, 15 * time.Minute, time.Second, 2 * time.Second, 30 * time.Minute, time.Second, 2 * time.Second, time.Hour,
	} {
		x = x.Failed(at, r)
		if got := x.Until.Sub(at); got != want || !x.Locked(at) || x.Locked(x.Until) || !x.Locked(x.Until.Add(-1)) {
			t.Fatalf("try %d: %v, want %v", i+1, got, want)
		}
	}
	for range 200 {
		x = x.Failed(at, r)
	}
	if d := x.Until.Sub(at); d > 24*time.Hour || d <= 0 {
		t.Errorf("after very many: %v", d)
	}
	x.Until = at.Add(48 * time.Hour)
	if x.Locked(at) {
		t.Error("a clock that was wrong locks for longer than any lock-out")
	}
	if d := (account.Tries{}).Failed(at, account.Rule{}).Until.Sub(at); d != time.Second {
		t.Errorf("without a rule: %v", d)
	}
}

func TestSessions(t *testing.T) {
	s := account.Sessions{Idle: 10 * time.Minute, Most: time.Hour}
	a, b := account.Token{1}, account.Token{2}
	s.Begin(a, "tanaka", 1000, 0)
	s.Begin(b, "sato", 1000, 0)
	found := func(tok account.Token, uid int, now time.Duration) bool { _, ok := s.Find(tok, uid, now); return ok }
	if x, ok := s.Find(a, 1000, time.Minute); !ok || x.Account != "tanaka" {
		t.Errorf("%+v %v", x, ok)
	}
	if found(a, 1001, time.Minute) {
		t.Error("another user of the machine goes in under this token")
	}
	if found(account.Token{3}, 1000, time.Minute) {
		t.Error("a token that nobody was given")
	}
	peeked := func(tok account.Token, uid int, now time.Duration) bool { _, ok := s.Peek(tok, uid, now); return ok }
	if !peeked(b, 1000, 9*time.Minute) || peeked(b, 1001, 9*time.Minute) || peeked(account.Token{3}, 1000, 0) {
		t.Error("peeking finds other sessions than using")
	}
	if peeked(b, 1000, 10*time.Minute) || found(b, 1000, 10*time.Minute) {
		t.Error("idle for ten minutes, and still open: peeking is no use")
	}
	for now := 5 * time.Minute; now < time.Hour; now += 5 * time.Minute {
		if !found(a, 1000, now) {
			t.Fatalf("used all the time, and ended at %v", now)
		}
	}
	if found(a, 1000, time.Hour) {
		t.Error("open beyond its end")
	}
	s.Begin(a, "tanaka", 1000, 2*time.Hour)
	s.Begin(b, "tanaka", 1000, 2*time.Hour)
	s.EndAll("tanaka", b, account.EndPassword, 2*time.Hour)
	if found(a, 1000, 2*time.Hour) || !found(b, 1000, 2*time.Hour) {
		t.Error("all but the one that keeps on end")
	}
	s.End(b, account.EndOut, 2*time.Hour)
	if found(b, 1000, 2*time.Hour) {
		t.Error("ended, and still open")
	}
	for i := range 10 {
		s.Begin(account.Token{9, byte(i)}, "tanaka", 1, 3*time.Hour+time.Duration(i))
	}
	if found(account.Token{9, 0}, 1, 3*time.Hour+time.Minute) || !found(account.Token{9, 9}, 1, 3*time.Hour+time.Minute) {
		t.Error("of too many the oldest goes")
	}
	if got, ok := account.ParseToken(a.Text()); !ok || got != a {
		t.Error("a token does not come back")
	}
	for _, bad := range []string{"", "x", a.Text() + "x", strings.Repeat("=", 43)} {
		if _, ok := account.ParseToken(bad); ok {
			t.Errorf("%q is a token", bad)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v %s", a, a, a, a); strings.Contains(s, "1") {
		t.Errorf("a token shows: %s", s)
	}
}

// Of a session that ended its holder is told why, for a day; of any other token nothing.
func TestWhySessionsEnd(t *testing.T) {
	s := account.Sessions{Idle: 10 * time.Minute, Most: time.Hour}
	at := time.Minute
	for i, end := range []struct {
		want account.End
		do   func(account.Token)
	}{
		{"", func(account.Token) {}},
		{account.EndOut, func(k account.Token) { s.End(k, account.EndOut, at) }},
		{account.EndElsewhere, func(k account.Token) { s.End(k, account.EndElsewhere, at); s.End(k, account.EndOut, at) }},
		{account.EndPassword, func(account.Token) { s.EndAll("tanaka", account.Token{}, account.EndPassword, at) }},
		{account.EndIdle, func(account.Token) { at += 10 * time.Minute }},
		{account.EndIdle, func(k account.Token) { at += 10 * time.Minute; s.Find(k, 7, at) }},
		{account.EndIdle, func(account.Token) { at += 10 * time.Minute; s.Begin(account.Token{99}, "sato", 7, at) }},
		{account.EndTime, func(k account.Token) {
			for range 12 {
				at += 5 * time.Minute
				s.Find(k, 7, at)
			}
		}},
		{account.EndCrowded, func(account.Token) {
			for j := range 8 {
				s.Begin(account.Token{50, byte(j)}, "tanaka", 7, at+1)
			}
		}},
	} {
		k := account.Token{byte(i + 1)}
		s.Begin(k, "tanaka", 7, at)
		end.do(k)
		if got := s.Why(k, 7, at); got != end.want {
			t.Errorf("%d: ended %q, want %q", i, got, end.want)
		}
		if got := s.Why(k, 8, at); got != account.EndForgotten {
			t.Errorf("%d: another user of the machine is told %q", i, got)
		}
		at++
	}
	if got := s.Why(account.Token{200}, 7, at); got != account.EndForgotten {
		t.Errorf("a token that nobody was given ended %q", got)
	}
	at += 25 * time.Hour
	s.Begin(account.Token{100}, "sato", 7, at)
	if got := s.Why(account.Token{2}, 7, at); got != account.EndForgotten {
		t.Errorf("after a day it is known that one ended %q", got)
	}
}

func FuzzHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AQAAAAAAAAAAAAAAAAAAAA$AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add(account.Nobody())
	f.Fuzz(func(t *testing.T, s string) {
		_ = account.Valid(s)
		if tok, ok := account.ParseToken(s); ok && tok.Text() != s {
			t.Errorf("%q is not how its token is written", s)
		}
	})
}
