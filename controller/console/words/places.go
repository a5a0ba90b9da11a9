package words

// places are the words of doors, zones and what stands around them.
var places = map[Domain]map[string]word{
	Zones:      {"": {"全ての区域", "every zone"}, "every zone": {"全ての区域", "every zone"}},
	Places:     {"management-room": {"管理室(第20条)", "management room (Article 20)"}, "management_room": {"管理室(第20条)", "management room (Article 20)"}, "terminal": {"端末設置場所(第11条第2号)", "terminal place (Article 11(2))"}},
	Directions: {"entry": {"入室側", "entry"}, "exit": {"退室側", "exit"}},
	Positions:  {"closed": {"閉", "closed"}, "open": {"開", "open"}, "unknown": {"不明", "unknown"}},
	Locks:      {"locked": {"施錠", "locked"}, "released": {"解錠中", "released"}},
	Modes:      {"normal": {"通常", "normal"}, "lockdown": {"入室停止中(退室はできます)", "lockdown; leaving is possible"}, "released": {"解錠中", "released"}},
	Signs: {
		"none": {"警報なし", "no alarm"}, "held": {"扉の閉め忘れ(開放超過)", "door held open"}, "forced": {"不正開扉", "door forced"}, "fault": {"扉の機器の異常", "door fault"},
	},
	Points: {
		"contact": {"扉センサー", "door contact"}, "strike": {"電気錠", "strike"}, "exit button": {"退室ボタン", "exit button"},
		"tamper": {"取外し検知", "tamper switch"}, "reader entry": {"入口読取機", "reader, entry"}, "reader exit": {"出口読取機", "reader, exit"},
		"green lamp": {"緑の表示灯", "green lamp"}, "red lamp": {"赤の表示灯", "red lamp"}, "buzzer": {"ブザー", "buzzer"}, "lamp": {"表示灯", "lamp"},
		"siren": {"警報音", "siren"}, "fire": {"火災信号", "fire signal"}, "mains": {"商用電源", "mains power"}, "enclosure": {"制御盤の蓋", "enclosure"},
		"watchdog": {"監視回路", "watchdog"}, "reader": {"読取機", "reader"},
		"duty": {"任務", "duty"}, "finding": {"認定", "finding"}, "row": {"1件", "row"},
		"person": {"個人", "person"}, "post": {"職", "post"}, "member": {"所属", "belonging"}, "schedule": {"時間帯", "schedule"}, "holiday": {"休日", "holiday"},
		"card": {"カード", "card"}, "pin": {"暗証番号", "PIN"}, "duress_pin": {"脅迫時用の番号", "duress PIN"}, "alarm lamp": {"警報灯", "alarm lamp"},
		"handle": {"機械式の非常解錠", "mechanical way out"}, "keypad": {"キーパッド", "keypad"},
	},
	Services: {
		"fire": {"消防", "fire brigade"}, "police": {"警察", "police"}, "ambulance": {"救急", "ambulance"}, "key": {"非常用鍵", "sealed emergency key"},
	},
}

// papers are the words of forms, documents, fields and what is done with them.
var papers = map[Domain]map[string]word{
	Forms: {
		"register": {"入退室管理簿", "register of entries and exits"}, "slip": {"入退室票(単票)", "entry and exit slip"},
		"application": {"入室許可申請書", "request for a permit to enter"}, "permit": {"入室許可書", "permit to enter"}, "badge": {"入室許可証(名札)", "entry badges"},
		"staff-cards": {"入室カード貸与簿(職員)", "ledger of cards of staff"}, "visitor-cards": {"入室者用カード貸出簿", "ledger of cards of permit holders"},
		"threat": {"セキュリティ脅威報告書(第11条第5号)", "report of a threat (Article 11(5))"}, "monthly": {"入退室管理月次点検表", "monthly review of entries and exits"},
		"designees": {"退室承諾指定簿", "designees who consent to leaving"}, "maintenance": {"メンテナンス従事職員認定簿", "staff found necessary for maintenance"},
		"items": {"機器媒体持込持出簿", "equipment and media carried in and out"}, "emergency": {"緊急入室報告書", "report of an emergency entry"},
		"disposal": {"廃棄記録簿", "record of disposals"}, "muster": {"在室者一覧(避難・安否確認用)", "muster list"}, "evidence": {"証跡一式", "evidence pack"},
		"installation": {"設置・検収記録", "record of acceptance"},
	},
	Documents: {
		"proposal": {"起案", "proposal"}, "account": {"アカウント", "account"}, "lending": {"カードの貸与・貸出し", "lending of a card"}, "card-count": {"現物照合", "stock-take"},
		"hold": {"廃棄留保", "hold"}, "purge": {"廃棄の起案", "proposed disposal"}, "disposal": {"廃棄記録", "disposal"}, "report": {"セキュリティ脅威報告書", "report of a threat"},
		"review": {"月次点検", "monthly review"}, "incident": {"緊急事態", "emergency"}, "muster": {"在室者一覧", "muster list"}, "roster": {"配布された名簿", "roster from the office"},
		"wiring": {"配線の点検", "check of the wiring"},
	},
	Proposals: {
		"roster": {"名簿の変更", "change of the roster"}, "import": {"名簿全体の取込み", "import of a whole roster"}, "card": {"カードの発行・変更", "card"},
		"correction": {"管理簿の訂正", "correction of the register"}, "account": {"アカウント", "account"},
	},
	Searches: {
		"day": {"日", "day"}, "month": {"月", "month"}, "year": {"年度", "fiscal year"}, "person": {"個人", "person"}, "name": {"氏名", "name"},
		"inside": {"その時の在室者", "who was inside"}, "entry": {"証跡1件の非公開部分", "private part of an entry"},
		"uses": {"検索・印刷の記録", "who searched and printed"}, "compare": {"証跡との照合", "comparison with the journal"}, "evidence": {"証跡一式", "evidence pack"},
		"cards_staff": {"入室カード貸与簿", "ledger of staff cards"}, "cards_visitors": {"入室者用カード貸出簿", "ledger of visitors' cards"}, "journal": {"証跡", "journal"},
		"register": {"入退室管理簿", "register"}, "figures": {"統計", "figures"},
	},
	Fields: {
		"purpose": {"目的", "purpose"}, "reason": {"理由", "reason"}, "text": {"内容", "text"}, "finding": {"確認した内容", "finding"}, "findings": {"異常の内容と処置", "findings"},
		"work": {"作業内容", "work"}, "equipment": {"対象機器", "equipment"}, "conditions": {"条件", "conditions"}, "escort plan": {"立会いの予定", "escort plan"},
		"what is carried in": {"持込品", "what is carried in"}, "what is carried out": {"持出品", "what is carried out"}, "carry_in": {"持込品", "what is carried in"},
		"carry_out": {"持出品", "what is carried out"}, "identity": {"本人確認の方法", "how identity was checked"}, "badge": {"名札番号", "badge number"},
		"remarks": {"備考", "remarks"}, "left": {"退室時間", "exit time"}, "name": {"氏名", "name"}, "reading": {"ふりがな", "reading"},
		"affiliation": {"所属", "affiliation"}, "organisation": {"所属(会社名)", "organisation"}, "a visitor's name": {"入室者の氏名", "visitor's name"},
		"a visitor's reading": {"入室者のふりがな", "visitor's reading"}, "a visitor's affiliation": {"入室者の所属", "visitor's affiliation"},
		"found by": {"発見者", "found by"}, "what": {"脅威の内容", "what the threat is"}, "affected": {"影響の範囲", "affected"}, "measures": {"処置", "measures"}, "status": {"現在の状況", "status"},
		"card": {"カード", "card"}, "a card": {"カード", "card"}, "door": {"扉", "door"}, "zone": {"区域", "zone"}, "permit": {"入室許可", "permit"}, "visit": {"管理簿の行", "visit"},
		"visits": {"入室者", "visits"}, "person": {"個人", "person"}, "persons": {"入室者", "persons"}, "escort": {"立会者", "escort"}, "second": {"二人目の方", "second person"},
		"emergency": {"緊急事態", "emergency"}, "how": {"方法", "how"}, "id": {"番号", "id"}, "let in by": {"入室させた方", "let in by"}, "service": {"区分", "service"},
		"kind": {"区分", "kind"}, "section": {"所属", "section"}, "post": {"職", "post"}, "from": {"発令日", "from"}, "until": {"満了日", "until"},
		"finding_from": {"認定日", "finding_from"}, "finding_until": {"認定満了日", "finding_until"}, "duty": {"任務", "duty"}, "duty_zone": {"任務区域", "duty_zone"},
		"duty_from": {"指定日", "duty_from"}, "duty_until": {"指定満了日", "duty_until"}, "card_id": {"管理番号", "card_id"}, "format": {"カード形式", "format"},
		"facility": {"施設コード", "facility"}, "number": {"カード番号", "number"}, "state": {"状態", "state"}, "valid_from": {"有効開始日", "valid_from"},
		"valid_until": {"有効期限", "valid_until"}, "schedule": {"時間帯", "schedule"}, "extended": {"解錠延長", "extended"}, "entered": {"入室時間", "entry time"},
		"before": {"この番号より前", "before"}, "severity": {"重大度", "severity"}, "type": {"種類", "type"}, "account": {"アカウント", "account"}, "alarm": {"警報", "alarm"},
	},
	Tables: {
		"row": {"名簿", "row"}, "person": {"個人", "person"}, "incumbency": {"在職", "incumbency"}, "belonging": {"所属", "belonging"}, "finding": {"認定", "finding"},
		"duty": {"任務", "duty"}, "credential": {"カード", "card"}, "schedule": {"時間帯", "schedule"}, "holiday": {"休日", "holiday"},
	},
	RosterActs: {
		"put": {"登録・変更", "put"}, "changed": {"期間の変更", "changed"}, "delete": {"削除", "deleted"}, "import": {"名簿全体の取込み", "import"},
		"bundle": {"担当課からの配布", "from the office"}, "antipassback_forgiven": {"在室の記録の取消し", "taken out of who is inside"}, "learn": {"カードの読取内容の確認", "a badge was read for enrolling"},
		"purged": {"廃棄に伴う削除", "removed by a disposal"}, "checked": {"確認(許可待ち)", "checked, waits for the permission"}, "setting_up": {"設置時", "while setting up"},
		"lost": {"紛失カードの一覧", "list of lost cards"}, "site": {"全施設", "the whole site"}, "pin": {"暗証番号", "PIN"}, "temporary": {"臨時カード", "temporary card"},
		"duress": {"脅迫時用の番号", "duress PIN"}, "temporary_card": {"臨時カードの貸出しに伴う停止・解除", "for a temporary card"},
	},
	Disposals: {
		"proposed": {"起案", "proposed"}, "approved": {"決定", "approved"}, "sent_back": {"差戻し", "sent back"}, "withdrawn": {"取下げ", "withdrawn"}, "completed": {"完了", "completed"},
		"purged": {"廃棄", "purged"}, "held": {"留保", "held"}, "lifted": {"留保の解除", "lifted"}, "set": {"留保", "held"},
	},
	Deliveries: {
		"forged": {"署名が正しくない", "forged"}, "other_controller": {"別の制御装置宛て", "for another controller"}, "older_version": {"現在より古い版", "older than the one held"},
		"other_same_version": {"同じ版番号の別の内容", "another under the version held"}, "part_missing": {"一部の未着", "a part is missing"}, "part_damaged": {"一部の破損", "a part is damaged"},
		"part_unreadable": {"一部を開けない", "a part cannot be opened"}, "malformed": {"内容を読み取れない", "malformed"}, "rows_contradict": {"内容の矛盾", "its rows contradict"},
		"record_refuses_this": {"記録装置が受け付けない", "the record refuses it"},
	},
}

// machine are the words of the machine's own state.
var machine = map[Domain]map[string]word{
	Clocks: {"synchronised": {"同期済", "synchronised"}, "unsynchronised": {"未同期", "not synchronised"}},
	Links: {
		"none": {"中央記録なし", "no central log"}, "up": {"中央記録と接続", "connected"}, "down": {"中央記録と未接続(扉は通常どおり使えます)", "no link to the central log; the door works as usual"},
		"connected": {"中央記録と接続", "connected"}, "lost": {"中央記録と未接続(扉は通常どおり使えます)", "no link to the central log; the door works as usual"},
	},
	Conditions: {
		"normal": {"正常", "normal"}, "degraded": {"記録不能", "degraded"}, "rolled_back": {"記録の巻戻り", "rolled back"}, "central": {"中央記録", "central log"},
		"record_unavailable": {"記録不能", "nothing can be recorded"}, "change_refused": {"記録装置が変更を受け付けない", "the record refuses a change"},
		"backup": {"控えの遅れ", "no backup"}, "outputs_persist": {"電気錠の出力が止まらない", "outputs persist"}, "disk_nearly_full": {"記憶装置の空き不足", "disk nearly full"},
		"disk_worn": {"記憶装置の劣化", "disk worn"}, "undervoltage": {"電源の電圧不足", "undervoltage"}, "hot": {"過熱", "hot"},
	},
	Checks: {
		"begun": {"点検中", "begun"}, "tried": {"試験動作", "tried"}, "passed": {"合格", "passed"}, "failed": {"不合格", "failed"}, "skipped": {"省略", "skipped"},
	},
	Others: {
		"lockdown": {"入室停止", "lockdown"}, "no_visitors": {"許可による入室の停止", "no permit holders"}, "normal": {"通常", "normal"},
		"deputy": {"代決", "by a deputy"}, "late": {"後からの記入", "entered afterwards"}, "after_entry": {"入室後の記録", "recorded after the entry"},
		"unrecorded": {"退室未記録", "exit not recorded"}, "exit_not_recorded": {"退室の記録なし", "exit not recorded"}, "account": {"画面で入力", "on a page"}, "badge": {"カード", "by badge"},
		"leaving": {"退室の予告", "is about to leave"}, "after": {"事後承諾", "later consent"}, "expired": {"期限の終了", "its time was over"}, "incomplete": {"未完了", "incomplete"},
		"after_crash": {"異常終了の後", "after a crash"}, "second_opening": {"解錠1回での2回目の開扉", "second opening on one release"}, "proof_stale": {"再認証が必要", "proof too old"},
		"stock": {"貸出用カード", "stock"}, "all": {"全てのカード", "all cards"}, "again": {"再認証", "proved again"}, "restart": {"再起動", "restart"}, "sent_back": {"差戻し", "sent back"},
		"withdrawn": {"取下げ", "withdrawn"}, "completed": {"補記", "completed"}, "opened": {"記録", "recorded"}, "setup_code": {"設置用コード", "setup code"},
		"authority": {"認証局", "authority"}, "central": {"中央記録", "central log"}, "door": {"扉", "door"}, "restored": {"復元", "restored"}, "own": {"この装置", "own"}, "broker": {"中継サーバー", "broker"},
		"missing": {"未承諾退室", "left without"}, "requested": {"承諾待ち", "requested"}, "withheld": {"承諾しない", "withheld"},
		"tablet": {"タブレットで記入", "at the tablet"}, "abnormal": {"異常あり", "abnormal"}, "forced": {"強行", "forced"}, "standing_ended": {"入室資格の終了", "the standing has ended"}, "too_long": {"滞在時間の上限", "longer than allowed"},
	},
}
