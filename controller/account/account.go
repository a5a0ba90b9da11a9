// Package account says who may do what: the roles of Articles 8 to 13 and of the site, the actions of the daemon, and the
// matrix of the two; passwords (argon2id), lock-out and sessions. It is pure but for hashing.
//
// A role is never written on an account: it follows from the person's dated posts and duties at the moment of the act, so
// that it ends with them at 00:00 JST. Nobody approves a proposal of their own, whatever roles they hold; a permit that they
// asked for themselves 市民課長 may decide on (Article 20(2) knows no other).
package account

// Role is what a person is to the rules at a moment.
type Role uint8

// The roles.
const (
	CISO            Role = iota + 1 // セキュリティ統括責任者, Article 8
	SecurityOfficer                 // セキュリティ責任者 of the zone in question, Article 10; in Article 20 市民課長 alone
	OtherOfficer                    // a security officer of another zone
	SystemManager                   // システム管理者, Article 12
	Clerk                           // 入退室事務担当, under Article 11(6)
	Staff                           // a person of Article 20(1) without the above
	Auditor                         // 監査担当: reads and verifies
	Designee                        // 退室承諾の指定者, Article 20(4)
	Installer                       // an account of the configuration file without a person: sets the machine up
	Deputy                          // 代決者: decides for the officer where the site allows it, reviewed later (後閲)
)

// Action is something that a person asks of the daemon.
type Action uint8

// The actions.
const (
	Look              Action = iota + 1 // status, who is inside, alarms
	RequestPermit                       // 入室許可を申請する
	RecordOral                          // 口頭許可を記録する: para-1 persons
	DecidePermit                        // 許可する/許可しない, confirm, revoke: the officer of the zone, Article 20(2)
	DecideAsDeputy                      // 代決: only where the site allows it
	NameVisitor                         // a name on the day
	AnnounceVisitor                     // choose a visitor by name at the door
	HandOverEscort                      // 立会いを交代する: the successor's own act
	AskConsent                          // 退室の承諾を求める
	Consent                             // 退室を承諾する, Article 20(4)
	RecordEmergency                     // 緊急入室
	ProposeCorrection                   // 訂正する
	CheckCorrection                     // 確認する: another person
	PermitCorrection                    // 訂正を許可する: the officer, Article 21(2) by analogy
	ProposeRoster                       // people, posts, duties, schedules
	ApproveRoster
	ApplyForCard // under the officer
	IssueCard    // the system manager
	BlockCard    // one person is enough
	LendCard     // 臨時カード, 入室者用カード
	CountCards   // 現物照合
	OperateDoor  // release, lockdown
	AckAlarm     // 警報を受け付ける
	CloseAlarm   // 完了, with a finding
	ReportThreat // 統括責任者へ報告する, Article 11(5)
	Declare      // 緊急事態を宣言する/解除する
	SearchRegister
	PrintRegister
	ExportRegister
	SignRegister // 月次点検
	ProposePurge
	ApprovePurge
	HoldRecords // 廃棄留保
	VerifyJournal
	Backup
	CheckWiring // point by point, and the record of acceptance
	ManageAccounts
	UnblockPIN   // lift the lock-out of a card's PIN
	ChangeRoster // without a second person: while the site is set up, or where it does without four eyes
)
