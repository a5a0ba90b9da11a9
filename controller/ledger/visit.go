package ledger

import (
	"strings"
	"time"

	"kidoban/controller/access"
)

// Visit is one line of the register (入退室管理簿): Article 20(3) and (4). A line opens when the door was really opened
// for an entry, and is never deleted before its time; what was wrong stays legible beside its correction.
type Visit struct {
	ID          string // "2026-000123": fiscal year of the entry and number                       columns 1, 2
	Zone        string //                                                                           3
	Person      access.PersonID
	Name        string //                                                               4
	Reading     string //                                                               5
	Affiliation string //                                                               6
	Class       string // rule of standing: "art20.1.2"; of visitors "visitor.contractor" …  7
	Identity    string // 本人確認の方法                                                 8
	Badge       string // 名札番号
	Credential  access.CredentialID
	Entered     time.Time //                                                                        9
	Assumed     bool      // the door has no contact
	Late        bool      // entered by hand afterwards
	Purpose     string    //                                                                        10
	Work        string    //                                                                        11
	Equipment   string
	Permit      access.PermitID //                                                                  12
	PermitAct   Act
	PermitOral  bool
	Escorts     []Escorting //                                                                      13
	CarryIn     string      //                                                                      14
	CarryOut    string      //                                                                      15
	Left        time.Time   // zero = inside, or not recorded (退室未記録)                          16
	LeftHow     string      // "", "account": declared at the desk, "correction", LeftUnrecorded
	Consent     Consent     //                                                                      17
	Incidents   []Incident  // what was out of order: escort lost, overstayed, …                   19
	Remarks     string
	Corrections []Correction // 訂正履歴                                                            20
	Checked     Act          // monthly sign-off                                                    21
	Gone        bool
}

// LeftUnrecorded is how a line ends whose person entered anew, or was found to be gone, without an exit on record
// (退室未記録): nobody invents a time for it, and it stays open for a correction.
const LeftUnrecorded = "unrecorded"

// Inside says that by this line the person is inside.
func (v *Visit) Inside() bool { return v.Left.IsZero() && v.LeftHow != LeftUnrecorded }

// Escort is the place in Escorts of who attends now, -1 for nobody.
func (v *Visit) Escort() int {
	if n := len(v.Escorts) - 1; n >= 0 && v.Escorts[n].Until.IsZero() {
		return n
	}
	return -1
}

// Visitor says that the line is a 入室者's: escorted, and leaving with consent.
func (v *Visit) Visitor() bool { return strings.HasPrefix(v.Class, "visitor") }

// Escorting is one 立会者 for a time.
type Escorting struct {
	Person  access.PersonID
	Name    string
	Rule    string // of standing
	From    time.Time
	Until   time.Time // zero = still
	Assumed bool      // the hand-over was not declared: the next one inside was taken to be it
}

// ConsentState is how leaving was consented to, Article 20(4).
type ConsentState string

// The states of consent. ConsentAfter never turns into Consented.
const (
	ConsentNone      ConsentState = ""          // not asked for; para-1 persons need none
	ConsentRequested ConsentState = "requested" // 承諾待ち
	Consented        ConsentState = "consented" // 承諾済
	ConsentWithheld  ConsentState = "withheld"  // 承諾しない
	ConsentMissing   ConsentState = "missing"   // 未承諾退室
	ConsentAfter     ConsentState = "after"     // 事後承諾(退室時未承諾)
)

// Consent is column 17.
type Consent struct {
	State ConsentState
	Act   Act    // Post is the office, "" for a designee
	How   string // "badge", "account"
	Text  string // the written follow-up (事後)
}

// Incident is something out of order in a visit.
type Incident struct {
	At     time.Time
	Type   string // the entry's: "visit.escort_lost"
	Reason string
}

// Correction is one 見え消し: the original stays.
type Correction struct {
	Field, Before, After string
	Reason               string
	Maker                Act // 訂正者
	Checker              Act // 確認者: another person
	Permitter            Act // 許可者: the officer of the zone
}

// EmergencyEntry is a 緊急入室 of the fire brigade, the police or an ambulance: not a 入室者 of Article 20(3).
type EmergencyEntry struct {
	ID        string // "2026-E001"
	Zone      string
	Door      string
	Service   string // "fire", "police", "ambulance", "key" (sealed emergency key)
	Entered   time.Time
	Count     int             // 0 = unknown (不明)
	LetIn     access.PersonID // who let them in, "" = unknown
	Left      time.Time
	Text      string // completed afterwards
	Completed Act
	Gone      bool
}

// Number is the last one given out of a kind in a fiscal year: numbers never repeat, whatever is purged.
type Number struct {
	Kind string // "permit", "visit", "emergency", …
	Year int
	Last int
}

// Document is a row that only one part of the controller reads: its body is JSON.
type Document struct {
	Kind string // "proposal", "account", "lending", "hold", "report", …
	ID   string
	Body []byte
	Gone bool
}
