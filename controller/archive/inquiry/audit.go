package inquiry

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/retention"
)

// The files of an audit pack. Journals, keys and checkpoints are in folders, each by the journal's name.
const (
	auditIndex     = "README.txt"
	auditSums      = "SHA256SUMS"
	auditAsked     = "asked.csv"
	auditAlarms    = "alarms.csv"
	auditDisposals = "disposals.csv"
	auditDuties    = "duties.csv"
)

// Audit makes the yearly audit pack (年次監査資料) of a fiscal year in a directory that was not there: every journal with the
// year's entries and what proves them, who asked for what, alarms and how long they waited, disposals, changes of duties,
// and SHA256SUMS over all of it, whose digest is on record before the directory has its name. It returns that digest.
func (i *Inquiry) Audit(ctx context.Context, year int, a Asked, dir string) (digest string, err error) {
	a.From = time.Date(year, time.April, 1, 0, 0, 0, 0, access.JST)
	a.Until = a.From.AddDate(1, 0, 0)
	if !a.From.Before(i.who.At.Wall) {
		return "", fmt.Errorf("the fiscal year %d has not begun", year)
	}
	s, err := i.resolve(ctx, &a)
	if err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".audit-")
	if err != nil {
		return "", fmt.Errorf("make the audit pack: %w", err)
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	p := &auditPack{Inquiry: i, scope: &s, asked: &a, year: year, dir: tmp}
	if err := p.write(ctx); err != nil {
		return "", fmt.Errorf("make the audit pack: %w", err)
	}
	sum := sha256.Sum256([]byte(p.sums.String()))
	digest = hex.EncodeToString(sum[:])
	if err := i.record(ctx, &a, told{what: "audit", as: journal.AccountExported, count: p.entries, digest: digest, number: fmt.Sprint(year)}); err != nil {
		return "", err
	}
	return digest, os.Rename(tmp, dir)
}

// auditPack is one that is being made.
type auditPack struct {
	*Inquiry
	scope    *scope
	asked    *Asked
	year     int
	dir      string
	sums     strings.Builder
	entries  int64 // of the year
	journals []auditJournal
	counts   map[string]int // lines of the tables

	witnessed int // witnesses that have signed
}

// auditJournal is what the index page says of a journal.
type auditJournal struct {
	shelf.Journal
	name string
	part journal.Part
}

func (p *auditPack) write(ctx context.Context) error {
	p.counts = map[string]int{}
	for _, j := range p.scope.journals {
		if err := p.journal(ctx, j); err != nil {
			return err
		}
	}
	if err := p.witnesses(ctx); err != nil {
		return err
	}
	for _, t := range []struct {
		name string
		fill func(context.Context, *table) error
	}{{auditAsked, p.askedFor}, {auditAlarms, p.alarms}, {auditDisposals, p.disposals}, {auditDuties, p.duties}} {
		if err := p.table(ctx, t.name, t.fill); err != nil {
			return err
		}
	}
	if err := p.file(auditIndex, func(w *bufio.Writer) error { return p.index(w) }); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.dir, auditSums), []byte(p.sums.String()), 0o600)
}

// file writes one file of the pack and takes its sum.
func (p *auditPack) file(name string, fill func(*bufio.Writer) error) error {
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 256<<10)
	if err := errors.Join(fill(w), w.Flush(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(&p.sums, "%x  %s\n", sum.Sum(nil), name)
	return nil
}

func (p *auditPack) text(name, text string) error {
	return p.file(name, func(w *bufio.Writer) error { _, err := w.WriteString(text); return err })
}

// journal writes a journal with the year's payloads, its key and the checkpoint that covers it.
func (p *auditPack) journal(ctx context.Context, j shelf.Journal) error {
	if j.Size == 0 {
		return nil
	}
	from, until, err := p.shelf.Between(ctx, j.ID, access.Span{From: p.asked.From, Until: p.asked.Until})
	if err != nil || from == until {
		return err
	}
	site, controller, id := parts(j.Origin)
	one := auditJournal{Journal: j, name: site + "." + controller + "." + id, part: journal.Part{From: from, Until: until}}
	public, err := p.shelf.Public(ctx, j.ID)
	if err != nil {
		return err
	}
	if err := p.file("journals/"+one.name+".jsonl", func(w *bufio.Writer) error {
		return p.writeJournal(ctx, w, j, &one.part, false)
	}); err != nil {
		return err
	}
	p.entries += int64(until - from)
	p.journals = append(p.journals, one)
	return errors.Join(p.text("keys/"+one.name+".txt", public+"\n"), p.text("checkpoints/"+one.name+".txt", string(j.Checkpoint)))
}

// witnesses writes what the offline witnesses have signed of this log: the heads of all journals.
func (p *auditPack) witnesses(ctx context.Context) error {
	all, err := p.shelf.Witnesses(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Note == nil {
			continue
		}
		p.witnessed++
		if err := errors.Join(p.text("witnesses/"+w.Name+".txt", string(w.Note)), p.text("witnesses/"+w.Name+".key.txt", w.Key+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// index is the page that a person reads.
func (p *auditPack) index(w io.Writer) error {
	page := &pageWriter{w: w}
	page.line("年次監査資料 / Yearly audit pack")
	page.line("")
	page.line("年度 year         %s / %s", retention.FiscalYearLabel(p.year, access.Japanese), retention.FiscalYearLabel(p.year, access.English))
	page.line("期間 time         %s - %s (JST)", p.asked.From.Format(time.DateOnly), p.asked.Until.AddDate(0, 0, -1).Format(time.DateOnly))
	page.line("作成 made         %s, account %s", p.who.At.Wall.In(access.JST).Format(time.DateTime), p.who.Account)
	page.line("目的 purpose      %s", p.who.Purpose)
	page.line("中央記録 by        %s, its journal %s", p.own.Central.Name(), p.own.Origin.KeyName())
	page.line("記録 entries      %d", p.entries)
	page.line("")
	page.line("証跡 / journals")
	for _, j := range p.journals {
		page.line("  %s", j.name)
		page.line("    当年度 of the year   %d - %d (%d)", j.part.From, j.part.Until-1, j.part.Until-j.part.From)
		page.line("    全体 confirmed       %d", j.Size)
		for _, x := range [][2]string{{"分岐 fork            ", j.Fork}, {"終了 closed          ", j.Closed}} {
			if x[1] != "" {
				page.line("    %s %s", x[0], x[1])
			}
		}
	}
	page.line("")
	page.line("ファイル / files")
	for _, f := range [][2]string{
		{"journals/", "証跡ごとの当年度の記録(氏名等を含む)。他の年度の記録はハッシュのみ。every entry of the year with private parts; of other years the hashes"},
		{"keys/", "検証鍵(添付のもの。手元の控えと照合すること)。verifier keys: compare them with those you keep"},
		{"checkpoints/", "制御装置と中央記録が署名した検査点。heads that controller and central log have both signed"},
		{"witnesses/", fmt.Sprintf("外部の立会署名 %d件(証跡全体の先頭に対するもの)と検証鍵。the last heads of all journals that offline witnesses signed, and their keys", p.witnessed)},
		{auditAsked, fmt.Sprintf("検索・出力・印刷の記録 %d件。who searched, exported and printed, and for what", p.counts[auditAsked])},
		{auditAlarms, fmt.Sprintf("警報と受付・完了までの時間 %d件。alarms and how long they waited", p.counts[auditAlarms])},
		{auditDisposals, fmt.Sprintf("廃棄の記録 %d件(第25条)。disposals", p.counts[auditDisposals])},
		{auditDuties, fmt.Sprintf("名簿・職務・利用者・設定の変更 %d件。changes of roster, duties, accounts and configuration", p.counts[auditDuties])},
		{auditSums, "全ファイルのSHA-256。of every other file"},
	} {
		page.line("  %-15s %s", f[0], f[1])
	}
	page.line("")
	page.line("検証の方法 / how to verify, offline (PDFや表は読むためのもので、証明するのは journals です)")
	page.line("  sha256sum -c %s", auditSums)
	page.line("  for f in journals/*.jsonl; do n=$(basename \"$f\" .jsonl); kidoban journal verify --file \"$f\" --key \"keys/$n.txt\" --checkpoint \"checkpoints/$n.txt\" || echo \"$n: WRONG\"; done")
	page.line("The SHA-256 of %s is in the journal of the central log, in the entry account.exported that this pack made.", auditSums)
	return page.err
}

// pageWriter keeps the first error.
type pageWriter struct {
	w   io.Writer
	err error
}

func (p *pageWriter) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
