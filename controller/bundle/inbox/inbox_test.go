package inbox_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/bundle/office"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/device/sim"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// took waits until a version is in force.
func (d *door) took(version int64) {
	d.t.Helper()
	outboxtest.Await(d.t, "the bundle is in force", func() bool { return d.held().Version == version })
	digest := d.held().Digest
	outboxtest.Await(d.t, "and on record", func() bool { return d.told(`"type":"kidoban.roster.changed"`, digest) > 0 })
}

// refused waits for the entry of a refusal.
func (d *door) refused(reason bundle.Reason) {
	d.t.Helper()
	outboxtest.Await(d.t, "refused: "+string(reason), func() bool {
		return d.told(`"type":"kidoban.roster.refused"`, `"reason":"`+string(reason)+`"`) > 0
	})
}

// A new hire reaches the door, a leaver is gone, and each is one entry with version and digest.
func TestInForce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	m := r.make(d, 1, head+staff("p-1", "市民 一郎", 1201))
	d.hand(m)
	d.took(1)
	if d.state("C-p-1") != access.Active || d.told(`"type":"kidoban.roster.changed"`, `"mode":"bundle"`, `"version":1`, d.held().Digest) != 1 {
		t.Error("the first bundle is not in force, or not told of once")
	}
	d.hand(r.make(d, 2, head+staff("p-2", "髙橋 由紀", 1202)))
	d.took(2)
	if d.state("C-p-1") != 0 || d.state("C-p-2") != access.Active {
		t.Error("the leaver is here, or the new hire is not")
	}
	size := d.Store.Head().Size
	d.hand(r.make(d, 2, head+staff("p-2", "髙橋 由紀", 1202))) // the same people, another bundle
	d.refused(bundle.Other)
	d.hand(m)
	d.refused(bundle.Older)
	d.hand(m)
	d.hand(m)
	if d.held(); d.Store.Head().Size > size+6 {
		t.Errorf("%d entries about two refusals", d.Store.Head().Size-size)
	}
	if n := d.told(`"type":"kidoban.roster.refused"`); n != 2 {
		t.Errorf("two refusals are told of %d times", n)
	}
	if n := d.told(`"type":"kidoban.alarm.raised"`, `roster.refused`); n == 0 {
		t.Error("a refusal is no alarm")
	}
	if v := d.held().Version; v != 2 {
		t.Errorf("version %d is held", v)
	}
}

// What is held outlives the daemon: after a restart an older one is still refused, and told of once.
func TestRestart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	old := r.make(d, 1, head+staff("p-1", "市民 一郎", 1201))
	d.hand(r.make(d, 5, head+staff("p-1", "市民 一郎", 1201)))
	d.took(5)
	d.hand(old)
	d.refused(bundle.Older)
	d.stop()
	d.start()
	if h := d.held(); h.Version != 5 || d.state("C-p-1") != access.Active {
		t.Fatalf("%+v", h)
	}
	d.hand(old)
	d.hand(r.make(d, 6, head+staff("p-1", "市民 一郎", 1201)))
	d.took(6)
	if n := d.told(`"type":"kidoban.roster.refused"`); n != 1 {
		t.Errorf("one refusal is told of %d times", n)
	}
}

// A version back is taken once a person accepts it, and not before.
func TestAccept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	d.hand(r.make(d, 5, head+staff("p-1", "市民 一郎", 1201)))
	d.took(5)
	d.hand(r.make(d, 3, head+staff("p-2", "髙橋 由紀", 1202)))
	d.refused(bundle.Older)
	for _, a := range []controller.Account{{}, {Name: "reader"}, {Name: "x", Person: "p-1"}} {
		if got := d.ask(a, controller.AcceptBundle{Version: 3}); got.Refusal == "" {
			t.Errorf("%+v accepts a version", a)
		}
	}
	if got := d.ask(installer, controller.AcceptBundle{Version: 6}); got.Refusal == "" {
		t.Error("a version that is newer is accepted beforehand")
	}
	if got := d.ask(installer, controller.AcceptBundle{Version: 3}); got.Refusal != "" {
		t.Fatal(got.Refusal)
	}
	d.inbox.Again()
	d.took(3)
	if d.state("C-p-2") != access.Active || d.held().Accept != 0 || d.told(`"type":"kidoban.roster.accepted"`, `"account":"setup"`) != 1 {
		t.Error("not in force as it was accepted")
	}
}

// All or nothing: what is damaged, missing, another's or contradicts itself changes nothing, and is told of by its reason.
func TestWholeOrNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d, other := r.door("main-ctl"), r.door("west-ctl")
	d.hand(r.make(d, 1, head+staff("p-1", "市民 一郎", 1201)))
	d.took(1)
	digest := d.held().Digest
	missing := r.make(d, 2, head+staff("p-2", "髙橋 由紀", 1202))
	d.inbox.Receive("", missing.Manifest)
	d.refused(bundle.PartMissing)
	damaged := r.make(d, 3, head+staff("p-2", "髙橋 由紀", 1202))
	damaged.Parts["0"][40] ^= 1
	d.hand(damaged)
	d.refused(bundle.PartDamaged)
	theirs := r.make(other, 4, head+staff("p-2", "髙橋 由紀", 1202))
	d.hand(theirs)
	d.refused(bundle.OtherDoor)
	d.own.Identity = other.Keys.Identity()
	if h := d.held(); h.Digest != digest || d.state("C-p-1") != access.Active || d.state("C-p-2") != 0 {
		t.Errorf("something has changed: %+v", h)
	}
	d.hand(r.make(d, 5, head+staff("p-2", "髙橋 由紀", 1202)))
	d.took(5)
}

// With the office's key in the configuration an import is refused with the reason; what stops somebody is not.
func TestOfficeOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	d.hand(r.make(d, 1, head+staff("p-1", "市民 一郎", 1201)))
	d.took(1)
	c := d.ask(controller.Account{}, controller.AskCredential{ID: "C-p-1"}).Value.(access.Credential)
	person := ledger.Edit{Person: &ledger.Person{Person: access.Person{ID: "p-9", Kind: access.Staff}, Name: "x"}}
	fresh := access.Credential{ID: "C-9", Person: "p-1", Format: "H10301", Card: access.Hash{9}, State: access.Active}
	moved := c
	moved.Card = access.Hash{8}
	for name, ask := range map[string]controller.Ask{
		"an import":    controller.SwitchRoster{},
		"a person":     controller.EditRoster{Edits: []ledger.Edit{person}, Type: journal.RosterChanged},
		"a new card":   controller.EditRoster{Edits: []ledger.Edit{{Credential: &fresh}}, Type: journal.CredentialIssued},
		"another card": controller.EditRoster{Edits: []ledger.Edit{{Credential: &moved}}, Type: journal.CredentialIssued},
		"a removal":    controller.EditRoster{Edits: []ledger.Edit{{Credential: &c, Delete: true}}, Type: journal.RosterChanged},
	} {
		if got := d.ask(installer, controller.Propose{Ask: ask}); !strings.Contains(got.Refusal, "the roster is the office's") {
			t.Errorf("%s: %q", name, got.Refusal)
		}
	}
	c.State = access.Blocked
	stop := controller.EditRoster{Edits: []ledger.Edit{{Credential: &c}}, Type: journal.CredentialBlocked, Data: journal.Data{Credential: "C-p-1"}}
	outboxtest.Await(t, "the card is stopped", func() bool {
		got := d.ask(installer, controller.Propose{Ask: stop})
		if got.Refusal != "" && !strings.Contains(got.Refusal, "try again in a moment") { // what the bundle left behind is cleared away
			t.Fatal(got.Refusal)
		}
		return got.Refusal == ""
	})
	d.hand(r.make(d, 2, head+staff("p-1", "市民 一郎", 1201)))
	d.took(2)
	if d.state("C-p-1") != access.Blocked {
		t.Error("a bundle has unblocked a card")
	}
}

// Who is inside when they leave the file stays on the list of who is inside, by name, and leaves by their card.
func TestInside(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	d.hand(r.make(d, 1, head+staff("p-1", "市民 一郎", 1201)+staff("p-2", "髙橋 由紀", 1202)))
	d.took(1)
	d.pass("entry", 1201)
	d.hand(r.make(d, 2, head+staff("p-2", "髙橋 由紀", 1202)))
	d.took(2)
	in := d.inside()
	if len(in) != 1 || in[0].Name != "市民 一郎" {
		t.Fatalf("inside: %+v", in)
	}
	size := d.Store.Head().Size
	d.act(sim.Act{Verb: "card", Door: "room", Side: "entry", Format: "H10301", Facility: 118, Card: 1201})
	outboxtest.Await(t, "they are refused outside", func() bool { return d.told(`kidoban.access.denied`, `"person":"p-1"`) > 0 })
	d.pass("exit", 1201)
	outboxtest.Await(t, "nobody is inside", func() bool { return len(d.inside()) == 0 })
	if d.Store.Head().Size == size {
		t.Error("nothing of it is recorded")
	}
}

func (d *door) inside() []controller.Inside {
	return d.ask(controller.Account{}, controller.AskWho{}).Value.([]controller.Inside)
}

func (d *door) act(a sim.Act) {
	d.t.Helper()
	if err := d.sim.Act(a); err != nil {
		d.t.Fatal(err)
	}
}

// pass shows a card and goes through.
func (d *door) pass(side string, card uint64) {
	d.t.Helper()
	was := len(d.inside())
	d.act(sim.Act{Verb: "card", Door: "room", Side: side, Format: "H10301", Facility: 118, Card: card})
	outboxtest.Await(d.t, "released", func() bool {
		look, err := d.sim.Look("room")
		return err == nil && look.Strike
	})
	d.act(sim.Act{Verb: "open", Door: "room"})
	outboxtest.Await(d.t, "through", func() bool { return len(d.inside()) != was })
	d.act(sim.Act{Verb: "close", Door: "room"})
}

// A list stops cards, once; a person may lift a block, and the same list coming again does not overrule them.
func TestLost(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	d.hand(r.make(d, 1, head+staff("p-1", "市民 一郎", 1201)+staff("p-2", "髙橋 由紀", 1202)))
	d.took(1)
	list := office.Lose(bundle.Lost{}, "maizuru", time.Now(), bundle.Loss{To: "blocked", Reason: "stolen", Account: "night"}, []string{"C-p-1"})
	first, err := list.Sign(r.loss)
	if err != nil {
		t.Fatal(err)
	}
	d.inbox.Receive("lost", first)
	outboxtest.Await(t, "blocked, and told of by account and reason", func() bool {
		return d.state("C-p-1") == access.Blocked && d.told(`kidoban.credential.blocked`, `"account":"night"`, `"reason":"stolen"`, `"credential":"C-p-1"`) == 1
	})
	c := d.ask(controller.Account{}, controller.AskCredential{ID: "C-p-1"}).Value.(access.Credential)
	c.State = access.Active
	lift := controller.EditRoster{Edits: []ledger.Edit{{Credential: &c}}, Type: journal.CredentialUnblocked, Data: journal.Data{Credential: "C-p-1"}}
	if got := d.ask(installer, controller.Propose{Ask: lift}); got.Refusal != "" {
		t.Fatal(got.Refusal)
	}
	again := office.Lose(list, "maizuru", time.Now(), bundle.Loss{To: "lost", Reason: "lost", Account: "night"}, []string{"C-p-2", "C-p-3"})
	second, err := again.Sign(r.loss)
	if err != nil {
		t.Fatal(err)
	}
	d.inbox.Receive("lost", first)
	d.inbox.Receive("lost", second)
	outboxtest.Await(t, "lost", func() bool { return d.state("C-p-2") == access.Lost })
	d.inbox.Receive("lost", first) // rolled back: nothing
	forged, _ := pair(t, "kidoban/maizuru/loss")
	bad, err := office.Lose(bundle.Lost{}, "maizuru", time.Now(), bundle.Loss{To: "lost", Reason: "lost", Account: "x"}, []string{"C-p-1"}).Sign(forged)
	if err != nil {
		t.Fatal(err)
	}
	d.inbox.Receive("lost", bad)
	d.refused(bundle.Forged)
	if d.state("C-p-1") != access.Active || d.state("C-p-2") != access.Lost {
		t.Error("a list that came again, or a forged one, has changed something")
	}
	d.hand(r.make(d, 2, head+staff("p-2", "髙橋 由紀", 1202)+staff("p-3", "新人 三郎", 1203)))
	d.took(2)
	if d.state("C-p-3") != access.Lost || d.state("C-p-2") != access.Lost {
		t.Error("a card that was reported before it came is good")
	}
}

// A bundle waits for its time, and one that grows old is told of once.
func TestTimes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	later := time.Now().Add(3 * time.Second).Truncate(time.Second)
	m := r.make(d, 1, head+staff("p-1", "市民 一郎", 1201), func(how *office.Making, _ *office.Sources) { how.From = later })
	if err := d.inbox.Take(context.Background(), m.Manifest, m.Parts); err == nil || d.held().Version != 0 {
		t.Errorf("taken before its time: %v", err)
	}
	d.hand(m)
	d.took(1)
	if time.Now().Before(later) {
		t.Error("in force before its time")
	}
	old := r.make(d, 2, head+staff("p-1", "市民 一郎", 1201), func(how *office.Making, _ *office.Sources) {
		how.Made = time.Now().AddDate(0, -3, 0)
		how.From = how.Made
	})
	if err := d.inbox.Take(context.Background(), old.Manifest, old.Parts); err != nil {
		t.Fatal(err)
	}
	outboxtest.Await(t, "told that it is old", func() bool { return d.told(`kidoban.roster.stale`, `"version":2`) == 1 })
	d.hand(r.make(d, 3, head+staff("p-1", "市民 一郎", 1201)))
	d.took(3)
	if d.told(`kidoban.roster.stale`) != 1 || d.held().Stale {
		t.Error("a fresh bundle is old, or an old one was told of twice")
	}
}

// Permits of the office let in as those of the door, escorted; one that the office takes back is withdrawn; none of the
// door's is touched.
func TestPermits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	file := head + "p-1,市民 一郎,職員,市民課,市民課長,2020-04-01,,C-p-1,H10301,118,1201\n" + "v-1,業者 三郎,委託,,,,,C-v-1,H10301,118,1301\n"
	permit := "[[permit]]\nid = \"S2026-0001\"\nzone = \"room\"\nfrom = 2020-04-02\nuntil = 2099-04-02\nholders = [\"v-1\"]\n" +
		"applicant = \"p-1\"\nofficer = \"p-1\"\ndecided = \"2020-04-01 10:00\"\npurpose = \"点検\"\n"
	with := func(text string) func(*office.Making, *office.Sources) {
		return func(_ *office.Making, s *office.Sources) {
			s.Permits = office.File{Name: "permits.toml", Data: []byte(text)}
		}
	}
	d.hand(r.make(d, 1, file, with(permit)))
	d.took(1)
	all := d.ask(installer, controller.AskPermits{}).Value.([]controller.FoundPermit)
	if len(all) != 1 || all[0].ID != "S2026-0001" || all[0].Act.Person != "p-1" || all[0].Text.Purpose != "点検" || d.told("kidoban.permit.granted") != 1 {
		t.Fatalf("%+v", all)
	}
	d.hand(r.make(d, 2, file, with(permit)))
	d.took(2)
	if d.told("kidoban.permit.granted") != 1 {
		t.Error("the same permit is told of twice")
	}
	d.hand(r.make(d, 3, file))
	d.took(3)
	if all = d.ask(installer, controller.AskPermits{}).Value.([]controller.FoundPermit); all[0].State != access.Withdrawn || d.told("kidoban.permit.revoked") != 1 {
		t.Errorf("%+v", all)
	}
	d.hand(r.make(d, 4, file, with(permit)))
	d.took(4)
	d.hand(r.make(d, 5, file, with(strings.Replace(permit, "点検", "交換", 1))))
	d.took(5)
	if all = d.ask(installer, controller.AskPermits{}).Value.([]controller.FoundPermit); all[0].State != access.Withdrawn {
		t.Error("a withdrawn permit is good again")
	}
	_, err := office.Make(office.Making{Version: 9, Made: time.Now(), From: time.Now(), Key: r.key, Identity: r.identity},
		office.Sources{People: office.File{Name: "people.csv", Data: []byte(file)},
			Permits: office.File{Name: "permits.toml", Data: []byte(strings.Replace(permit, "2020-04-01 10:00", "2019-04-01 10:00", 1))}}, r.enrolment(d))
	if err == nil || !strings.Contains(err.Error(), "Article 20(2)") {
		t.Errorf("a permit that nobody could decide: %v", err)
	}
}

// By hand, where there is no broker: the same judgement.
func TestByHand(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := r.door("main-ctl")
	m := r.make(d, 2, head+staff("p-1", "市民 一郎", 1201))
	if err := d.inbox.Take(context.Background(), m.Manifest, m.Parts); err != nil {
		t.Fatal(err)
	}
	if d.held().Version != 2 {
		t.Error("not in force")
	}
	m = r.make(d, 1, head+staff("p-1", "市民 一郎", 1201))
	var no *bundle.Refusal
	if err := d.inbox.Take(context.Background(), m.Manifest, m.Parts); !errors.As(err, &no) || no.Reason != bundle.Older {
		t.Errorf("%v", err)
	}
	m.Manifest[20] ^= 1
	if err := d.inbox.Take(context.Background(), m.Manifest, m.Parts); !errors.As(err, &no) || no.Reason != bundle.Forged {
		t.Errorf("%v", err)
	}
}
