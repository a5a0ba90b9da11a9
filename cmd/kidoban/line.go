package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
)

var incidentWords = map[string]word{
	"visit.escort_lost":          {"立会者不在", "escort lost"},
	"visit.overstayed":           {"滞在時間超過", "overstay"},
	"visit.left_without_consent": {"未承諾退室", "left without consent"},
	"permit.expired":             {"許可期限切れ(在室中)", "permit ran out while inside"},
}

// remarks is column 19 and what else stands out.
func (t *tool) remarks(v *ledger.Visit) string {
	var parts []string
	for _, i := range v.Incidents {
		parts = append(parts, t.known(incidentWords, i.Type)+" "+i.At.In(jst).Format("15:04:05"))
	}
	for _, f := range []struct {
		is bool
		w  word
	}{
		{v.Late, word{"入室後の記入", "entered by hand afterwards"}},
		{v.Assumed, word{"入室は推定", "entry assumed"}},
		{v.PermitOral, word{"口頭許可", "oral permission"}},
		{len(v.Corrections) > 0, word{"訂正あり", "corrected"}},
	} {
		if f.is {
			parts = append(parts, t.say(f.w))
		}
	}
	if v.Remarks != "" {
		parts = append(parts, v.Remarks)
	}
	return strings.Join(parts, t.say(word{"、", ", "}))
}

// blocks prints every column of lines, a block each. A box that does not apply is 「―」.
func (t *tool) blocks(w io.Writer, rows []ledger.Visit) error {
	for i := range rows {
		var out clerk.Table
		for _, f := range t.columns(&rows[i]) {
			if f.text == "" {
				f.text = "―"
			}
			out.Add(t.say(f.label), f.text)
		}
		if err := out.Write(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	return nil
}

type field struct {
	label word
	text  string
}

// columns are the register's, in its order.
func (t *tool) columns(v *ledger.Visit) []field {
	out := []field{
		{wNumber, v.ID}, {word{"年度", "fiscal year"}, t.bookOf(v)}, {wZone, v.Zone}, {wName, v.Name}, {wReading, v.Reading},
		{wOrganisation, v.Affiliation}, {wClass, t.known(classWords, v.Class)},
		{word{"本人確認・名札番号・カード", "identity, badge, card"}, joined(v.Identity, v.Badge, string(v.Credential))},
		{wEntered, t.written(v.Entered)}, {wPurpose, v.Purpose}, {word{"作業内容・対象機器", "work, equipment"}, joined(v.Work, v.Equipment)},
		{word{"許可番号・許可者", "permit"}, joined(string(v.Permit), t.act(v.PermitAct))}, {wEscort, t.escorts(v)},
		{wCarryIn, v.CarryIn}, {wCarryOut, v.CarryOut}, {wLeft, t.leftAt(v)},
		{word{"退室承諾者・時刻・方法", "consent"}, joined(t.consent(v), t.known(howWords, v.Consent.How), v.Consent.Text)},
		{word{"在室時間", "stay"}, stay(v)}, {wRemarks, t.remarks(v)},
	}
	for _, c := range v.Corrections {
		out = append(out, field{word{"訂正(見え消し)", "correction"}, fmt.Sprintf("%s: %s → %s · %s · %s · %s · %s",
			c.Field, c.Before, c.After, c.Reason, t.act(c.Maker), t.act(c.Checker), t.act(c.Permitter))})
	}
	return append(out, field{word{"月次点検", "monthly check"}, t.act(v.Checked)})
}

// written is a time as a form writes it.
func (t *tool) written(at time.Time) string {
	if t.lang == "ja" {
		return retention.EraSecond(at)
	}
	return stamp(at)
}

func (t *tool) leftAt(v *ledger.Visit) string {
	if v.Left.IsZero() {
		return t.left(v)
	}
	return t.written(v.Left)
}

// bookOf is the fiscal year in whose book the line stands: that of the entry.
func (t *tool) bookOf(v *ledger.Visit) string {
	return t.yearLabel(retention.FiscalYear(v.Entered))
}

func (t *tool) yearLabel(year int) string {
	if t.lang == "ja" {
		return retention.FiscalYearLabel(year, access.Japanese)
	}
	return retention.FiscalYearLabel(year, access.English)
}

var howWords = map[string]word{"badge": {"カード", "by badge"}, "account": {"画面・コマンド", "by account"}}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

// stay is how long a visit lasted, to the second.
func stay(v *ledger.Visit) string {
	if v.Left.IsZero() {
		return ""
	}
	return v.Left.Sub(v.Entered).Truncate(time.Second).String()
}
