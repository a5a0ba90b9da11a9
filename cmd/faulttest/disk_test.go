package faulttest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/store"
	"kidoban/device/sim"
)

// illness is what a disk does from its nth call on.
type illness struct {
	name  string
	fail  syscall.Errno
	stays bool // until it is mended; syncs are well then, as on a full disk
	short bool
}

var illnesses = []illness{
	{name: "disk-full", fail: syscall.ENOSPC, stays: true},
	{name: "disk-error", fail: syscall.EIO},
	{name: "short-write", short: true},
}

// sick is a disk that fails when it is told to. It watches a traced program.
type sick struct {
	mu    sync.Mutex
	ill   illness
	left  int // calls until it falls ill; 0 = well
	fell  bool
	calls []string // since it was told
}

func (d *sick) order(ill illness, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ill, d.left, d.fell, d.calls = ill, n, false, nil
}

// mend makes the disk well, and says whether it had fallen ill.
func (d *sick) mend() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	fell := d.fell
	d.left, d.fell = 0, false
	return fell
}

func (d *sick) before(c call) (int, verdict) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.what == "send" || d.left == 0 || d.ill.short && c.what != "write" || d.ill.stays && c.what != "write" && c.what != "truncate" {
		return 0, verdict{}
	}
	d.calls = append(d.calls, c.what)
	if d.left > 1 {
		d.left--
		return 0, verdict{}
	}
	if d.fell && !d.ill.stays {
		return 0, verdict{}
	}
	d.fell = true
	if d.ill.short {
		return 0, verdict{short: max(len(c.data)/2, 1)}
	}
	return 0, verdict{fail: d.ill.fail}
}

func (*sick) after(int, call) {}

// patient is a program on a sick disk.
type patient struct {
	k    *kind
	disk *sick
	s    *site
	c    *central
	door *traced
	log  *traced
}

func (p *patient) startDoor() {
	p.k.t.Helper()
	p.door = spawnTraced(p.k.t, p.disk, p.s.in("data"), p.s.in("log"), p.s.argv()...)
	p.s.ready()
}

// everyCall lets one call after another of what act does fail, until act makes no more.
func (p *patient) everyCall(ill illness, act func(n int) (fell bool)) {
	step, well := 1, 0
	switch *faultsFlag {
	case "":
		step = 12
	case "tenth":
		step = 5
	}
	for n := 1 + p.k.rnd.IntN(step); well < 2; n += step {
		if p.k.lost+p.k.wrong >= sayMost {
			return
		}
		if act(n) {
			well = 0
			p.k.next()
		} else {
			well++
		}
	}
}

// TestDiskBadge has each call of a badge's way to the disk fail: the door stays locked for an entry without a record,
// lets people out, and comes back.
func TestDiskBadge(t *testing.T) {
	for _, ill := range illnesses {
		t.Run(ill.name, func(t *testing.T) {
			few := 0
			if ill.stays {
				few = 1
			}
			p := newPatient(begin(t, ill.name+"-badge", few, 1, 1))
			p.startDoor()
			if err := p.s.bring(); err != nil {
				t.Fatal(err)
			}
			var facts []fact
			p.everyCall(ill, func(n int) bool {
				p.disk.order(ill, n)
				facts = append(facts, p.badge(n)...)
				fell := p.disk.mend()
				p.recovers(n)
				return fell
			})
			p.door.kill()
			p.sound(facts)
		})
	}
}

func newPatient(k *kind) *patient {
	k.t.Helper()
	m := linktest.StartMosquitto(k.t)
	p := &patient{k: k, disk: &sick{}, c: newCentral(k.t, bin, m.URL())}
	p.s = newSite(k.t, bin, controllerName, m.URL(), p.c)
	return p
}

// badge presents a card and looks what comes of it; then somebody leaves.
func (p *patient) badge(n int) (known []fact) {
	door, card := gates[0], n%10
	p.s.secure(door)
	if err := p.s.try(sim.Act{Verb: "card", Door: door, Facility: 118, Card: uint64(1000 + card)}); err != nil {
		p.k.isWrong("call %d: %v", n, err)
		return nil
	}
	var l sim.Look
	within(300*time.Millisecond, func() bool {
		l, _ = p.s.look(door)
		return l.Strike || l.Entry == "denied" || l.Entry == "degraded"
	})
	if l.Strike {
		known = append(known, fact{door, fmt.Sprintf("C-%d", card), journal.AccessGranted, 0})
		_ = p.s.try(sim.Act{Verb: "open", Door: door})
		_ = p.s.try(sim.Act{Verb: "close", Door: door})
	}
	p.leaves(n)
	return known
}

// leaves presses the exit button of another door, which must let out at once.
func (p *patient) leaves(n int) {
	door := gates[1]
	p.s.secure(door)
	_ = p.s.try(sim.Act{Verb: "exit", Door: door})
	if !within(500*time.Millisecond, func() bool { l, err := p.s.look(door); return err == nil && l.Strike }) {
		p.k.isWrong("call %d: the exit button does not let out", n)
	}
	_ = p.s.try(sim.Act{Verb: "handle", Door: door})
	_ = p.s.try(sim.Act{Verb: "close", Door: door})
}

// secure waits until a door is locked.
func (s *site) secure(door string) {
	within(8*time.Second, func() bool { l, err := s.look(door); return err == nil && !l.Strike })
}

func (p *patient) recovers(n int) {
	if !within(20*time.Second, func() bool {
		var st desk.Status
		return p.s.desk.Get(context.Background(), "status", nil, &st) == nil && st.Recording && st.Unrecorded == 0
	}) {
		log, _ := os.ReadFile(p.s.in("log"))
		p.k.isWrong("call %d: the door does not record again: %+v\n%s", n, p.s.status(), log[max(0, len(log)-2000):])
	}
}

// sound proves the record, and looks for what was known to somebody.
func (p *patient) sound(facts []fact) {
	r, err := store.OpenReadOnly(context.Background(), p.s.in("data"))
	if err != nil {
		p.k.isLost("%v", err)
		return
	}
	defer r.Close()
	rep, err := r.Verify(context.Background(), store.Verifying{})
	if err != nil || !rep.OK() {
		p.k.isWrong("verify: %v %v", rep.Problems, err)
	}
	g := &rig{k: p.k, s: p.s, facts: facts, record: p.s.record()}
	g.sought()
	p.k.more = fmt.Sprintf(" entries=%d known=%d", len(g.record), len(facts))
}

// TestDiskImport has each call of an import fail: what was answered is so after a kill, what failed is whole or not at all.
func TestDiskImport(t *testing.T) {
	for _, ill := range illnesses {
		t.Run(ill.name, func(t *testing.T) {
			p := newPatient(begin(t, ill.name+"-import", 0, 1, 1))
			p.startDoor()
			if err := p.s.bring(); err != nil {
				t.Fatal(err)
			}
			p.everyCall(ill, func(n int) bool {
				p.disk.order(ill, n)
				err := p.s.bringOne(n)
				p.leaves(n)
				fell := p.disk.mend()
				p.door.kill()
				p.startDoor()
				if err == nil {
					p.admits(n)
				}
				return fell
			})
			p.door.kill()
			p.sound(nil)
		})
	}
}

// bringOne imports the people with one whose card nobody had.
func (s *site) bringOne(n int) error {
	text := people(s.people) + fmt.Sprintf("S-new,職員,職員,市民課,C-%d,H10301,118,%d\n", 5000+n, 5000+n)
	// An order is answered once it is recorded: while the disk is ill, not at all.
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.desk.Send(ctx, "import", map[string][]string{"name": {"people.csv"}}, []byte(text), &desk.Import{})
}

// admits lets the person in who was imported last.
func (p *patient) admits(n int) {
	door := gates[0]
	p.s.secure(door)
	if !p.s.enter(sim.Act{Verb: "card", Door: door, Facility: 118, Card: uint64(5000 + n)}) {
		p.k.isLost("call %d: the import was answered as done, and the last of it is not let in", n)
	}
}

// TestDiskDrain has each call of the central log fail while it takes a backlog: it lives on, and confirms only what it has.
func TestDiskDrain(t *testing.T) {
	t.Parallel()
	for _, ill := range illnesses {
		t.Run(ill.name, func(t *testing.T) {
			t.Parallel()
			k := begin(t, ill.name+"-drain", 0, 1, 1)
			r := newRig(k)
			p := &patient{k: k, disk: &sick{}, s: r.s, c: r.c}
			died := 0
			r.c.kill()
			start := func() { p.log = spawnTraced(t, p.disk, r.c.in("data"), r.c.in("log"), r.c.serving()...) }
			start()
			r.settle()
			p.everyCall(ill, func(n int) bool {
				p.disk.order(ill, n)
				for range 30 {
					_ = r.s.try(sim.Act{Verb: "misread", Door: gates[0]})
				}
				within(3*time.Second, func() bool { return p.fallen() || r.s.settled() })
				time.Sleep(100 * time.Millisecond)
				r.confirmed()
				fell := p.disk.mend()
				select {
				case <-p.log.done:
					died++
					log, _ := os.ReadFile(r.c.in("log"))
					k.isWrong("call %d: the central log ended: %s", n, lastLine(string(log)))
					start()
				default:
				}
				r.settle()
				return fell
			})
			k.more += fmt.Sprintf(" ended=%d", died)
		})
	}
}

func (p *patient) fallen() bool {
	p.disk.mu.Lock()
	defer p.disk.mu.Unlock()
	return p.disk.fell
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
