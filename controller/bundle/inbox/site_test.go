package inbox_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/bundle"
	"kidoban/controller/bundle/office"
	"kidoban/controller/bundle/publish"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/device"
)

// central is a central log's shelf with its own journal, and what publishes from it.
type central struct {
	t     testing.TB
	shelf *shelf.Shelf
	own   shelf.Own
	stop  func()
}

func newCentral(t testing.TB) *central {
	t.Helper()
	c := &central{t: t}
	var err error
	if c.shelf, err = shelf.Open(context.Background(), shelftest.SQLite(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.shelf.Close() })
	c.own.Origin = outboxtest.Origin("central")
	secret, public, err := note.GenerateKey(rand.Reader, c.own.Origin.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	c.own.Key = public
	if c.own.Signer, err = note.NewSigner(secret); err != nil {
		t.Fatal(err)
	}
	c.own.Central, _ = pair(t, "kidobanlog")
	return c
}

// publish begins to publish over a broker.
func (c *central) publish(broker string) {
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		p := publish.Publisher{Shelf: c.shelf, Link: link.Config{Broker: broker, ClientID: "central/roster", Timeout: 2 * time.Second}, Log: quiet()}
		if err := p.Run(ctx); err != nil {
			c.t.Error(err)
		}
	})
	c.stop = func() { cancel(); work.Wait() }
	c.t.Cleanup(c.stop)
}

func (c *central) accept(d *door) {
	c.t.Helper()
	if _, err := c.shelf.Accept(context.Background(), d.Keys.Public(), time.Now()); err != nil {
		c.t.Fatal(err)
	}
}

func (c *central) put(all map[string]shelf.Bundle) {
	c.t.Helper()
	e := journal.Entry{At: device.Instant{Wall: time.Now()}, Type: journal.RosterPublished, Severity: journal.Notice, Subject: "account/x"}
	if err := c.shelf.PutRoster(context.Background(), c.own, all, e); err != nil {
		c.t.Fatal(err)
	}
}

func of(m office.Made) (string, shelf.Bundle) {
	b := shelf.Bundle{"": m.Manifest}
	for name, p := range m.Parts {
		b[name] = p
	}
	return "kidoban/maizuru/" + m.Controller, b
}

// TestSite: twenty doors on a real broker take their bundles; a card reported lost is refused at every reachable one within
// two seconds of the report; one that was off stops it when it is back; a wiped broker has everything again.
func TestSite(t *testing.T) {
	doors := 20
	if testing.Short() {
		doors = 5
	}
	broker := linktest.StartMosquitto(t)
	r, c := newRig(t), newCentral(t)
	c.publish(broker.URL())
	var all []*door
	people := head + staff("p-1", "市民 一郎", 1201) + staff("p-2", "髙橋 由紀", 1202)
	bundles := map[string]shelf.Bundle{}
	for i := range doors {
		d := r.door(fmt.Sprintf("door-%02d", i))
		c.accept(d)
		d.connect(broker.URL())
		name, b := of(r.make(d, 1, people))
		bundles[name] = b
		all = append(all, d)
	}
	c.put(bundles)
	for _, d := range all {
		d.took(1)
	}
	off := all[0]
	off.Stop()
	off.stop()

	list := office.Lose(bundle.Lost{}, "maizuru", time.Now(), bundle.Loss{To: "lost", Reason: "lost", Account: "night"}, []string{"C-p-1"})
	msg, err := list.Sign(r.loss)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	c.put(map[string]shelf.Bundle{shelf.WholeSite("maizuru"): {"lost": msg}})
	for _, d := range all[1:] {
		outboxtest.Await(t, "the card is stopped", func() bool { return d.state("C-p-1") == access.Lost })
	}
	took := time.Since(began)
	for _, d := range all[1:] {
		outboxtest.Await(t, "told of once", func() bool {
			return d.told(`kidoban.credential.lost`, `"credential":"C-p-1"`, `"account":"night"`) == 1
		})
	}
	t.Logf("a card reported lost was refused at %d doors within %v", doors-1, took)
	if took > 2*time.Second {
		t.Errorf("it took %v, at most 2s", took)
	}

	broker.Kill()
	broker.Wipe()
	off.start()
	broker.Start()
	off.connect(broker.URL())
	outboxtest.Await(t, "the door that was off stops it too", func() bool { return off.state("C-p-1") == access.Lost })
	name, b := of(r.make(all[1], 2, head+staff("p-2", "髙橋 由紀", 1202)))
	c.put(map[string]shelf.Bundle{name: b})
	all[1].took(2)
	if all[1].state("C-p-1") != 0 || all[1].state("C-p-2") != access.Active {
		t.Error("version 2 is not what is in force")
	}

	// The central log is off for good: the doors decide alone.
	c.stop()
	broker.Kill()
	all[1].pass("entry", 1202)
	if in := all[1].inside(); len(in) != 1 || in[0].Person != "p-2" {
		t.Errorf("inside: %+v", in)
	}
}

// What is published tells nobody but its door anything, and that door nothing of those who have no right there.
func TestNothingInClear(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d, other := r.door("main-ctl"), r.door("west-ctl")
	people := head + staff("p-1", "市民 一郎", 41201) + "p-7,西田 七子,職員,西支所,,2020-04-01,,C-p-7,H10301,118,41207\n" +
		"p-8,業者 八郎,委託,,,,,C-p-8,H10301,118,41208\n"
	m := r.make(d, 1, people)
	theirs := r.make(other, 1, people)
	own, wrong := d.own, other.own
	man, err := own.Manifest(m.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	content, err := own.Open(man, m.Parts)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := content.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"p-7", "西田", "p-8", "業者", "41201"} {
		if strings.Contains(string(plain), word) {
			t.Errorf("%q is in the bundle of a door where it has no business", word)
		}
	}
	for name, b := range of2(m) {
		for _, word := range []string{"市民", "C-p-1", "41201", "p-1"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%q is in clear in %q", word, name)
			}
		}
	}
	wrong.Controller, wrong.Journal = own.Controller, own.Journal
	if _, err := wrong.Open(man, m.Parts); err == nil {
		t.Error("another door can read it")
	}
	one, err := other.own.Manifest(theirs.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	same, err := other.own.Open(one, theirs.Parts)
	if err != nil {
		t.Fatal(err)
	}
	if same.Roster.Records.Credentials[0].Card == content.Roster.Records.Credentials[0].Card {
		t.Error("two doors know a card by the same hash")
	}
	key, err := os.ReadFile(d.Data + "/../keys/card.key")
	if err != nil {
		t.Fatal(err)
	}
	if e := r.enrolment(d); strings.Contains(string(e.CardKey), strings.TrimSpace(string(key))) {
		t.Error("the card key is in clear")
	}
}

func of2(m office.Made) shelf.Bundle {
	_, b := of(m)
	return b
}
