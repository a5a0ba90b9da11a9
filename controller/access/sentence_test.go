package access_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
)

// reasons is every reason of the closed list.
func reasons() (all []access.Reason) {
	for r := access.Undecided; r <= access.PostVacant; r++ {
		all = append(all, r)
	}
	return all
}

// Pitfall 1: every reason is distinct and comes back from its text.
func TestReasonText(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range reasons() {
		back, ok := access.ParseReason(r.String())
		if !ok || back != r || seen[r.String()] {
			t.Errorf("%d is %q, which is %d", r, r, back)
		}
		seen[r.String()] = true
	}
	if _, ok := access.ParseReason("granted "); ok {
		t.Error("a text that is none was taken")
	}
	if got := access.Reason(200).String(); got != "undecided" {
		t.Errorf("a reason out of range is %q", got)
	}
}

func TestEveryReasonHasItsSentences(t *testing.T) {
	full := access.Fill{Contact: "市民課 内線1234", Date: april, Time: noon, N: 7, Post: "市民課長"}
	for _, r := range append(reasons(), 200) {
		for _, l := range []access.Language{access.Japanese, access.English} {
			for _, f := range []access.Fill{full, {}} {
				for _, s := range []string{access.DoorText(r, l, f), access.DeskText(r, l, f)} {
					if s == "" || strings.ContainsAny(s, "{}") {
						t.Errorf("%v: %q", r, s)
					}
				}
			}
		}
	}
}

// Whoever finds a card learns nothing at the door: unknown, lost, revoked, blocked, expired and duplicate say the same.
func TestDoorTellsAFinderNothing(t *testing.T) {
	for l, want := range map[access.Language]string{
		access.Japanese: "このカードでは入室できません。市民課へお問い合わせください。",
		access.English:  "This card cannot be used here. Please contact 市民課.",
	} {
		for _, r := range []access.Reason{
			access.UnknownCredential, access.CredentialLost, access.CredentialRevoked,
			access.CredentialBlocked, access.CredentialExpired, access.DuplicateUse, access.Undecided,
		} {
			if got := access.DoorText(r, l, access.Fill{Contact: "市民課", Date: april}); got != want {
				t.Errorf("%v: %q", r, got)
			}
		}
	}
}

func TestFill(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{access.DoorText(access.NotYetValid, access.Japanese, access.Fill{Contact: "市民課", Date: april.UTC()}),
			"このカードは令和8年4月1日(水)から使えます。お急ぎのときは市民課へご連絡ください。"},
		{access.DoorText(access.NotYetValid, access.English, access.Fill{Contact: "the office", Date: april.UTC()}),
			"This card is valid from 1 April 2026. If urgent, contact the office."},
		{access.DoorText(access.PermitNotYetValid, access.Japanese, access.Fill{Time: april.Add(9*time.Hour + 5*time.Minute)}),
			"入室できるのは令和8年4月1日(水)午前9時5分からです。しばらくお待ちください。"},
		{access.DoorText(access.RoomFull, access.English, access.Fill{N: 5}), "The room is full (5). Please wait until someone leaves."},
		{access.DeskText(access.PINWrong, access.Japanese, access.Fill{N: 2}), "暗証番号の誤り(2回目)。本人に確認してください。"},
		{access.DoorText(access.CredentialLost, access.Japanese, access.Fill{}), "このカードでは入室できません。担当課へお問い合わせください。"},
		{access.DoorText(access.NotAuthorised, access.Japanese, access.Fill{Contact: "西支所", Rule: access.RuleTerminal}),
			"この場所に入れる方として登録されていません。西支所へお申し出ください。"},
		{access.DeskText(access.CredentialExpired, access.Japanese, access.Decision{Until: april}.Fill("", 0)),
			"有効期限(令和8年3月31日(火))を過ぎたカードです。更新するか回収してください。"},
		{access.DateTime(noon, access.Japanese), "令和8年4月2日(木)午後0時0分"},
		{access.Date(time.Date(2019, 5, 1, 0, 0, 0, 0, access.JST), access.Japanese), "令和元年5月1日(水)"},
		{access.Date(time.Date(2019, 4, 30, 23, 59, 0, 0, access.JST), access.Japanese), "平成31年4月30日(火)"},
		{access.Date(time.Date(1989, 1, 7, 0, 0, 0, 0, access.JST), access.Japanese), "昭和64年1月7日(土)"},
		{access.Date(time.Time{}, access.English), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

func TestArticle(t *testing.T) {
	for rule, want := range map[string][2]string{
		access.RulePost:     {"第20条第1項第1号", "Article 20(1)(1)"},
		access.RuleSection:  {"第20条第1項第2号", "Article 20(1)(2)"},
		access.RuleFinding:  {"第20条第1項第3号", "Article 20(1)(3)"},
		access.RulePermit:   {"第20条第2項", "Article 20(2)"},
		access.RuleTerminal: {"第11条第2号", "Article 11(2)"},
		access.RulePractice: {"運用基準", "operating practice"},
		access.RuleSite:     {"施設の設定", "site setting"},
		"art8.2":            {"第8条第2項", "Article 8(2)"},
		"art9.2":            {"第9条第2号", "Article 9(2)"},
		"art23.2":           {"運用基準", "operating practice"}, // by analogy: never cited as the article
		"art21.1":           {"運用基準", "operating practice"},
		"":                  {"運用基準", "operating practice"},
	} {
		if ja, en := access.Article(rule); ja != want[0] || en != want[1] {
			t.Errorf("%s: %s, %s", rule, ja, en)
		}
	}
}
