package systemtest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

// fact is something that the daemon has let somebody know, so that it must be in the record.
type fact struct {
	door string
	t    journal.Type // granted, denied, or roster.changed for an order
	who  string       // the credential, or the person of an order
}

func (f fact) in(es []entry) bool {
	return find(es, func(e entry) bool {
		return e.is(f.t) && e.Data.Door == f.door && (e.Data.Credential == f.who || f.door == "" && e.Data.Person == f.who)
	}) != nil
}

const (
	killDoors = 8
	staffEach = 24 // cards of each door's clerks; none is used twice between two kills
)

// TestKill kills the daemon with SIGKILL at random moments, the start among them, while eight people badge and give
// orders. After each kill the record verifies, and whatever the daemon let anybody know before it died is in it: a strike
// or a lamp seen, an order answered, an entry heard from the broker. The central log ends up with each entry once, in order.
// Pitfall 7: events lost when the bus or the daemon goes away.
func TestKill(t *testing.T) {
	rnd, seed := random(t)
	addr := freeAddr(t)
	c := newCentral(t, "--listen", addr)
	var gates []gate
	for i := range killDoors {
		gates = append(gates, gate{fmt.Sprintf("d%d", i), "H10301", "never"})
	}
	s := newSite(t, c.table("tcp://"+addr), gates...)
	c.pin(s)
	c.start()
	heard := listen(t, addr)
	s.start()
	s.bring(killRoster())
	s.stop()
	all, published := record(t, s.in("data"), 0), 0
	kills, lost, facts, began := *killsFlag, 0, 0, time.Now()
	if testing.Short() {
		kills = min(kills, 5)
	}
	for n := range kills {
		known := s.round(rnd, n)
		after := record(t, s.in("data"), len(all))
		if got := verified(t, s.in("data")); got != len(all)+len(after) {
			t.Fatalf("kill %d: %d entries verified, %d read", n, got, len(all)+len(after))
		}
		var es []entry
		for _, p := range after {
			es = append(es, parse(t, p))
		}
		for _, f := range known {
			if !f.in(es) {
				lost++
				t.Errorf("kill %d: known to somebody and lost: %+v", n, f)
			}
		}
		all, facts = append(all, after...), facts+len(known)
		published += everyOne(t, n, all, entriesOf(heard.take()))
	}
	s.start()
	await(t, "the central log has confirmed all", time.Minute, func() bool { return c.confirmed() == uint64(s.status().Entries) })
	s.stop()
	all = append(all, record(t, s.in("data"), len(all))...)
	c.holds(all, int(c.confirmed()))
	fmt.Printf("%d kills in %v, %d lost of %d facts and %d published entries; %d entries; -seed %d\n",
		kills, time.Since(began).Round(time.Second), lost, facts, published, len(all), seed)
}

// everyOne fails if an entry was published that is not on record.
func everyOne(t *testing.T, n int, all, heard []string) int {
	t.Helper()
	for _, p := range heard {
		var seq int
		if _, err := fmt.Sscan(strings.TrimLeft(parse(t, p).Sequence[:17], "0")+parse(t, p).Sequence[17:], &seq); err != nil {
			t.Fatal(err)
		}
		if seq >= len(all) || all[seq] != p {
			t.Fatalf("kill %d: entry %d was published and is not on record:\n%s", n, seq, p)
		}
	}
	return len(heard)
}

// round runs the daemon under load for a moment, kills it, and returns what it had let people know.
func (s *site) round(rnd *rand.Rand, n int) []fact {
	s.t.Helper()
	var over atomic.Bool
	var work sync.WaitGroup
	found := make([][]fact, killDoors)
	for i := range killDoors {
		u := &user{s: s, desk: desk.Dial(s.in("sock")), over: &over, round: n, door: i, rnd: rand.New(rand.NewPCG(rnd.Uint64(), 0))}
		work.Go(func() { found[i] = u.live() })
	}
	s.spawn()
	if rnd.IntN(4) > 0 { // else anywhere, the start included
		answers := func() bool { return s.desk.Get(context.Background(), "status", nil, &desk.Status{}) == nil }
		for end := time.Now().Add(10 * time.Second); !answers() && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
	}
	time.Sleep(time.Duration(1+rnd.IntN(120)) * time.Millisecond)
	s.kill()
	over.Store(true)
	work.Wait()
	var out []fact
	for _, f := range found {
		out = append(out, f...)
	}
	return out
}

// user is one of those who use the daemon until it is gone.
type user struct {
	s     *site
	desk  *desk.Client
	over  *atomic.Bool
	round int
	door  int
	rnd   *rand.Rand
	known []fact
}

func (u *user) name() string { return fmt.Sprintf("d%d", u.door) }

func (u *user) live() []fact {
	u.await(func() bool { return u.desk.Get(context.Background(), "status", nil, &desk.Status{}) == nil })
	if u.rnd.IntN(2) == 0 {
		u.refused()
	}
	for i := 0; i < staffEach && !u.over.Load(); i++ {
		switch u.rnd.IntN(4) {
		case 0:
			u.order(i)
		case 1:
			u.leave()
		default:
			u.enter(i)
		}
	}
	u.desk.Close()
	return u.known
}

func (u *user) await(cond func() bool) bool {
	for !u.over.Load() {
		if cond() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func (u *user) act(a sim.Act) error {
	a.Door = u.name()
	return u.desk.Post(context.Background(), "sim", a, nil)
}

func (u *user) see(what func(sim.Look) bool) bool {
	return u.await(func() bool {
		var l sim.Look
		return u.desk.Get(context.Background(), "sim", map[string][]string{"door": {u.name()}}, &l) == nil && what(l)
	})
}

// refused presents a contractor's card and waits for the red lamp. Once a round: the lamp stays red for a while.
func (u *user) refused() {
	if u.act(sim.Act{Verb: "card", Facility: 118, Card: uint64(60000 + u.door)}) != nil {
		return
	}
	if u.see(func(l sim.Look) bool { return l.Entry == "denied" }) {
		u.known = append(u.known, fact{u.name(), journal.AccessDenied, fmt.Sprintf("N-%d", u.door)})
	}
}

// enter presents the next clerk's card, sees the strike move and goes in.
func (u *user) enter(i int) {
	if !u.see(func(l sim.Look) bool { return !l.Strike }) {
		return
	}
	if u.act(sim.Act{Verb: "card", Facility: 118, Card: clerk(u.door, i)}) != nil {
		return
	}
	if u.see(func(l sim.Look) bool { return l.Strike }) {
		u.known = append(u.known, fact{u.name(), journal.AccessGranted, fmt.Sprintf("C-%d", clerk(u.door, i))})
	}
	_ = u.act(sim.Act{Verb: "open"})
	_ = u.act(sim.Act{Verb: "close"})
}

// leave presses the exit button and goes out; each step is seen before the next, so that no release is taken for another's.
func (u *user) leave() {
	if !u.see(func(l sim.Look) bool { return !l.Strike }) || u.act(sim.Act{Verb: "exit"}) != nil {
		return
	}
	u.see(func(l sim.Look) bool { return l.Strike })
	_ = u.act(sim.Act{Verb: "handle"})
	u.see(func(l sim.Look) bool { return !l.Strike })
	_ = u.act(sim.Act{Verb: "close"})
}

// order adds a person that nobody has added before.
func (u *user) order(i int) {
	id := fmt.Sprintf("P%d-%d-%d", u.round, u.door, i)
	e := desk.Edit{Person: &ledger.Person{Person: access.Person{ID: access.PersonID(id), Kind: access.Staff}, Name: id}}
	if u.desk.Post(context.Background(), "edit", e, nil) == nil {
		u.known = append(u.known, fact{"", journal.RosterChanged, id})
	}
}

func clerk(door, i int) uint64 { return uint64(1000*(door+1) + i) }

func killRoster() string {
	var b strings.Builder
	b.WriteString("id,name,kind,section,card_id,format,facility,number\n")
	for d := range killDoors {
		fmt.Fprintf(&b, "N-%d,n,委託,,N-%d,H10301,118,%d\n", d, d, 60000+d)
		for i := range staffEach {
			n := clerk(d, i)
			fmt.Fprintf(&b, "S-%d,s,職員,市民課,C-%d,H10301,118,%d\n", n, n, n)
		}
	}
	return b.String()
}
