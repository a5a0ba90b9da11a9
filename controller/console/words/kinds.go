package words

import (
	"maps"

	"kidoban/controller/journal"
)

// kinds are all types of the journal.
var kinds = gather(atTheDoor, ofTheMachine, ofPermits, ofTheOffice, ofTheCentralLog)

func gather(tables ...map[journal.Type]kind) map[journal.Type]kind {
	all := map[journal.Type]kind{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

var reason = []string{"reason"}

var atTheDoor = map[journal.Type]kind{
	journal.AccessPending:  {name: word{"入室の待ち", "access pending"}, what: word{"扉の前でお待ちです", "waiting at the door"}, tail: []string{"waiting_for"}},
	journal.AccessGranted:  {name: word{"入室許可・解錠", "access granted"}, what: word{"入室を許可しました", "access granted"}, other: granted, tail: reason},
	journal.AccessDenied:   {name: word{"入室不可", "access denied"}, tail: reason},
	journal.AccessTaken:    {name: word{"通過", "access taken"}, other: passed},
	journal.AccessNotTaken: {name: word{"解錠後入室なし", "access not taken"}, other: notTaken, tail: reason, words: map[string]Domain{"reason": NotTaken}},
	journal.AccessDuress:   {name: word{"非常通報(脅迫時)", "duress"}},

	journal.DoorOpened:        {name: word{"開扉", "door opened"}, what: word{"扉が開きました", "the door opened"}},
	journal.DoorClosed:        {name: word{"閉扉", "door closed"}, what: word{"扉が閉まりました", "the door closed"}},
	journal.DoorForced:        {name: word{"不正開扉", "door forced"}, tail: reason, words: map[string]Domain{"reason": Others}},
	journal.DoorHeldWarning:   {name: word{"扉の閉め忘れの予告", "door held warning"}, what: word{"扉を閉めてください", "close the door"}},
	journal.DoorHeld:          {name: word{"扉の閉め忘れ(開放超過)", "door held open"}},
	journal.DoorHeldCleared:   {name: word{"扉の閉め忘れの解消", "door no longer held"}, what: word{"扉の閉め忘れが解消しました", "the door is no longer held open"}},
	journal.DoorExitRequested: {name: word{"退室ボタン", "exit requested"}, what: word{"退室ボタンで解錠しました", "released by the exit button"}},
	journal.DoorModeChanged:   {name: word{"扉の運用の変更", "door mode changed"}, other: modeChanged, words: map[string]Domain{"mode": Modes}},
	journal.DoorTampered:      {name: word{"機器の取外し・こじ開け検知", "tamper"}, tail: []string{"point"}},
	journal.DoorFault:         {name: word{"扉の機器の異常", "door fault"}, tail: []string{"point"}},
	journal.DoorRestored:      {name: word{"機器の復旧", "restored"}, what: word{"機器が復旧しました", "restored"}, tail: []string{"point"}},
	journal.LockReleased:      {name: word{"解錠", "lock released"}, what: word{"解錠しました", "the lock was released"}},
	journal.LockSecured:       {name: word{"施錠", "lock secured"}, what: word{"施錠しました", "the lock was secured"}},
	journal.ReaderOnline:      {name: word{"読取機の復旧", "reader online"}, what: word{"読取機が応答しています", "the reader answers again"}},
	journal.ReaderOffline:     {name: word{"読取機の不応答", "reader offline"}, what: word{"読取機が応答しません", "the reader does not answer"}},
	journal.ReaderTampered:    {name: word{"読取機の取外し・こじ開け検知", "reader tamper"}, tail: []string{"point"}},
	journal.ReaderMisread:     {name: word{"読取りの失敗", "misread"}, what: word{"カードを読み取れませんでした", "a card was not read"}},
}

func granted(d *journal.Data) word {
	switch {
	case d.Direction == "exit" && d.Reason != "":
		return word{"退室のため解錠しました。規則に合いません", "released for leaving, against a rule"}
	case d.Direction == "exit":
		return word{"退室のため解錠しました", "released for leaving"}
	case d.Reason != "":
		return word{"入室を許可しました。確認してください", "access granted, look into it"}
	case d.Person == "" && d.Account != "":
		return word{"画面から解錠しました", "released from a page"}
	}
	return word{}
}

func passed(d *journal.Data) word {
	if d.Direction == "exit" {
		return word{"退室しました", "left"}
	}
	return word{"入室しました", "entered"}
}

func notTaken(d *journal.Data) word {
	if d.Direction == "exit" {
		return word{"解錠後の退室はありませんでした", "released, and nobody left"}
	}
	return word{}
}

func modeChanged(d *journal.Data) word {
	switch d.Mode {
	case "lockdown":
		return word{"入室を停止しました(退室はできます)", "entry was suspended; leaving is possible"}
	case "normal":
		return word{"通常の運用に戻りました", "the door is in normal mode"}
	}
	return word{}
}

func degraded(d *journal.Data) word {
	if d.Mode == "record_unavailable" {
		return word{"記録ができないため入室できません。退室はできます", "no entry while nothing can be recorded; leaving works"}
	}
	return word{}
}

var muster = map[string]word{"document": {"在室者一覧", "muster list"}, "count": {"在室者数", "inside"}}

var ofTheMachine = map[journal.Type]kind{
	journal.ConfigApplied:  {name: word{"設定の適用", "configuration applied"}, what: word{"設定を適用しました", "the configuration was applied"}},
	journal.ConfigChecked:  {name: word{"配線の点検", "wiring checked"}, what: word{"配線を点検しました", "a point of the wiring was checked"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Checks}},
	journal.ConfigRejected: {name: word{"設定の不採用", "configuration rejected"}, what: word{"設定に誤りがあり、適用しませんでした", "the configuration was not applied"}},

	journal.ClockSynchronised: {name: word{"時計の同期", "clock synchronised"}, what: word{"時計が同期しました", "the clock is synchronised"}},
	journal.ClockLost:         {name: word{"時計の未同期", "clock lost"}, what: word{"時計の同期が失われました", "the clock is not synchronised any more"}},
	journal.ClockStepped:      {name: word{"時計の修正", "clock stepped"}, what: word{"時計が動かされました", "the clock was moved"}},

	journal.PowerMainsLost:     {name: word{"停電", "mains lost"}, what: word{"停電しました(電池で動作中)", "mains power failed, on battery"}},
	journal.PowerMainsRestored: {name: word{"停電からの復旧", "mains restored"}, what: word{"停電から復旧しました", "mains power is back"}},
	journal.FireAlarmed:        {name: word{"火災信号", "fire"}, what: word{"火災信号を受けました。避難と安否確認を優先してください", "fire alarm: people first"}, names: muster},
	journal.FireCleared:        {name: word{"火災信号の解消", "fire cleared"}, what: word{"火災信号が解消しました", "the fire alarm has ended"}},

	journal.LinkLost:       {name: word{"中央記録と未接続", "link lost"}, what: word{"中央記録と未接続です(扉は通常どおり使えます)", "no link to the central log; the door works as usual"}},
	journal.LinkRestored:   {name: word{"中央記録との再接続", "link restored"}, what: word{"中央記録と接続しました", "the link to the central log is back"}},
	journal.LinkBacklogged: {name: word{"中央記録への送信の滞り", "link backlogged"}, what: word{"中央記録への送信が滞っています", "entries wait to be sent to the central log"}},
	journal.LinkDrained:    {name: word{"中央記録への送信の完了", "link drained"}, what: word{"滞っていた送信が完了しました", "what had waited was sent"}},

	journal.JournalStarted:            {name: word{"証跡の開始", "journal started"}, what: word{"証跡を開始しました", "the journal was begun"}},
	journal.JournalPurged:             {name: word{"廃棄", "disposal"}, what: word{"保存期間の終わった記録を廃棄しました", "records were disposed of"}},
	journal.JournalVerified:           {name: word{"証跡の検証", "journal verified"}, what: word{"証跡を検証しました。改ざんはありません", "the journal verifies"}},
	journal.JournalVerificationFailed: {name: word{"改ざん検知", "tamper found"}, what: word{"証跡が検証に合格しません(改ざん検知)", "the journal does not verify"}},
	journal.JournalBackedUp:           {name: word{"控え", "backup"}, what: word{"控えを取りました", "a backup was made"}, tail: reason, words: map[string]Domain{"reason": Others}},
	journal.JournalHoldChanged:        {name: word{"廃棄留保", "hold"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Disposals}},
	journal.JournalPurgeProposed:      {name: word{"廃棄の起案・決定", "disposal proposed"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Disposals}},
	journal.JournalPurgeEnded:         {name: word{"廃棄の終了", "disposal ended"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Disposals}},

	journal.SystemStarted:             {name: word{"起動", "started"}, what: word{"起動しました", "the daemon started"}, tail: reason, words: map[string]Domain{"reason": Others}, names: map[string]word{"detail": {"版", "version"}}},
	journal.SystemStopping:            {name: word{"終了", "stopping"}, what: word{"終了します", "the daemon stops"}},
	journal.SystemDegraded:            {name: word{"機能の低下", "system degraded"}, what: word{"機能が低下しています", "system degraded"}, other: degraded, tail: []string{"mode"}, words: map[string]Domain{"mode": Conditions}},
	journal.SystemRecovered:           {name: word{"機能の回復", "system recovered"}, what: word{"機能が回復しました", "system recovered"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Conditions}},
	journal.SystemRestartedByWatchdog: {name: word{"監視による再起動", "restarted by watchdog"}, what: word{"応答がないため再起動しました", "restarted by its watchdog"}},
}
