package report

import (
	"fmt"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Raised are the month's alarms of a kind, and how far they have come since.
type Raised struct {
	Kind         journal.Type // of what raised them
	Count        int
	Acknowledged int
	Escalated    int
	Closed       int
	Drill        int // of Count
}

// Denied are the month's refusals of a reason.
type Denied struct {
	Reason string // of access.denied
	Count  int
}

var alarmKinds = map[journal.Type]word{
	journal.AccessDenied: {"使えないカードによる入室不可", "access denied"},
	journal.AccessDuress: {"非常通報(脅迫時)", "duress"}, journal.AccessNotTaken: {"解錠の遅れ(入室なし)", "grant too late"},
	journal.DoorForced: {"不正開扉", "door forced"}, journal.DoorHeld: {"扉の閉め忘れ(開放超過)", "door held open"},
	journal.DoorTampered: {"機器の取外し・こじ開け検知", "tamper"}, journal.DoorFault: {"扉の機器の異常", "door fault"},
	journal.ReaderTampered: {"読取機の取外し・こじ開け検知", "reader tamper"}, journal.ReaderOffline: {"読取機の不応答", "reader offline"},
	journal.VisitEscortLost: {"立会者不在", "escort lost"}, journal.VisitLeftWithoutConsent: {"未承諾退室", "left without consent"},
	journal.VisitOverstayed: {"滞在時間超過", "overstay"}, journal.VisitEmergency: {"緊急入室", "emergency entry"},
	journal.PermitRecordedOral: {"入室後に記録した口頭許可", "oral permission recorded after the entry"},
	journal.PermitExpired:      {"許可期限切れ(在室中)", "permit ran out while inside"},
	journal.FireAlarmed:        {"火災報知", "fire"}, journal.EmergencyDeclared: {"緊急事態の宣言", "emergency declared"},
	journal.EmergencyCleared: {"緊急事態の終了", "emergency ended"},
	journal.PowerMainsLost:   {"停電", "mains lost"}, journal.LinkLost: {"中央記録と未接続", "link lost"},
	journal.LinkBacklogged: {"中央記録への送信の滞り", "link backlogged"}, journal.ClockLost: {"時計の未同期", "clock lost"},
	journal.SystemDegraded: {"機能の低下", "system degraded"}, journal.SystemRestartedByWatchdog: {"監視による再起動", "restarted by watchdog"},
	journal.JournalVerificationFailed: {"証跡の改ざん検知", "journal does not verify"},
	journal.AccountSignInFailed:       {"利用者の停止(認証の誤り)", "account locked out"},
}

// reasons are what access.denied says, in few words; odd ones are looked into even if there is one alone.
var reasons = map[access.Reason]struct {
	word
	odd bool
}{
	access.UnknownCredential: {word{"登録のないカード", "unknown card"}, false}, access.Misread: {word{"読取りの失敗", "misread"}, false},
	access.CredentialLost: {word{"紛失届のカード", "card reported lost"}, true}, access.CredentialRevoked: {word{"失効したカード", "card revoked"}, true},
	access.CredentialBlocked: {word{"一時停止中のカード", "card blocked"}, true}, access.CredentialExpired: {word{"有効期限切れのカード", "card expired"}, false},
	access.NotYetValid: {word{"利用開始日前のカード", "card not yet valid"}, false}, access.NotAuthorised: {word{"第20条第1項の各号に当たらない", "not of Article 20(1)"}, false},
	access.OutsideSchedule: {word{"時間帯の外", "outside the schedule"}, false}, access.NoPermit: {word{"許可なし", "no permit"}, false},
	access.PermitNotGranted: {word{"審査中・不許可", "permit not granted"}, false}, access.PermitNotYetValid: {word{"許可期間の開始前", "permit not yet valid"}, false},
	access.PermitExpired: {word{"許可期間の終了後", "permit expired"}, false}, access.PermitRevoked: {word{"許可取消し", "permit revoked"}, false},
	access.PermitUsedUp: {word{"許可の回数の終了", "permit used up"}, false}, access.EscortMissing: {word{"立会者なし", "escort missing"}, false},
	access.EscortNotEntitled: {word{"立会者になれない者", "escort not entitled"}, false}, access.PINRequired: {word{"暗証番号の入力なし", "PIN required"}, false},
	access.PINWrong: {word{"暗証番号の誤り", "PIN wrong"}, false}, access.PINBlocked: {word{"暗証番号の停止", "PIN blocked"}, true},
	access.AntiPassback: {word{"二重入室防止", "anti-passback"}, false}, access.SecondPersonMissing: {word{"二人目なし", "second person missing"}, false},
	access.RoomFull: {word{"在室者数の上限", "room full"}, false}, access.DoorLockedDown: {word{"入室停止中", "locked down"}, false},
	access.ClockUntrusted: {word{"時計の未確認", "clock untrusted"}, true}, access.RecordUnavailable: {word{"記録の不能", "record unavailable"}, true},
	access.ReaderDegraded: {word{"読取機の異常", "reader degraded"}, true}, access.DuplicateUse: {word{"同時の使用", "duplicate use"}, true},
	access.PurposeMissing: {word{"入室目的の未入力", "purpose missing"}, false}, access.PermitOtherZone: {word{"別の部屋の許可", "permit of another room"}, false},
	access.PermitUnconfirmedPerson: {word{"許可書に氏名なし", "person not named in the permit"}, false},
	access.EscortLimitReached:      {word{"立会いの人数の上限", "escort limit reached"}, false},
}

// gone is an item whose entries were disposed of: a count of what is left would be false.
func (h *Head) gone(item word) Check {
	return Check{Item: h.say(item), Count: -1, Unknown: true, Finding: h.say(word{"廃棄済(廃棄記録簿)", "disposed of (record of disposals)"})}
}

// lines are the items that the register answers.
func (m *Monthly) lines(h *Head) []Check {
	if m.LinesGone {
		return []Check{h.gone(word{"入退室の記録", "Lines of the register"})}
	}
	return h.checks(m.Lines)
}

// alarms are an item for each kind of alarm, or one that says that there was none.
func (m *Monthly) alarms(h *Head) []Check {
	item := word{"警報", "Alarms"}
	switch {
	case m.AlarmsGone:
		return []Check{h.gone(item)}
	case len(m.Alarms) == 0:
		return []Check{{Item: h.say(item)}}
	}
	out := make([]Check, 0, len(m.Alarms))
	for _, a := range m.Alarms {
		kind, known := alarmKinds[a.Kind]
		if !known {
			kind = word{string(a.Kind), string(a.Kind)}
		}
		told := fmt.Sprintf(h.say(word{"受領%d・通報%d・完了%d", "acknowledged %d, escalated %d, closed %d"}), a.Acknowledged, a.Escalated, a.Closed)
		if open := a.Count - a.Closed; open > 0 {
			told += fmt.Sprintf(h.say(word{"・未完了%d", ", open %d"}), open)
		}
		if a.Drill > 0 {
			told += fmt.Sprintf(h.say(word{"(うち訓練%d)", " (drills %d)"}), a.Drill)
		}
		out = append(out, Check{Item: h.say(item) + ": " + h.say(kind), Count: a.Count, Odd: a.Count > a.Drill, Finding: told})
	}
	return out
}

// refusals are an item for each reason, or one that says that nobody was refused.
func (m *Monthly) refusals(h *Head) []Check {
	item := word{"入室不可", "Access denied"}
	switch {
	case m.RefusalsGone:
		return []Check{h.gone(item)}
	case len(m.Refusals) == 0:
		return []Check{{Item: h.say(item)}}
	}
	out := make([]Check, 0, len(m.Refusals))
	for _, d := range m.Refusals {
		r, _ := access.ParseReason(d.Reason)
		w, known := reasons[r]
		if !known {
			w.word = word{d.Reason, d.Reason}
		}
		out = append(out, Check{Item: h.say(item) + ": " + h.say(w.word), Count: d.Count, Odd: w.odd})
	}
	return out
}
