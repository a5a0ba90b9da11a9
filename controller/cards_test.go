package controller_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	lent "kidoban/controller/cards"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// withStock is a bench whose roster has two cards to lend.
func withStock(t *testing.T) *bench {
	b := newBench(t, newSite())
	r, bad := access.NewRoster(1, withStockRecords())
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	b.State = controller.NewState(newSite(), "boot", r, persons, ledger.Snapshot{})
	b.Turn(b.now, controller.Starting{})
	return b
}

func withStockRecords() access.Records {
	rec := newRoster().Records()
	rec.Persons = append(rec.Persons, access.Person{ID: lent.Stock, Kind: access.Other})
	for i, id := range []access.CredentialID{"S1", "S2"} {
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: id, Person: lent.Stock, Format: "H10301", State: access.Active, Card: cardHash(card(uint64(21 + i))),
		})
	}
	return rec
}

func (b *bench) by(person access.PersonID, a controller.Ask) controller.Answer {
	who := controller.Account{Name: "desk", Person: person, Roster: true}
	return *b.Turn(b.now, controller.Request{Account: who, Ask: a}).Answer
}

func (b *bench) out() []lent.Lending {
	return b.order(controller.AskLendings{}).Value.([]lent.Lending)
}

func (b *bench) state(id access.CredentialID) access.CardState {
	c, _ := b.order(controller.AskCredential{ID: id}).Value.(access.Credential)
	return c.State
}

var forgot = controller.TemporaryCard{Card: "S1", Person: "aoki", Second: "chiba", Reason: "自宅に忘れた"}

// One order, one record: the card lent, the own one blocked; names and words in the private part alone.
func TestTemporaryCardIsOneRecord(t *testing.T) {
	b := withStock(t)
	a := b.by("baba", forgot)
	l, ok := a.Value.(lent.Lending)
	if !ok || !a.Order || l.ID != "2026-L0001" || l.Name != "青木" || l.By.Name != "馬場" || l.Second.Person != "chiba" {
		t.Fatalf("answer: %+v", a)
	}
	b.want("credential.lent/temporary", 1)
	b.want("credential.blocked", 1)
	for _, e := range b.disk.entries {
		if e.Type != journal.CredentialLent {
			continue
		}
		if e.Data.Approver != "chiba" || e.Data.Person != "aoki" || e.Data.Credential != "S1" || e.Data.Account != "desk" ||
			e.Data.Until != "2026-04-02T00:00:00+09:00" {
			t.Errorf("entry: %+v", e.Data)
		}
		if data, _ := json.Marshal(e.Data); strings.Contains(string(data), "青木") || strings.Contains(string(data), "自宅") {
			t.Errorf("words in an entry: %s", data)
		}
		if !strings.Contains(string(e.Private), "自宅に忘れた") || !strings.Contains(string(e.Private), `"by":"baba"`) {
			t.Errorf("private part: %s", e.Private)
		}
	}
	b.badge("back", 21, device.Entry)
	b.want("access.granted", 1)
	b.badge("back", 1, device.Entry)
	b.want("access.denied/credential_blocked", 1)
	if a := b.by("baba", controller.ReturnCard{Card: "S1"}); a.Refusal != "" {
		t.Fatal(a.Refusal)
	}
	b.want("credential.returned/temporary", 1)
	b.want("credential.unblocked", 1)
	if b.state("A1") != access.Active || len(b.out()) != 0 {
		t.Errorf("A1 is %d, %v is out", b.state("A1"), b.out())
	}
}

func TestTemporaryCardIsRefused(t *testing.T) {
	for want, try := range map[string]func(*bench) controller.Answer{
		"this user of the machine has no account": func(b *bench) controller.Answer {
			return *b.Turn(b.now, controller.Request{Ask: forgot}).Answer
		},
		"account doi may not": func(b *bench) controller.Answer {
			return *b.Turn(b.now, controller.Request{Account: controller.Account{Name: "doi", Person: "doi"}, Ask: forgot}).Answer
		},
		"this account is no person's":           func(b *bench) controller.Answer { return b.order(forgot) },
		"chiba cannot be both persons":          func(b *bench) controller.Answer { return b.by("chiba", forgot) },
		"aoki cannot lend a card to themselves": func(b *bench) controller.Answer { return b.by("aoki", forgot) },
		"no such permit":                        func(b *bench) controller.Answer { return b.by("baba", controller.LendCard{Card: "S1", Person: "doi"}) },
		"card S1 is not lent":                   func(b *bench) controller.Answer { return b.by("baba", controller.ReturnCard{Card: "S1"}) },
		"card B1 is not lent":                   func(b *bench) controller.Answer { return b.by("baba", controller.ReturnCard{Card: "B1"}) },
		"aoki has the temporary card S1 instead of A1": func(b *bench) controller.Answer {
			b.by("baba", forgot)
			c, _ := b.order(controller.AskCredential{ID: "A1"}).Value.(access.Credential)
			c.State = access.Active
			return b.order(controller.EditRoster{Edits: []ledger.Edit{{Credential: &c}}, Type: journal.CredentialUnblocked})
		},
	} {
		b := withStock(t)
		if a := try(b); !strings.Contains(a.Refusal, want) {
			t.Errorf("%q, want %q", a.Refusal, want)
		}
	}
}

// A visitor's card is lent on a permit that names them. It gives no standing: the door asks for the escort as ever, and
// after midnight for another card.
func TestVisitorsCard(t *testing.T) {
	b := withStock(t)
	site := newSite()
	permit := ledger.Permit{Permit: access.Permit{
		ID: "2026-0007", Zone: "room", State: access.Permitted, Purpose: true, Decided: b.now.Wall.Add(-time.Hour),
		Span:    access.Span{From: b.now.Wall.Add(-time.Hour), Until: b.now.Wall.AddDate(0, 0, 3)},
		Holders: []access.Holder{{Person: "doi"}},
	}}
	doc, err := (&lent.Lending{ID: "2026-L0041", Kind: lent.Visitor, Card: "S2", Person: "emi", Lent: b.now.Wall}).Document()
	if err != nil {
		t.Fatal(err)
	}
	r, _ := access.NewRoster(1, withStockRecords())
	b.State = controller.NewState(site, "boot", r, persons, ledger.Snapshot{
		Permits: []ledger.Permit{permit}, Documents: []ledger.Document{doc}, Numbers: []ledger.Number{{Kind: lent.Document, Year: 2026, Last: 41}},
	})
	b.Turn(b.now, controller.Starting{})
	if out := b.out(); len(out) != 1 || out[0].Card != "S2" {
		t.Errorf("out after a start: %+v", out)
	}
	l, ok := b.by("baba", controller.LendCard{Card: "S1", Person: "doi", Permit: "2026-0007", Purpose: "点検"}).Value.(lent.Lending)
	if !ok || l.ID != "2026-L0042" || l.Permit != "2026-0007" || l.Name != "土井" {
		t.Fatalf("%+v", l)
	}
	b.want("credential.lent/visitor", 1)
	b.badge("back", 21, device.Entry)
	b.pass(time.Minute)
	b.want("access.granted", 0)
	b.pass(15 * time.Hour) // 9:00 UTC is 18:00 in Japan
	b.badge("back", 21, device.Entry)
	b.want("access.denied/credential_expired", 1)
	if a := b.by("baba", controller.ReturnCard{Card: "S1"}); a.Refusal != "" {
		t.Error(a.Refusal)
	}
}

// While the clock is not believed nobody knows which day the card would end on.
func TestNothingIsLentWithoutAClock(t *testing.T) {
	site := newSite()
	site.ClockBelieve = false
	b := newBench(t, site)
	if a := b.by("baba", forgot); !strings.Contains(a.Refusal, "clock_untrusted") {
		t.Errorf("%q", a.Refusal)
	}
}

// A lending that the disk will never take did not happen: roster and ledger are as before, and the next one is taken.
func TestRefusedLendingIsUndone(t *testing.T) {
	b := withStock(t)
	b.refuse = func(c ledger.Change, _ []journal.Entry) error {
		if len(c.Roster) > 0 {
			return errRefused
		}
		for _, d := range c.Documents {
			t.Errorf("document %s %s stays without its change", d.Kind, d.ID)
		}
		return nil
	}
	b.by("baba", forgot)
	b.want("credential.lent", 0)
	b.want("system.degraded/change_refused", 1)
	if len(b.out()) != 0 || b.state("A1") != access.Active {
		t.Errorf("out: %+v, A1 is %d", b.out(), b.state("A1"))
	}
	b.refuse = nil
	if a := b.by("baba", forgot); a.Refusal != "" {
		t.Error(a.Refusal)
	}
}

// The ledger of the staff's cards follows what is issued, lost and revoked, by whatever order.
func TestLedgerFollowsTheRoster(t *testing.T) {
	b := withStock(t)
	n1 := access.Credential{ID: "N1", Person: "chiba", Format: "H10301", State: access.Active, Card: access.Hash{77}}
	edit := func(c access.Credential, kind journal.Type) {
		if a := b.order(controller.EditRoster{Edits: []ledger.Edit{{Credential: &c}}, Type: kind}); a.Refusal != "" {
			t.Fatal(a.Refusal)
		}
	}
	edit(n1, journal.CredentialIssued)
	if out := b.out(); len(out) != 1 || out[0].Kind != lent.Issued || out[0].Name != "千葉" || out[0].ID != "2026-L0001" {
		t.Fatalf("issued: %+v", out)
	}
	b.by("baba", forgot)
	s1, _ := b.order(controller.AskCredential{ID: "S1"}).Value.(access.Credential)
	s1.State = access.Lost
	edit(s1, journal.CredentialLost)
	n1.State = access.Revoked
	edit(n1, journal.CredentialRevoked)
	if len(b.out()) != 0 || b.state("A1") != access.Blocked {
		t.Errorf("out: %+v; A1 is %d: it is found by nobody", b.out(), b.state("A1"))
	}
	own, _ := b.order(controller.AskCredential{ID: "A1"}).Value.(access.Credential)
	own.State = access.Active
	edit(own, journal.CredentialUnblocked)
}

// An import that takes an issued card away closes its line; a card that is lent for the day stays on its own until it is back.
func TestLedgerFollowsAnImport(t *testing.T) {
	b := withStock(t)
	n1 := access.Credential{ID: "N1", Person: "chiba", Format: "H10301", State: access.Active, Card: access.Hash{77}}
	b.order(controller.EditRoster{Edits: []ledger.Edit{{Credential: &n1}}, Type: journal.CredentialIssued})
	b.by("baba", forgot)
	fresh, _ := access.NewRoster(2, withStockRecords())
	base := b.order(controller.AskStatus{}).Value.(controller.Status).Roster
	a := b.order(controller.SwitchRoster{Base: base, Generation: 2, Roster: fresh, People: ledger.NewDirectory(persons)})
	if out := b.out(); a.Refusal != "" || len(out) != 1 || out[0].Card != "S1" {
		t.Errorf("%s: out %+v", a.Refusal, out)
	}
	if a := b.by("baba", controller.ReturnCard{Card: "S1"}); a.Refusal != "" || len(b.out()) != 0 {
		t.Errorf("%q, out %+v", a.Refusal, b.out())
	}
}

func TestCountedCards(t *testing.T) {
	b := withStock(t)
	a := b.by("baba", controller.CountCards{Found: []access.CredentialID{"S1", "X9"}})
	n, ok := a.Value.(lent.Count)
	if !ok || !a.Order || n.ID != "2026-C0001" || n.Expected != 2 || n.Found != 2 || n.Missing() != 1 || n.Unexpected() != 1 {
		t.Fatalf("%+v", a)
	}
	b.want("credential.counted/stock", 1)
	for _, e := range b.disk.entries {
		if e.Type != journal.CredentialCounted {
			continue
		}
		if e.Severity != journal.Warning || e.Data.Count != 2 || e.Data.Detail != "2 expected, 2 found, 1 missing, 1 unexpected" {
			t.Errorf("entry: %+v", e)
		}
		if data, _ := json.Marshal(e.Data); strings.Contains(string(data), "X9") || !strings.Contains(string(e.Private), `"X9"`) {
			t.Errorf("ids belong in the private part: %s %s", data, e.Private)
		}
	}
	if n := b.by("baba", controller.CountCards{Found: []access.CredentialID{"S1", "S2"}}).Value.(lent.Count); len(n.Differences) != 0 {
		t.Errorf("%+v", n)
	}
	b.pass(time.Second)
}
