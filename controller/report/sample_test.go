package report_test

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/report"
	"kidoban/controller/retention"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, access.JST)
	if err != nil {
		panic(err)
	}
	return t
}

func act(name string, post access.Post, s string) ledger.Act {
	return ledger.Act{Person: "S-" + access.PersonID(name), Name: name, Post: post, At: at(s)}
}

func head() report.Head {
	return report.Head{
		Room: "住基ネット管理室", Site: "舞鶴市",
		RuleBasis: "舞鶴市住民基本台帳ネットワークシステムに係るセキュリティの確保等に関する規程(平成14年訓令甲第5号、令和5年4月1日施行)",
		At:        at("2026-05-01 09:05:00"), By: "tanaka", PrintID: "2026-P0012", Purpose: "令和8年4月分の月次点検",
	}
}

// names that are hard to print: a kanji of the second plane, old forms, variants that fonts have and have not, marks that
// cannot be joined, a character of nobody's font, controls.
const (
	hardName    = "𠮷田 髙﨑"
	variantName = "渡邉\U000E0100 葛\U000E0100城"
	rareName    = "邉\U000E0110 \U00030EDE子"
	markedName  = "か\u309aか\u3099\u202e\x00\xff"
)

func officerAct(s string) ledger.Act { return act("山田 太郎", access.SecurityOfficer, s) }

func visits() []ledger.Visit {
	staff := ledger.Visit{
		ID: "2026-000001", Zone: "room", Person: "S-001", Name: "田中 花子", Reading: "たなか はなこ", Affiliation: "市民課",
		Class: "art20.1.2", Credential: "C-001", Entered: at("2026-04-01 08:31:07"), Left: at("2026-04-01 08:52:40"),
		Checked: officerAct("2026-05-01 09:00:00"),
	}
	visitor := ledger.Visit{
		ID: "2026-000002", Zone: "room", Person: "V-001", Name: hardName, Reading: "よしだ たかさき", Affiliation: "株式会社北近畿システムサービス保守センター",
		Class: "visitor.maintenance", Identity: "運転免許証", Badge: "7", Credential: "C-107",
		Entered: at("2026-04-01 09:05:12"), Left: at("2026-04-01 11:48:30"), Purpose: "業務サーバの定期保守点検", Work: "月次の点検及びログの採取",
		Equipment: "CSサーバ1号機", Permit: "2026-0001", PermitAct: officerAct("2026-03-31 17:10:00"),
		Escorts: []ledger.Escorting{
			{Person: "S-001", Name: "田中 花子", Rule: "art20.1.2", From: at("2026-04-01 09:05:12"), Until: at("2026-04-01 10:30:00")},
			{Person: "S-002", Name: "鈴木 一郎", Rule: "art20.1.3", From: at("2026-04-01 10:30:00"), Until: at("2026-04-01 11:48:30"), Assumed: true},
		},
		CarryIn: "ノートPC 1台(No.K-12)、USBメモリ 1本", CarryOut: "ノートPC 1台(No.K-12)",
		Consent:   ledger.Consent{State: ledger.Consented, Act: act("鈴木 一郎", "", "2026-04-01 11:47:55"), How: "badge"},
		Incidents: []ledger.Incident{{At: at("2026-04-01 10:29:31"), Type: "visit.escort_lost"}},
		Corrections: []ledger.Correction{{
			Field: "purpose", Before: "業務サーバの点検", After: "業務サーバの定期保守点検", Reason: "申請書と異なるため",
			Maker: act("田中 花子", "", "2026-04-02 10:00:00"), Checker: act("鈴木 一郎", "", "2026-04-02 10:20:00"),
			Permitter: officerAct("2026-04-02 11:00:00"),
		}},
	}
	without := ledger.Visit{
		ID: "2026-000003", Zone: "room", Person: "V-002", Name: variantName, Affiliation: "京都府", Class: "visitor.other",
		Identity: "職員証", Badge: "8", Entered: at("2026-04-02 13:00:00"), Left: at("2026-04-02 14:10:02"), Purpose: "指導検査",
		Permit: "2026-0002", PermitAct: ledger.Act{Name: "佐藤 次郎", Post: access.SecurityOfficer, Deputy: true, At: at("2026-04-02 09:00:00")},
		PermitOral: true, Escorts: []ledger.Escorting{{Person: "S-001", Name: "田中 花子", Rule: "art20.1.2", From: at("2026-04-02 13:00:00")}},
		Consent:   ledger.Consent{State: ledger.ConsentAfter, Act: officerAct("2026-04-02 15:30:00"), How: "account", Text: "電話対応中に退室したもの。持出しのないことを確認した。"},
		Incidents: []ledger.Incident{{At: at("2026-04-02 14:10:02"), Type: "visit.left_without_consent"}}, Late: true,
	}
	open := ledger.Visit{
		ID: "2026-000004", Zone: "room", Person: "V-003", Name: rareName, Reading: markedName, Affiliation: "", Class: "visitor.contractor",
		Entered: at("2026-04-30 16:00:00"), Purpose: long, Permit: "2026-0003", Assumed: true, Remarks: "=cmd|' /C calc'!A0",
	}
	return []ledger.Visit{staff, visitor, without, open}
}

var long = repeat("庁舎の空調設備の更新に伴う配線経路の確認及び既設配管の寸法の測定並びに関係者との協議のため。", 12)

func repeat(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}

func permit() ledger.Permit {
	return ledger.Permit{
		Permit: access.Permit{
			ID: "2026-0001", Zone: "room", State: access.Permitted, Decided: at("2026-03-31 17:10:00"),
			Span: access.Span{From: at("2026-04-01 09:00:00"), Until: at("2026-04-01 17:00:00")}, Most: 4, Purpose: true,
		},
		Requested: at("2026-03-30 10:12:00"), RequestedBy: "S-001", Act: officerAct("2026-03-31 17:10:00"),
		Text: ledger.PermitText{
			Organisation: "株式会社北近畿システムサービス", Purpose: "業務サーバの定期保守点検", Work: "月次の点検及びログの採取", Equipment: "CSサーバ1号機",
			Conditions: "写真撮影を禁ずる。持込機器は事前に届け出たものに限る。", EscortPlan: "田中 花子(市民課)、昼の交代 鈴木 一郎", CarryIn: "ノートPC 1台(No.K-12)",
			Visitors: []ledger.Visitor{
				{Person: "V-001", Name: hardName, Reading: "よしだ たかさき", Affiliation: "保守センター", Class: "maintenance"},
				{Person: "V-002", Name: variantName, Class: "contractor"}, {Person: "V-003", Name: rareName},
			},
		},
	}
}

func lendings() []cards.Lending {
	return []cards.Lending{
		{ID: "2026-L0001", Kind: cards.Issued, Card: "C-001", Person: "S-001", Name: "田中 花子", Affiliation: "市民課", Purpose: "入退室", Lent: at("2026-04-01 08:00:00"), By: act("高橋 三郎", access.SystemManager, "2026-04-01 08:00:00")},
		{ID: "2026-L0002", Kind: cards.Temporary, Card: "T-01", Person: "S-002", Name: "鈴木 一郎", Affiliation: "市民課", Purpose: "カード忘れ", Lent: at("2026-04-02 08:20:00"), Until: at("2026-04-03 00:00:00"), By: act("田中 花子", "", "2026-04-02 08:20:00"), Second: officerAct("2026-04-02 08:21:00"), End: cards.Returned, Ended: at("2026-04-02 17:30:00"), EndedBy: act("田中 花子", "", "2026-04-02 17:30:00")},
		{ID: "2026-L0003", Kind: cards.Visitor, Card: "V-07", Person: "V-001", Name: hardName, Affiliation: "株式会社北近畿システムサービス", Permit: "2026-0001", Purpose: "定期保守", Lent: at("2026-04-01 09:00:00"), Until: at("2026-04-02 00:00:00"), By: act("田中 花子", "", "2026-04-01 09:00:00")},
	}
}

func dated() []report.Dated {
	year, officer := access.Span{From: at("2026-04-01 00:00:00"), Until: at("2027-04-01 00:00:00")}, officerAct("2026-03-31 15:00:00")
	later := at("2026-04-10 09:00:00")
	return []report.Dated{
		{Person: "S-002", Name: "鈴木 一郎", Reading: "すずき いちろう", Affiliation: "市民課 主査", Span: year, Reason: "市民課長の不在時に承諾するため", By: report.By(officer), Changed: report.By(officerAct("2026-04-20 10:00:00"))},
		{Person: "S-003", Name: variantName, Affiliation: "デジタル推進課", Span: access.Span{From: at("2026-04-01 00:00:00")}, Reason: "機器の保守に従事するため", By: report.By(officer), Ended: report.By(officerAct("2026-04-20 10:00:00"))},
		{Person: "S-004", Name: "森 三郎", Affiliation: "市民課", Span: year, By: report.Origin{Means: report.Imported, First: officer.At, Last: officer.At, Act: officer}},
		{Person: "S-005", Name: "林 四郎", Affiliation: "市民課", Span: year, By: report.Origin{Means: report.Imported, First: officer.At, Last: later}},
		{Person: "S-006", Name: "原 五郎", Affiliation: "市民課", Span: year, By: report.Origin{Means: report.Imported, Last: later}},
		{Person: "S-007", Name: "東 六郎", Affiliation: "市民課", Span: year, By: report.Origin{Means: report.SetUp, First: officer.At}},
		{Person: "S-008", Name: "西 七子", Affiliation: "市民課", Span: year},
	}
}

// samples is one of each form.
func samples() map[string]report.Form {
	visit := visits()
	refused := permit()
	refused.State, refused.Text.Reason = access.NotPermitted, "目的が業務に必要なものと認められないため"
	return map[string]report.Form{
		"register-month": report.Register{Year: 2026, Month: time.April, Lines: visit},
		"register-year":  report.Register{Year: 2026, Lines: many(visit, 40)},
		"slip":           report.Slip{Visit: visit[1]},
		"slip-hard":      report.Slip{Visit: visit[3]},
		"application":    report.Application{Permit: permit(), Applicant: "田中 花子"},
		"permit":         report.PermitLetter{Permit: permit()},
		"permit-refused": report.PermitLetter{Permit: refused},
		"permit-badge":   report.PermitBadges{Permit: permit()},
		"staff-cards":    report.StaffCards{Year: 2026, Lines: lendings()},
		"visitor-cards":  report.VisitorCards{Year: 2026, Lines: lendings()},
		"threat": report.Threat{Report: ledger.Report{
			ID: "2026-T001", Zone: "room", Alarms: []string{"door.forced/room-1"}, Reported: officerAct("2026-04-10 10:30:00"), Found: at("2026-04-10 08:15:30"),
			Text: ledger.ReportText{FoundBy: "田中 花子(市民課)", What: "管理室の扉が開扉の許可なく開いた。", Affected: "なし(調査中)", Measures: "入室を停止し、在室者がいないことを確認した。", Status: "業者による点検を手配中"},
		}},
		"monthly": report.Monthly{Year: 2026, Month: time.April, Lines: visit, Alarms: []report.Raised{
			{Kind: journal.DoorForced, Count: 2, Acknowledged: 2, Escalated: 1, Closed: 1}, {Kind: journal.FireAlarmed, Count: 1, Acknowledged: 1, Closed: 1, Drill: 1},
		}, Refusals: []report.Denied{{Reason: "unknown_credential", Count: 12}, {Reason: "credential_lost", Count: 1}}, More: []report.Check{{Item: "鍵・カードの現物照合", Count: -1}}, Review: &ledger.Review{
			ID: "2026-04/room", Zone: "room", Month: "2026-04", Lines: 4, Digest: "3f5a", Abnormal: true, Findings: "未承諾退室1件。本人に指導した。", Signed: officerAct("2026-05-01 09:00:00"),
		}},
		"installation": report.Installation{Points: []report.InstalledPoint{
			{Place: "住基ネット管理室", Kind: "handle", Result: "passed", ByEye: true, Act: ledger.Act{At: at("2026-04-01 09:00:00")}, Account: "installer"},
			{Place: "住基ネット管理室", Kind: "reader", Side: "entry", Result: "passed", Act: officerAct("2026-04-01 09:05:00"), Account: "officer"},
			{Place: "住基ネット管理室", Kind: "siren", Result: "failed", Changed: true, Act: ledger.Act{At: at("2026-04-01 09:06:00")}, Account: "installer", Reason: "鳴らない。結線を直す"},
			{Kind: "fire"},
		}, Machine: []report.InstalledPart{{What: "clock", State: "well"}, {What: "central", State: "none"}, {What: "certificate", State: "well", Until: at("2027-04-01 09:05:00")}, {What: "backup", State: "bad"}},
			Version: "v1.0.0", Digest: "3f5a"},
		"designees":   report.Designees{Lines: dated()},
		"maintenance": report.Maintenance{Lines: dated()},
		"items":       report.Items{Year: 2026, Lines: visit},
		"emergency":   report.Emergency{Entry: ledger.EmergencyEntry{ID: "2026-E001", Zone: "room", Door: "room", Service: "fire", Entered: at("2026-04-15 02:11:09")}, LetIn: ""},
		"disposal": report.Disposal{Lines: []retention.Disposal{{
			ID: "2032-D001", Counts: []retention.Count{{Class: retention.Register, Year: 2025, Entries: 9876, Rows: 1234}, {Class: retention.Alarms, Year: 2025, Entries: 40, Rows: 12}},
			Withheld: []retention.Withheld{{Class: retention.Register, Year: 2025, Why: retention.Held, Rows: 2}}, Reason: "保存期間の満了", Decided: "市民課長 R8.4.1",
			Digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Maker: act("田中 花子", "", "2032-04-01 09:00:00"), Approver: officerAct("2032-04-01 10:00:00"), Ended: at("2032-04-01 11:00:00"),
		}}},
		"monthly-gone": report.Monthly{Year: 2026, Month: time.April, LinesGone: true, AlarmsGone: true, RefusalsGone: true},
		"muster-nameless": report.Muster{Nameless: true, List: ledger.Muster{ID: "2026-M001", At: at("2026-04-01 10:00:00"), Lines: []ledger.MusterLine{
			{Zone: "room", Person: "S-001", Since: at("2026-04-01 08:31:07")}, {Zone: "room", Person: "V-001", Since: at("2026-04-01 09:05:12"), Visitor: true, Escort: "S-001"},
		}}},
		"muster": report.Muster{List: ledger.Muster{ID: "2026-M001", At: at("2026-04-01 10:00:00"), Drill: true, Lines: []ledger.MusterLine{
			{Zone: "room", Person: "S-001", Name: "田中 花子", Affiliation: "市民課", Since: at("2026-04-01 08:31:07")},
			{Zone: "room", Person: "V-001", Name: hardName, Affiliation: "保守センター", Since: at("2026-04-01 09:05:12"), Visitor: true, EscortName: "田中 花子", Unverified: true},
			{Zone: "room", Person: "V-002", Visitor: true, Gone: true},
		}}},
	}
}

// many is a year's lines: the first ones again and again, over the months.
func many(some []ledger.Visit, n int) (out []ledger.Visit) {
	for i := range n {
		v := some[i%3]
		shift := time.Duration(i) * 8 * 24 * time.Hour
		v.Entered, v.Left = v.Entered.Add(shift), v.Left.Add(shift)
		out = append(out, v)
	}
	return out
}
