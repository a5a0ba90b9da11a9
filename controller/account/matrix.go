package account

// set is some of the roles.
type set uint16

func of(roles ...Role) (s set) {
	for _, r := range roles {
		s |= 1 << r
	}
	return s
}

func (s set) has(r Role) bool { return s&(1<<r) != 0 }

var (
	everyone = of(CISO, SecurityOfficer, OtherOfficer, SystemManager, Clerk, Staff, Auditor, Designee, Installer, Deputy)
	para1    = of(CISO, SecurityOfficer, SystemManager, Staff) // those of Article 20(1)
)

// row is one line of the matrix: an action, who may do it, and what that rests on.
type row struct {
	word  string // in the record
	ja    string
	en    string // after "may not": to decide on permits
	who   set
	basis string // "第20条第2項"; 運用基準 where an article is applied by analogy or the regulation leaves it to the site
}

// matrix is who may do what. What it cannot say stands with the act itself: nobody approves an act of their own, a
// hand-over is the successor's own act, and what takes two persons takes two of these.
var matrix = [...]row{
	Look: {"look", "状態を見る", "look", everyone, "第21条第4項(運用基準)"},

	RequestPermit: {"request_permit", "入室許可を申請する", "request a permit",
		para1 | of(OtherOfficer, Clerk), "第20条第2項"},
	RecordOral:     {"record_oral", "口頭許可を記録する", "record an oral permission", para1, "第20条第2項(運用基準)"},
	DecidePermit:   {"decide_permit", "許可する/許可しない", "decide on permits", of(SecurityOfficer), "第11条第6号、第20条第2項"},
	DecideAsDeputy: {"decide_as_deputy", "代決する", "decide on permits as a deputy", of(Deputy), "第20条第2項(運用基準)"},
	NameVisitor:    {"name_visitor", "当日の入室者を記入する", "name a visitor on the day", para1 | of(Clerk), "第20条第2項(運用基準)"},

	AnnounceVisitor: {"announce_visitor", "扉で入室者を選ぶ", "announce a visitor at a door", para1 | of(Clerk), "第20条第3項"},
	HandOverEscort:  {"hand_over_escort", "立会いを交代する", "take over an escort", para1, "第20条第3項"},
	AskConsent:      {"ask_consent", "退室の承諾を求める", "ask for the consent to leave", para1 | of(Clerk, Designee), "第20条第4項"},
	Consent:         {"consent", "退室を承諾する/承諾しない", "consent to leaving", of(SecurityOfficer, Designee), "第20条第4項"},
	RecordEmergency: {"record_emergency", "緊急入室を記録する", "record an emergency entry", para1 | of(Clerk), "第5条、第11条第6号"},

	ProposeCorrection: {"propose_correction", "訂正する", "correct the register", of(Clerk, Staff), "第21条第1項(運用基準)"},
	CheckCorrection:   {"check_correction", "訂正を確認する", "check a correction", of(SecurityOfficer, Clerk, Staff), "第21条第1項(運用基準)"},
	PermitCorrection:  {"permit_correction", "訂正を許可する", "permit a correction", of(SecurityOfficer), "第21条第2項(運用基準)"},

	ProposeRoster: {"propose_roster", "名簿の変更を起案する", "propose a change of the roster",
		of(SecurityOfficer, SystemManager, Clerk), "第21条第1項(運用基準)"},
	ApproveRoster: {"approve_roster", "名簿の変更を確認する", "approve a change of the roster",
		of(SecurityOfficer, SystemManager), "第21条第1項(運用基準)"},
	ApplyForCard: {"apply_for_card", "カードの発行を申請する", "apply for a card",
		of(SecurityOfficer, Clerk), "第11条第6号、第23条第1項(運用基準)"},
	IssueCard: {"issue_card", "カードを発行する", "issue a card", of(SystemManager), "第13条第4号、第23条第1項(運用基準)"},
	BlockCard: {"block_card", "カードを止める", "block a card",
		para1 | of(OtherOfficer, Clerk, Installer), "第23条第2項(運用基準)"},
	LendCard: {"lend_card", "カードを貸し出す", "lend a card", of(SecurityOfficer, Clerk, Staff), "第11条第6号(運用基準)"},
	CountCards: {"count_cards", "現物を照合する", "count the cards",
		of(SecurityOfficer, SystemManager, Clerk), "第23条第3項(運用基準)"},
	UnblockPIN: {"unblock_pin", "暗証番号の停止を解除する", "lift the lock-out of a PIN",
		of(SecurityOfficer, SystemManager, Clerk, Installer), "第23条第3項(運用基準)"},
	ChangeRoster: {"change_roster", "名簿を一人で変更する", "change the roster without a second person",
		of(Installer), "第21条第1項(運用基準)"},

	OperateDoor: {"operate_door", "解錠・入室停止", "release doors or lock them down",
		of(CISO, SecurityOfficer, Clerk, Installer), "第9条、第11条第6号"},
	AckAlarm: {"ack_alarm", "警報を受け付ける", "acknowledge an alarm",
		para1 | of(OtherOfficer, Clerk, Installer), "第11条第5号、第6号"},
	CloseAlarm: {"close_alarm", "警報を完了する", "close an alarm", of(CISO, SecurityOfficer, Clerk), "第11条第5号、第6号"},
	ReportThreat: {"report_threat", "統括責任者へ報告する", "report a threat to the CISO",
		of(SecurityOfficer, OtherOfficer), "第11条第5号"},
	Declare: {"declare", "緊急事態を宣言する/解除する", "declare or clear an emergency", of(CISO, SecurityOfficer), "第9条第2号、第3号"},

	SearchRegister: {"search_register", "理由を記入して検索する", "search the register",
		of(CISO, SecurityOfficer, Clerk, Auditor), "第21条第4項(運用基準)"},
	PrintRegister: {"print_register", "理由を記入して印刷する", "print the register",
		of(SecurityOfficer, Clerk), "第21条第4項(運用基準)"},
	ExportRegister: {"export_register", "理由を記入して書き出す", "export the register",
		of(SecurityOfficer), "第21条第3項、第4項(運用基準)"},
	SignRegister: {"sign_register", "月次点検に署名する", "sign the monthly review", of(SecurityOfficer), "第11条第6号(運用基準)"},

	ProposePurge: {"propose_purge", "廃棄を起案する", "propose a disposal",
		of(SecurityOfficer, SystemManager, Clerk), "第25条第4項(運用基準)"},
	ApprovePurge:  {"approve_purge", "廃棄を決定する", "approve a disposal", of(SecurityOfficer), "第25条第4項"},
	HoldRecords:   {"hold_records", "廃棄を留保する", "hold records back from disposal", of(CISO, SecurityOfficer), "第25条(運用基準)"},
	VerifyJournal: {"verify_journal", "証跡を検証する", "verify the journal", everyone, "第4条"},
	Backup:        {"backup", "控えを取る", "make a backup", of(SystemManager, Installer), "第21条第3項、第22条(運用基準)"},
	CheckWiring: {"check_wiring", "配線を点検する", "check the wiring",
		of(SecurityOfficer, SystemManager, Installer), "第13条(運用基準)"},
	ManageAccounts: {"manage_accounts", "利用者を登録・変更する", "manage accounts",
		of(CISO, SecurityOfficer, SystemManager, Installer), "第13条第4号、第23条第1項(運用基準)"},
}

// May reports whether a role may do an action. What is in no list may nobody do.
func May(r Role, a Action) bool {
	return int(a) < len(matrix) && r >= CISO && r <= Deputy && matrix[a].who.has(r)
}

// Roles are all, in the matrix's order.
func Roles() []Role {
	return []Role{CISO, SecurityOfficer, OtherOfficer, SystemManager, Clerk, Staff, Auditor, Designee, Deputy, Installer}
}

// Actions are all, in the matrix's order.
func Actions() (all []Action) {
	for a := range matrix {
		if matrix[a].word != "" {
			all = append(all, Action(a))
		}
	}
	return all
}

func (a Action) row() row {
	if int(a) < len(matrix) {
		return matrix[a]
	}
	return row{}
}

// String is the action's word in the record.
func (a Action) String() string { return a.row().word }

// Japanese is what the button says.
func (a Action) Japanese() string { return a.row().ja }

// English is the action as it stands after "may".
func (a Action) English() string { return a.row().en }

// Basis is the article that says who may, in full.
func (a Action) Basis() string { return a.row().basis }

var roleNames = [...]struct{ word, ja, en string }{
	CISO:            {"ciso", "セキュリティ統括責任者", "CISO"},
	SecurityOfficer: {"security_officer", "セキュリティ責任者", "security officer of the place"},
	OtherOfficer:    {"other_officer", "他の場所のセキュリティ責任者", "security officer of another place"},
	SystemManager:   {"system_manager", "システム管理者", "system manager"},
	Clerk:           {"clerk", "入退室事務担当", "register clerk"},
	Staff:           {"staff", "第20条第1項第2号・第3号の職員", "staff of Article 20(1)(2) and (3)"},
	Auditor:         {"auditor", "監査担当", "auditor"},
	Designee:        {"designee", "退室承諾の指定者", "designee of Article 20(4)"},
	Installer:       {"installer", "設置用のアカウント", "installer"},
	Deputy:          {"deputy", "代決者", "deputy"},
}

// String is the role's word in the record.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r].word
	}
	return ""
}

// Japanese is the role by the glossary's name.
func (r Role) Japanese() string {
	if int(r) < len(roleNames) {
		return roleNames[r].ja
	}
	return ""
}

// English is the role in an English sentence.
func (r Role) English() string {
	if int(r) < len(roleNames) {
		return roleNames[r].en
	}
	return ""
}

// Whose are the roles that may do an action, in the matrix's order.
func (a Action) Whose() (roles []Role) {
	for _, r := range Roles() {
		if May(r, a) {
			roles = append(roles, r)
		}
	}
	return roles
}
