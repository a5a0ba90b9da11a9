package main

import (
	"time"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// word is the same in both languages. The Japanese are the regulation's own.
type word struct{ ja, en string }

// say is a word in the language that was asked for.
func (t *tool) say(w word) string {
	if t.lang == "ja" {
		return w.ja
	}
	return w.en
}

// heads adds a table's first row.
func (t *tool) heads(out *clerk.Table, heads ...word) {
	row := make([]string, len(heads))
	for i, h := range heads {
		row[i] = t.say(h)
	}
	out.Add(row...)
}

// The words of tables.
var (
	wNumber       = word{"番号", "number"}
	wState        = word{"状態", "state"}
	wZone         = word{"室", "zone"}
	wTime         = word{"期間", "time"}
	wOrganisation = word{"所属", "affiliation"}
	wVisitors     = word{"入室者", "visitors"}
	wPurpose      = word{"入室目的", "purpose"}
	wName         = word{"氏名", "name"}
	wReading      = word{"ふりがな", "reading"}
	wClass        = word{"区分", "class"}
	wEntered      = word{"入室時間", "entered"}
	wLeft         = word{"退室時間", "left"}
	wEscort       = word{"立会者", "escort"}
	wConsent      = word{"退室承諾", "consent"}
	wPermit       = word{"許可", "permit"}
	wRemarks      = word{"備考", "remarks"}
	wInside       = word{"在室中", "inside"}
	wWork         = word{"作業内容", "work"}
	wEquipment    = word{"対象機器", "equipment"}
	wConditions   = word{"条件", "conditions"}
	wEscortPlan   = word{"立会計画", "escort plan"}
	wCarryIn      = word{"持込機器・媒体", "carried in"}
	wCarryOut     = word{"持出機器・媒体", "carried out"}
	wReason       = word{"理由", "reason"}
	wRequested    = word{"申請", "requested"}
	wDecided      = word{"決定", "decided"}
	wConfirmed    = word{"確認・後閲", "confirmed"}
	wRevoked      = word{"取消し", "revoked"}
	wSpoken       = word{"口頭許可", "spoken"}
	wEntries      = word{"入室回数", "entries"}
	wHours        = word{"曜日・時間帯", "days, hours"}
	wPerson       = word{"職員番号等", "person"}
	wAssumed      = word{"推定", "assumed"}
)

var permitWords = map[access.PermitState]word{
	access.Requested:       {"審査中", "requested"},
	access.Permitted:       {"許可済", "granted"},
	access.PermittedOrally: {"口頭許可・許可者の確認待ち", "oral, to be confirmed"},
	access.NotPermitted:    {"不許可", "refused"},
	access.Withdrawn:       {"許可取消し", "revoked"},
}

// permitState is what became of a permit by now: dates and counts add their part.
func (t *tool) permitState(p *ledger.Permit, now time.Time) string {
	s := t.say(permitWords[p.State])
	if p.State == access.PermittedOrally && p.Confirmed.Done() {
		s = t.say(word{"口頭許可・確認済", "oral, confirmed"})
	}
	switch lets := p.State == access.Permitted || p.State == access.PermittedOrally; {
	case lets && !p.Until.IsZero() && !now.Before(p.Until):
		s = t.say(word{"期限切れ", "expired"})
	case lets && usedUp(p):
		s = t.say(word{"使用済", "used up"})
	}
	if p.Late {
		s += t.say(word{"(入室後の記録)", " (recorded after the entry)"})
	}
	return s
}

func usedUp(p *ledger.Permit) bool {
	if p.Entries == 0 || len(p.Holders) == 0 || len(p.Holders) < p.Most {
		return false
	}
	for _, h := range p.Holders {
		if h.Used < p.Entries {
			return false
		}
	}
	return true
}

var consentWords = map[ledger.ConsentState]word{
	ledger.ConsentRequested: {"承諾待ち", "requested"},
	ledger.Consented:        {"承諾済", "consented"},
	ledger.ConsentWithheld:  {"承諾しない", "withheld"},
	ledger.ConsentMissing:   {"未承諾退室", "left without"},
	ledger.ConsentAfter:     {"事後承諾(退室時未承諾)", "later consent (left without)"},
}

var classWords = map[string]word{
	"art20.1.1": {"第20条第1項第1号", "20(1)(1)"}, "art20.1.2": {"第20条第1項第2号", "20(1)(2)"}, "art20.1.3": {"第20条第1項第3号", "20(1)(3)"},
	"art11.2":       {"第11条第2号", "11(2)"},
	"visitor.staff": {"入室者(職員)", "visitor (staff)"}, "visitor.contractor": {"入室者(委託)", "visitor (contractor)"},
	"visitor.maintenance": {"入室者(保守)", "visitor (maintenance)"}, "visitor.other": {"入室者(その他)", "visitor (other)"},
	"visitor": {"入室者", "visitor"}, "emergency": {"緊急入室", "emergency entry"},
}

// known is a word of a table, or the wire's own where there is none.
func (t *tool) known(words map[string]word, s string) string {
	if w, ok := words[s]; ok {
		return t.say(w)
	}
	return s
}

var postWords = map[string]word{
	string(access.CISO):            {"セキュリティ統括責任者", "CISO"},
	string(access.SecurityOfficer): {"市民課長", "security officer (civic affairs)"},
	string(access.WestBranchHead):  {"西支所長", "West branch head"},
	string(access.SystemManager):   {"システム管理者", "system manager"},
}

// act is who did something as what and when, "" if nobody did.
func (t *tool) act(a ledger.Act) string {
	if !a.Done() {
		return ""
	}
	s := t.known(postWords, string(a.Post))
	if a.Acting {
		s += t.say(word{"事務取扱", ", acting"})
	}
	if s != "" {
		s += " "
	}
	s += orID(a.Name, a.Person)
	if a.Deputy {
		s += t.say(word{"(代)", " (deputy)"})
	}
	return s + " " + stamp(a.At)
}

// orID is a name, or the id where none is known.
func orID(name string, id access.PersonID) string {
	if name != "" {
		return name
	}
	return string(id)
}
