package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

// past is a record of several years on disk, and the daemon's parts that may run on it.
type past struct {
	*testing.T
	dir   string
	conf  *config.Config
	keys  store.Keys
	store *store.Store
	loop  *controller.Controller
	clock clock.Clock
	old   int // the last fiscal year that may be disposed of
	close func()
}

var pastOrigin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}

// newPast makes visits of the year that has just come to its end, of the one after, and one that crosses between the two.
func newPast(t *testing.T) *past {
	t.Helper()
	p := &past{T: t, dir: t.TempDir(), conf: must(config.Parse("demo.toml", config.Demo()))(t), clock: must(clock.Start())(t)}
	p.old = retention.FiscalYear(time.Now()) - 6
	p.conf.Retention = config.Retention{Permits: 5, Cards: 5, Refusals: 5, Doors: 5, Alarms: 5, Accounts: 5, System: 5, Decided: "市民課長決裁"}
	p.keys = must(store.CreateKeys(filepath.Join(p.dir, "keys"), pastOrigin))(t)
	begun := time.Date(p.old, time.April, 1, 8, 0, 0, 0, access.JST)
	first := journal.Entry{At: device.Instant{Wall: begun}, Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(t.Context(), p.data(), p.keys, pastOrigin, first); err != nil {
		t.Fatal(err)
	}
	p.store = must(store.Open(t.Context(), p.data(), p.keys, pastOrigin))(t)
	p.staff()
	for i := range 20 {
		p.visit(fmt.Sprintf("%04d-%06d", p.old, i+1), begun.AddDate(0, 0, i), time.Hour, "廃棄すべき太郎")
		p.visit(fmt.Sprintf("%04d-%06d", p.old+1, i+1), begun.AddDate(1, 0, i), time.Hour, "残すべき次郎")
	}
	p.visit(fmt.Sprintf("%04d-%06d", p.old, 21), time.Date(p.old+1, time.March, 31, 23, 0, 0, 0, access.JST), 2*time.Hour, "年度またぎ三郎")
	p.start(true)
	return p
}

func (p *past) data() string { return filepath.Join(p.dir, "data") }

func (p *past) staff() {
	edits := []ledger.Edit{
		{Incumbency: &access.Incumbency{Person: "officer", Post: access.SecurityOfficer}},
		{Incumbency: &access.Incumbency{Person: "ciso", Post: access.CISO}},
		{Belonging: &access.Belonging{Person: "clerk", Section: access.CivicAffairs}},
		{Duty: &access.Duty{Person: "clerk", Duty: access.DutyClerk}},
	}
	for _, id := range []access.PersonID{"officer", "clerk", "ciso"} {
		edits = slices.Insert(edits, 0, ledger.Edit{Person: &ledger.Person{Person: access.Person{ID: id, Kind: access.Staff}, Name: "職員 " + string(id)}})
	}
	p.commit(ledger.Change{Roster: edits})
}

func (p *past) commit(c ledger.Change, entries ...journal.Entry) {
	p.Helper()
	if _, err := p.store.Commit(p.Context(), c, entries); err != nil {
		p.Fatal(err)
	}
}

func (p *past) visit(id string, in time.Time, stay time.Duration, name string) {
	p.Helper()
	person, permit := access.PersonID("v-"+id), access.PermitID(id[:5]+id[7:])
	entry := func(at time.Time, typ journal.Type, d journal.Data) journal.Entry {
		d.Person, d.Permit = string(person), string(permit)
		return journal.Entry{At: device.Instant{Wall: at}, Synced: true, Type: typ, Severity: journal.Info, Subject: "visit/" + id, Data: d,
			Private: fmt.Appendf(nil, `{"salt":"%s","name":%q}`, id, name)}
	}
	p.commit(ledger.Change{
		Permits: []ledger.Permit{{Permit: access.Permit{ID: permit, Zone: "room", State: access.Permitted, Decided: in.Add(-time.Hour),
			Span: access.Span{From: in, Until: in.Add(time.Hour)}, Holders: []access.Holder{{Person: person}}}, Requested: in.Add(-2 * time.Hour),
			Text: ledger.PermitText{Purpose: name + "の点検", Visitors: []ledger.Visitor{{Person: person, Name: name}}}}},
		Visits: []ledger.Visit{{ID: id, Zone: "room", Person: person, Name: name, Class: "visitor.contractor", Entered: in, Left: in.Add(stay),
			Permit: permit, Purpose: "点検", Consent: ledger.Consent{State: ledger.Consented, Act: ledger.Act{Person: "officer", At: in}}}},
		Roster: []ledger.Edit{{Person: &ledger.Person{Person: access.Person{ID: person, Kind: access.Contractor}, Name: name}}},
	}, entry(in.Add(-2*time.Hour), journal.PermitRequested, journal.Data{}), entry(in, journal.AccessTaken, journal.Data{Door: "room", Direction: "entry"}),
		entry(in, journal.VisitOpened, journal.Data{Visit: id}), entry(in.Add(stay), journal.VisitClosed, journal.Data{Visit: id}))
}

// start runs the loop on what is on the disk; with dispose, decided disposals are carried out.
func (p *past) start(dispose bool) {
	p.Helper()
	panel := sim.New([]string{"room"}, p.clock.Now)
	site := controller.NewSite(p.conf, controller.Hashes{Card: p.keys.CardHash, PIN: p.keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: p.keys.Sign})
	all, gen, err := p.store.Roster(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	rec := all.Records
	for _, x := range all.People {
		rec.Persons = append(rec.Persons, x.Person)
	}
	roster, bad := access.NewRoster(gen, rec)
	if len(bad) > 0 {
		p.Fatal(bad)
	}
	p.loop = controller.New(controller.NewState(site, pastOrigin.Boot, roster, all.People, must(p.store.Snapshot(p.Context()))(p)), panel, &disk{Store: p.store}, p.clock)
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return p.loop.Run(ctx, controller.Starting{}) })
	g.Go(func() error { return p.loop.Commit(context.Background()) })
	desks := []*desk.Desk{p.desk("officer"), p.desk("clerk"), p.desk("ciso")}
	for _, k := range desks {
		g.Go(func() error { return k.Run(ctx) })
	}
	if dispose {
		g.Go(func() error { return desks[0].Dispose(ctx) })
	}
	p.close = func() {
		stop()
		if err := errors.Join(g.Wait(), p.store.Close()); err != nil {
			p.Error(err)
		}
		p.close = func() {}
	}
	p.Cleanup(func() { p.close() })
	p.await("officer")
	p.await("clerk")
	p.await("ciso")
}

// reopen is what a restart finds.
func (p *past) reopen(dispose bool) {
	p.Helper()
	p.close()
	p.store = must(store.Open(p.Context(), p.data(), p.keys, pastOrigin))(p)
	p.start(dispose)
}

func (p *past) socket(person string) string { return filepath.Join(p.dir, person) }

// desk is that of a person: whoever runs the tests is them there.
func (p *past) desk(person string) *desk.Desk {
	conf := *p.conf
	conf.Socket = config.Socket{Path: p.socket(person)}
	conf.Accounts = []config.Account{{Name: "a-" + person, UID: os.Getuid(), Person: person}}
	return must(desk.New(desk.Deps{Controller: p.loop, Store: p.store, Keys: p.keys, Config: &conf, Clock: p.clock, Version: "test",
		Link: func() string { return "none" }, Log: slog.New(slog.DiscardHandler)}))(p)
}

func (p *past) as(person string) *desk.Client {
	c := desk.Dial(p.socket(person))
	p.Cleanup(c.Close)
	return c
}

func (p *past) await(person string) {
	p.Helper()
	c := p.as(person)
	for range 500 {
		var s desk.Status
		if c.Get(p.Context(), "status", nil, &s) == nil && s.Recording {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.Fatal("nobody opens the desk")
}

func (p *past) post(person, what string, order, answer any) error {
	return p.as(person).Post(p.Context(), what, order, answer)
}

func (p *past) refused(person, words, what string, order any) {
	p.Helper()
	if err := p.post(person, what, order, nil); err == nil || !strings.Contains(err.Error(), words) {
		p.Errorf("%s, %s %+v: %v, want %q", person, what, order, err, words)
	}
}

func (p *past) propose() (made desk.Proposed) {
	p.Helper()
	if err := p.post("clerk", "retention/propose", desk.Disposal{Reason: "保存期間満了"}, &made); err != nil {
		p.Fatal(err)
	}
	return made
}

// named are the files of the data directory in which a name stands.
func (p *past) named(name string) (in []string) {
	p.Helper()
	err := filepath.WalkDir(p.data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if n := bytes.Count(b, []byte(name)); n > 0 {
			in = append(in, fmt.Sprintf("%s (%d)", filepath.Base(path), n))
		}
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return in
}

func (p *past) recorded() desk.Disposals {
	p.Helper()
	var d desk.Disposals
	if err := p.as("officer").Get(p.Context(), "retention/disposals", nil, &d); err != nil {
		p.Fatal(err)
	}
	return d
}

func (p *past) verifies() {
	p.Helper()
	if _, err := p.store.Checkpoint(p.Context(), time.Now(), journal.Synchronised); err != nil {
		p.Fatal(err)
	}
	rep, err := p.store.Verify(p.Context(), store.Verifying{})
	if err != nil || !rep.OK() {
		p.Fatal(err, rep.Problems)
	}
}

// One proposes, another decides; what goes is nowhere any more, what stays is, the record stands and is signed.
func TestDisposal(t *testing.T) {
	p := newPast(t)
	if len(p.named("廃棄すべき太郎")) == 0 {
		t.Fatal("the search does not find what is there")
	}
	made := p.propose()
	if len(made.Plan.Persons) != 20 || made.Plan.Entries() != 80 {
		t.Fatalf("%d persons, %d entries: %+v", len(made.Plan.Persons), made.Plan.Entries(), made.Plan)
	}
	p.refused("clerk", "only 市民課長", "retention/approve", desk.Disposal{ID: made.ID})
	p.refused("ciso", "only 市民課長", "retention/approve", desk.Disposal{ID: made.ID})
	p.refused("officer", "no disposal", "retention/approve", desk.Disposal{ID: "2026-P999"})
	if err := p.post("officer", "retention/approve", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	p.disposed(made.ID)
	p.refused("officer", "no disposal", "retention/approve", desk.Disposal{ID: made.ID})
	p.refused("clerk", "nothing that may be disposed of", "retention/propose", desk.Disposal{Reason: "保存期間満了"})
	p.listing()
	p.reopen(true)
	p.disposed(made.ID)
}

func (p *past) disposed(id string) {
	p.Helper()
	if in := p.named("廃棄すべき太郎"); len(in) > 0 {
		p.Errorf("the name still stands in %v", in)
	}
	for _, name := range []string{"残すべき次郎", "年度またぎ三郎"} {
		if len(p.named(name)) == 0 {
			p.Errorf("%s has gone", name)
		}
	}
	p.verifies()
	d := p.recorded()
	if len(d.Waiting) != 0 || len(d.Recorded) != 1 || d.Recorded[0].ID != id || d.Recorded[0].Ended.IsZero() {
		p.Fatalf("the ledger: %+v", d)
	}
	n, err := note.Open([]byte(d.Recorded[0].Note), note.VerifierList(p.keys.Verifier()))
	if err != nil {
		p.Fatal(err)
	}
	for _, want := range []string{id, "clerk", "officer", "保存期間満了", "市民課長決裁", fmt.Sprintf("FY%d", p.old), "20 rows"} {
		if !strings.Contains(n.Text, want) {
			p.Errorf("the record does not say %q:\n%s", want, n.Text)
		}
	}
	p.inJournal(d.Recorded[0].Note)
}

// inJournal says that the signed record is the private part of the journal.purged entry.
func (p *past) inJournal(record string) {
	p.Helper()
	for _, row := range must(p.store.Rows(p.Context(), 0, 1000))(p) {
		if journal.TypeOf(row.Payload) != journal.JournalPurged {
			continue
		}
		var private struct{ Record string }
		if err := json.Unmarshal(row.Private, &private); err != nil || private.Record != record {
			p.Errorf("the entry's private part is %s, %v", row.Private, err)
		}
		return
	}
	p.Error("no journal.purged entry")
}

// listing reads the journal at the desk: entries that are gone are said to be.
func (p *past) listing() {
	p.Helper()
	body, err := p.as("officer").Stream(p.Context(), "journal", url.Values{"from": {"0"}})
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(body)
	if err != nil {
		p.Fatal(err)
	}
	purged := 0
	for line := range bytes.Lines(text) {
		if !json.Valid(line) {
			p.Fatalf("not a line of JSON: %q", line)
		}
		if _, ok := store.ReadPurgedLine(line); ok {
			purged++
		}
	}
	if purged != 80 {
		p.Errorf("%d purged entries are listed, want 80", purged)
	}
}

// A daemon that ends between decision and deletion, or in the middle of it, goes on at its next start.
func TestDisposalOverARestart(t *testing.T) {
	p := newPast(t)
	p.reopen(false)
	made := p.propose()
	plan := must(p.store.PlanPurge(t.Context(), store.Disposing{Day: made.Plan.Day, Periods: allOf(5), Delivered: 1 << 40, Believe: true}))(t)
	plan.Decided = made.Plan.Decided
	officer := controller.Account{Name: "a-officer", Person: "officer"}
	approve := controller.ApprovePurge{ID: made.ID, Digest: plan.Digest(), Holds: []string{"2026-H009"}} // lifted since it was drawn
	a, err := p.loop.Ask(t.Context(), controller.Request{Account: officer, Ask: approve})
	if err != nil || !strings.Contains(a.Refusal, "has changed since") {
		t.Error(a.Refusal, err)
	}
	approve.Holds = plan.Holds
	if a, err = p.loop.Ask(t.Context(), controller.Request{Account: officer, Ask: approve}); err != nil || a.Refusal != "" {
		t.Fatal(a.Refusal, err)
	}
	p.verifies()
	p.refused("officer", "being carried out", "retention/hold", desk.Hold{Year: p.old, Reason: "監査"})
	p.refused("clerk", "being carried out", "retention/propose", desk.Disposal{Reason: "保存期間満了"})
	p.refused("officer", "is decided", "retention/reject", desk.Disposal{ID: made.ID, Reason: "間違い"})
	if len(p.named("廃棄すべき太郎")) == 0 {
		t.Fatal("it went without anybody who carries it out")
	}
	if err := p.store.Purge(t.Context(), &retention.Plan{Lists: plan.Lists[:1]}); err != nil { // the entries alone
		t.Fatal(err)
	}
	p.reopen(true)
	for range 500 {
		if d := p.recorded(); len(d.Recorded) == 1 && !d.Recorded[0].Ended.IsZero() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.disposed(made.ID)
}

func allOf(years int) (p retention.Periods) {
	for i := range p {
		p[i] = years
	}
	return p
}

// A hold that comes after the proposal is respected; a hold on what is not there is refused.
func TestHold(t *testing.T) {
	p := newPast(t)
	made := p.propose()
	line := fmt.Sprintf("%04d-%06d", p.old, 1)
	p.refused("clerk", "only", "retention/hold", desk.Hold{Visit: line, Reason: "監査"})
	p.refused("officer", "say why", "retention/hold", desk.Hold{Visit: line})
	p.refused("officer", "nothing would be held", "retention/hold", desk.Hold{Visit: "2001-000001", Reason: "監査"})
	p.refused("officer", "nothing would be held", "retention/hold", desk.Hold{Permit: "2001-0001", Reason: "監査"})
	p.refused("officer", "nothing would be held", "retention/hold", desk.Hold{Incident: "2001-I001", Reason: "監査"})
	p.refused("officer", "say what is held", "retention/hold", desk.Hold{Reason: "監査"})
	p.refused("officer", "no class", "retention/hold", desk.Hold{Class: "everything", Reason: "監査"})
	p.refused("officer", "a hold is of one", "retention/hold", desk.Hold{Visit: line, Year: 2020, Reason: "監査"})
	var id string
	if err := p.post("officer", "retention/hold", desk.Hold{Visit: line, Reason: "監査(第16条第5号)"}, &id); err != nil {
		t.Fatal(err)
	}
	p.refused("officer", "has changed since it was proposed", "retention/approve", desk.Disposal{ID: made.ID})
	p.refused("officer", "say why", "retention/reject", desk.Disposal{ID: made.ID})
	if err := p.post("clerk", "retention/reject", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	made = p.propose()
	if len(made.Plan.Persons) != 19 || !slices.ContainsFunc(made.Plan.Withheld, func(w retention.Withheld) bool { return w.Why == retention.Held && w.Rows == 1 }) {
		t.Fatalf("%+v", made.Plan)
	}
	if err := p.post("officer", "retention/approve", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if _, there, err := p.store.Visit(t.Context(), line); !there || err != nil {
		t.Errorf("the held line has gone: %v", err)
	}
	p.verifies()
	p.refused("officer", "say why", "retention/lift", desk.Disposal{ID: id})
	if err := p.post("officer", "retention/lift", desk.Disposal{ID: id, Reason: "監査終了"}, nil); err != nil {
		t.Fatal(err)
	}
	p.refused("officer", "was lifted", "retention/lift", desk.Disposal{ID: id, Reason: "監査終了"})
	made = p.propose()
	if err := p.post("officer", "retention/approve", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if in := p.named("廃棄すべき太郎"); len(in) > 0 {
		t.Errorf("the hold was lifted, and the name stands in %v", in)
	}
	p.verifies()
}

// Nobody decides on their own proposal; without a clock that can be believed nothing is proposed.
func TestWhoMayDispose(t *testing.T) {
	p := newPast(t)
	p.refused("ciso", "may", "retention/propose", desk.Disposal{Reason: "保存期間満了"})
	p.refused("clerk", "say on what ground", "retention/propose", desk.Disposal{})
	var made desk.Proposed
	if err := p.post("officer", "retention/propose", desk.Disposal{Reason: "保存期間満了"}, &made); err != nil {
		t.Fatal(err)
	}
	p.refused("officer", "nobody approves their own act", "retention/approve", desk.Disposal{ID: made.ID})
	p.close()
	p.conf.Clock.Unchecked = false
	p.store = must(store.Open(t.Context(), p.data(), p.keys, pastOrigin))(t)
	p.start(true)
	p.refused("clerk", "clock_untrusted", "retention/propose", desk.Disposal{Reason: "保存期間満了"})
	p.refused("officer", "clock_untrusted", "retention/approve", desk.Disposal{ID: made.ID})
}

// Who only looks sees the plan as it was drawn last, never one from before a hold or a disposal.
func TestPlanned(t *testing.T) {
	p := newPast(t)
	rows := func(list []retention.Count) (n int) {
		for _, c := range list {
			n += c.Rows
		}
		return n
	}
	drawn := func() (out desk.Planned) {
		t.Helper()
		for range 500 {
			out = desk.Planned{}
			if err := p.as("officer").Get(t.Context(), "retention/planned", nil, &out); err != nil {
				t.Fatal(err)
			}
			if !out.Drawing {
				return out
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatal("it is never drawn")
		return out
	}
	made := p.propose()
	if got := drawn(); got.Empty || got.Persons != 20 || rows(got.Counts) != made.Plan.Rows() || got.At.IsZero() || got.Day != made.Plan.Day {
		t.Errorf("%+v", got)
	}
	if err := p.post("officer", "retention/hold", desk.Hold{Year: p.old, Reason: "監査"}, nil); err != nil {
		t.Fatal(err)
	}
	if got := drawn(); !got.Empty || len(got.Withheld) == 0 {
		t.Errorf("with a hold: %+v", got)
	}
	var holds []retention.Hold
	if err := p.as("officer").Get(t.Context(), "retention/holds", nil, &holds); err != nil {
		t.Fatal(err)
	}
	if err := p.post("officer", "retention/lift", desk.Disposal{ID: holds[0].ID, Reason: "終了"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.post("officer", "retention/approve", desk.Disposal{ID: made.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got := drawn(); !got.Empty || got.Persons > 0 {
		t.Errorf("after the disposal: %+v", got)
	}
}
