package retention

import (
	"encoding/json"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// The kinds of ledger.Document that disposals make.
const (
	KindPurge    = "purge"    // Proposal: a plan until it is carried out
	KindDisposal = "disposal" // Disposal: 廃棄記録簿, kept for ever
)

// kindLending is that of the card ledgers' lines.
const kindLending = "lending"

// OfDocument is how retention looks at a document; ok is false where documents of its kind are not disposed of.
func OfDocument(d ledger.Document) (r Record, ok bool) {
	r = Record{Kind: d.Kind, ID: d.ID, Class: Alarms}
	switch d.Kind {
	case ledger.KindIncident:
		var x ledger.Declaration
		ok = json.Unmarshal(d.Body, &x) == nil
		r.Last, r.Open, r.Incident = latest(x.Declared.At, x.Cleared.At), !x.Over(), x.ID
	case ledger.KindMuster:
		var x ledger.Muster
		ok = json.Unmarshal(d.Body, &x) == nil
		r.Last, r.Incident = x.At, x.Incident
	case ledger.KindReport:
		var x ledger.Report
		ok = json.Unmarshal(d.Body, &x) == nil
		r.Last, r.Incident = x.Reported.At, x.Incident
	case ledger.KindReview:
		var x ledger.Review
		ok = json.Unmarshal(d.Body, &x) == nil
		r.Class, r.Last = Register, x.Signed.At
	case kindLending:
		var x struct {
			Person access.PersonID `json:"person"`
			Permit access.PermitID `json:"permit"`
			Lent   time.Time       `json:"lent"`
			End    string          `json:"end"`
			Ended  time.Time       `json:"ended"`
		}
		ok = json.Unmarshal(d.Body, &x) == nil
		r.Class, r.Last, r.Open = Cards, latest(x.Lent, x.Ended), x.End == ""
		r.Permit, r.People = x.Permit, []access.PersonID{x.Person}
	}
	return r, ok
}
