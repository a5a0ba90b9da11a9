package words

import (
	"maps"
	"strings"
	"sync"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
)

// Domain is what a word of the record belongs to: "lost" is one thing of a card and another of an alarm.
type Domain string

// The domains.
const (
	Reasons     Domain = "reason"     // why somebody was not let in, as a name
	NotTaken    Domain = "not_taken"  // why a grant was not carried out
	Permits     Domain = "permit"     // states of a permit, and of what became of it
	Visits      Domain = "visit"      // how a line of the register stands
	Consents    Domain = "consent"    // states of consent
	Leavings    Domain = "left_how"   // how a line came to its end
	Cards       Domain = "card"       // states of a card
	Lendings    Domain = "lending"    // states of a line of a card ledger
	LentAs      Domain = "lent_as"    // why a card is in somebody's hand
	Kinds       Domain = "kind"       // kinds of person
	Classes     Domain = "class"      // classes of record for retention, and of those who enter
	Posts       Domain = "post"       // 職
	Sections    Domain = "section"    // 所属
	Duties      Domain = "duty"       // 任務
	Roles       Domain = "role"       // of an account
	Actions     Domain = "action"     // what an account may do, by account.Action's word
	Zones       Domain = "zone"       // no zone is every zone; others keep their name
	Places      Domain = "place"      // kinds of place
	Directions  Domain = "direction"  // through a door
	Positions   Domain = "position"   // of a door
	Locks       Domain = "lock"       // of a door
	Modes       Domain = "mode"       // of a door
	Signs       Domain = "sign"       // the alarm that a door shows
	Points      Domain = "point"      // lines of a door
	Clocks      Domain = "clock"      // of the machine
	Links       Domain = "link"       // to the central log
	Alarms      Domain = "alarm"      // kinds of alarm: the type of what raised it
	Types       Domain = "type"       // of an entry: what happened, as a noun
	Severities  Domain = "severity"   // of an entry
	Services    Domain = "service"    // of an emergency entry
	Spoken      Domain = "spoken"     // how an oral permission was given
	Proposals   Domain = "proposal"   // kinds of proposal
	Documents   Domain = "document"   // kinds of stored document
	Forms       Domain = "form"       // names of forms
	Searches    Domain = "search"     // what a search of the register goes by
	Fields      Domain = "field"      // of a form, or a column of a file
	Tables      Domain = "table"      // rows of the roster
	Conditions  Domain = "condition"  // of the machine, in system.degraded
	Proofs      Domain = "proof"      // how somebody showed who they are
	SignIns     Domain = "sign_in"    // why a sign-in failed
	Changes     Domain = "change"     // of an account
	RosterActs  Domain = "roster_act" // of the roster
	Waits       Domain = "wait"       // what a badge waits for
	Disposals   Domain = "disposal"   // acts of a disposal, and of a hold
	Withheld    Domain = "withheld"   // why something is not disposed of
	Deliveries  Domain = "bundle"     // why a roster from the office was not taken
	Differences Domain = "difference" // of a stock-take
	Checks      Domain = "check"      // how a point of the wiring was found
	Others      Domain = "other"      // further words of entries
	asAct       Domain = "act"        // an action by its English phrase
	asHeld      Domain = "held"       // what a hold is of
	asBits      Domain = "bits"       // what a reader counts
)

// terms are the words of all domains: those of the tables, and those that other packages have words for already.
var terms = sync.OnceValue(func() map[Domain]map[string]word {
	all := map[Domain]map[string]word{}
	for _, table := range []map[Domain]map[string]word{states, places, papers, machine} {
		for d, words := range table {
			all[d] = words
		}
	}
	all[Roles], all[Actions], all[asAct] = map[string]word{}, map[string]word{}, map[string]word{}
	for _, r := range account.Roles() {
		all[Roles][r.String()] = word{r.Japanese(), r.English()}
	}
	for _, a := range account.Actions() {
		w := word{a.Japanese(), a.English()}
		all[Actions][a.String()], all[asAct][a.English()] = w, w
	}
	for _, c := range append(retention.Classes(), retention.Permanent) {
		all[Classes][c.String()] = word{c.Name(access.Japanese), c.Name(access.English)}
	}
	all[Withheld] = map[string]word{}
	for _, r := range withheld {
		all[Withheld][string(r)] = word{r.Name(access.Japanese), r.Name(access.English)}
	}
	all[Types] = map[string]word{}
	for t, k := range kinds {
		all[Types][string(t)] = k.name
	}
	all[Alarms], all[Severities] = maps.Clone(all[Types]), map[string]word{}
	for t, w := range causes {
		all[Alarms][string(t)] = w
	}
	for s, w := range severities {
		all[Severities][string(s)] = w.word
	}
	return all
})

// causes are the types that are an alarm only in a certain way.
var causes = map[journal.Type]word{
	journal.AccessGranted: {"規則に合わない解錠・退室", "released against a rule"}, journal.AccessNotTaken: {"解錠の遅れ(入室なし)", "grant too late"},
	journal.DoorModeChanged: {"入室停止", "lockdown"}, journal.PermitRecordedOral: {"入室後に記録した口頭許可", "oral permission recorded after the entry"},
	journal.PermitExpired: {"許可期限切れ(在室中)", "permit ran out while inside"}, journal.AccountSignInFailed: {"アカウントの停止(認証の誤り)", "account locked out"},
	journal.EmergencyCleared: {"緊急事態の終了", "emergency ended"},
}

var withheld = [...]retention.Reason{
	retention.Unset, retention.Held, retention.Open, retention.Waiting, retention.Cited, retention.Undelivered, retention.Undated,
}

// Term is a word of the record as a page says it: Term(l, Permits, "granted") is 許可済. A word that is not known is shown
// as it came.
func Term(l access.Language, d Domain, value string) string {
	if w, known := terms()[d][value]; known {
		return w.in(l)
	}
	return value
}

// AlarmKind is the kind of an alarm by its number: of "door.forced/front/3" 不正開扉.
func AlarmKind(l access.Language, alarm string) string {
	kind, _, _ := strings.Cut(alarm, "/")
	return Term(l, Alarms, kind)
}

// SeverityOf is how grave a word of the record is.
func SeverityOf(l access.Language, s journal.Severity) Severity {
	w, known := severities[s]
	if !known {
		w = severities[journal.Info]
		s = journal.Info
	}
	return Severity{Class: string(s), Word: w.word.in(l), Sign: w.sign}
}

var severities = map[journal.Severity]struct {
	word
	sign string
}{
	journal.Info: {word{"情報", "info"}, "・"}, journal.Notice: {word{"通知", "notice"}, "○"},
	journal.Warning: {word{"注意", "warning"}, "△"}, journal.Alert: {word{"警報", "alert"}, "▲"},
	journal.Emergency: {word{"緊急", "emergency"}, "■"},
}
