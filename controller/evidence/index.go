package evidence

import (
	"fmt"
	"strings"
)

// index is the page that says what each file is.
func (c *collector) index() []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	stamp := "2006-01-02 15:04:05"
	p("証跡一式 / Evidence pack")
	p("")
	p("site            %s", c.q.Site)
	p("作成 made        %s, account %s", c.q.Made.In(jst).Format(stamp), c.q.Account)
	p("目的 purpose     %s", c.q.Purpose)
	if c.q.Alarm != "" {
		p("警報 alarm       %s", c.q.Alarm)
	}
	p("時点 moment      %s", c.q.At.In(jst).Format(stamp))
	p("期間 time        %s - %s (JST)", c.q.From.In(jst).Format(stamp), c.q.Until.In(jst).Format(stamp))
	p("記録 entries     %d from number %d; %d withheld, %d purged", c.about.Entries, c.about.First, c.about.Withheld, c.about.Purged)
	p("設定 config      now %s, then %s", c.q.Config, orUnknown(c.about.ConfigThen))
	if !c.q.Names {
		p("氏名等 names     not included: the asker may not have them")
	}
	p("")
	p("ファイル / files")
	for _, f := range [][2]string{
		{entriesFile, "期間内の記録、番号順。byte for byte as stored, with private parts where allowed"},
		{readableFile, "同じ記録を一行ずつ。the same for reading"},
		{proofsDir, "記録ごとの証明。one proof for each entry that it is in the journal"},
		{checkpointFile, "署名された検査点。the signed head of the journal that all proofs lead to"},
		{verifierFile, "検証鍵(添付のもの。手元の控えと照合すること)。the controller's verifier key: compare it with the one you keep"},
		{insideFile, "時点の在室者(入退室管理簿による)。who was inside at the moment, by the register"},
		{doorsFile, "時点の扉の状態(期間内の記録による)。how the doors stood at the moment, by these entries"},
		{nowFile, "作成時の扉・警報・緊急事態・在室者。how everything stood when this was made"},
		{aboutFile, "この一式の内容。this page for machines"},
		{sumsFile, "全ファイルのSHA-256。of every other file"},
	} {
		p("  %-16s %s", f[0], f[1])
	}
	p("")
	p("検証の方法 / how to verify, offline, without the controller")
	p("  sha256sum -c %s", sumsFile)
	p("  kidoban journal verify --pack . --key KEY      every file, entry, private part and proof")
	p("  kidoban journal prove --check %s… --key KEY   one entry alone", proofsDir)
	p("The SHA-256 of %s is in the journal itself, in the entry account.exported that this pack made.", sumsFile)
	p("通報(自動)と報告(第11条第5号)は別のものです。この一式は報告に添えるもので、報告そのものではありません。")
	return []byte(b.String())
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown (applied before this time)"
	}
	return s
}
