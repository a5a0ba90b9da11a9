package words

import "kidoban/controller/journal"

var (
	othersMode   = map[string]Domain{"mode": Others}
	persons      = map[string]word{"count": {"人数", "persons"}, "from": {"許可期間の始まり", "from"}, "until": {"許可期間の終わり", "until"}}
	rowNames     = map[string]word{"point": {"対象", "what of"}}
	othersReason = map[string]Domain{"reason": Others}
)

var ofPermits = map[journal.Type]kind{
	journal.PermitRequested:    {name: word{"入室許可の申請", "permit requested"}, what: word{"入室許可が申請されました", "a permit was requested"}, names: persons},
	journal.PermitRecordedOral: {name: word{"口頭許可の記録", "oral permission recorded"}, what: word{"許可者の確認を待つ口頭許可を記録しました", "an oral permission was recorded, to be confirmed"}, tail: reason, words: map[string]Domain{"mode": Spoken, "reason": Others}, names: persons},
	journal.PermitConfirmed:    {name: word{"口頭許可の確認", "permission confirmed"}, what: word{"許可者が口頭許可を確認しました", "the oral permission was confirmed"}, names: persons},
	journal.PermitGranted:      {name: word{"入室の許可", "permit granted"}, what: word{"入室を許可する決定がありました", "a permit was granted"}, tail: []string{"mode"}, names: persons},
	journal.PermitRefused:      {name: word{"不許可", "permit refused"}, what: word{"不許可の決定がありました", "a permit was refused"}, tail: []string{"mode"}, names: persons},
	journal.PermitRevoked:      {name: word{"許可取消し", "permit revoked"}, what: word{"入室許可が取り消されました", "a permit was revoked"}, names: persons},
	journal.PermitExpired:      {name: word{"許可期限切れ", "permit expired"}, what: word{"入室許可の期限が切れました", "a permit ran out"}, names: persons},
	journal.PermitReviewed:     {name: word{"後閲", "permit reviewed"}, what: word{"代決した許可の後閲がありました", "a deputy's decision was reviewed"}, names: persons},
	journal.PermitNamed:        {name: word{"入室者の記入", "visitor named"}, what: word{"許可に入室者の氏名を記入しました", "a visitor was named on a permit"}, names: persons},

	journal.VisitAnnounced:          {name: word{"入室者の選択", "visitor announced"}, what: word{"扉で入室者が選ばれました", "a visitor was announced at the door"}},
	journal.VisitOpened:             {name: word{"入室", "visit opened"}, what: word{"入室を記録しました", "an entry was written into the register"}, tail: []string{"mode"}},
	journal.VisitEscorted:           {name: word{"立会いの開始", "escort began"}, what: word{"立会いを開始しました", "the escort began"}},
	journal.VisitEscortChanged:      {name: word{"立会いの交代", "escort changed"}, what: word{"立会いを交代しました", "the escort was handed over"}},
	journal.VisitEscortLost:         {name: word{"立会者不在", "escort lost"}},
	journal.VisitOverstayed:         {name: word{"滞在時間超過", "overstay"}, tail: reason},
	journal.VisitExitRequested:      {name: word{"退室の承諾の求め", "consent requested"}, what: word{"退室の承諾を求めています", "the consent to leave is asked for"}},
	journal.VisitConsented:          {name: word{"退室の承諾", "consented"}, what: word{"退室を承諾しました", "leaving was consented to"}, other: consented},
	journal.VisitConsentWithheld:    {name: word{"退室を承諾しない", "consent withheld"}, what: word{"退室は承諾されませんでした(扉は開きます)", "the consent was withheld; the door lets them out"}},
	journal.VisitLeftWithoutConsent: {name: word{"未承諾退室", "left without consent"}, what: word{"承諾のないまま退室しました(未承諾退室)", "left without consent"}, words: map[string]Domain{"reason": Consents, "mode": Leavings}},
	journal.VisitClosed:             {name: word{"退室", "visit closed"}, what: word{"退室を記録しました", "leaving was written into the register"}, other: closed, words: map[string]Domain{"reason": Others, "mode": Leavings}},
	journal.VisitCorrected:          {name: word{"訂正", "correction"}, what: word{"入退室管理簿を訂正しました", "the register was corrected"}, tail: []string{"point"}, words: map[string]Domain{"point": Fields}},
	journal.VisitEmergency:          {name: word{"緊急入室", "emergency entry"}, what: word{"緊急入室がありました", "emergency entry"}, other: emergency, tail: []string{"point"}, words: map[string]Domain{"point": Services, "mode": Others}, names: map[string]word{"incident": {"緊急入室", "emergency entry"}, "count": {"人数", "persons"}}},

	journal.AlarmRaised:       {name: word{"警報", "alarm"}, what: word{"警報が発生しました", "an alarm was raised"}, tail: []string{"alarm"}},
	journal.AlarmAcknowledged: {name: word{"警報の受付", "alarm acknowledged"}, what: word{"警報を受け付けました", "an alarm was acknowledged"}, tail: []string{"alarm"}},
	journal.AlarmSilenced:     {name: word{"警報音の停止", "siren silenced"}, what: word{"警報音を止めました", "the siren was silenced"}},
	journal.AlarmEscalated:    {name: word{"警報の通報", "alarm escalated"}, what: word{"受付がないため統括責任者へ通報しました", "nobody acknowledged it: the CISO was told"}, tail: []string{"alarm"}},
	journal.AlarmClosed:       {name: word{"警報の完了", "alarm closed"}, what: word{"警報の処置を完了しました", "an alarm was closed"}, tail: []string{"alarm"}},
	journal.AlarmReported:     {name: word{"統括責任者への報告", "reported to the CISO"}, what: word{"統括責任者へ報告しました(第11条第5号)", "a threat was reported to the CISO (Article 11(5))"}},

	journal.EmergencyDeclared:  {name: word{"緊急事態の宣言", "emergency declared"}, what: word{"緊急事態を宣言しました", "an emergency was declared"}, tail: []string{"mode"}, names: muster},
	journal.EmergencyRenewed:   {name: word{"緊急事態の延長", "emergency renewed"}, what: word{"緊急事態を延長しました", "the emergency was renewed"}, tail: []string{"mode"}},
	journal.EmergencyAccounted: {name: word{"安否確認", "accounted for"}, what: word{"安否を確認しました", "seen outside, safe"}, other: accounted, names: muster},
	journal.EmergencyCleared:   {name: word{"緊急事態の解除", "emergency cleared"}, what: word{"緊急事態を解除しました", "the emergency was cleared"}, tail: reason, words: othersReason},
}

func consented(d *journal.Data) word {
	if d.Mode == "after" {
		return word{"事後承諾がありました(退室時未承諾)", "consented afterwards; they had left without"}
	}
	return word{}
}

func closed(d *journal.Data) word {
	if d.Mode == "unrecorded" {
		return word{"退室の記録がないまま行を閉じました(退室未記録)", "the line was closed: the exit was not recorded"}
	}
	return word{}
}

func accounted(d *journal.Data) word {
	if d.Mode == "withdrawn" {
		return word{"安否の確認を取り消しました", "not accounted for after all"}
	}
	return word{}
}

func emergency(d *journal.Data) word {
	if d.Mode == "completed" {
		return word{"緊急入室の記録を補いました", "the record of an emergency entry was completed"}
	}
	return word{}
}

var ofTheOffice = map[journal.Type]kind{
	journal.RosterChanged:   {name: word{"名簿の変更", "roster changed"}, what: word{"名簿を変更しました", "the roster was changed"}, tail: []string{"mode"}, words: map[string]Domain{"mode": RosterActs, "reason": RosterActs, "detail": Duties}, names: rowNames},
	journal.RosterProposed:  {name: word{"起案", "proposal"}, what: word{"確認を待つ変更が起案されました", "a change was proposed"}, tail: []string{"detail"}, words: map[string]Domain{"detail": Proposals, "mode": RosterActs}, names: rowNames},
	journal.RosterApproved:  {name: word{"起案の確認", "proposal approved"}, what: word{"別の方が起案を確認しました", "a proposal was approved"}, tail: []string{"detail"}, words: map[string]Domain{"detail": Proposals, "mode": RosterActs}, names: rowNames},
	journal.RosterRejected:  {name: word{"起案の差戻し", "proposal sent back"}, what: word{"起案を差し戻しました", "a proposal was sent back"}, tail: []string{"detail"}, words: map[string]Domain{"detail": Proposals, "reason": Others}, names: rowNames},
	journal.RosterPublished: {name: word{"名簿の配布", "roster published"}, what: word{"名簿を配布しました", "a roster was published"}, words: map[string]Domain{"mode": RosterActs}},
	journal.RosterRefused:   {name: word{"名簿の不受理", "roster not taken"}, what: word{"配布された名簿を受け入れませんでした", "a roster from the office was not taken"}, tail: reason, words: map[string]Domain{"reason": Deliveries, "mode": RosterActs}},
	journal.RosterStale:     {name: word{"名簿が古い", "roster is old"}, what: word{"名簿が更新されないままです", "the roster has not been renewed"}},
	journal.RosterAccepted:  {name: word{"名簿の受入れ", "roster accepted"}, what: word{"名簿の受入れを認めました", "a roster was accepted by a person"}},

	journal.CredentialIssued:           {name: word{"カードの発行", "card issued"}, what: word{"カードを発行しました", "a card was issued"}},
	journal.CredentialRevoked:          {name: word{"カードの失効", "card revoked"}, what: word{"カードを失効させました", "a card was revoked"}},
	journal.CredentialLost:             {name: word{"カードの紛失届", "card lost"}, what: word{"カードの紛失届がありました", "a card was reported lost"}},
	journal.CredentialBlocked:          {name: word{"カードの一時停止", "card blocked"}, what: word{"カードを一時停止しました", "a card was blocked"}},
	journal.CredentialUnblocked:        {name: word{"カードの停止の解除", "card unblocked"}, what: word{"カードの停止を解除しました", "a card was unblocked"}, words: map[string]Domain{"detail": RosterActs, "mode": RosterActs}},
	journal.CredentialDuplicateRefused: {name: word{"カードの重複登録", "duplicate card"}, what: word{"登録済みのカードのため、登録しませんでした", "the card is enrolled already"}},
	journal.CredentialApplied:          {name: word{"カードの申請", "card applied for"}, what: word{"カードの発行・変更が申請されました。確認を待っています", "a card was applied for"}, words: map[string]Domain{"detail": Proposals, "mode": RosterActs}, names: rowNames},
	journal.CredentialLent:             {name: word{"カードの貸出し", "card lent"}, what: word{"カードを貸し出しました", "a card was lent"}, tail: []string{"mode"}, words: map[string]Domain{"mode": LentAs}},
	journal.CredentialReturned:         {name: word{"カードの返却", "card returned"}, what: word{"カードが返却されました", "a card was returned"}, tail: []string{"mode"}, words: map[string]Domain{"mode": LentAs}},
	journal.CredentialCounted:          {name: word{"現物照合", "stock-take"}, what: word{"カードの現物を照合しました", "the cards were counted"}, tail: []string{"mode"}, words: othersMode},

	journal.AccountSignedIn:     {name: word{"サインイン", "signed in"}, what: word{"サインインしました", "signed in"}, tail: []string{"detail"}, words: map[string]Domain{"mode": Proofs, "detail": Others}},
	journal.AccountSignInFailed: {name: word{"サインイン失敗", "sign-in failed"}, what: word{"サインインに失敗しました", "a sign-in failed"}, tail: reason, words: map[string]Domain{"mode": Proofs, "reason": SignIns}},
	journal.AccountSignedOut:    {name: word{"サインアウト", "signed out"}, what: word{"サインアウトしました", "signed out"}, tail: reason, words: map[string]Domain{"reason": SignIns}},
	journal.AccountSearched:     {name: word{"検索", "search"}, what: word{"入退室管理簿などを検索しました", "the records were searched"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Searches}},
	journal.AccountExported:     {name: word{"書出し", "export"}, what: word{"記録を書き出しました", "records were exported"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Forms}},
	journal.AccountPrinted:      {name: word{"印刷", "print"}, what: word{"様式を印刷しました", "a form was printed"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Forms}},
	journal.AccountChanged:      {name: word{"アカウントの変更", "account changed"}, what: word{"アカウントを変更しました", "an account was changed"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Changes, "point": ""}, names: map[string]word{"point": {"対象のアカウント", "account changed"}}},
	journal.AccountRefused:      {name: word{"権限のない操作", "not allowed"}, what: word{"権限のない操作がありました", "somebody tried what their account may not do"}, tail: []string{"mode"}, words: map[string]Domain{"mode": Actions, "reason": Others}},
	journal.RegisterChecked:     {name: word{"月次点検", "monthly review"}, what: word{"入退室管理簿の月次点検に署名しました", "the monthly review was signed"}, tail: reason},
}

var ofTheCentralLog = map[journal.Type]kind{
	journal.ControllerAccepted:     {name: word{"制御装置の受入れ", "controller accepted"}, what: word{"制御装置を受け入れました", "a controller was accepted"}},
	journal.ControllerReplaced:     {name: word{"制御装置の記録の交替", "controller replaced"}, what: word{"制御装置から別の証跡が届いています", "a controller's journal is another one"}},
	journal.ControllerClosed:       {name: word{"制御装置の終了", "controller closed"}, what: word{"制御装置の証跡を閉じました", "a controller's journal was closed"}},
	journal.ControllerSilent:       {name: word{"制御装置の通信途絶", "controller silent"}, what: word{"制御装置から通信がありません(扉は単独で動作しています)", "a controller is silent; its doors go on by themselves"}},
	journal.ControllerHeard:        {name: word{"制御装置の通信回復", "controller heard"}, what: word{"制御装置からの通信が回復しました", "a controller is heard again"}},
	journal.ControllerRolledBack:   {name: word{"記録の巻戻り", "rolled back"}, what: word{"制御装置の記録が巻き戻っています", "a controller's record was rolled back"}},
	journal.ControllerForked:       {name: word{"記録の分岐", "forked"}, what: word{"制御装置の記録が分岐しています", "a controller's record forked"}},
	journal.ControllerContradicted: {name: word{"記録の矛盾", "contradicted"}, what: word{"制御装置の記録に矛盾があります", "a controller's record contradicts itself"}},
	journal.ControllerGarbled:      {name: word{"不正な通信", "garbled"}, what: word{"制御装置の名で不正な通信がありました", "messages came in a controller's name that it cannot have sent"}},
	journal.CheckpointWitnessed:    {name: word{"検査点の立会い", "checkpoint witnessed"}, what: word{"第三者が検査点に署名しました", "a witness signed a checkpoint"}},
	journal.NoticeSent:             {name: word{"通知", "notice sent"}, what: word{"通知を送信しました", "a notice was sent"}},
	journal.NoticeFailed:           {name: word{"通知の不達", "notice failed"}, what: word{"通知を送信できません", "notices cannot be delivered"}},
	journal.CertificateIssued:      {name: word{"証明書の発行", "certificate issued"}, what: word{"証明書を発行しました", "a certificate was issued"}},
	journal.CertificateRenewed:     {name: word{"証明書の更新", "certificate renewed"}, what: word{"証明書を更新しました", "a certificate was renewed"}},
	journal.CertificateExpiring:    {name: word{"証明書の期限切れ間近", "certificate expiring"}, what: word{"証明書の期限が近づいています", "a certificate is about to expire"}},
	journal.CertificateRevoked:     {name: word{"証明書の失効", "certificate revoked"}, what: word{"証明書を失効させました", "a certificate was revoked"}},
}
