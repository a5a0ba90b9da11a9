package notify

import (
	"strings"

	"kidoban/controller/journal"
)

// word is the same in both languages.
type word struct{ ja, en string }

// term is what a person is told of entries of one type: what it is, and what to do next.
type term struct{ name, next word }

var (
	seeDoor   = word{"現地を確認し、受け付けてください。", "Look at the door, then acknowledge the alarm."}
	seeDevice = word{"機器と配線を確認し、受け付けてください。", "Check the device and its wires, then acknowledge the alarm."}
	seeRecord = word{"記録を保全してください。機器の電源を切らず、システム管理者とセキュリティ責任者に連絡してください。",
		"Keep everything as it is and the machine switched on; tell the system manager and the security officer."}
	seeVisit = word{"在室者と立会者を確認してください(退室はいつでもできます)。", "See who is inside and who escorts them; leaving is always possible."}
	nothing  = word{"対応は不要です。", "Nothing has to be done."}
)

var terms = map[journal.Type]term{
	journal.AccessDuress: {word{"非常通報(脅迫時)", "Duress"}, word{
		"静かな通報です。扉・表示灯・本人の電話には何も知らせないでください。定めた手順(警察への通報など)に従ってください。",
		"This is a silent call. Let nothing be noticed at the door or on the person's telephone; follow the procedure that is laid down (police)."}},
	journal.AccessDenied:              {word{"入室不可", "Access denied"}, nothing},
	journal.AccessGranted:             {word{"解錠(規則外の退室など)", "Access granted against a rule"}, seeDoor},
	journal.AccessNotTaken:            {word{"解錠後入室なし", "Access not taken"}, nothing},
	journal.DoorForced:                {word{"不正開扉", "Door forced"}, seeDoor},
	journal.DoorHeld:                  {word{"扉の閉め忘れ(開放超過)", "Door held open"}, word{"扉を閉めてください。", "Close the door."}},
	journal.DoorTampered:              {word{"機器の取外し・こじ開け検知", "Tamper"}, seeDoor},
	journal.DoorFault:                 {word{"扉の機器の異常", "Door fault"}, seeDevice},
	journal.DoorModeChanged:           {word{"扉の運用の変更", "Door mode changed"}, nothing},
	journal.ReaderTampered:            {word{"読取機の取外し・こじ開け検知", "Reader tampered with"}, seeDoor},
	journal.ReaderOffline:             {word{"読取機の不応答", "Reader offline"}, seeDevice},
	journal.ReaderMisread:             {word{"読取りの失敗", "Misread"}, seeDevice},
	journal.FireAlarmed:               {word{"火災信号", "Fire alarm"}, word{"避難・安否確認を優先してください(在室者一覧: kidoban who)。", "People first: kidoban who lists who is inside."}},
	journal.PowerMainsLost:            {word{"停電(電池で動作中)", "Mains power lost, on battery"}, word{"電源を確認してください。", "Check the power."}},
	journal.LinkLost:                  {word{"中央記録と未接続", "No link to the central log"}, seeDevice},
	journal.LinkBacklogged:            {word{"中央記録への送信の滞り", "Entries wait to be sent"}, seeDevice},
	journal.ClockLost:                 {word{"時計の未同期", "Clock not synchronised"}, seeDevice},
	journal.SystemDegraded:            {word{"機能の低下", "System degraded"}, seeDevice},
	journal.SystemRestartedByWatchdog: {word{"監視による再起動", "Restarted by its watchdog"}, seeDevice},
	journal.JournalVerificationFailed: {word{"改ざん検知(証跡が検証に合格しない)", "The journal does not verify"}, seeRecord},
	journal.VisitEscortLost:           {word{"立会者不在", "Escort lost"}, seeVisit},
	journal.VisitOverstayed:           {word{"滞在時間超過", "Overstay"}, seeVisit},
	journal.VisitLeftWithoutConsent:   {word{"未承諾退室", "Left without consent"}, seeVisit},
	journal.VisitEmergency:            {word{"緊急入室", "Emergency entry"}, seeVisit},
	journal.PermitRecordedOral:        {word{"口頭許可の記録", "Oral permission recorded"}, word{"許可者が確認してください。", "Who permitted it has to confirm it."}},
	journal.AccountSignInFailed:       {word{"サインイン失敗", "Sign-in failed"}, word{"本人に確認してください。", "Ask the account's holder."}},
	journal.EmergencyDeclared:         {word{"緊急事態の宣言", "Emergency declared"}, word{"定めた手順に従ってください。", "Follow the procedure that is laid down."}},
	journal.EmergencyCleared:          {word{"緊急事態の解除", "Emergency cleared"}, nothing},
	journal.CredentialLost:            {word{"カードの紛失届", "Card reported lost"}, nothing},
	journal.ControllerReplaced:        {word{"扉の記録装置の交替", "A controller's journal is another one"}, seeRecord},
	journal.ControllerSilent:          {word{"扉からの通信途絶", "A controller is silent"}, word{"電源と通信を確認してください。扉は単独で動作を続けます。", "Check its power and network; the door goes on by itself."}},
	journal.ControllerHeard:           {word{"扉からの通信回復", "A controller is heard again"}, nothing},
	journal.ControllerRolledBack:      {word{"扉の記録の巻戻り", "A controller's record was rolled back"}, seeRecord},
	journal.ControllerForked:          {word{"扉の記録の分岐", "A controller's record forked"}, seeRecord},
	journal.ControllerContradicted:    {word{"扉の記録の矛盾", "A controller's record contradicts itself"}, seeRecord},
	journal.ControllerGarbled:         {word{"扉の名で届いた不正な通信", "Messages in a controller's name that it cannot have sent"}, seeRecord},
	journal.RosterRefused:             {word{"名簿の配布の拒否", "A roster bundle was refused"}, seeRecord},
	journal.RosterStale:               {word{"名簿が古いまま", "The roster is old"}, seeDevice},
	journal.CertificateExpiring:       {word{"証明書の期限切れ間近", "A certificate is about to expire"}, word{"証明書を更新してください(kidobanlog enrol)。", "Renew it: kidobanlog enrol."}},
	journal.NoticeFailed:              {word{"通知の不達", "Notices cannot be delivered"}, word{"宛先と中継サーバーを確認してください(kidobanlog notify list)。", "Check the address and its server: kidobanlog notify list."}},
	journal.NoticeSent:                {word{"通知の試験", "A test of the notices"}, nothing},
	journal.AlarmAcknowledged:         {word{"警報の受付", "Alarm acknowledged"}, nothing},
	journal.AlarmClosed:               {word{"警報の完了", "Alarm closed"}, nothing},
	journal.AlarmReported:             {word{"統括責任者への報告", "Reported to the CISO"}, word{"報告書を確認してください。", "Read the report."}},
}

var severities = map[journal.Severity]word{
	journal.Info: {"情報", "info"}, journal.Notice: {"通知", "notice"}, journal.Warning: {"注意", "warning"},
	journal.Alert: {"警報", "alert"}, journal.Emergency: {"緊急", "emergency"},
}

// termOf is what to say of an entry: of an alarm, of its cause.
func termOf(e *journal.Sealed) term {
	t := kindOf(e)
	if known, ok := terms[t]; ok {
		return known
	}
	class, what, _ := strings.Cut(string(t), ".")
	plain := class + ": " + strings.ReplaceAll(what, "_", " ")
	return term{word{plain, plain}, word{"記録を確認してください。", "Look at the record."}}
}
