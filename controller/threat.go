package controller

import (
	"fmt"
	"strings"
	"time"

	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// reportThreat is an officer's report (報告) to the CISO: Article 11(5), each officer of the own place.
func (s *State) reportThreat(a Account, ask ReportThreat) *Answer {
	r := ask.Report
	if no := s.may(a, account.ReportThreat, r.Zone); no != "" {
		return &Answer{Refusal: no}
	}
	r.Reported, r.Account = s.deed(a, r.Zone), a.Name
	switch officer := officerOf(s.place(r.Zone)); {
	case r.Zone == "":
		return &Answer{Refusal: "name the zone: an officer reports of the own place (第11条第5号)"}
	case r.Reported.Post != officer:
		return &Answer{Refusal: fmt.Sprintf("the officer of this place reports (%s, 第11条第5号); the notice (通報) of an alarm needs nobody", postName(officer))}
	case strings.TrimSpace(r.Text.What) == "":
		return &Answer{Refusal: "say what the threat is: --what"}
	case r.Found.IsZero() || r.Found.After(s.now.Wall):
		return &Answer{Refusal: "say when it was found, at latest now: --found"}
	}
	r.ID = s.numbered(ledger.KindReport, "T")
	s.file(ledger.KindReport, r.ID, r)
	d := journal.Data{
		Zone: r.Zone, Account: a.Name, Person: string(a.Person), Post: string(r.Reported.Post), Incident: r.Incident,
		Document: r.ID, From: jst(r.Found).Format(time.RFC3339), Count: int64(len(r.Alarms)),
	}
	if len(r.Alarms) > 0 {
		d.Alarm = r.Alarms[0]
	}
	s.noteWith(journal.AlarmReported, journal.Notice, "zone/"+r.Zone, d, s.private(r.Text))
	return &Answer{Value: r.ID, Order: true}
}

// signMonth is the monthly review of a zone's register, signed by its officer.
func (s *State) signMonth(a Account, ask SignMonth) string {
	month, err := time.ParseInLocation("2006-01", ask.Month, jst(s.now.Wall).Location())
	switch no := s.may(a, account.SignRegister, ask.Zone); {
	case no != "":
		return no
	case ask.Zone == "":
		return "name the zone whose register was reviewed"
	case err != nil:
		return fmt.Sprintf("%q is no month like 2026-04", ask.Month)
	case s.dated().Before(month.AddDate(0, 1, 0)):
		return fmt.Sprintf("%s has not ended: it is reviewed when it is over", ask.Month)
	case ask.Abnormal && strings.TrimSpace(ask.Findings) == "":
		return "say what was out of order and what was done about it: --findings"
	}
	r := ledger.Review{
		ID: ask.Month + "/" + ask.Zone, Zone: ask.Zone, Month: ask.Month, Lines: ask.Lines, Digest: ask.Digest,
		Abnormal: ask.Abnormal, Findings: ask.Findings, Signed: s.deed(a, ask.Zone), Account: a.Name,
	}
	s.file(ledger.KindReview, r.ID, r)
	d := journal.Data{
		Zone: r.Zone, Account: a.Name, Person: string(a.Person), Post: string(r.Signed.Post), Document: r.ID, Count: int64(r.Lines),
		Digest: r.Digest, From: month.Format(time.RFC3339), Until: month.AddDate(0, 1, 0).Format(time.RFC3339),
	}
	sev := journal.Notice
	if r.Abnormal {
		d.Reason, sev = "abnormal", journal.Warning
	}
	s.noteWith(journal.RegisterChecked, sev, "register", d, s.private(map[string]any{"findings": r.Findings}))
	return ""
}

// EvidencePack is what Exported.What says of 証跡一式.
const EvidencePack = "evidence"

// exported records that something of the record is handed out, and for what.
func (s *State) exported(a Account, ask Exported) string {
	may := func() string { return s.may(a, account.ExportRegister, ask.Zone) }
	if ask.What == EvidencePack {
		may = func() string { return s.mayCollect(a, ask.Zone) }
	}
	if no := may(); no != "" {
		return no
	}
	if strings.TrimSpace(ask.Purpose) == "" {
		return "say what it is for (--purpose): nothing is handed out that need not be (運用基準, after 第21条第4項)"
	}
	d := journal.Data{
		Account: a.Name, Mode: ask.What, Zone: ask.Zone, Alarm: ask.Alarm, Person: string(ask.Person), Count: int64(ask.Lines), Digest: ask.Digest,
	}
	if !ask.From.IsZero() {
		d.From = jst(ask.From).Format(time.RFC3339)
	}
	if !ask.Until.IsZero() {
		d.Until = jst(ask.Until).Format(time.RFC3339)
	}
	s.noteWith(journal.AccountExported, journal.Notice, "account/"+a.Name, d, s.private(map[string]any{"purpose": ask.Purpose}))
	return ""
}
