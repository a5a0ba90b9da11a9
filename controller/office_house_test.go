package controller_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// cityHall is a site of two places with an office's people, and a clock that stands still until it is moved.
type cityHall struct {
	*testing.T
	site  controller.Site
	drive controller.Drive
	now   device.Instant
	disk  *papers
	boots int
	snap  ledger.Snapshot // what the next start finds beside disk
}

// papers is a ledger in memory: entries, documents and numbers as the last commit left them.
type papers struct {
	entries   []journal.Entry
	documents map[[2]string]ledger.Document
	numbers   map[string]ledger.Number
	edits     []ledger.Edit
	refuse    bool // the next commit
}

func (d *papers) Commit(_ context.Context, c ledger.Change, entries []journal.Entry) error {
	if d.refuse {
		d.refuse = false
		return controller.ErrRefused
	}
	for _, x := range c.Documents {
		put(d.documents, [2]string{x.Kind, x.ID}, x, x.Gone)
	}
	for _, n := range c.Numbers {
		d.numbers[n.Kind] = n
	}
	d.edits = append(d.edits, c.Roster...)
	d.entries = append(d.entries, slices.Clone(entries)...)
	return nil
}

// The office: one person for each role, and no role for two.
var officials = map[account.Role]access.PersonID{
	account.CISO: "bucho", account.SecurityOfficer: "kacho", account.OtherOfficer: "nishi", account.SystemManager: "dx",
	account.Clerk: "jimu", account.Staff: "shoku", account.Auditor: "kansa", account.Designee: "shitei", account.Deputy: "daiketsu",
}

func cityRecords() access.Records {
	rec := access.Records{}
	for _, p := range officials {
		rec.Persons = append(rec.Persons, access.Person{ID: p, Kind: access.Staff})
	}
	rec.Persons = append(rec.Persons, access.Person{ID: "moto", Kind: access.Staff}, access.Person{ID: "heya", Kind: access.Staff},
		access.Person{ID: "gyosha", Kind: access.Contractor})
	april := time.Date(2026, 4, 1, 0, 0, 0, 0, access.JST)
	hold := func(p access.PersonID, post access.Post, span access.Span) {
		rec.Incumbents = append(rec.Incumbents, access.Incumbency{Person: p, Post: post, Span: span})
	}
	hold("bucho", access.CISO, access.Span{})
	hold("moto", access.SecurityOfficer, access.Span{Until: april})
	hold("kacho", access.SecurityOfficer, access.Span{From: april})
	hold("nishi", access.WestBranchHead, access.Span{})
	hold("dx", access.SystemManager, access.Span{})
	rec.Belongings = []access.Belonging{{Person: "shoku", Section: access.CivicAffairs}, {Person: "heya", Section: access.CivicAffairs}}
	rec.Duties = []access.Duty{
		{Person: "jimu", Duty: access.DutyClerk}, {Person: "kansa", Duty: access.DutyAuditor},
		{Person: "shitei", Duty: access.DutyConsent}, {Person: "daiketsu", Duty: access.DutyDeputy},
	}
	rec.Credentials = []access.Credential{
		{ID: "C1", Person: "shoku", Format: "H10301", State: access.Active, Card: cardHash(card(1))},
		{ID: "C2", Person: "heya", Format: "H10301", State: access.Blocked, Card: cardHash(card(2))},
	}
	return rec
}

func citySite() controller.Site {
	s := newSite()
	s.Doors = s.Doors[:2]
	west := s.Doors[1]
	s.Doors[1].Name, s.Doors[1].Zone = "west", "west"
	for i, p := range west.Points {
		if p == nil {
			continue
		}
		q := *p
		q.Door, q.Zone, q.Place, q.Officer, q.Section = "west", "west", access.TerminalPlace, access.WestBranchHead, "west-branch"
		s.Doors[1].Points[i] = &q
	}
	s.Duties = controller.Duties{
		FourEyes: true, Deputy: true, Lockout: account.Rule{Tries: 3, Lockout: 15 * time.Minute}, Session: 9 * time.Hour, Idle: 15 * time.Minute,
	}
	return s
}

// hall is 1 April 2026, nine in the morning: the new 市民課長's first day.
func hall(t *testing.T, rec access.Records, change ...func(*controller.Site)) *cityHall {
	h := &cityHall{
		T: t, site: citySite(), now: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, access.JST), Mono: time.Minute},
		disk: &papers{documents: map[[2]string]ledger.Document{}, numbers: map[string]ledger.Number{}},
	}
	for _, c := range change {
		c(&h.site)
	}
	h.boot(rec)
	return h
}

// boot is a start on what is on disk.
func (h *cityHall) boot(rec access.Records) {
	h.Helper()
	h.boots++
	roster, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		h.Fatal(bad[0].String())
	}
	var people []ledger.Person
	for _, p := range rec.Persons {
		people = append(people, ledger.Person{Person: p, Name: "名前" + string(p.ID)})
	}
	snap := h.snap
	snap.Documents, snap.Numbers, snap.LastRecorded = values(h.disk.documents), values(h.disk.numbers), h.now.Wall
	h.drive = controller.Drive{
		State: controller.NewState(h.site, "boot000"+string(rune('0'+h.boots)), roster, people, snap), Ledger: h.disk,
		Do: func(device.Command) error { return nil },
	}
	h.drive.Turn(h.now, controller.Starting{})
}

// propose puts a proposal on the disk, with its order as it is stored.
func (h *cityHall) propose(p controller.Proposal, order any) {
	h.Helper()
	body, err := json.Marshal(p)
	if err != nil {
		h.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(body, &all); err != nil {
		h.Fatal(err)
	}
	all["order"] = order
	if body, err = json.Marshal(all); err != nil {
		h.Fatal(err)
	}
	h.disk.documents[[2]string{"proposal", p.ID}] = ledger.Document{Kind: "proposal", ID: p.ID, Body: body}
}

// as is an account of an official, or of any person.
func as(p access.PersonID) controller.Account {
	return controller.Account{Name: "a-" + string(p), Person: p}
}

var installer = controller.Account{Name: "setup", Operate: true, Roster: true}

func (h *cityHall) ask(a controller.Account, ask controller.Ask) controller.Answer {
	h.Helper()
	out := h.drive.Turn(h.now, controller.Request{Account: a, Ask: ask})
	if out.Answer == nil {
		h.Fatalf("%T is not answered", ask)
	}
	return *out.Answer
}

// done asks for what must be done.
func (h *cityHall) done(a controller.Account, ask controller.Ask) any {
	h.Helper()
	got := h.ask(a, ask)
	if got.Refusal != "" {
		h.Fatalf("%s: %T: %s", a.Name, ask, got.Refusal)
	}
	return got.Value
}

// refused asks for what must be refused, in these words.
func (h *cityHall) refused(a controller.Account, ask controller.Ask, words ...string) {
	h.Helper()
	got := h.ask(a, ask)
	for _, w := range words {
		if !strings.Contains(got.Refusal, w) {
			h.Errorf("%s: %T: %q, want %q", a.Name, ask, got.Refusal, w)
		}
	}
	if got.Refusal == "" {
		h.Errorf("%s: %T is done", a.Name, ask)
	}
}

// told are the entries of a type.
func (h *cityHall) told(t journal.Type) (out []journal.Entry) {
	for _, e := range h.disk.entries {
		if e.Type == t {
			out = append(out, e)
		}
	}
	return out
}

// last is the last entry, which must be of a type.
func (h *cityHall) last(t journal.Type) journal.Data {
	h.Helper()
	e := h.disk.entries[len(h.disk.entries)-1]
	if e.Type != t {
		h.Fatalf("the last entry is %s, want %s", e.Type, t)
	}
	return e.Data
}
