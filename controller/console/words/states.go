package words

// states are the words of permits, visits, cards, people and accounts.
var states = map[Domain]map[string]word{
	Reasons: {
		"undecided": {"判定なし", "no decision"}, "granted": {"入室許可", "granted"}, "unknown_credential": {"登録のないカード", "unknown card"},
		"misread": {"読取りの失敗", "misread"}, "credential_lost": {"紛失届のカード", "card reported lost"},
		"credential_revoked": {"失効したカード", "card revoked"}, "credential_blocked": {"一時停止中のカード", "card blocked"},
		"credential_expired": {"有効期限切れのカード", "card expired"}, "not_yet_valid": {"利用開始日前のカード", "card not yet valid"},
		"not_authorised": {"第20条第1項の各号に当たらない", "not of Article 20(1)"}, "outside_schedule": {"時間帯の外", "outside the schedule"},
		"no_permit": {"許可なし", "no permit"}, "permit_not_granted": {"審査中・不許可", "permit not granted"},
		"permit_not_yet_valid": {"許可期間の開始前", "permit not yet valid"}, "permit_expired": {"許可期間の終了後", "permit expired"},
		"permit_revoked": {"許可取消し", "permit revoked"}, "permit_used_up": {"許可の回数の終了", "permit used up"},
		"escort_missing": {"立会者不在", "escort missing"}, "escort_not_entitled": {"立会者になれない方", "escort not entitled"},
		"pin_required": {"暗証番号の入力なし", "PIN required"}, "pin_wrong": {"暗証番号の誤り", "PIN wrong"},
		"pin_blocked": {"暗証番号の停止", "PIN blocked"}, "antipassback": {"二重入室防止", "anti-passback"},
		"second_person_missing": {"二人目なし", "second person missing"}, "room_full": {"在室者数の上限", "room full"},
		"door_locked_down": {"入室停止中", "locked down"}, "clock_untrusted": {"時計の未同期", "clock not trusted"},
		"record_unavailable": {"記録ができない", "record unavailable"}, "reader_degraded": {"読取機の異常", "reader degraded"},
		"duplicate_use": {"同じカードの同時使用", "duplicate use"}, "purpose_missing": {"入室目的の未入力", "purpose missing"},
		"permit_other_zone": {"別の場所の許可", "permit of another zone"}, "permit_unconfirmed_person": {"許可書に氏名なし", "person not named in the permit"},
		"escort_limit_reached": {"立会者一人当たりの上限", "escort limit reached"}, "post_vacant": {"市民課長の在職者なし", "post vacant"},
	},
	NotTaken: {
		"misread": {"読取りの失敗", "misread"}, "stopping": {"終了の途中", "the daemon was stopping"}, "late": {"記録の遅れ", "the record came too late"},
		"door_locked_down": {"入室停止中", "locked down"}, "not_opened": {"時間内に開扉なし", "not opened in time"}, "restart": {"再起動", "restart"},
	},
	Permits: {
		"undefined": {"不明", "unknown"}, "requested": {"審査中", "requested"}, "granted": {"許可済", "granted"},
		"oral": {"口頭許可(許可者の確認待ち)", "oral permission, to be confirmed"}, "refused": {"不許可", "refused"},
		"revoked": {"許可取消し", "revoked"}, "used_up": {"使用済", "used up"}, "expired": {"期限切れ", "expired"},
	},
	Visits: {
		"inside": {"在室中", "inside"}, "left": {"退室済", "left"}, "unrecorded": {"退室未記録", "exit not recorded"},
		"escort_lost": {"立会者不在", "escort lost"}, "overstayed": {"滞在時間超過", "overstay"},
		"visit.escort_lost": {"立会者不在", "escort lost"}, "visit.overstayed": {"滞在時間超過", "overstay"}, "permit.expired": {"許可期限切れ(在室中)", "permit ran out while inside"},
	},
	Consents: {
		"": {"―", "–"}, "requested": {"承諾待ち", "requested"}, "consented": {"承諾済", "consented"}, "withheld": {"承諾しない", "withheld"},
		"missing": {"未承諾退室", "left without"}, "after": {"事後承諾(退室時未承諾)", "later consent"},
	},
	Leavings: {
		"": {"カード又は退室ボタン", "by badge or button"}, "account": {"画面で退室を入力", "declared on a page"}, "correction": {"訂正", "correction"},
		"unrecorded": {"退室未記録", "exit not recorded"},
	},
	Cards:    {"active": {"有効", "active"}, "blocked": {"一時停止", "blocked"}, "lost": {"紛失", "lost"}, "revoked": {"失効", "revoked"}},
	Lendings: {"out": {"貸出中", "out"}, "overdue": {"返却遅れ", "overdue"}, "returned": {"返却", "returned"}, "lost": {"紛失", "lost"}, "revoked": {"失効", "revoked"}},
	LentAs:   {"issued": {"貸与(任期中)", "issued for the term"}, "temporary": {"臨時カード(当日)", "temporary, for the day"}, "visitor": {"貸出(入室者・当日)", "lent on a permit, for the day"}},
	Differences: {
		"missing": {"見つからない", "missing"}, "lent": {"貸出中(返却の記録なし)", "lent, and its return is not on record"}, "held": {"個人のカード", "a person's own"},
		"lost": {"紛失届のカード(発見)", "reported lost, found again"}, "revoked": {"失効したカード(要廃棄)", "revoked, to be destroyed"}, "unknown": {"登録のないカード", "not enrolled"},
	},
	Kinds: {"staff": {"職員", "staff"}, "contractor": {"委託", "contractor"}, "maintenance": {"保守", "maintenance"}, "other": {"その他", "other"}},
	Classes: {
		"art20.1.1": {"第20条第1項第1号", "Article 20(1)(1)"}, "art20.1.2": {"第20条第1項第2号(市民課職員)", "Article 20(1)(2), staff of civic affairs"},
		"art20.1.3": {"第20条第1項第3号(メンテナンス従事職員)", "Article 20(1)(3), maintenance staff"}, "art11.2": {"第11条第2号", "Article 11(2)"},
		"art20.2": {"入室者", "permit holder"}, "visitor": {"入室者", "permit holder"}, "visitor.staff": {"入室者(職員)", "permit holder (staff)"},
		"visitor.contractor": {"入室者(委託)", "permit holder (contractor)"}, "visitor.maintenance": {"入室者(保守)", "permit holder (maintenance)"},
		"visitor.other": {"入室者(その他)", "permit holder (other)"}, "staff": {"職員", "staff"}, "contractor": {"委託", "contractor"},
		"maintenance": {"保守", "maintenance"}, "other": {"その他", "other"}, "emergency": {"緊急", "emergency"},
	},
	Posts: {
		"ciso": {"市民文化環境部長(セキュリティ統括責任者)", "CISO"}, "security-officer": {"市民課長(セキュリティ責任者)", "security officer (head of civic affairs)"},
		"west-branch-head": {"西支所長(セキュリティ責任者)", "head of the west branch (security officer)"}, "system-manager": {"デジタル推進課長(システム管理者)", "system manager"},
	},
	Sections: {
		"civic-affairs": {"市民課", "civic affairs section"}, "west-branch": {"西支所", "west branch"}, "digital": {"デジタル推進課", "digital promotion section"},
	},
	Duties: {
		"consent": {"退室承諾の指定者", "designee who consents to leaving"}, "clerk": {"入退室事務担当", "register clerk"}, "auditor": {"監査担当", "auditor"},
		"deputy": {"代決者", "deputy"},
	},
	Proofs: {
		"password": {"パスワード", "password"}, "code": {"確認コード", "one-time code"}, "passkey": {"パスキー", "passkey"},
		"directory": {"庁内ディレクトリ", "directory"}, "setup": {"設置用コード", "setup code"}, "totp": {"確認コード", "one-time code"},
	},
	SignIns: {
		"unknown_account": {"登録のない名前", "unknown account"}, "closed": {"廃止されたアカウント", "account closed"}, "locked": {"停止中", "locked out"},
		"password_wrong": {"パスワードの誤り", "wrong password"}, "code_wrong": {"確認コードの誤り", "wrong code"}, "code_used": {"使用済の確認コード", "code used before"},
		"passkey_wrong": {"登録のないパスキー", "unknown passkey"}, "passkey_counter": {"パスキーの複製の疑い", "passkey may have been copied"},
		"directory_down": {"庁内ディレクトリの不応答", "directory does not answer"}, "wrong": {"誤ったコード", "wrong code"}, "expired": {"期限切れのコード", "code too old"},
		"used": {"使用済のコード", "code used before"}, "elsewhere": {"別の端末での使用", "used on another device"},
	},
	Changes: {
		"added": {"登録", "added"}, "password_set": {"パスワードの変更", "password changed"}, "password_reset": {"パスワードの再設定", "password reset"},
		"closed": {"廃止", "closed"}, "totp_set": {"確認コードの登録", "one-time codes set up"}, "totp_removed": {"確認コードの削除", "one-time codes removed"},
		"passkey_added": {"パスキーの登録", "passkey added"}, "passkey_removed": {"パスキーの削除", "passkey removed"}, "setup_code": {"設置用コードの発行", "setup code made"},
		"locked": {"停止", "locked"},
	},
	Waits:  {"pin": {"暗証番号", "a PIN"}, "second_person": {"二人目の方", "a second person"}, "escort": {"立会者", "an escort"}},
	Spoken: {"telephone": {"電話", "telephone"}, "in_person": {"対面", "in person"}},
	asHeld: {"line of the register": {"入退室管理簿の行", "line of the register"}, "permit": {"入室許可", "permit"}, "emergency or emergency entry": {"緊急事態・緊急入室", "emergency or emergency entry"}},
	asBits: {"bit": {"ビット", "bit"}, "stray bit": {"個の余分な信号", "stray bit"}},
}
