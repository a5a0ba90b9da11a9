package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// The questions of an emergency.
type (
	// AskMuster asks who is inside, for an evacuation (在室者一覧): a ledger.Muster. With ID it asks for a list that was kept in
	// the last day, nil if there is none.
	AskMuster struct{ ID string }
	// AskIncidents asks for the emergencies that are declared now: []ledger.Declaration.
	AskIncidents struct{}
	// AskSilent asks whether the account may know of duress: bool.
	AskSilent struct{}
	// AskEvidence asks how everything stands, for an evidence pack (証跡一式): an Evidence, to those who may have one.
	AskEvidence struct{ Zone string }
)

// Evidence is how everything stands at one moment, and how much of the record the asker may be given.
type Evidence struct {
	Doors     []DoorView
	Alarms    []ledger.Alarm
	Incidents []ledger.Declaration
	Muster    ledger.Muster
	Synced    bool // the clock is synchronised
	Names     bool `json:"-"` // the asker may have private parts
	Silent    bool `json:"-"` // and know of duress
}

// The acts on alarms and emergencies: Articles 9 and 11(5).
type (
	// CloseAlarm closes an alarm that somebody has acknowledged, with what was found (完了).
	CloseAlarm struct {
		ID      string
		Finding string
	}
	// Declare declares an emergency (緊急事態を宣言する), of a zone or with Zone "" of all; with ID it renews one for For
	// from now on. Answer.Value is the id.
	Declare struct {
		ID         string
		Zone       string
		Why        string
		For        time.Duration // 0 = IncidentMost
		Drill      bool          // 訓練
		Lockdown   bool          // nobody enters; leaving works
		NoVisitors bool          // 入室者 are not admitted
	}
	// ClearEmergency ends an emergency and what it had switched.
	ClearEmergency struct{ ID, Text string }
	// AccountFor accounts for a person of a kept list who was seen outside, safe (安否確認), or with Undo was not after all.
	AccountFor struct {
		List   string
		Person access.PersonID
		Undo   bool
	}
	// ReportThreat is a security officer's report to the CISO, Article 11(5), of the own place. Of Report the caller fills
	// what the officer says; Answer.Value is the id.
	ReportThreat struct{ Report ledger.Report }
	// SignMonth is the monthly review (月次点検) of a zone's register by its officer. Lines and Digest say what was
	// reviewed.
	SignMonth struct {
		Zone     string
		Month    string // "2026-04"
		Lines    int
		Digest   string
		Findings string
		Abnormal bool
	}
	// Exported records that something of the record is handed out: evidence, a list. The answer is durable before it is.
	Exported struct {
		What    string // EvidencePack, …: fixed text
		Zone    string
		Alarm   string
		From    time.Time
		Until   time.Time
		Lines   int
		Digest  string
		Purpose string
		Person  access.PersonID
	}
)

func (AskMuster) ask()      {}
func (AskIncidents) ask()   {}
func (AskEvidence) ask()    {}
func (AskSilent) ask()      {}
func (CloseAlarm) ask()     {}
func (Declare) ask()        {}
func (ClearEmergency) ask() {}
func (AccountFor) ask()     {}
func (ReportThreat) ask()   {}
func (SignMonth) ask()      {}
func (Exported) ask()       {}
