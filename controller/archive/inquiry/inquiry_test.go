package inquiry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/archive/inquiry"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/controller/store"
	"kidoban/device"
)

var nine = time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST)

func minute(n int) time.Time { return nine.Add(time.Duration(n) * time.Minute) }

// site is a central log with doors, whose journals are written at the shelf itself.
type site struct {
	t     *testing.T
	shelf *shelf.Shelf
	own   shelf.Own
	doors map[string]shelf.Own
}

func writerOf(t *testing.T, place, controller string, central note.Signer) shelf.Own {
	t.Helper()
	o := journal.Origin{Site: place, Controller: controller, Boot: "0e6d2f0c", Zone: access.JST}
	secret, public, err := note.GenerateKey(rand.Reader, o.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	if central == nil {
		central = signer
	}
	return shelf.Own{Origin: o, Key: public, Signer: signer, Central: central}
}

func newSite(t *testing.T, where string) *site {
	t.Helper()
	f, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	secret, _, err := note.GenerateKey(rand.Reader, "kidobanlog")
	if err != nil {
		t.Fatal(err)
	}
	central, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, shelf: f, own: writerOf(t, "maizuru", "central", central), doors: map[string]shelf.Own{}}
	for _, d := range []string{"maizuru/main-ctl", "maizuru/west-ctl", "ayabe/west-ctl"} {
		place, controller, _ := strings.Cut(d, "/")
		s.doors[d] = writerOf(t, place, controller, central)
	}
	return s
}

func entry(n int, typ journal.Type, d journal.Data, private any) journal.Entry {
	e := journal.Entry{At: device.Instant{Wall: minute(n), Mono: time.Duration(n) * time.Minute}, Synced: true, Type: typ, Severity: journal.Info,
		Subject: "door/room/entry", Data: d}
	if private != nil {
		e.Private, _ = json.Marshal(private)
	}
	return e
}

func (s *site) write(door string, es ...journal.Entry) {
	s.t.Helper()
	if err := s.shelf.Record(context.Background(), s.doors[door], es...); err != nil {
		s.t.Fatal(err)
	}
}

// visit is one that was opened and, unless until is 0, closed.
func visit(id, zone, person, name string, from, until int) []journal.Entry {
	d := journal.Data{Visit: id, Zone: zone, Person: person, Door: zone}
	es := []journal.Entry{
		entry(from, journal.AccessGranted, journal.Data{Door: zone, Person: person, Credential: "c-" + person, Direction: "entry"}, nil),
		entry(from, journal.VisitOpened, d, register.Opening{Name: name, Class: "art20.1.2", Purpose: "保守"}),
	}
	if until > 0 {
		es = append(es, entry(until, journal.VisitClosed, d, nil))
	}
	return es
}

func (s *site) who() inquiry.Who {
	return inquiry.Who{Actor: shelf.Actor{Account: "mori"}, Purpose: "照会への回答", At: device.Instant{Wall: minute(600)}, Synced: true}
}

func (s *site) ask() *inquiry.Inquiry {
	s.t.Helper()
	i, err := inquiry.New(s.shelf, s.own, s.who(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

// deeds are the entries of the central log's own journal, of a type.
func (s *site) deeds(typ journal.Type) (out []shelf.Found) {
	s.t.Helper()
	js, err := s.shelf.Journals(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, j := range js {
		if !strings.HasPrefix(j.Origin, "kidoban/maizuru/central/") {
			continue
		}
		for r, err := range s.shelf.Rows(context.Background(), j.ID, 0, j.Size) {
			e, err2 := journal.Parse(r.Payload)
			if err := errors.Join(err, err2); err != nil {
				s.t.Fatal(err)
			}
			e.Entry.Private = r.Private
			if e.Entry.Type == typ {
				out = append(out, shelf.Found{Entry: e.Entry})
			}
		}
	}
	return out
}

func (s *site) day() {
	s.write("maizuru/main-ctl", visit("2026-000001", "room", "p-1", "佐藤 一", 0, 30)...)
	s.write("maizuru/main-ctl", visit("2026-000002", "room", "p-2", "𠮷田 直", 10, 0)...)
	s.write("maizuru/west-ctl", visit("2026-000001", "hall", "p-3", "髙橋 由", 5, 20)...)
	s.write("maizuru/west-ctl", visit("2026-000002", "hall", "p-1", "佐藤 一", 40, 0)...)
	s.write("ayabe/west-ctl", visit("2026-000001", "annex", "p-9", "山﨑 太", 15, 0)...)
	forced := entry(25, journal.DoorForced, journal.Data{Door: "room", Zone: "room"}, nil)
	forced.Severity = journal.Alert
	s.write("maizuru/main-ctl", entry(24, journal.AccessDenied, journal.Data{Door: "room", Tag: "1f2e3d4c", Reason: "unknown_credential"}, nil), forced)
}

// TestOnRecordFirst: who asked, what for and how much is in the own journal before the first answer is read.
func TestOnRecordFirst(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := newSite(t, where)
		s.day()
		n, found, err := s.ask().Search(t.Context(), inquiry.Asked{Person: "p-1", Controller: "main-ctl", From: nine})
		if err != nil {
			t.Fatal(err)
		}
		deeds := s.deeds(journal.AccountSearched)
		if len(deeds) != 1 {
			t.Fatalf("%d searches on record before the answer is read", len(deeds))
		}
		d := deeds[0].Entry.Data
		if d.Account != "mori" || d.Count != n || n != 3 || d.Person != "p-1" || d.Controller != "main-ctl" || d.Digest == "" || d.From != "2026-04-01T09:00:00+09:00" {
			t.Errorf("on record is %+v of %d", d, n)
		}
		if !strings.Contains(string(deeds[0].Entry.Private), "照会への回答") || strings.Contains(string(deeds[0].Payload), "照会") {
			t.Errorf("the purpose is not in the private part alone: %s", deeds[0].Entry.Private)
		}
		var names []string
		for a, err := range found {
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, string(a.Entry.Type)+" "+a.Name())
		}
		if got := strings.Join(names, ", "); got != "access.granted , visit.opened 佐藤 一, visit.closed " {
			t.Errorf("found %s", got)
		}
		if err := s.shelf.Close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.ask().Search(t.Context(), inquiry.Asked{}); err == nil {
			t.Error("an answer that could not be recorded")
		}
	})
}

func TestMistakes(t *testing.T) {
	s := newSite(t, shelftest.SQLite(t))
	s.day()
	for _, p := range []string{"", "  ", strings.Repeat("あ", 1001), "a\nb", "\u202ea"} {
		who := s.who()
		if who.Purpose = p; p == "" {
			who.Purpose = " \t"
		}
		if _, err := inquiry.New(s.shelf, s.own, who, nil); err == nil {
			t.Errorf("purpose %q is taken", p)
		}
	}
	far := uint64(1 << 40)
	for want, ask := range map[string]func(*inquiry.Inquiry) error{
		`no controller "nobody" is accepted here, but main-ctl, west-ctl`:          search(inquiry.Asked{Controller: "nobody"}),
		`"west-ctl" is at 2 sites: name it ayabe/west-ctl or maizuru/west-ctl`:     search(inquiry.Asked{Controller: "west-ctl"}),
		`no entry speaks of a door "attic" there; the doors are annex, hall, room`: search(inquiry.Asked{Door: "attic"}),
		`no entry speaks of a person "p-77"`:                                       search(inquiry.Asked{Person: "p-77"}),
		`no kind "acess"`:                                                          search(inquiry.Asked{Kinds: []string{"acess"}}),
		`is no time`:                                                               search(inquiry.Asked{From: minute(5), Until: minute(5)}),
		`no format "xml"`:                                                          export(inquiry.Asked{Format: "xml"}),
		`say which controller`:                                                     export(inquiry.Asked{Format: inquiry.Journal}),
		`exported whole`:                                                           export(inquiry.Asked{Format: inquiry.Journal, Controller: "main-ctl", Person: "p-1"}),
		`has the entries 0 to`: func(i *inquiry.Inquiry) error {
			_, err := i.Prove(t.Context(), inquiry.Asked{Controller: "main-ctl", Sequence: &far})
			return err
		},
		`no alarm is called "x"`: func(i *inquiry.Inquiry) error {
			_, err := i.Evidence(t.Context(), inquiry.Asked{Alarm: "x"}, time.Hour)
			return err
		},
		`a form is of one room`: report(inquiry.Asked{From: nine, Until: nine.AddDate(0, 1, 0)}),
		`nobody ever entered`:   report(inquiry.Asked{From: nine, Until: nine.AddDate(0, 1, 0), Zone: "attic"}),
		`has not begun`: func(i *inquiry.Inquiry) error {
			_, err := i.Audit(t.Context(), 2027, inquiry.Asked{}, t.TempDir()+"/pack")
			return err
		},
	} {
		before := len(s.deeds(journal.AccountSearched)) + len(s.deeds(journal.AccountExported)) + len(s.deeds(journal.AccountPrinted))
		if err := ask(s.ask()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if after := len(s.deeds(journal.AccountSearched)) + len(s.deeds(journal.AccountExported)) + len(s.deeds(journal.AccountPrinted)); after != before {
			t.Errorf("%q is on record as an answer", want)
		}
	}
}

func search(a inquiry.Asked) func(*inquiry.Inquiry) error {
	return func(i *inquiry.Inquiry) error { _, _, err := i.Search(context.Background(), a); return err }
}

func export(a inquiry.Asked) func(*inquiry.Inquiry) error {
	return func(i *inquiry.Inquiry) error {
		_, err := i.Export(context.Background(), a, func() (io.Writer, error) { return io.Discard, nil })
		return err
	}
}

func report(a inquiry.Asked) func(*inquiry.Inquiry) error {
	return func(i *inquiry.Inquiry) error {
		_, err := i.Report(context.Background(), "register", a, false)
		return err
	}
}

// TestWhoIsInside: over all doors, at any time, as the register tells it.
func TestWhoIsInside(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := newSite(t, where)
		s.day()
		gone := entry(70, journal.VisitClosed, journal.Data{Visit: "2026-000001", Zone: "annex", Mode: ledger.LeftUnrecorded}, nil)
		s.write("ayabe/west-ctl", gone)
		late := entry(80, journal.VisitOpened, journal.Data{Visit: "2026-000003", Zone: "room", Person: "p-4", From: minute(2).Format(time.RFC3339)},
			register.Opening{Name: "鈴木"})
		left := entry(81, journal.VisitCorrected, journal.Data{Visit: "2026-000003", Zone: "room", Point: register.Left},
			register.Correction{After: minute(4).Format(time.RFC3339)})
		longer := entry(90, journal.VisitCorrected, journal.Data{Visit: "2026-000001", Zone: "room", Point: register.Left},
			register.Correction{After: minute(33).Format(time.RFC3339)})
		s.write("maizuru/main-ctl", late, left, longer)
		for at, want := range map[int]string{
			-1: "", 0: "佐藤 一", 3: "佐藤 一 鈴木", 7: "佐藤 一 髙橋 由", 17: "佐藤 一 髙橋 由 𠮷田 直 山﨑 太", 20: "佐藤 一 𠮷田 直 山﨑 太",
			32: "佐藤 一 𠮷田 直 山﨑 太", 35: "𠮷田 直 山﨑 太", 50: "𠮷田 直 山﨑 太 佐藤 一", 100: "𠮷田 直 山﨑 太 佐藤 一", 2 * 24 * 60: "𠮷田 直 佐藤 一",
		} {
			inside, err := s.ask().Inside(t.Context(), inquiry.Asked{At: minute(at)})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, l := range inside {
				names = append(names, l.Name)
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("at %d: %q, want %q", at, got, want)
			}
		}
		inside, err := s.ask().Inside(t.Context(), inquiry.Asked{At: minute(50), Zone: "room"})
		if err != nil || len(inside) != 1 || inside[0].Person != "p-2" || inside[0].Lost {
			t.Errorf("in the room: %+v, %v", inside, err)
		}
	})
}

// TestSuccessor: a journal that goes on after another goes on with its lines too; one with the same number of its own does not.
func TestSuccessor(t *testing.T) {
	s := newSite(t, shelftest.SQLite(t))
	s.write("maizuru/main-ctl", visit("2026-000001", "room", "p-1", "佐藤", 0, 0)...)
	s.write("maizuru/main-ctl", visit("2026-000002", "room", "p-2", "吉田", 1, 0)...)
	s.write("maizuru/main-ctl", visit("2026-000003", "room", "p-3", "鈴木", 2, 0)...)
	s.doors["maizuru/main-ctl"] = writerOf(t, "maizuru", "main-ctl", s.own.Central) // after a lost disk
	s.write("maizuru/main-ctl", entry(10, journal.VisitClosed, journal.Data{Visit: "2026-000001", Zone: "room"}, nil))
	s.write("maizuru/main-ctl", visit("2026-000002", "room", "p-8", "山田", 20, 30)...)
	_, lines, err := s.ask().Lines(t.Context(), inquiry.Asked{From: nine, Until: nine.AddDate(0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for l, err := range lines {
		if err != nil {
			t.Fatal(err)
		}
		line := l.ID + " " + l.Name
		if !l.Left.IsZero() {
			line += " " + l.Left.Format("15:04")
		}
		if l.Lost {
			line += " lost"
		}
		got = append(got, line)
	}
	want := "2026-000001 佐藤 09:10; 2026-000002 吉田 lost; 2026-000003 鈴木 lost; 2026-000002 山田 09:30"
	if strings.Join(got, "; ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, "; "), want)
	}
	inside, err := s.ask().Inside(t.Context(), inquiry.Asked{At: minute(40)})
	if err != nil || len(inside) != 2 || !inside[0].Lost {
		t.Errorf("%+v %v", inside, err)
	}
}

// TestExportVerifies: a whole journal is what kidoban journal verify believes; one changed byte is not.
func TestExportVerifies(t *testing.T) {
	s := newSite(t, shelftest.SQLite(t))
	s.day()
	var b bytes.Buffer
	n, err := s.ask().Export(t.Context(), inquiry.Asked{Format: inquiry.Journal, Controller: "main-ctl"}, func() (io.Writer, error) { return &b, nil })
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewVerifier(s.doors["maizuru/main-ctl"].Key)
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, b.Bytes(), key); !r.OK() || r.Size != uint64(n) || r.Signed != r.Size {
		t.Errorf("%+v of %d", r, n)
	}
	changed := bytes.Replace(b.Bytes(), []byte("𠮷田"), []byte("吉田 "), 1)
	if r := verify(t, changed, key); r.OK() {
		t.Error("a changed name is believed")
	}
	b.Reset()
	if _, err = s.ask().Export(t.Context(), inquiry.Asked{Format: inquiry.Journal, Controller: "main-ctl", Nameless: true}, func() (io.Writer, error) { return &b, nil }); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, b.Bytes(), key); !r.OK() || r.Nameless != 2 || strings.Contains(b.String(), "佐藤") {
		t.Errorf("without names: %+v", r)
	}
	for format, want := range map[string]string{
		inquiry.Lines: `"type":"kidoban.access.denied"`, inquiry.CSV: ",access.denied,info,", inquiry.OCSF: `"class_uid":3002,"type_uid":300201`,
	} {
		b.Reset()
		n, err := s.ask().Export(t.Context(), inquiry.Asked{Format: format, Kinds: []string{"access.denied"}}, func() (io.Writer, error) { return &b, nil })
		if err != nil || n != 1 || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %d, %v: %s", format, n, err, b.String())
		}
	}
}

func verify(t *testing.T, export []byte, key note.Verifier) journal.Report {
	t.Helper()
	x, err := store.ExportOf(bytes.NewReader(export))
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Verify(store.Verifying{Key: key})
	if err != nil {
		return journal.Report{Problems: []journal.Problem{{Detail: err.Error()}}}
	}
	return r
}

// TestProof: one entry is proven by the controller's key alone.
func TestProof(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := newSite(t, where)
		s.day()
		two := uint64(2)
		text, err := s.ask().Prove(t.Context(), inquiry.Asked{Controller: "main-ctl", Sequence: &two})
		if err != nil {
			t.Fatal(err)
		}
		key, err := note.NewVerifier(s.doors["maizuru/main-ctl"].Key)
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := journal.CheckProof(text, key)
		if err != nil || e.Sequence != 2 || e.Entry.Type != journal.VisitOpened {
			t.Errorf("%+v %v", e, err)
		}
		if d := s.deeds(journal.AccountExported); len(d) != 1 || d[0].Entry.Data.Mode != "proof" {
			t.Errorf("on record: %+v", d)
		}
		if _, _, err := journal.CheckProof(bytes.Replace(text, []byte("p-1"), []byte("p-2"), 1), key); err == nil {
			t.Error("a changed entry is proven")
		}
	})
}

// TestForms: the register and the review of a room's month, numbered and on record.
func TestForms(t *testing.T) {
	s := newSite(t, shelftest.SQLite(t))
	s.day()
	a := inquiry.Asked{From: nine.Add(-9 * time.Hour), Until: nine.AddDate(0, 1, 0).Add(-9 * time.Hour), Controller: "main-ctl"}
	for _, form := range inquiry.Forms() {
		sheet, err := s.ask().Report(t.Context(), form, a, true)
		if err != nil || sheet.Zone != "room" || sheet.Lines != 2 || sheet.ID == "" {
			t.Fatalf("%s: %+v, %v", form, sheet, err)
		}
		d := s.deeds(journal.AccountExported)
		if last := d[len(d)-1].Entry.Data; last.Document != sheet.ID || last.Mode != form || last.Count != 2 {
			t.Errorf("on record: %+v", last)
		}
	}
	rooms, err := s.ask().Rooms(t.Context(), inquiry.Asked{From: a.From, Until: a.Until})
	if err != nil || len(rooms) != 3 || rooms[0].Controller != "maizuru/main-ctl" || rooms[2].Zone != "annex" {
		t.Errorf("%+v %v", rooms, err)
	}
}

// readAll is a file of a pack.
func readAll(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
