package inbox_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/bundle/inbox"
	"kidoban/controller/bundle/office"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/controller/store"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

// rig is an office and its keys.
type rig struct {
	t            testing.TB
	key, loss    note.Signer
	roster, lost note.Verifier
	identity     *age.X25519Identity
	central      note.Verifier
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t}
	r.key, r.roster = pair(t, "kidoban/maizuru/roster")
	r.loss, r.lost = pair(t, "kidoban/maizuru/loss")
	_, r.central = pair(t, "kidobanlog")
	var err error
	if r.identity, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	return r
}

func pair(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// door is a controller with its loop, its record, its outbox and its inbox.
type door struct {
	*outboxtest.Door
	t     testing.TB
	own   bundle.Own
	loop  *controller.Controller
	inbox *inbox.Inbox
	sim   *sim.Panel
	out   atomic.Pointer[outbox.Outbox]
	stop  func()
}

// refusing is the record as the loop sees it.
type refusing struct{ *store.Store }

func (l refusing) Commit(ctx context.Context, c ledger.Change, e []journal.Entry) error {
	_, err := l.Store.Commit(ctx, c, e)
	if store.KindOf(err) == store.Conflict {
		return fmt.Errorf("%w: %w", controller.ErrRefused, err)
	}
	return err
}

func (r *rig) door(name string) *door {
	r.t.Helper()
	d := &door{Door: outboxtest.NewDoor(r.t, name, r.central), t: r.t}
	o := d.Store.Origin()
	d.own = bundle.Own{Site: o.Site, Controller: o.Controller, Journal: o.Line(), Key: r.roster, Loss: r.lost, Identity: d.Keys.Identity()}
	d.start()
	return d
}

// start begins loop and inbox over the record as it lies there.
func (d *door) start() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	conf, err := config.Parse("demo.toml", config.Demo())
	if err != nil {
		d.t.Fatal(err)
	}
	conf.Roster.Key = "pinned"
	clk, err := clock.Start()
	if err != nil {
		d.t.Fatal(err)
	}
	snap, err := d.Store.Snapshot(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	rows, gen, err := d.Store.Roster(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range rows.People {
		rows.Records.Persons = append(rows.Records.Persons, p.Person)
	}
	roster, _ := access.NewRoster(gen, rows.Records)
	site := controller.NewSite(conf, controller.Hashes{Card: d.Keys.CardHash, PIN: d.Keys.PINHash, Tag: store.Tag, Salt: store.Salt, Sign: d.Keys.Sign})
	d.sim = sim.New([]string{"room"}, clk.Now)
	d.loop = controller.New(controller.NewState(site, "0e6d2f0c", roster, rows.People, snap), d.sim, refusing{d.Store}, clk)
	d.loop.After = func(t controller.Turned) {
		if out := d.out.Load(); t.Durable && out != nil {
			out.Kick()
		}
	}
	d.inbox = inbox.New(inbox.Config{Own: d.own, Clock: clk, Patience: 2 * time.Second, Log: quiet()}, d.Store, d.loop)
	var work sync.WaitGroup
	work.Go(func() { _ = d.loop.Commit(context.WithoutCancel(ctx)) })
	work.Go(func() {
		_ = d.loop.Run(ctx, controller.Starting{Version: "test", Open: snap.Grants, Modes: snap.Modes})
	})
	work.Go(func() { _ = d.inbox.Run(ctx) })
	var once sync.Once
	d.stop = func() { once.Do(func() { cancel(); work.Wait() }) }
	d.t.Cleanup(func() { d.stop() })
}

// connect lets the door's outbox follow a broker.
func (d *door) connect(broker string) {
	d.Run(broker, func(c *outbox.Config) { c.Roster = d.inbox.Receive })
	d.out.Store(d.Out)
}

func (d *door) ask(a controller.Account, ask controller.Ask) controller.Answer {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	got, err := d.loop.Ask(ctx, controller.Request{Account: a, Ask: ask})
	if err != nil {
		d.t.Fatal(err)
	}
	return got
}

func (d *door) held() controller.HeldView {
	d.t.Helper()
	return d.ask(controller.Account{}, controller.AskHeld{}).Value.(controller.HeldView)
}

func (d *door) state(card access.CredentialID) access.CardState {
	d.t.Helper()
	c, _ := d.ask(controller.Account{}, controller.AskCredential{ID: card}).Value.(access.Credential)
	return c.State
}

// told counts the entries that hold all of these words.
func (d *door) told(words ...string) (n int) {
	d.t.Helper()
	rows, err := d.Store.Rows(context.Background(), 0, 1<<20)
	if err != nil {
		d.t.Fatal(err)
	}
next:
	for _, r := range rows {
		for _, w := range words {
			if !strings.Contains(string(r.Payload), w) {
				continue next
			}
		}
		n++
	}
	return n
}

// enrolment is what the door gives the office.
func (r *rig) enrolment(d *door) bundle.Enrolment {
	r.t.Helper()
	key, err := d.Keys.CardKeyFor(r.identity.Recipient())
	if err != nil {
		r.t.Fatal(err)
	}
	o := d.Store.Origin()
	return bundle.Enrolment{
		Site: o.Site, Controller: o.Controller, Journal: o.Line(), Key: d.Keys.Public(), Recipient: d.Keys.Recipient(), CardKey: key,
		Made: time.Now(), Zones: []bundle.Zone{{Name: "room", Kind: "management_room", Officer: "security-officer", Section: "civic-affairs", Visitors: true}},
	}
}

// make makes a door's bundle.
func (r *rig) make(d *door, version int64, people string, change ...func(*office.Making, *office.Sources)) office.Made {
	r.t.Helper()
	how := office.Making{Version: version, Made: time.Now(), From: time.Now(), Key: r.key, Identity: r.identity}
	src := office.Sources{People: office.File{Name: "people.csv", Data: []byte(people)}}
	for _, c := range change {
		c(&how, &src)
	}
	m, err := office.Make(how, src, r.enrolment(d))
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// hand gives a bundle to the inbox as the broker would.
func (d *door) hand(m office.Made) {
	for name, b := range m.Parts {
		d.inbox.Receive(name, b)
	}
	d.inbox.Receive("", m.Manifest)
}

const head = "id,name,kind,section,post,from,finding_from,card_id,format,facility,number\n"

// staff is a line of the file of people: somebody of 市民課 with a card.
func staff(id, name string, number int) string {
	return fmt.Sprintf("%s,%s,職員,市民課,,2020-04-01,,C-%s,H10301,118,%d\n", id, name, id, number)
}

var installer = controller.Account{Name: "setup", Operate: true, Roster: true}
