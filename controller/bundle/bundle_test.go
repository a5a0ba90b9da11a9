package bundle_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/cards"
	"kidoban/controller/ledger"
)

// What is written is read back the same, and the same content is always the same octets.
func TestContent(t *testing.T) {
	c := people()
	b, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := bundle.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := got.Encode(); err != nil || !bytes.Equal(again, b) {
		t.Errorf("%v\n%s\n%s", err, again, b)
	}
	if !reflect.DeepEqual(got.Roster.People, c.Roster.People) || len(got.Permits) != 1 || got.Permits[0].Act.Name != "市民 一郎" ||
		!got.Permits[0].From.Equal(c.Permits[0].From) || got.Roster.Records.Credentials[1].Schedule != "office-hours" {
		t.Errorf("read back: %+v", got)
	}
	shuffled := people()
	r := &shuffled.Roster.Records
	r.Credentials[0], r.Credentials[2] = r.Credentials[2], r.Credentials[0]
	if other, err := shuffled.Encode(); err != nil || !bytes.Equal(other, b) {
		t.Errorf("another order is other octets: %v", err)
	}
	pin := people()
	pin.Roster.Records.Credentials[0].PIN = hash(99)
	if _, err := pin.Encode(); err == nil || !strings.Contains(err.Error(), "PIN") {
		t.Errorf("a PIN goes into a bundle: %v", err)
	}
}

// Rows that are not as they are written are refused, each of them.
func TestContentIsStrict(t *testing.T) {
	c := people()
	good, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(good), "\n"), "\n")
	for name, bad := range map[string]string{
		"empty":           "",
		"no end of line":  strings.TrimSuffix(string(good), "\n"),
		"another order":   lines[1] + lines[0] + strings.Join(lines[2:], "") + "\n",
		"unknown member":  strings.Replace(string(good), `{"person":{`, `{"person":{"release":true,`, 1),
		"unknown row":     string(good) + `{"release":{"door":"room"}}` + "\n",
		"an empty row":    string(good) + "{}\n",
		"two in a row":    strings.Replace(string(good), `{"holiday":`, `{"finding":{"person":"p-1"},"holiday":`, 1),
		"spaces":          strings.Replace(string(good), `{"person":`, `{ "person":`, 1),
		"a member twice":  strings.Replace(string(good), `"id":"p-1"`, `"id":"p-1","id":"p-1"`, 1),
		"a state":         strings.Replace(string(good), `"state":"active"`, `"state":"open"`, 1),
		"a PIN":           strings.Replace(string(good), `"state":"active"`, `"state":"active","pin":"00"`, 1),
		"a door's permit": strings.Replace(string(good), "S2026-0001", "2026-0001", 1),
		"a day":           strings.Replace(string(good), "2026-12-28", "2026-12-32", 1),
		"a short hash":    strings.Replace(string(good), `"hash":"`, `"hash":"00`, 1),
		"twice":           string(good) + string(good),
	} {
		if bad == string(good) {
			t.Errorf("%s: the test changes nothing", name)
		}
		if _, err := bundle.Decode([]byte(bad)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestJudge(t *testing.T) {
	m := func(version int64, digest string) *bundle.Manifest {
		return &bundle.Manifest{Version: version, Digest: digest}
	}
	for _, c := range []struct {
		name    string
		held    bundle.Held
		m       *bundle.Manifest
		nothing bool
		want    bundle.Reason
	}{
		{"the first", bundle.Held{}, m(1, "a"), false, ""},
		{"a newer", bundle.Held{Version: 4, Digest: "a"}, m(5, "b"), false, ""},
		{"the one held", bundle.Held{Version: 4, Digest: "a"}, m(4, "a"), true, ""},
		{"another of the same version", bundle.Held{Version: 4, Digest: "a"}, m(4, "b"), false, bundle.Other},
		{"an older", bundle.Held{Version: 4, Digest: "a"}, m(3, "c"), false, bundle.Older},
		{"an older that was accepted", bundle.Held{Version: 4, Digest: "a", Accept: 3}, m(3, "c"), false, ""},
		{"another older", bundle.Held{Version: 4, Digest: "a", Accept: 3}, m(2, "c"), false, bundle.Older},
		{"another of the same that was accepted", bundle.Held{Version: 4, Digest: "a", Accept: 4}, m(4, "b"), false, ""},
	} {
		nothing, no := c.held.Judge(c.m)
		if nothing != c.nothing || (no == nil) != (c.want == "") || no != nil && no.Reason != c.want {
			t.Errorf("%s: %v, %v", c.name, nothing, no)
		}
	}
	took := (&bundle.Held{Version: 4, Accept: 3, Stale: true}).Took(m(3, "c"), made)
	if took.Accept != 0 || took.Version != 3 || took.Stale {
		t.Errorf("once taken, %+v is held", took)
	}
}

// Whose door, whose journal, whose key.
func TestOwn(t *testing.T) {
	w := newWorld(t, "main-ctl", "west-ctl")
	msg, parts := w.make(w.doors[0], 1, people(), 2)
	for name, c := range map[string]struct {
		change func(*bundle.Own)
		want   bundle.Reason
	}{
		"as it is":         {func(*bundle.Own) {}, ""},
		"another site":     {func(o *bundle.Own) { o.Site = "ayabe" }, bundle.OtherDoor},
		"another door":     {func(o *bundle.Own) { o.Controller = "west-ctl" }, bundle.OtherDoor},
		"a new journal":    {func(o *bundle.Own) { o.Journal = o.Journal[:len(o.Journal)-1] + "x" }, bundle.OtherDoor},
		"another office":   {func(o *bundle.Own) { o.Key = newPair(t, "kidoban/maizuru/roster").public }, bundle.Forged},
		"another identity": {func(o *bundle.Own) { o.Identity = w.doors[1].id }, bundle.Unreadable},
		"no identity":      {func(o *bundle.Own) { o.Identity = nil }, bundle.Unreadable},
	} {
		own := w.doors[0].own
		c.change(&own)
		m, err := own.Manifest(msg)
		if err == nil {
			_, err = own.Open(m, parts)
		}
		var no *bundle.Refusal
		if (c.want == "") != (err == nil) || err != nil && (!errors.As(err, &no) || no.Reason != c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := bundle.PeekManifest(msg)
	if err != nil || m.Version != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// The loss key can report lost cards, the office's key too; neither a list nor a manifest is taken for the other.
func TestLost(t *testing.T) {
	w := newWorld(t, "main-ctl")
	own := &w.doors[0].own
	for _, by := range []pair{w.loss, w.office} {
		msg, err := lost(7, "C-1", "C-2").Sign(by)
		if err != nil {
			t.Fatal(err)
		}
		if l, err := own.Lost(msg); err != nil || l.Sequence != 7 || len(l.Cards) != 2 || l.Signer != by.Name() {
			t.Errorf("%+v, %v", l, err)
		}
		if _, err := own.Manifest(msg); err == nil {
			t.Error("a list is a manifest")
		}
	}
	m := w.manifest(w.doors[0], 1, map[string][]byte{"0": []byte("x")})
	if msg, err := m.Sign(w.loss); err != nil {
		t.Fatal(err)
	} else if _, err := own.Manifest(msg); err == nil {
		t.Error("the loss key signs people in")
	}
	bad := lost(1, "C-1")
	bad.Cards[0].Reason = "市民 一郎 lost it"
	if _, err := bad.Sign(w.loss); err == nil {
		t.Error("somebody's words go over the wire in clear")
	}
	bad = lost(1, "C-1")
	bad.Cards[0].To = "active"
	if _, err := bad.Sign(w.loss); err == nil {
		t.Error("a list makes a card good")
	}
	msg, err := lost(1, "C-1").Sign(w.office)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := bundle.Own{Site: "ayabe", Key: w.office.public}
	if _, err := elsewhere.Lost(msg); err == nil {
		t.Error("another site's list is taken")
	}
}

func standing(c bundle.Content) bundle.Standing {
	return bundle.Standing{
		Roster: c.Roster, Keep: map[access.PersonID]bool{}, Lent: map[access.CredentialID]bool{}, Now: day(5),
	}
}

func laid(t *testing.T, s bundle.Standing, c bundle.Content) bundle.Laid {
	t.Helper()
	l, err := bundle.Lay(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func cardOf(l bundle.Laid, id access.CredentialID) *access.Credential {
	for i, x := range l.Roster.Records.Credentials {
		if x.ID == id {
			return &l.Roster.Records.Credentials[i]
		}
	}
	return nil
}

func personOf(l bundle.Laid, id access.PersonID) *ledger.Person {
	for i, x := range l.Roster.People {
		if x.ID == id {
			return &l.Roster.People[i]
		}
	}
	return nil
}

// without is a content without a person and their cards.
func without(c bundle.Content, id access.PersonID) bundle.Content {
	out := bundle.Content{}
	for _, p := range c.Roster.People {
		if p.ID != id {
			out.Roster.People = append(out.Roster.People, p)
		}
	}
	out.Roster.Records.Schedules = c.Roster.Records.Schedules
	for _, x := range c.Roster.Records.Credentials {
		if x.Person != id {
			out.Roster.Records.Credentials = append(out.Roster.Records.Credentials, x)
		}
	}
	return out
}

// A card that was stopped here stays so: under its id, under another, and over bundles that did not have it.
func TestStoppedStaysStopped(t *testing.T) {
	for _, state := range []access.CardState{access.Blocked, access.Lost, access.Revoked} {
		c := people()
		s := standing(people())
		s.Roster.Records.Credentials[0].State = state
		if l := laid(t, s, c); cardOf(l, "C-1").State != state || l.Kept != 1 {
			t.Errorf("%d: %+v", state, cardOf(l, "C-1"))
		}
		renamed := people()
		renamed.Roster.Records.Credentials[0].ID = "C-1b"
		if l := laid(t, s, renamed); cardOf(l, "C-1b").State != state {
			t.Errorf("%d: under another id it is %+v", state, cardOf(l, "C-1b"))
		}
		gone := laid(t, s, without(c, "p-1"))
		if cardOf(gone, "C-1") != nil || personOf(gone, "p-1") != nil || len(gone.Stopped) != 1 {
			t.Errorf("%d: a leaver is still here: %+v", state, gone)
		}
		back := bundle.Standing{Roster: gone.Roster, Held: bundle.Held{Stopped: gone.Stopped}, Now: day(6)}
		for _, again := range []bundle.Content{c, renamed} {
			l := laid(t, back, again)
			if x := l.Roster.Records.Credentials[0]; x.State != state || len(l.Stopped) != 0 {
				t.Errorf("%d: after a bundle without it: %+v, %+v", state, x, l.Stopped)
			}
		}
	}
	worse := people()
	worse.Roster.Records.Credentials[0].State = access.Lost
	if l := laid(t, standing(people()), worse); cardOf(l, "C-1").State != access.Lost {
		t.Error("the office cannot stop a card")
	}
}

func TestPINStays(t *testing.T) {
	s := standing(people())
	s.Roster.Records.Credentials[0].PIN, s.Roster.Records.Credentials[0].Duress = hash(50), hash(51)
	if x := cardOf(laid(t, s, people()), "C-1"); x.PIN != hash(50) || x.Duress != hash(51) {
		t.Errorf("%+v", x)
	}
	other := people()
	other.Roster.Records.Credentials[0].Card = hash(9)
	if x := cardOf(laid(t, s, other), "C-1"); x.PIN != (access.Hash{}) {
		t.Error("another card has the PIN of the one before")
	}
	given := people()
	given.Roster.Records.Credentials[0].Person = "p-2"
	if x := cardOf(laid(t, s, given), "C-1"); x.PIN != (access.Hash{}) {
		t.Error("another person has the PIN of the one before")
	}
}

// Who is inside stays known, and their card says who leaves; it lets nobody in.
func TestInsideStaysKnown(t *testing.T) {
	s := standing(people())
	s.Keep["p-1"] = true
	l := laid(t, s, without(people(), "p-1"))
	x := cardOf(l, "C-1")
	if p := personOf(l, "p-1"); p == nil || p.Name != "市民 一郎" || x == nil || !x.Until.Equal(s.Now) || x.State != access.Active {
		t.Fatalf("%+v, %+v", p, x)
	}
	if len(l.Roster.Records.Incumbents)+len(l.Roster.Records.Findings) != 0 {
		t.Error("they keep a right")
	}
	next := standing(bundle.Content{Roster: l.Roster})
	if l = laid(t, next, without(people(), "p-1")); personOf(l, "p-1") != nil || cardOf(l, "C-1") != nil || len(l.Stopped) != 0 {
		t.Errorf("once outside they are still here: %+v", l)
	}
	if l = laid(t, next, people()); !cardOf(l, "C-1").Until.IsZero() {
		t.Error("who comes back does not get in")
	}
}

// The stock and what is lent of it are the door's.
func TestStockStays(t *testing.T) {
	s := standing(people())
	s.Roster.People = append(s.Roster.People, ledger.Person{Person: access.Person{ID: cards.Stock, Kind: access.Other}, Name: "控え"})
	r := &s.Roster.Records
	r.Schedules = append(r.Schedules, access.Schedule{ID: "by-day"})
	r.Credentials = append(r.Credentials,
		access.Credential{ID: "S-1", Person: cards.Stock, Format: "H10301", Card: hash(11), State: access.Active, Schedule: "by-day"},
		access.Credential{ID: "S-2", Person: "p-3", Format: "H10301", Card: hash(12), State: access.Active, Span: access.Span{From: day(5), Until: day(6)}})
	s.Lent["S-2"], s.Keep["p-3"] = true, true
	l := laid(t, s, without(people(), "p-3"))
	if x := cardOf(l, "S-1"); x == nil || x.Person != cards.Stock || x.Schedule != "by-day" {
		t.Errorf("the stock: %+v", x)
	}
	if x := cardOf(l, "S-2"); x == nil || x.Person != "p-3" || !x.Until.Equal(day(6)) {
		t.Errorf("what is lent: %+v", x)
	}
}

// A card reported lost before the door knew it is stopped when it comes, and once.
func TestReportedBefore(t *testing.T) {
	s := standing(bundle.Content{})
	s.Lost = lost(1, "C-2", "C-99").Cards
	l := laid(t, s, people())
	if cardOf(l, "C-2").State != access.Lost || cardOf(l, "C-1").State != access.Active || len(l.Applied) != 1 || l.Applied[0].Credential != "C-2" {
		t.Errorf("%+v", l)
	}
}

func TestContrary(t *testing.T) {
	two := people()
	two.Roster.Records.Incumbents = append(two.Roster.Records.Incumbents,
		access.Incumbency{Person: "p-2", Post: access.SecurityOfficer, Span: access.Span{From: day(4)}})
	nobody := people()
	nobody.Roster.Records.Credentials[0].Person = "p-9"
	found := people()
	found.Roster.Records.Findings = append(found.Roster.Records.Findings, access.Finding{Person: "p-3"})
	twice := people()
	twice.Roster.Records.Credentials[0].Card = twice.Roster.Records.Credentials[1].Card
	for name, c := range map[string]bundle.Content{"two officers": two, "nobody's card": nobody, "a finding of a contractor": found, "a card twice": twice} {
		var no *bundle.Refusal
		if _, err := bundle.Lay(standing(people()), c); !errors.As(err, &no) || no.Reason != bundle.Contrary {
			t.Errorf("%s: %v", name, err)
		}
	}
}
