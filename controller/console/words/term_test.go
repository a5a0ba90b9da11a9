package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/alarm"
	"kidoban/controller/console/words"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
)

// constants are the strings of a package's constants whose names match, as its source has them.
func constants(t *testing.T, dir, names string) (out []string) {
	files, _ := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	want := regexp.MustCompile("^(" + names + ")$")
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			v, is := n.(*ast.ValueSpec)
			if !is || strings.HasSuffix(file, "_test.go") {
				return true
			}
			for i, name := range v.Names {
				typed, _ := v.Type.(*ast.Ident)
				if !want.MatchString(name.Name) && (typed == nil || !name.IsExported() || !want.MatchString("type "+typed.Name)) || i >= len(v.Values) {
					continue
				}
				if lit, is := v.Values[i].(*ast.BasicLit); is && lit.Kind == token.STRING {
					s, _ := strconv.Unquote(lit.Value)
					out = append(out, s)
				}
			}
			return true
		})
	}
	if len(out) == 0 {
		t.Errorf("%s has no constants %s", dir, names)
	}
	return out
}

// keys are those of a map that a file declares.
func keys(t *testing.T, file, variable string) (out []string) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, is := n.(*ast.ValueSpec)
		if !is || v.Names[0].Name != variable {
			return true
		}
		table, _ := v.Values[0].(*ast.CompositeLit)
		for _, e := range table.Elts {
			key, _ := strconv.Unquote(e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
			out = append(out, key)
		}
		return false
	})
	if len(out) == 0 {
		t.Errorf("%s declares no %s", file, variable)
	}
	return out
}

// TestEveryTerm: no word of the record is without its words in both languages.
func TestEveryTerm(t *testing.T) {
	var reasons, permits, roles, actions, types, classes []string
	for r := access.Undecided; r <= access.PostVacant; r++ {
		reasons = append(reasons, r.String())
	}
	for s := access.Requested; s <= access.Withdrawn; s++ {
		permits = append(permits, s.String())
	}
	for _, r := range account.Roles() {
		roles = append(roles, r.String())
	}
	for _, a := range account.Actions() {
		actions = append(actions, a.String())
	}
	for _, ty := range journal.Types() {
		types = append(types, string(ty))
	}
	for _, c := range retention.Classes() {
		classes = append(classes, c.String())
	}
	for d, all := range map[words.Domain][]string{
		words.Reasons: reasons, words.Permits: permits, words.Roles: roles, words.Actions: actions, words.Types: types, words.Alarms: types,
		words.Classes: classes, words.Forms: keys(t, "desk/forms.go", "forms"),
		words.Consents:    constants(t, "ledger", "type ConsentState"),
		words.Documents:   append(constants(t, "ledger", "Kind.*"), constants(t, "retention", "Kind.*")...),
		words.Posts:       constants(t, "access", "type Post"),
		words.Duties:      constants(t, "access", "Duty[A-Z].*"),
		words.Lendings:    constants(t, "cards", "type State"),
		words.LentAs:      constants(t, "cards", "type Kind"),
		words.Differences: constants(t, "cards", "Count(Missing|Lent|Held|Lost|Revoked|Unknown)"),
		words.Proposals:   constants(t, ".", "of(Roster|Import|Card|Correction|Account)"),
		words.RosterActs:  constants(t, ".", "RowPut|RowChanged|RowDeleted|Imported|Bundled|SettingUp"),
		words.Conditions:  append(constants(t, "health", "DiskNearlyFull|DiskWorn|Undervoltage|Hot"), "record_unavailable", "change_refused", "backup"),
		words.Deliveries:  constants(t, "bundle", "type Reason"),
		words.Withheld:    constants(t, "retention", "type Reason"),
		words.Points:      constants(t, "door", ".*Point"),
		words.Severities:  constants(t, "journal", "type Severity"),
		words.Kinds:       {"staff", "contractor", "other"}, words.Cards: {"active", "blocked", "lost", "revoked"},
		words.Positions: {"closed", "open", "unknown"}, words.Locks: {"locked", "released"}, words.Modes: {"normal", "lockdown"},
		words.Signs: {"none", "held", "forced", "fault"}, words.Clocks: {"synchronised", "unsynchronised"}, words.Directions: {"entry", "exit"},
		words.Services: {"fire", "police", "ambulance", "key"}, words.Waits: {"pin", "second_person", "escort"},
		words.Proofs: {"password", "directory", "code", "passkey", "setup"},
	} {
		for _, value := range all {
			ja, en := words.Term(access.Japanese, d, value), words.Term(access.English, d, value)
			if !words.Has(d, value) || ja == "" || en == "" || value != "" && ja == value {
				t.Errorf("%s %q: %q, %q", d, value, ja, en)
			}
			if strings.Contains(ja, "拒否") {
				t.Errorf("%s %q: %q", d, value, ja)
			}
		}
	}
	if got := words.Term(access.Japanese, words.Permits, "nobody knows"); got != "nobody knows" {
		t.Errorf("an unknown word is lost: %q", got)
	}
}

// The words of the glossary, where a city official would look for others.
func TestGlossary(t *testing.T) {
	for _, c := range []struct {
		d         words.Domain
		value, ja string
	}{
		{words.Permits, "requested", "審査中"}, {words.Permits, "granted", "許可済"}, {words.Permits, "refused", "不許可"},
		{words.Permits, "revoked", "許可取消し"}, {words.Permits, "used_up", "使用済"}, {words.Permits, "expired", "期限切れ"},
		{words.Consents, "requested", "承諾待ち"}, {words.Consents, "consented", "承諾済"}, {words.Consents, "missing", "未承諾退室"},
		{words.Consents, "after", "事後承諾(退室時未承諾)"}, {words.Visits, "inside", "在室中"}, {words.Visits, "left", "退室済"},
		{words.Visits, "unrecorded", "退室未記録"}, {words.Types, "door.forced", "不正開扉"}, {words.Types, "door.held", "扉の閉め忘れ(開放超過)"},
		{words.Types, "access.not_taken", "解錠後入室なし"}, {words.Types, "visit.escort_lost", "立会者不在"}, {words.Types, "visit.overstayed", "滞在時間超過"},
		{words.Types, "door.tampered", "機器の取外し・こじ開け検知"}, {words.Types, "access.duress", "非常通報(脅迫時)"},
		{words.Reasons, "antipassback", "二重入室防止"}, {words.Locks, "locked", "施錠"}, {words.Reasons, "escort_missing", "立会者不在"},
	} {
		if got := words.Term(access.Japanese, c.d, c.value); got != c.ja {
			t.Errorf("%s %s: %s, the glossary has %s", c.d, c.value, got, c.ja)
		}
	}
	if got := words.AlarmKind(access.Japanese, "door.held/front/abc"); got != "扉の閉め忘れ(開放超過)" {
		t.Errorf("the kind of an alarm: %s", got)
	}
}

// Severity is told by sign and word, so each has its own.
func TestSeverities(t *testing.T) {
	signs := map[string]bool{}
	for _, l := range []access.Language{access.Japanese, access.English} {
		for _, s := range []journal.Severity{journal.Info, journal.Notice, journal.Warning, journal.Alert, journal.Emergency} {
			got := words.SeverityOf(l, s)
			if got.Class != string(s) || got.Word == "" || signs[got.Word+got.Sign] {
				t.Errorf("%s: %+v", s, got)
			}
			signs[got.Word+got.Sign], signs[got.Sign] = true, true
		}
	}
	if len(signs) != 15 {
		t.Errorf("%d signs and words, want 5 and 10", len(signs))
	}
	if got := words.SeverityOf(access.English, "strange"); got.Class != "info" {
		t.Errorf("a severity that nobody knows: %+v", got)
	}
	if slices.Contains(journal.Types(), "") || alarm.Severity(journal.DoorForced) != journal.Alert {
		t.Error("the constants are others")
	}
}

func TestReasonOf(t *testing.T) {
	r := words.ReasonOf(access.Japanese, "escort_missing", access.Fill{N: 20})
	if r.Name != "立会者不在" || !strings.Contains(r.Door, "20秒以内") || !strings.Contains(r.Desk, "第20条第3項") {
		t.Errorf("%+v", r)
	}
	if r := words.ReasonOf(access.English, "something else", access.Fill{}); r.Desk != "something else" || r.Door != "something else" {
		t.Errorf("an unknown reason is lost: %+v", r)
	}
}

// The domains that the pages name are some: a misspelt one would leave its words as they are in the record.
func TestPagesNameDomains(t *testing.T) {
	pages, _ := filepath.Glob("../*/*.html")
	named := regexp.MustCompile(`term "([^"]*)"`)
	n := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			if n++; !words.IsDomain(words.Domain(m[1])) {
				t.Errorf("%s: no domain %q", page, m[1])
			}
		}
	}
	t.Logf("%d pages name a domain %d times", len(pages), n)
}
