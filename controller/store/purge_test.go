package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/retention"
	"kidoban/controller/store"
	"kidoban/device"
)

// town is a store with the visits of several years. Names tell the year of their visit and what is the matter with it.
type town struct {
	t    testing.TB
	dir  string
	keys store.Keys
	s    *store.Store
	n    int
	seq  map[string][]uint64 // entries by visit

	change  ledger.Change // not committed yet: a sync for each would take minutes
	entries []journal.Entry
}

func newTown(t testing.TB) *town {
	dir, keys := begin(t)
	w := &town{t: t, dir: dir, keys: keys, seq: map[string][]uint64{}}
	w.s = open(t, dir, keys)
	commit(t, w.s, ledger.Change{Roster: []ledger.Edit{{Person: &ledger.Person{
		Person: access.Person{ID: "p-clerk", Kind: access.Staff}, Name: "市民課職員", Affiliation: "市民課"}}}})
	return w
}

func (w *town) add(visit string, at time.Time, typ journal.Type, d journal.Data, name string, c ledger.Change) {
	w.t.Helper()
	w.n++
	e := journal.Entry{At: device.Instant{Wall: at, Mono: time.Duration(w.n) * time.Second}, Synced: true, Type: typ,
		Severity: journal.Info, Subject: "visit/" + visit, Data: d}
	if name != "" {
		e.Private = fmt.Appendf(nil, `{"salt":"%032d","name":%q,"purpose":"点検"}`, w.n, name)
	}
	w.seq[visit] = append(w.seq[visit], w.s.Head().Size+uint64(len(w.entries)))
	w.entries = append(w.entries, e)
	w.change.Permits = append(w.change.Permits, c.Permits...)
	w.change.Visits = append(w.change.Visits, c.Visits...)
	w.change.Roster = append(w.change.Roster, c.Roster...)
	if len(w.entries) >= 64 {
		w.flush()
	}
}

func (w *town) flush() {
	w.t.Helper()
	if len(w.entries) > 0 {
		commit(w.t, w.s, w.change, w.entries...)
	}
	w.change, w.entries = ledger.Change{}, nil
}

// visit is a contractor's, from request to exit, with all its rows and entries. change may alter the line at its end.
func (w *town) visit(number int, in, out time.Time, what string, change func(*ledger.Visit)) string {
	w.t.Helper()
	year := retention.FiscalYear(in)
	id, name := fmt.Sprintf("%04d-%06d", year, number), fmt.Sprintf("%s%d年%d号太郎", what, year, number)
	person, permit := access.PersonID("v-"+id), access.PermitID(fmt.Sprintf("%04d-%04d", year, number))
	p := ledger.Permit{Permit: access.Permit{ID: permit, Zone: "room", State: access.Requested,
		Span: access.Span{From: in.Add(-time.Hour), Until: in.Add(2 * time.Hour)}, Holders: []access.Holder{{Person: person}}},
		Requested: in.Add(-24 * time.Hour), RequestedBy: "p-clerk", Text: ledger.PermitText{Purpose: "点検", Organisation: name + "商会",
			Visitors: []ledger.Visitor{{Person: person, Name: name}}}}
	data := journal.Data{Permit: string(permit), Person: string(person)}
	w.add(id, in.Add(-24*time.Hour), journal.PermitRequested, data, name, ledger.Change{Permits: []ledger.Permit{p}, Roster: []ledger.Edit{{
		Person: &ledger.Person{Person: access.Person{ID: person, Kind: access.Contractor}, Name: name, Reading: name + "かな", Affiliation: name + "商会"}}}})
	p.State, p.Act = access.Permitted, ledger.Act{Person: "p-clerk", Name: "課長", At: in.Add(-20 * time.Hour)}
	w.add(id, in.Add(-20*time.Hour), journal.PermitGranted, data, "", ledger.Change{Permits: []ledger.Permit{p}})
	door := journal.Data{Door: "room", Direction: "entry", Person: string(person), Permit: string(permit), Escort: "p-clerk"}
	w.add(id, in.Add(-5*time.Second), journal.AccessGranted, door, "", ledger.Change{})
	w.add(id, in, journal.AccessTaken, door, "", ledger.Change{})
	v := ledger.Visit{ID: id, Zone: "room", Person: person, Name: name, Reading: name + "かな", Affiliation: name + "商会",
		Class: "visitor.contractor", Entered: in, Purpose: "点検 " + name, Permit: permit,
		Escorts: []ledger.Escorting{{Person: "p-clerk", Name: "市民課職員", From: in}}}
	data.Visit = id
	w.add(id, in, journal.VisitOpened, data, name, ledger.Change{Visits: []ledger.Visit{v}})
	v.Consent = ledger.Consent{State: ledger.Consented, Act: ledger.Act{Person: "p-clerk", Name: "市民課職員", At: in.Add(30 * time.Minute)}}
	v.Remarks = strings.Repeat("異常なし "+name+" ", number%7)
	w.add(id, in.Add(30*time.Minute), journal.VisitConsented, data, "", ledger.Change{Visits: []ledger.Visit{v}})
	if out.IsZero() {
		return id
	}
	v.Left = out
	if change != nil {
		change(&v)
	}
	w.add(id, out, journal.AccessGranted, journal.Data{Door: "room", Direction: "exit", Person: string(person)}, "", ledger.Change{})
	w.add(id, out, journal.VisitClosed, data, "", ledger.Change{Visits: []ledger.Visit{v}})
	w.add(id, out.Add(time.Hour), journal.AccessDenied, journal.Data{Door: "room", Reason: "unknown_credential"}, "", ledger.Change{})
	w.add(id, out.Add(time.Hour), journal.DoorForced, journal.Data{Door: "room"}, "", ledger.Change{})
	return id
}

func day(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, tokyo) }

// years fills FY2017 to FY2019 and FY2024 with ordinary visits; from 1 April 2025 on FY2017 to FY2019 may go.
func (w *town) years(each int) {
	for _, y := range []int{2017, 2018, 2019, 2024} {
		for i := range each {
			in := day(y, time.April, 2, 9).Add(time.Duration(i) * 340 * 24 * time.Hour / time.Duration(each))
			w.visit(i+1, in, in.Add(2*time.Hour), "並", nil)
		}
	}
	w.flush()
}

func all(years int) retention.Periods {
	var p retention.Periods
	for i := range p {
		p[i] = years
	}
	return p
}

func (w *town) disposing() store.Disposing {
	return store.Disposing{Day: retention.Date{Year: 2025, Month: time.April, Day: 1}, Periods: all(5), Delivered: 1 << 40}
}

func (w *town) plan(d store.Disposing) *retention.Plan {
	w.t.Helper()
	p, err := w.s.PlanPurge(context.Background(), d)
	if err != nil {
		w.t.Fatal(err)
	}
	return &p
}

// decide records the purge, as the step does.
func (w *town) decide(p *retention.Plan) {
	w.t.Helper()
	var entries []journal.Entry
	for _, l := range p.Lists {
		e := entry(w.n, journal.JournalPurged)
		e.At.Wall = day(2025, time.April, 1, 10)
		e.Data = journal.Data{Ranges: l.Ranges, Count: l.Count, Digest: l.Digest, Account: "clerk", Approver: "p-officer"}
		entries = append(entries, e)
	}
	commit(w.t, w.s, ledger.Change{}, entries...)
}

// memory is what the step deletes of what it keeps in memory: permits and people.
func (w *town) memory(p *retention.Plan) {
	w.t.Helper()
	var c ledger.Change
	for _, id := range p.Permits {
		c.Permits = append(c.Permits, ledger.Permit{Permit: access.Permit{ID: id}, Gone: true})
	}
	for _, id := range p.Persons {
		c.Roster = append(c.Roster, ledger.Edit{Person: &ledger.Person{Person: access.Person{ID: id}}, Delete: true})
	}
	commit(w.t, w.s, c)
}

func (w *town) purge(p *retention.Plan) {
	w.t.Helper()
	w.decide(p)
	if err := w.s.Purge(context.Background(), p); err != nil {
		w.t.Fatal(err)
	}
	w.memory(p)
	if err := w.s.Scrub(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// hits are the files of the data directory in which some of the words stand, as UTF-8 bytes.
func (w *town) hits(words ...string) (found []string) {
	w.t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, word := range words {
			if n := bytes.Count(b, []byte(word)); n > 0 {
				found = append(found, fmt.Sprintf("%s: %s, %d times", filepath.Base(path), word, n))
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

func (w *town) inOrder() {
	w.t.Helper()
	if _, err := w.s.Checkpoint(context.Background(), began, journal.Synchronised); err != nil {
		w.t.Fatal(err)
	}
	if rep := verify(w.t, w.dir, store.Verifying{}); !rep.OK() {
		w.t.Fatalf("the journal does not verify: %v", rep.Problems)
	}
}

func (w *town) gone(visit string) (gone, stands int) {
	for _, n := range w.seq[visit] {
		rows, err := w.s.Rows(context.Background(), n, 1)
		if err != nil || len(rows) != 1 {
			w.t.Fatal(rows, err)
		}
		if rows[0].Payload == nil {
			gone++
		} else {
			stands++
		}
	}
	return gone, stands
}

// After a purge the names are nowhere, every file searched byte by byte, and the journal verifies, proves and exports.
func TestPurgeLeavesNoName(t *testing.T) {
	w := newTown(t)
	w.years(60)
	purged := []string{"並2017年", "並2018年", "並2019年"}
	before := w.hits(purged...)
	if len(before) < 3 {
		t.Fatalf("the search does not find what is there: %v", before)
	}
	w.inOrder()
	p := w.plan(w.disposing())
	if len(p.Persons) != 180 || len(p.Permits) != 180 || p.Entries() != 180*10 || len(p.Withheld) != 0 {
		t.Fatalf("%d persons, %d permits, %d entries, withheld %v", len(p.Persons), len(p.Permits), p.Entries(), p.Withheld)
	}
	w.purge(p)
	if found := w.hits(purged...); len(found) > 0 {
		t.Errorf("after the purge: %v", found)
	}
	if len(w.hits("並2024年")) == 0 {
		t.Error("what was to stay has gone, too")
	}
	w.inOrder()
	w.proves(t, w.seq["2024-000001"][0])
	var b bytes.Buffer
	if err := w.s.Export(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	x, err := store.ExportOf(&b)
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := x.Verify(store.Verifying{}); err != nil || !rep.OK() || rep.Purged != 1800 {
		t.Errorf("the export: %v, %v, %d purged", err, rep.Problems, rep.Purged)
	}
	w.s = w.reopened()
	w.inOrder()
	if again := w.plan(w.disposing()); !again.Empty() {
		t.Errorf("there is something left to purge: %+v", again)
	}
}

func (w *town) reopened() *store.Store {
	if err := w.s.Close(); err != nil {
		w.t.Fatal(err)
	}
	return open(w.t, w.dir, w.keys)
}

func (w *town) proves(t *testing.T, n uint64) {
	t.Helper()
	text, err := w.s.Prove(context.Background(), n)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := journal.CheckProof(text, w.keys.Verifier()); err != nil {
		t.Error(err)
	}
}

// Without its record nothing is purged; a deletion that no record lists is found.
func TestPurgeNeedsItsRecord(t *testing.T) {
	w := newTown(t)
	w.years(3)
	p := w.plan(w.disposing())
	if err := w.s.Purge(context.Background(), p); store.KindOf(err) != store.Conflict {
		t.Fatalf("purged without a record: %v", err)
	}
	w.inOrder()
	if err := w.s.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, w.dir, fmt.Sprintf("UPDATE entry SET payload = NULL, private = NULL WHERE sequence = %d", w.seq["2017-000001"][0]))
	if rep := verify(t, w.dir, store.Verifying{}); rep.OK() || rep.Problems[0].Kind != journal.PayloadDeleted {
		t.Errorf("a deletion without a record: %v", rep.Problems)
	}
}

// What binds a line beyond its year: see retention.md. Each visit is entered in FY2019 or before.
func TestWhatIsWithheld(t *testing.T) {
	for name, c := range map[string]struct {
		in, out time.Time
		change  func(*ledger.Visit)
		then    func(*testing.T, *town, string)
		rules   func(*store.Disposing, *town)
		goes    bool
		why     retention.Reason
	}{
		"ordinary":                 {in: day(2020, 3, 30, 9), out: day(2020, 3, 30, 11), goes: true},
		"crosses 31 March":         {in: day(2020, 3, 31, 23), out: day(2020, 4, 1, 1)},
		"crosses one before":       {in: day(2019, 3, 31, 23), out: day(2019, 4, 1, 1), goes: true},
		"just before midnight":     {in: day(2020, 3, 31, 22), out: day(2020, 4, 1, 0).Add(-time.Millisecond), goes: true},
		"midnight":                 {in: day(2020, 3, 31, 22), out: day(2020, 4, 1, 0)},
		"in March by UTC":          {in: time.Date(2020, 3, 31, 14, 0, 0, 0, time.UTC), out: time.Date(2020, 3, 31, 15, 30, 0, 0, time.UTC)},
		"open":                     {in: day(2018, 5, 1, 9), why: retention.Open},
		"without a recorded exit":  {in: day(2018, 5, 1, 9), why: retention.Open, then: unrecorded},
		"waits for the follow-up":  {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), change: missing, why: retention.Waiting},
		"consented to later":       {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), change: after(day(2020, 4, 1, 9))},
		"consented to in time":     {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), change: after(day(2020, 3, 31, 9)), goes: true},
		"corrected later":          {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), change: corrected(day(2021, 5, 1, 9))},
		"held visit":               {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Visit: "2018-000001"}), why: retention.Held},
		"held permit":              {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Permit: "2018-0001"}), why: retention.Held},
		"held class":               {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Class: retention.Register}), why: retention.Held},
		"held class and year":      {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Class: retention.Register, Year: 2018}), why: retention.Held},
		"held year":                {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Year: 2018}), why: retention.Held},
		"another year held":        {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Year: 2017}), goes: true},
		"hold lifted":              {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), then: hold(retention.Hold{Year: 2018, Lifted: began}), goes: true},
		"crosses out of held year": {in: day(2018, 3, 31, 23), out: day(2018, 4, 1, 1), then: hold(retention.Hold{Year: 2017}), why: retention.Held},
		"undelivered": {in: day(2018, 5, 1, 9), out: day(2018, 5, 1, 10), rules: func(d *store.Disposing, w *town) {
			d.Delivered = w.seq["2018-000001"][3]
		}, why: retention.Undelivered},
		"the day before": {in: day(2019, 5, 1, 9), out: day(2019, 5, 1, 10), rules: func(d *store.Disposing, _ *town) {
			d.Day = retention.Date{Year: 2025, Month: time.March, Day: 31}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			id := w.visit(1, c.in, c.out, "特", c.change)
			w.flush()
			if c.then != nil {
				c.then(t, w, id)
			}
			w.visit(2, day(2024, 5, 1, 9), day(2024, 5, 1, 10), "並", nil) // so that time goes on
			w.flush()
			d := w.disposing()
			if c.rules != nil {
				c.rules(&d, w)
			}
			p := w.plan(d)
			why := func(x retention.Withheld) bool { return x.Why == c.why }
			if c.why != "" && !slices.ContainsFunc(p.Withheld, why) {
				t.Errorf("withheld %+v, want one %s", p.Withheld, c.why)
			}
			w.purge(p)
			w.inOrder()
			named := len(w.hits("特20")) > 0
			if c.goes && (named || len(p.Lines) != 1) {
				t.Errorf("it was to go: %v, %+v", w.hits("特20"), p)
			}
			if !c.goes && !w.whole(id) {
				gone, stands := w.gone(id)
				t.Errorf("it was to stay whole: %d entries gone, %d stand; %+v", gone, stands, p)
			}
		})
	}
}

// whole says that a visit's line, permit, person and whatever opened, bound and closed it are there.
func (w *town) whole(id string) bool {
	n := 0
	for v := range w.s.Visits(context.Background(), store.Lines{}) {
		if v.ID == id {
			n++
		}
	}
	for _, p := range snapshot(w.t, w.s).Permits {
		if string(p.ID) == id[:5]+"0001" {
			n++
		}
	}
	r, _, err := w.s.Roster(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range r.People {
		if string(p.ID) == "v-"+id {
			n++
		}
	}
	for _, seq := range w.seq[id] {
		rows, err := w.s.Rows(context.Background(), seq, 1)
		if err != nil {
			w.t.Fatal(err)
		}
		if rows[0].Payload == nil {
			n--
		}
	}
	refused := 2 // the refusal and the forced door after it are nothing that the visit needs
	return n == 3 || n == 3-refused
}

func missing(v *ledger.Visit) { v.Consent = ledger.Consent{State: ledger.ConsentMissing} }

func after(at time.Time) func(*ledger.Visit) {
	return func(v *ledger.Visit) {
		v.Consent = ledger.Consent{State: ledger.ConsentAfter, Act: ledger.Act{Person: "p-clerk", At: at}, Text: "失念"}
	}
}

func corrected(at time.Time) func(*ledger.Visit) {
	return func(v *ledger.Visit) {
		v.Corrections = []ledger.Correction{{Field: "purpose", Before: "点検", After: "修理", Maker: ledger.Act{Person: "p-clerk", At: at}}}
	}
}

func unrecorded(t *testing.T, w *town, id string) {
	for v, err := range w.s.Visits(context.Background(), store.Lines{}) {
		if err != nil || v.ID != id {
			continue
		}
		v.LeftHow = ledger.LeftUnrecorded
		commit(t, w.s, ledger.Change{Visits: []ledger.Visit{v}})
		return
	}
}

func hold(h retention.Hold) func(*testing.T, *town, string) {
	return func(t *testing.T, w *town, _ string) {
		h.ID, h.Reason, h.Set = "2024-H001", "監査", began
		body, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		commit(t, w.s, ledger.Change{Documents: []ledger.Document{{Kind: retention.KindHold, ID: h.ID, Body: body}}})
	}
}

// Classes without a period stay, entry by entry, and with them the permit and the person.
func TestUnsetIsKept(t *testing.T) {
	w := newTown(t)
	w.years(5)
	d := w.disposing()
	d.Periods = retention.Periods{}
	p := w.plan(d)
	if len(p.Permits)+len(p.Persons) > 0 || len(p.Lines) == 0 {
		t.Fatalf("%+v", p)
	}
	for _, c := range p.Counts {
		if c.Class != retention.Register || c.Year > 2019 {
			t.Errorf("goes without a period: %+v", c)
		}
	}
	w.purge(p)
	w.inOrder()
	if len(w.hits("並2017年")) == 0 {
		t.Error("the permits' names have gone")
	}
}

// A purge that ends anywhere is carried to its end by doing it again, and the journal verifies at every moment.
func TestPurgeEndsAnywhere(t *testing.T) {
	for steps := 1; ; steps++ {
		w := newTown(t)
		w.years(5)
		p := w.plan(w.disposing())
		w.decide(p)
		w.inOrder()
		ctx := &stops{Context: context.Background(), after: steps}
		err := w.s.Purge(ctx, p)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		w.s = w.reopened()
		w.inOrder()
		if e := w.s.Purge(context.Background(), p); e != nil {
			t.Fatal(e)
		}
		w.memory(p)
		if e := w.s.Scrub(context.Background()); e != nil {
			t.Fatal(e)
		}
		w.inOrder()
		if found := w.hits("並2017年", "並2018年", "並2019年"); len(found) > 0 {
			t.Fatalf("stopped after %d steps: %v", steps, found)
		}
		if err == nil {
			t.Logf("%d steps", steps)
			return
		}
	}
}

// stops is a context that is cancelled at the n-th look.
type stops struct {
	context.Context
	after int
}

func (s *stops) Err() error {
	if s.after--; s.after < 0 {
		return context.Canceled
	}
	return nil
}

// Badges go on while a disposal is carried out, and nothing that they touch brings a name back.
func TestPurgeBesideCommits(t *testing.T) {
	w := newTown(t)
	w.years(30)
	p := w.plan(w.disposing())
	w.decide(p)
	var g errgroup.Group
	over := make(chan struct{})
	n := 0
	g.Go(func() error {
		for ; ; n++ {
			select {
			case <-over:
				return nil
			default:
			}
			v := ledger.Visit{ID: fmt.Sprintf("2024-%06d", 1000+n), Zone: "room", Name: "新しい四郎", Entered: day(2025, 4, 1, 9), Left: day(2025, 4, 1, 10)}
			e := entry(n, journal.VisitOpened)
			e.Private = []byte(`{"salt":"0","name":"新しい四郎"}`)
			if _, err := w.s.Commit(context.Background(), ledger.Change{Visits: []ledger.Visit{v}}, []journal.Entry{e}); err != nil {
				return err
			}
		}
	})
	err := w.s.Purge(context.Background(), p)
	g.Go(func() error { defer close(over); return w.s.Scrub(context.Background()) })
	if err := errors.Join(err, g.Wait()); err != nil {
		t.Fatal(err)
	}
	w.memory(p)
	if err := w.s.Scrub(context.Background()); err != nil {
		t.Fatal(err)
	}
	if found := w.hits("並2017年", "並2018年", "並2019年"); len(found) > 0 {
		t.Errorf("after %d commits beside it: %v", n, found)
	}
	if n == 0 {
		t.Error("no commit passed")
	}
	w.inOrder()
}
