package ledger

import (
	"time"

	"kidoban/controller/access"
)

// The kinds of Document that alarms and emergencies make.
const (
	KindIncident = "incident" // Declaration
	KindMuster   = "muster"   // Muster
	KindReport   = "report"   // Report
	KindReview   = "review"   // Review
)

// Declaration is a declared emergency, Article 9(2) and (3).
type Declaration struct {
	ID         string    `json:"id"` // "2026-I001"
	Zone       string    `json:"zone,omitempty"`
	Declared   Act       `json:"declared"`
	Account    string    `json:"account"`
	Until      time.Time `json:"until"`
	Drill      bool      `json:"drill,omitempty"`
	Lockdown   bool      `json:"lockdown,omitempty"`
	NoVisitors bool      `json:"no_visitors,omitempty"`
	Cleared    Act       `json:"cleared,omitzero"`
	ClearedBy  string    `json:"cleared_by,omitempty"` // the account; "" = its time was over
}

// Over says that it has ended.
func (d *Declaration) Over() bool { return d.Cleared.Done() }

// Muster is who was inside at a moment: 在室者一覧(避難・安否確認用). What is stored of it names nobody.
type Muster struct {
	ID       string       `json:"id,omitempty"` // "2026-M001"; "" = asked for, not kept
	At       time.Time    `json:"at"`
	Cause    string       `json:"cause,omitempty"` // the entry's type that made it: "fire.alarmed"
	Incident string       `json:"incident,omitempty"`
	Drill    bool         `json:"drill,omitempty"`
	Lines    []MusterLine `json:"lines"`
}

// MusterLine is one person inside.
type MusterLine struct {
	Zone        string          `json:"zone"`
	Person      access.PersonID `json:"person"`
	Name        string          `json:"name,omitempty"`
	Affiliation string          `json:"affiliation,omitempty"`
	Since       time.Time       `json:"since,omitzero"`
	Visitor     bool            `json:"visitor,omitempty"`
	Visit       string          `json:"visit,omitempty"`
	Escort      access.PersonID `json:"escort,omitempty"`
	EscortName  string          `json:"escort_name,omitempty"`
	Assumed     bool            `json:"assumed,omitempty"`    // the door has no contact
	Unverified  bool            `json:"unverified,omitempty"` // perhaps inside: confirm
	Gone        bool            `json:"gone,omitempty"`       // of a kept list: not inside any more
	Later       bool            `json:"later,omitempty"`      // of a kept list: came inside after it was kept
	Seen        time.Time       `json:"seen,omitzero"`        // of a kept list: somebody has seen them outside, safe
	SeenBy      string          `json:"seen_by,omitempty"`    // the account
}

// Safe says that the person need not be looked for.
func (l *MusterLine) Safe() bool { return l.Gone || !l.Seen.IsZero() }

// Missing is how many are to be looked for.
func (m *Muster) Missing() (n int) {
	for i := range m.Lines {
		if !m.Lines[i].Safe() {
			n++
		}
	}
	return n
}

// Report is a security officer's report of a threat to the CISO: セキュリティ脅威報告書(第11条第5号).
type Report struct {
	ID       string     `json:"id"` // "2026-T001"
	Zone     string     `json:"zone"`
	Incident string     `json:"incident,omitempty"`
	Alarms   []string   `json:"alarms,omitempty"`
	Reported Act        `json:"reported"`
	Account  string     `json:"account"`
	Found    time.Time  `json:"found"`
	Text     ReportText `json:"text"`
}

// ReportText is what the officer says.
type ReportText struct {
	FoundBy  string `json:"found_by"` // 発見者
	What     string `json:"what"`     // 脅威の内容
	Affected string `json:"affected,omitempty"`
	Measures string `json:"measures,omitempty"`
	Status   string `json:"status,omitempty"`
}

// Review is the sign-off of a month: 入退室管理月次点検表.
type Review struct {
	ID       string `json:"id"` // "2026-04/room"
	Zone     string `json:"zone"`
	Month    string `json:"month"`
	Lines    int    `json:"lines"`
	Digest   string `json:"digest"`
	Abnormal bool   `json:"abnormal"`
	Findings string `json:"findings,omitempty"`
	Signed   Act    `json:"signed"`
	Account  string `json:"account"`
}
