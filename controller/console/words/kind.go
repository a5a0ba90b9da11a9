package words

import "kidoban/controller/journal"

// kind is how entries of a type are said.
type kind struct {
	name  word // as a noun: in lists and charts, of alarms
	what  word // as a sentence; the name where it is empty
	other func(*journal.Data) word
	tail  []string // members that the sentence turns on: the first that is there stands in brackets
	words map[string]Domain
	names map[string]word // of members that mean something of their own in this type
}

func (k kind) sentence(d *journal.Data) word {
	if k.other != nil {
		if w := k.other(d); w != (word{}) {
			return w
		}
	}
	if k.what != (word{}) {
		return k.what
	}
	return k.name
}

func (k kind) domain(member string) Domain {
	if d := k.words[member]; d != "" {
		return d
	}
	return members[member].domain
}

func (k kind) label(member string) word {
	if w := k.names[member]; w != (word{}) {
		return w
	}
	if w := members[member].label; w != (word{}) {
		return w
	}
	return word{member, member}
}

// members are the members of an entry's data, by their names in the record, and what their words belong to where the type
// says nothing else.
var members = map[string]struct {
	label  word
	domain Domain
}{
	"door": {word{"扉", "door"}, ""}, "direction": {word{"方向", "direction"}, Directions}, "reader": {word{"読取機", "reader"}, Directions},
	"person": {word{"対象の方", "person"}, ""}, "credential": {word{"カード", "card"}, ""}, "reason": {word{"理由", "reason"}, Reasons},
	"rule": {word{"根拠", "rule"}, ""}, "permit": {word{"入室許可", "permit"}, ""}, "visit": {word{"管理簿の行", "visit"}, ""},
	"escort": {word{"立会者", "escort"}, ""}, "consent_by": {word{"承諾者", "consent by"}, ""}, "waiting_for": {word{"待っているもの", "waiting for"}, Waits},
	"alarm": {word{"警報", "alarm"}, ""}, "account": {word{"アカウント", "account"}, ""}, "grant": {word{"解錠番号", "grant"}, ""},
	"point": {word{"箇所", "point"}, Points}, "mode": {word{"区分", "mode"}, Others}, "until": {word{"終わり", "until"}, ""},
	"detail": {word{"詳細", "detail"}, ""}, "digest": {word{"要約値", "digest"}, ""}, "tag": {word{"カードの符号", "tag of the card"}, ""},
	"at_start": {word{"起動時の状態", "found at the start"}, ""}, "assumed": {word{"推定", "assumed"}, ""}, "count": {word{"件数", "count"}, ""},
	"latency_us": {word{"応答時間", "latency"}, ""}, "duration_ms": {word{"時間", "duration"}, ""}, "ranges": {word{"記録番号", "entries"}, ""},
	"zone": {word{"区域", "zone"}, Zones}, "post": {word{"職", "post"}, Posts}, "approver": {word{"確認者", "approver"}, ""},
	"proposal": {word{"起案", "proposal"}, ""}, "incident": {word{"緊急事態", "emergency"}, ""}, "from": {word{"始まり", "from"}, ""},
	"drill": {word{"訓練", "drill"}, ""}, "document": {word{"文書", "document"}, ""}, "succeeds": {word{"引き継いだ証跡", "goes on after"}, ""},
	"controller": {word{"制御装置", "controller"}, ""}, "journal": {word{"証跡", "journal"}, ""}, "recipient": {word{"宛先", "recipient"}, ""},
	"version": {word{"版", "version"}, ""}, "private": {word{"氏名等の要約値", "digest of names"}, ""},
}
