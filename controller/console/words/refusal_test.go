package words_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
)

// shown are the packages whose sentences a page may show.
var shown = []string{
	".", "desk", "account", "access", "cards", "people", "retention", "alarm", "bundle", "bundle/inbox", "evidence", "health",
	"../config/source", "../device/wiegand", "../device/sim", "../device/panel",
}

// also are packages of whose sentences only some come to a page: as the detail of an entry.
var also = []string{"outbox", "backup", "store"}

// unshown are sentences that nobody reads on a page, by file or "file: how they begin".
var unshown = []string{
	// in both languages where they stand
	"access/explain.go", "access/sentence.go", "access/sentences.go", "retention/class.go", "retention/plan.go",
	"retention/disposal.go", "evidence/index.go", "account/matrix.go",
	// when a program starts or stops, for the system's log
	"run.go: record the end", "desk/desk.go: listen on", "desk/desk.go: another daemon", "desk/desk.go: socket.group",
	"../device/panel/board.go: door %s", "../device/panel/panel.go", "../device/panel/periph.go", "../device/panel/plan.go",
	"../device/panel/secure.go", "../device/panel/selftest.go", "../device/panel/stdin.go", "../device/panel/output.go: for %v",
	"../device/panel/output.go: it has no", "../device/panel/output.go: the panel does", "../device/panel/output.go: release door",
	"../device/panel/output.go: secure door", "../device/panel/output.go: run the panel", "../device/wiegand/assembler.go",
	"../device/wiegand/reader.go",
	// for the command line
	"evidence/verify.go", "bundle/enrol.go", "bundle/note.go", "bundle/content.go: encode", "../device/wiegand/learn.go: facility=", "../device/sim/act.go: reader %s", "../device/panel/reader.go:  low",
	// what is wrong inside a roster from the office: for who made it
	"bundle/content.go: %w", "bundle/lost.go: %w", "bundle/manifest.go: %w", "bundle/permit.go: %w", "bundle/row.go: %w",
	"bundle/inbox/take.go: another change", "bundle/inbox/take.go: its time",
	// never shown as they are
	"account/password.go: this is no argon2id", "desk/passkey.go: kidoban %s", "desk/second.go: kidoban %s", "retention/parse.go: not three",
}

// joined are sentences that several places of the source make together.
var joined = []string{"%s: %s: %s", "%s %s: %s; %s", "%s:%d:%d: %s", "%s: %s", " on", "1 %s", "%d %ss", "%s; nothing carried over", "%s; the old record is not in order: %s", "%s; carried over as of entry %d", "account %s may not do this: %s (%s). %s"}

// TestEverySentence: whatever the daemon may say on a page is in the catalogue, and nothing else is.
func TestEverySentence(t *testing.T) {
	catalogue, found := map[string]bool{}, map[string]bool{}
	for _, s := range words.Catalogue() {
		catalogue[plain(s)] = true
	}
	for _, dir := range shown {
		for _, s := range sentences(t, dir) {
			found[plain(s.text)] = true
			if !catalogue[plain(s.text)] && !words.Termed(s.text) && !unread(s) {
				t.Errorf("%s:%d says what the pages cannot: %q", s.file, s.line, s.text)
			}
		}
	}
	for _, dir := range also {
		for _, s := range sentences(t, dir) {
			found[plain(s.text)] = true
		}
	}
	for _, s := range words.Catalogue() {
		if !found[plain(s)] && !slices.Contains(joined, s) {
			t.Errorf("nothing says this any more: %q", s)
		}
	}
	t.Logf("%d sentences in the catalogue, %d in the source", len(words.Catalogue()), len(found))
}

func unread(s sentence) bool {
	return slices.ContainsFunc(unshown, func(u string) bool {
		file, begins, one := strings.Cut(u, ": ")
		return s.file == file && (!one || strings.HasPrefix(s.text, begins))
	})
}

var (
	anyVerb  = regexp.MustCompile(`%[-+# 0]*[0-9]*(\.[0-9]+)?[a-zA-Z]`)
	hint     = regexp.MustCompile(`(?i)kidoban [a-z]|kidobanlog|--[a-z]|\[[a-z]+\] in the`)
	english  = regexp.MustCompile(`[A-Za-z]{2,}`)
	borrowed = regexp.MustCompile(`^(id|CSV|UTF|JIS|Shift|EUC|JP|SHA|MiB|D0|D1|name|true|false|PIN|Zz[a-z]*)$`) // in Japanese sentences, too
)

// sample fills a format with what cannot be mistaken for words of its own.
func sample(format string) (string, []string) {
	var args []string
	n := 0
	text := anyVerb.ReplaceAllStringFunc(strings.NewReplacer("%%", "\x00", "%s%s", "%s %s").Replace(format), func(v string) string {
		n++
		switch v[len(v)-1] {
		case 'd':
			args = append(args, fmt.Sprint(40+n))
			return args[n-1]
		case 'q':
			args = append(args, fmt.Sprintf("Zz%c", 'a'+n))
			return fmt.Sprintf("%q", args[n-1])
		}
		args = append(args, fmt.Sprintf("Zz%c", 'a'+n))
		return args[n-1]
	})
	return strings.ReplaceAll(text, "\x00", "%"), args
}

// TestCatalogue holds each sentence to what a page needs: all that the daemon named is named, Japanese is Japanese, and
// nobody at a page is told to type a command.
func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range words.Rows() {
		if seen[plain(row.Says)] {
			t.Errorf("twice: %q", row.Says)
		}
		seen[plain(row.Says)] = true
		text, args := sample(row.Says)
		ja, en := words.Refusal(access.Japanese, text), words.Refusal(access.English, text)
		switch {
		case slices.Contains(joined, row.Says):
			continue
		case ja == text || strings.ContainsAny(ja+en, "{}") && !strings.Contains(text, "{"):
			t.Errorf("%q becomes %q, %q", text, ja, en)
		case strings.Contains(ja, "拒否"):
			t.Errorf("nobody is 拒否: %q", ja)
		case hint.MatchString(en), hint.MatchString(ja):
			t.Errorf("a command on a page: %q, %q", ja, en)
		}
		for i, a := range args {
			if strings.Contains(row.JA, fmt.Sprintf("{%d}", i+1)) && !strings.Contains(ja, a) {
				t.Errorf("%q does not name %s: %q", text, a, ja)
			}
			if row.EN == "" && !strings.Contains(en, a) {
				t.Errorf("%q does not name %s: %q", text, a, en)
			}
		}
		own := ja
		for _, a := range args {
			own = strings.ReplaceAll(own, a, " ")
		}
		for _, w := range english.FindAllString(own, -1) {
			if !borrowed.MatchString(w) {
				t.Errorf("%q is not Japanese in %q", w, ja)
			}
		}
	}
}

func TestRefusal(t *testing.T) {
	for _, c := range []struct{ says, ja, en string }{
		{"account sato may not do this: only 市民課長、代決者 may decide on permits (第11条第6号、第20条第2項)",
			"アカウントsatoでは、この操作はできません。「許可する/許可しない」ができるのは市民課長、代決者です(第11条第6号、第20条第2項)。",
			"Account sato may not do this: only 市民課長、代決者 may decide on permits (第11条第6号、第20条第2項)."},
		{"account root may not do this: only 市民課長 may sign the monthly review (第11条第6号(運用基準)). It belongs to no person: sign in as one (kidoban sign-in)",
			"アカウントrootでは、この操作はできません。「月次点検に署名する」ができるのは市民課長です(第11条第6号(運用基準))。このアカウントはどなたのものでもありません。ご自分のアカウントでサインインしてください。",
			"Account root may not do this: only 市民課長 may sign the monthly review (第11条第6号(運用基準)). It belongs to no person: sign in as yourself."},
		{"account a may not do this: only 市民課長 may decide on permits (第20条第2項). 市民課長の在職者が登録されていません: nobody holds the post of 市民課長 now; register the appointment (発令)",
			"アカウントaでは、この操作はできません。「許可する/許可しない」ができるのは市民課長です(第20条第2項)。現在、市民課長の在職者が登録されていません。発令を登録してください。", ""},
		{"permit 2026-0001 is oral: only a request is decided",
			"入室許可2026-0001は「口頭許可(許可者の確認待ち)」です。決定できるのは審査中のものだけです。",
			"Permit 2026-0001 is oral permission, to be confirmed: only a request is decided."},
		{`no door "back"; the doors are [front side]`, "扉「back」はありません。扉はfront、sideです。", `No door "back"; the doors are front, side.`},
		{"a release lasts at most 5m0s", "解錠できるのは5分までです。", "A release lasts at most 5 min."},
		{"permit 2026-0001 ended on 2026-04-01 09:05: another is needed (Article 20(2))",
			"入室許可2026-0001は令和8年4月1日(水) 09:05に終わっています。新しい許可を受けてください(第20条第2項)。", ""},
		{"p-7: no_permit: There is no permit in force (Article 20(2)). Ask for one and have the 市民課長 decide.",
			"p-7: 有効な許可がありません(第20条第2項)。申請し、市民課長の許可を受けてください。", ""},
		{"people.csv:12:5: kind: is one of 職員 (staff), 委託 (contractor), その他 (other)",
			"people.csv 12行目: 区分: 職員、委託、その他のいずれかにしてください。", ""},
		{`duty consent/p-1: only a member of staff (職員) is designated to consent to leaving (退室承諾の指定者, Article 20(4)); designate a member of staff; they need not be of Article 20(1)`,
			"任務 consent/p-1: 退室承諾の指定者(第20条第4項)になれるのは職員だけです。職員を指定してください。第20条第1項に掲げる方でなくても構いません。", ""},
		{"25 bits where H10301 has 26: pulses were lost or the card is of another format; check the common ground, the shield and the cable's length",
			"25ビットを受信(H10301は26ビット)。信号が欠けたか、別の形式のカードです。共通の接地線、シールド、配線の長さを点検してください。", ""},
		{"remove: card C-1 of p-1 (木戸 番), blocked, 2026-04-01 00:00 – …",
			"削除: カードC-1: p-1 (木戸 番)、一時停止、令和8年4月1日(水) 00:00から", ""},
		{"the request is not understood: json: unknown field \"x\"", "送られた内容を読み取れませんでした。画面を読み込み直してください(json: unknown field \"x\")。", ""},
		{"recorded, and not carried out: late", "記録しましたが、実行しませんでした(記録の遅れ)。", "Recorded, and not carried out: the record came too late."},
		{"市民課長 has to be one of the two: a finding of 第20条第1項第3号, a designation of 第20条第4項 and a whole roster are not settled without",
			"起案者か確認者のどちらかは市民課長でなければなりません。第20条第1項第3号の認定、第20条第4項の指定及び名簿全体の入替えは、市民課長なしには決まりません。",
			"市民課長 has to be one of the two: a finding of 第20条第1項第3号, a designation of 第20条第4項 and a whole roster are not settled without."},
		{"recorded, and not carried out: misread", "記録しましたが、実行しませんでした(読取りの失敗)。", ""},
		{"database is locked", "database is locked", "database is locked"}, // not ours: shown as it came
		{"昭和 was from 1926-12-25 to 1989-01-07; that day is H1.1.8", "昭和は昭和元年12月25日(土)から昭和64年1月7日(土)までです。その日はH1.1.8です。", ""},
		{"令和 was from 2019-05-01 on; that day is H31.4.30", "令和は令和元年5月1日(水)からです。その日はH31.4.30です。", ""},
		{"the record refuses this change, so nothing is changed: no space left on device",
			"記録装置がこの変更を受け付けませんでした。何も変更していません。システム管理者へご連絡ください(記憶装置に空きがありません)。", ""},
		{"", "", ""},
	} {
		if got := words.Refusal(access.Japanese, c.says); got != c.ja {
			t.Errorf("%q\n got %s\nwant %s", c.says, got, c.ja)
		}
		if got := words.Refusal(access.English, c.says); c.en != "" && got != c.en {
			t.Errorf("%q\n got %s\nwant %s", c.says, got, c.en)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	for _, s := range words.Catalogue() {
		text, _ := sample(s)
		f.Add(text)
	}
	f.Add(strings.Repeat("a: ", 1000))
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range []access.Language{access.Japanese, access.English} {
			if got := words.Refusal(l, s); s != "" && got == "" && strings.TrimSpace(s) != "on" {
				t.Errorf("%q is lost", s)
			}
		}
	})
}

func BenchmarkRefusal(b *testing.B) {
	for b.Loop() {
		words.Refusal(access.Japanese, "account sato may not do this: only 市民課長、代決者 may decide on permits (第11条第6号、第20条第2項)")
	}
}
