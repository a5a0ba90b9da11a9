package retention

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Proposal is a disposal that was proposed. Another person decides on it; from then on it is carried out to its end, over
// any restart.
type Proposal struct {
	ID         string     `json:"id"` // "2026-P001"
	Plan       Plan       `json:"plan"`
	Digest     string     `json:"digest"`
	Reason     string     `json:"reason"`
	Maker      ledger.Act `json:"maker"`
	Account    string     `json:"account"`
	Approver   ledger.Act `json:"approver,omitzero"`
	ApprovedBy string     `json:"approved_by,omitzero"` // the account
}

// Decided says that it was approved.
func (p *Proposal) Decided() bool { return p.Approver.Done() }

// Disposal is a line of the disposal ledger (廃棄記録簿), kept for ever. Note is what the controller signed of it.
type Disposal struct {
	ID       string     `json:"id"`
	Counts   []Count    `json:"counts"`
	Withheld []Withheld `json:"withheld"`
	Entries  int64      `json:"entries"`
	Persons  int        `json:"persons"`
	Digest   string     `json:"digest"` // of the plan
	Reason   string     `json:"reason"`
	Decided  string     `json:"decided,omitzero"` // who set the periods, and when
	Maker    ledger.Act `json:"maker"`
	Approver ledger.Act `json:"approver"`
	Ended    time.Time  `json:"ended,omitzero"` // zero = it is being carried out
	Note     string     `json:"note"`
}

// NewDisposal is the record of a proposal that was decided upon, not signed yet.
func NewDisposal(p *Proposal) Disposal {
	return Disposal{ID: p.ID, Counts: p.Plan.Counts, Withheld: p.Plan.Withheld, Entries: p.Plan.Entries(),
		Persons: len(p.Plan.Persons), Digest: p.Digest, Reason: p.Reason, Decided: p.Plan.Decided, Maker: p.Maker, Approver: p.Approver}
}

// Text is what is signed: a person reads it, and it needs nothing else to be understood.
func (d *Disposal) Text() string {
	var b strings.Builder
	line := func(label, format string, args ...any) { fmt.Fprintf(&b, label+": "+oneLine(format)+"\n", args...) }
	b.WriteString("kidoban disposal record 廃棄記録簿\n")
	line("number 番号", "%s", d.ID)
	line("decided 決定日時", "%s %s", d.Approver.At.In(access.JST).Format(time.RFC3339), EraDateTime(d.Approver.At))
	line("proposed by 起案", "%s", who(d.Maker))
	line("approved by 決定", "%s", who(d.Approver))
	line("reason 理由", "%s", oneLine(d.Reason))
	if d.Decided != "" {
		line("periods set by 保存期間の決定", "%s", oneLine(d.Decided))
	}
	for _, c := range d.Counts {
		line("disposed 廃棄", "%s %s, %s %s, %d rows, %d entries, %s", c.Class.Name(access.English), c.Class.Name(access.Japanese),
			FiscalYearLabel(c.Year, access.English), FiscalYearLabel(c.Year, access.Japanese), c.Rows, c.Entries, c.Class.Basis())
	}
	for _, w := range d.Withheld {
		line("withheld 留保", "%s, %s, %d rows, %d entries: %s %s", w.Class.Name(access.English), FiscalYearLabel(w.Year, access.English),
			w.Rows, w.Entries, w.Why.Name(access.English), w.Why.Name(access.Japanese))
	}
	line("persons 氏名等", "%d", d.Persons)
	line("entries 記録", "%d, payload and private part; the leaf hashes stay", d.Entries)
	line("plan 計画", "sha256 %s", d.Digest)
	return b.String()
}

// who is somebody with the post in which they acted.
func who(a ledger.Act) string {
	text := oneLine(a.Name) + " (" + string(a.Person)
	if a.Post != "" {
		text += ", " + string(a.Post)
	}
	return text + ") " + a.At.In(access.JST).Format(time.RFC3339)
}

// oneLine keeps somebody's words from looking like lines of the record.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
