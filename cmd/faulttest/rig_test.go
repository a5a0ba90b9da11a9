package faulttest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/device/sim"
)

// rig is a door daemon, a broker and a central log, with a network between each two, and people who use the door.
type rig struct {
	k      *kind
	broker *linktest.Mosquitto // nil: another
	port   int
	near   *network // between the door and the broker
	far    *network // between the broker and the central log
	c      *central
	s      *site
	acked  atomic.Int64 // by what was heard at the broker

	people *crowd
	facts  []fact // known to somebody, not looked for yet
	record [][]byte

	known   int           // facts looked for
	slowest time.Duration // until both ends were the same
}

func newRig(k *kind, lines ...string) *rig {
	k.t.Helper()
	m := linktest.StartMosquitto(k.t, lines...)
	r := newRigAt(k, m.Port())
	r.broker = m
	return r
}

func newRigAt(k *kind, port int) *rig {
	k.t.Helper()
	r := &rig{k: k, port: port}
	r.near, r.far = startNetwork(k.t, port, k.rnd.Uint64()), startNetwork(k.t, port, k.rnd.Uint64())
	r.c = newCentral(k.t, bin, r.far.url())
	r.s = newSite(k.t, bin, controllerName, r.near.url(), r.c)
	r.listen()
	r.c.start()
	r.s.start()
	if err := r.s.bring(); err != nil {
		k.t.Fatal(err)
	}
	return r
}

// listen hears what is confirmed.
func (r *rig) listen() {
	o := mqtt.NewClientOptions().AddBroker(fmt.Sprintf("tcp://127.0.0.1:%d", r.port)).SetClientID("witness").SetConnectRetry(true).
		SetConnectRetryInterval(20 * time.Millisecond).SetMaxReconnectInterval(100 * time.Millisecond)
	o.SetOnConnectHandler(func(c mqtt.Client) {
		c.Subscribe("kidoban/v1/"+siteName+"/"+controllerName+"/ack", 1, func(_ mqtt.Client, m mqtt.Message) {
			var a struct{ Sequence int64 }
			if json.Unmarshal(m.Payload(), &a) == nil && a.Sequence+1 > r.acked.Load() {
				r.acked.Store(a.Sequence + 1)
			}
		})
	})
	c := mqtt.NewClient(o)
	c.Connect()
	r.k.t.Cleanup(func() { c.Disconnect(0) })
}

// confirmed looks into the central log's file, whether or not it runs, for what was confirmed.
func (r *rig) confirmed() {
	said := int(r.acked.Load())
	_, entries, err := r.held()
	switch {
	case err != nil:
		r.k.isLost("the central log's file: %v", err)
	case len(entries) < said:
		r.k.isLost("%d entries are in the central log's file, %d were confirmed", len(entries), said)
	}
}

// held is what the central log's file holds of the door, verified.
func (r *rig) held() (j shelf.Journal, entries [][]byte, err error) {
	f, err := shelf.OpenReader(context.Background(), r.c.in("data"))
	if err != nil {
		return j, nil, err
	}
	defer f.Close()
	js, err := f.Journals(context.Background())
	if err != nil {
		return j, nil, err
	}
	for _, j = range js {
		if j.Key.Name() == "kidoban/"+siteName+"/"+controllerName {
			err = f.Entries(context.Background(), j, 0, func(seq uint64, payload []byte) error {
				switch {
				case seq < uint64(len(entries)):
					r.k.isDuplicated("entry %d", seq)
				case seq > uint64(len(entries)):
					return fmt.Errorf("entry %d stands where %d should", seq, len(entries))
				}
				entries = append(entries, payload)
				return nil
			})
			return j, entries, err
		}
	}
	return j, nil, fmt.Errorf("the journal is not accepted")
}

const settleWithin = time.Minute

// settle lets people pause until all is confirmed, and compares both ends.
func (r *rig) settle() {
	r.k.t.Helper()
	r.pause()
	began := time.Now()
	var entries [][]byte
	var j shelf.Journal
	var err error
	if !within(settleWithin, func() bool {
		if !r.s.settled() {
			return false
		}
		r.record = r.s.record()
		j, entries, err = r.held()
		return err != nil || len(entries) >= len(r.record)
	}) {
		r.k.isLost("%v after the fault both ends are not the same: %s", settleWithin, r.s.status().Link)
		return
	}
	r.slowest = max(r.slowest, time.Since(began))
	r.known += len(r.facts)
	r.sought()
	if err != nil || j.Fork != "" {
		r.k.isWrong("the central log's file: %v %s", err, j.Fork)
	}
	for i, e := range r.record {
		if !bytes.Equal(e, entries[i]) {
			r.k.isWrong("entry %d at the central log is not the door's", i)
			break
		}
	}
	r.k.more = fmt.Sprintf(" entries=%d known=%d slowest=%v", len(r.record), r.known, r.slowest.Round(time.Millisecond))
}

// fact is something that the daemon let somebody know.
type fact struct {
	door, card string
	t          journal.Type
	after      int // entries before it
}

// sought looks for the facts in the record.
func (r *rig) sought() {
	type key struct{ door, card, t string }
	found := map[key][]int{}
	for i, p := range r.record {
		var e struct {
			Type string
			Data journal.Data
		}
		if err := json.Unmarshal(p, &e); err != nil {
			r.k.isWrong("entry %d: %v", i, err)
		}
		id := key{e.Data.Door, e.Data.Credential, e.Type}
		found[id] = append(found[id], i)
	}
	for _, f := range r.facts {
		id := key{f.door, f.card, "kidoban." + string(f.t)}
		for len(found[id]) > 0 && found[id][0] < f.after {
			found[id] = found[id][1:]
		}
		if len(found[id]) == 0 {
			r.k.isLost("known to somebody and not on record: %+v", f)
			continue
		}
		found[id] = found[id][1:]
	}
	r.facts = nil
}

// crowd is the people at the doors.
type crowd struct {
	over  atomic.Bool
	work  sync.WaitGroup
	mu    sync.Mutex
	facts []fact
}

// flow lets people use the doors until pause.
func (r *rig) flow() {
	if r.people != nil {
		return
	}
	r.people = &crowd{}
	base := len(r.record)
	for i, g := range gates {
		u := &user{rig: r, crowd: r.people, desk: desk.Dial(r.s.in("sock")), door: g, first: i * 10, base: base,
			rnd: rand.New(rand.NewPCG(r.k.rnd.Uint64(), 0))}
		r.people.work.Go(u.live)
	}
}

func (r *rig) pause() {
	if r.people == nil {
		return
	}
	r.people.over.Store(true)
	r.people.work.Wait()
	r.facts = append(r.facts, r.people.facts...)
	r.people = nil
}

// user uses one door, with cards that nobody else has.
type user struct {
	*crowd
	rig   *rig
	desk  *desk.Client
	door  string
	first int
	base  int
	rnd   *rand.Rand
}

func (u *user) live() {
	defer u.desk.Close()
	for !u.over.Load() {
		switch u.rnd.IntN(6) {
		case 0:
			u.refused()
		case 1, 2:
			u.leave()
		case 3:
			_ = u.act(sim.Act{Verb: "misread"})
		default:
			u.enter()
		}
		time.Sleep(time.Duration(u.rnd.IntN(10)) * time.Millisecond)
	}
}

func (u *user) act(a sim.Act) error {
	a.Door = u.door
	return u.desk.Post(context.Background(), "sim", a, nil)
}

// see waits a while for something to show.
func (u *user) see(what func(sim.Look) bool) bool {
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		var l sim.Look
		err := u.desk.Get(context.Background(), "sim", map[string][]string{"door": {u.door}}, &l)
		if err == nil && what(l) {
			return true
		}
		if u.over.Load() {
			return false
		}
	}
	return false
}

func (u *user) know(card string, t journal.Type) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.facts = append(u.facts, fact{u.door, card, t, u.base})
}

func (u *user) refused() {
	n := u.first / 10
	if !u.see(func(l sim.Look) bool { return l.Entry != "denied" }) || u.act(sim.Act{Verb: "card", Facility: 118, Card: uint64(60000 + n)}) != nil {
		return
	}
	if u.see(func(l sim.Look) bool { return l.Entry == "denied" }) {
		u.know(fmt.Sprintf("N-%d", n), journal.AccessDenied)
	}
}

func (u *user) enter() {
	if !u.see(func(l sim.Look) bool { return !l.Strike }) {
		return
	}
	n := u.first + u.rnd.IntN(10)
	if u.act(sim.Act{Verb: "card", Facility: 118, Card: uint64(1000 + n)}) != nil {
		return
	}
	if u.see(func(l sim.Look) bool { return l.Strike }) {
		u.know(fmt.Sprintf("C-%d", n), journal.AccessGranted)
	}
	_ = u.act(sim.Act{Verb: "open"})
	_ = u.act(sim.Act{Verb: "close"})
}

func (u *user) leave() {
	if !u.see(func(l sim.Look) bool { return !l.Strike }) || u.act(sim.Act{Verb: "exit"}) != nil {
		return
	}
	u.see(func(l sim.Look) bool { return l.Strike })
	_ = u.act(sim.Act{Verb: "handle"})
	u.see(func(l sim.Look) bool { return !l.Strike })
	_ = u.act(sim.Act{Verb: "close"})
}

// nap waits up to most.
func (r *rig) nap(most time.Duration) { time.Sleep(time.Duration(r.k.rnd.Int64N(int64(most)))) }

// settleEvery is after how many faults everything is compared.
const settleEvery = 10

// storm lets a fault happen again and again while people use the doors, and compares both ends now and then.
func (r *rig) storm(fault func()) {
	for r.k.count < r.k.want && r.k.lost+r.k.wrong+r.k.duplicated < sayMost {
		r.flow()
		r.nap(300 * time.Millisecond)
		fault()
		r.k.next()
		if r.k.count%settleEvery == 0 || r.k.count == r.k.want {
			r.settle()
		}
	}
	if r.k.t.Failed() {
		for _, log := range []string{r.s.in("log"), r.c.in("log")} {
			b, _ := os.ReadFile(log)
			r.k.t.Logf("%s:\n%s", log, b[max(0, len(b)-4000):])
		}
	}
}
