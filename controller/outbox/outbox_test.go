package outbox_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	builtin "kidoban/controller/broker"
	"kidoban/controller/journal"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/outboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const prefix = "kidoban/v1/maizuru/main-ctl/"

func broker(t testing.TB) string {
	t.Helper()
	b, err := builtin.New(builtin.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, b)
	return "tcp://" + b.Address()
}

// serve runs a broker until the test ends.
func serve(t testing.TB, b *builtin.Broker) {
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := b.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); work.Wait() })
}

// peer is somebody else on the broker.
type peer struct {
	t    testing.TB
	link *link.Link
	mu   sync.Mutex
	got  []link.Message
	work sync.WaitGroup
}

func join(t testing.TB, broker, name string, filters ...string) *peer {
	t.Helper()
	l, err := link.Open(context.Background(), link.Config{Broker: broker, ClientID: name}, nil, filters...)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, link: l}
	p.work.Go(func() {
		for {
			select {
			case m := <-l.In():
				p.mu.Lock()
				p.got = append(p.got, m)
				p.mu.Unlock()
			case <-l.Lost():
				return
			}
		}
	})
	t.Cleanup(func() { l.Close(); p.work.Wait() })
	return p
}

func (p *peer) send(topic string, retained bool, payload []byte) {
	p.t.Helper()
	select {
	case p.link.Out() <- link.Message{Topic: topic, Payload: payload, Retained: retained}:
	case <-p.link.Lost():
		p.t.Fatal(p.link.Why())
	}
}

// on gives the payloads that came on topics that begin so.
func (p *peer) on(topic string) (payloads [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.got {
		if strings.HasPrefix(m.Topic, topic) {
			payloads = append(payloads, m.Payload)
		}
	}
	return payloads
}

func (p *peer) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = nil
}

func key(t testing.TB, name string) (note.Signer, note.Verifier) {
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

func ack(t testing.TB, origin string, size uint64, root tlog.Hash, by ...note.Signer) []byte {
	t.Helper()
	c := journal.Checkpoint{Origin: origin, Size: size, Root: root, Time: time.Now(), Clock: journal.Synchronised}
	msg, err := c.Sign(by...)
	if err != nil {
		t.Fatal(err)
	}
	return marshal(t, size-1, root, msg)
}

func marshal(t testing.TB, sequence uint64, root tlog.Hash, msg []byte) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"sequence": sequence, "root": root.String(), "checkpoint": string(msg)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func root(t testing.TB, d *outboxtest.Door, size uint64) tlog.Hash {
	t.Helper()
	h, err := d.Store.RootAt(context.Background(), size)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// acknowledged is the size up to which the door believes itself confirmed.
func acknowledged(d *outboxtest.Door) uint64 {
	b, err := os.ReadFile(filepath.Join(d.Data, "acknowledged.note"))
	if err != nil {
		return 0
	}
	c, err := journal.PeekCheckpoint(b)
	if err != nil {
		return 0
	}
	return c.Size
}

func TestAForgedAckMovesNothing(t *testing.T) {
	url := broker(t)
	central, pinned := key(t, "central")
	stranger, _ := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	other := outboxtest.NewDoor(t, "main-ctl", pinned)
	other.Commit(99)
	d.Commit(99)
	p := join(t, url, "peer", prefix+"#")
	d.Run(url, nil)
	outboxtest.Await(t, "everything sent", func() bool { return len(p.on(prefix+"event/")) == 100 })

	line, good := d.Store.Origin().Line(), root(t, d, 50)
	p.send(prefix+"ack", true, ack(t, line, 50, good, d.Signer, central))
	outboxtest.Await(t, "true ack believed", func() bool { return acknowledged(d) == 50 })

	higher := root(t, d, 80)
	forgeries := map[string][]byte{
		"no JSON":                   []byte("{"),
		"no members":                []byte("{}"),
		"central key unknown":       ack(t, line, 80, higher, d.Signer, stranger),
		"central signature missing": ack(t, line, 80, higher, d.Signer),
		"own signature missing":     ack(t, line, 80, higher, central),
		"own signature stranger's":  ack(t, line, 80, higher, stranger, central),
		"other journal":             ack(t, other.Store.Origin().Line(), 80, root(t, other, 80), other.Signer, central),
		"other journal's, our line": ack(t, line, 80, root(t, other, 80), other.Signer, central),
		"other origin":              ack(t, "kidoban/maizuru/main-ctl/00000000", 80, higher, d.Signer, central),
		"sequence is not size-1":    marshal(t, 80, higher, signed(t, line, 80, higher, d.Signer, central)),
		"root is not the note's":    marshal(t, 79, good, signed(t, line, 80, higher, d.Signer, central)),
		"beyond head, unsigned":     ack(t, line, 500, higher, stranger, stranger),
		"sequence out of range":     []byte(`{"sequence":18446744073709551615,"root":"","checkpoint":""}`),
	}
	n := d.Out.Forged()
	for name, payload := range forgeries {
		p.send(prefix+"ack", false, payload)
		n++
		outboxtest.Await(t, name+" counted", func() bool { return d.Out.Forged() == n })
	}
	// Lower than known: true once, and ignored.
	p.send(prefix+"ack", false, ack(t, line, 20, root(t, d, 20), d.Signer, central))
	p.send(prefix+"ack", false, ack(t, line, 50, good, d.Signer, central))
	time.Sleep(1500 * time.Millisecond) // longer than the position is held back
	if got := acknowledged(d); got != 50 || d.Out.Forged() != n {
		t.Errorf("position %d, want 50; forged %d, want %d", got, d.Out.Forged(), n)
	}
	if d.Noticed(outbox.RolledBack) {
		t.Error("a forgery passed for a rollback")
	}
	p.send(prefix+"ack", false, ack(t, line, 80, higher, d.Signer, central))
	outboxtest.Await(t, "true ack believed after all forgeries", func() bool { return acknowledged(d) == 80 })
}

func signed(t testing.TB, origin string, size uint64, root tlog.Hash, by ...note.Signer) []byte {
	t.Helper()
	msg, err := journal.Checkpoint{Origin: origin, Size: size, Root: root, Time: time.Now(), Clock: journal.Synchronised}.Sign(by...)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func TestADiskRolledBackIsToldAndSendsNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		size  uint64
		other bool
	}{"beyond the head": {size: 500}, "beside the journal": {size: 50, other: true}} {
		t.Run(name, func(t *testing.T) {
			url := broker(t)
			central, pinned := key(t, "central")
			d := outboxtest.NewDoor(t, "main-ctl", pinned)
			d.Commit(99)
			p := join(t, url, "peer", prefix+"#")
			d.Run(url, nil)
			outboxtest.Await(t, "everything sent", func() bool { return len(p.on(prefix+"event/")) == 100 })
			// What the two keys signed before the disk was replaced by an older one.
			p.send(prefix+"ack", true, ack(t, d.Store.Origin().Line(), c.size, tlog.Hash{1}, d.Signer, central))
			outboxtest.Await(t, "alarm", func() bool { return d.Noticed(outbox.RolledBack) })
			p.forget()
			d.Commit(20)
			outboxtest.Await(t, "status says so", func() bool {
				s := p.on(prefix + "status")
				return len(s) > 0 && bytes.Contains(s[len(s)-1], []byte(`"mode":"rolled_back"`))
			})
			time.Sleep(300 * time.Millisecond)
			if n := len(p.on(prefix + "event/")); n != 0 {
				t.Errorf("%d entries sent after the rollback was known", n)
			}
		})
	}
}

// Pitfall 8: success only after PUBACK. Pitfall 9: the first start, with no position, delivers from the beginning.
func TestDeliveryByPUBACK(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	byPUBACK := func(c *outbox.Config) { c.Delivery = outbox.Broker }
	p := join(t, url, "peer", prefix+"#")
	d.Commit(3000)
	d.Run(url, byPUBACK)
	outboxtest.Await(t, "everything sent", func() bool { return len(p.on(prefix+"event/")) == 3001 })
	consecutive(t, p.on(prefix+"event/"))
	d.Stop()
	p.forget()
	d.Commit(5)
	d.Run(url, byPUBACK)
	outboxtest.Await(t, "the rest sent", func() bool { return len(p.on(prefix+"event/")) >= 5 })
	time.Sleep(200 * time.Millisecond)
	if got := p.on(prefix + "event/"); len(got) != 5 {
		t.Errorf("%d entries after a restart, want the 5 new ones alone", len(got))
	}
	// An ack is nothing here: there is no central log to believe.
	p.send(prefix+"ack", false, []byte("{"))
	if len(p.on(prefix+"batch")) != 0 {
		t.Error("a batch was sent though nobody here reads batches")
	}
}

func consecutive(t testing.TB, payloads [][]byte) {
	t.Helper()
	for i, b := range payloads {
		var e struct{ Sequence string }
		if err := json.Unmarshal(b, &e); err != nil || e.Sequence != fmt.Sprintf("%018d", i) {
			t.Fatalf("entry %d on the wire has sequence %q (%v)", i, e.Sequence, err)
		}
	}
}

func TestBacklogGoesInBatches(t *testing.T) {
	for _, each := range []bool{false, true} {
		url := broker(t)
		_, pinned := key(t, "central")
		d := outboxtest.NewDoor(t, "main-ctl", pinned)
		p := join(t, url, "peer", prefix+"#")
		d.Commit(4999)
		d.Run(url, func(c *outbox.Config) { c.ReplayEach = each })
		var lines [][]byte
		outboxtest.Await(t, "a window full", func() bool {
			lines = nil
			for _, b := range p.on(prefix + "batch") {
				if len(b) > 256<<10 {
					t.Fatalf("batch of %d bytes", len(b))
				}
				lines = append(lines, bytes.Split(b, []byte{'\n'})...)
			}
			return len(lines) == 2000
		})
		consecutive(t, lines)
		time.Sleep(100 * time.Millisecond)
		singles := p.on(prefix + "event/")
		if want := map[bool]int{true: 2000, false: 0}[each]; len(singles) != want {
			t.Errorf("each %v: %d single entries, want %d", each, len(singles), want)
		}
		outboxtest.Await(t, "backlogged", func() bool { return d.Noticed(outbox.Backlogged) })
		d.Stop()
	}
}

func TestResend(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	p := join(t, url, "peer", prefix+"#")
	d.Commit(99)
	d.Run(url, func(c *outbox.Config) { c.Pace.Resend, c.Pace.Stuck = time.Hour, time.Hour })
	outboxtest.Await(t, "everything sent", func() bool { return len(p.on(prefix+"event/")) == 100 })
	first := p.on(prefix + "event/")
	p.forget()
	for _, bad := range []string{"", "{}", `{"from":5}`, `{"from":5,"to":4}`, `{"from":-1,"to":4}`, `{"from":100,"to":200}`} {
		p.send(prefix+"resend", false, []byte(bad))
	}
	p.send(prefix+"resend", false, []byte(`{"from":10,"to":12}`))
	outboxtest.Await(t, "three again", func() bool { return len(p.on(prefix+"event/")) == 3 })
	p.send(prefix+"resend", false, []byte(`{"from":0,"to":99}`)) // too soon
	time.Sleep(200 * time.Millisecond)
	again := p.on(prefix + "event/")
	if len(again) != 3 || !bytes.Equal(again[0], first[10]) || !bytes.Equal(again[2], first[12]) {
		t.Errorf("%d entries again, want exactly 10 to 12, byte for byte", len(again))
	}
}

// Pitfall 13: a retained message in a command's place is ignored.
func TestARetainedResendIsIgnored(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	p := join(t, url, "peer", prefix+"#")
	p.send(prefix+"resend", true, []byte(`{"from":0,"to":9}`))
	outboxtest.Await(t, "kept", func() bool { return len(p.on(prefix+"resend")) == 1 })
	d.Commit(9)
	d.Run(url, nil)
	outboxtest.Await(t, "everything sent", func() bool { return len(p.on(prefix+"event/")) >= 10 })
	time.Sleep(300 * time.Millisecond)
	if n := len(p.on(prefix + "event/")); n != 10 {
		t.Errorf("%d entries, want 10", n)
	}
}

func TestRetainedTopics(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	d.Commit(4)
	d.Run(url, nil)
	d.Out.Clock(true)
	d.Out.Door("room", []byte(`{"position":"open"}`))
	d.Out.Door("room", []byte(`{"position":"closed"}`))
	p := join(t, url, "peer", prefix+"#")
	outboxtest.Await(t, "door state", func() bool {
		s := p.on(prefix + "door/room/state")
		return len(s) > 0 && string(s[len(s)-1]) == `{"position":"closed"}`
	})
	outboxtest.Await(t, "status and checkpoint", func() bool {
		return len(p.on(prefix+"status")) > 0 && len(p.on(prefix+"checkpoint")) > 0
	})
	late := join(t, url, "late", prefix+"#")
	outboxtest.Await(t, "retained", func() bool {
		c := late.on(prefix + "checkpoint")
		if len(c) == 0 || len(late.on(prefix+"status")) == 0 || len(late.on(prefix+"door/room/state")) == 0 {
			return false
		}
		cp, err := journal.OpenCheckpoint(c[len(c)-1], d.Keys.Verifier())
		return err == nil && cp.Size == 5 && cp.Root == root(t, d, 5)
	})
	var s struct {
		Online               bool
		Since, Version, Boot string
		Sequence             uint64
		Mode                 string
	}
	last := late.on(prefix + "status")
	if err := json.Unmarshal(last[len(last)-1], &s); err != nil || !s.Online || s.Sequence != 4 || s.Mode != "normal" || s.Version != "test" || s.Boot != "0e6d2f0c" {
		t.Errorf("status %s", last[len(last)-1])
	}
	d.Stop()
	outboxtest.Await(t, "offline after a clean end", func() bool {
		s := p.on(prefix + "status")
		return string(s[len(s)-1]) == `{"online":false}`
	})
}

func TestNewRefuses(t *testing.T) {
	signer, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	good := outbox.Config{Delivery: outbox.Central, Dir: d.Data, Link: link.Config{Broker: "tcp://127.0.0.1:1"}, Own: d.Signer, OwnKey: d.Keys.Verifier(), Central: pinned}
	if _, err := outbox.New(good, d.Store); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*outbox.Config){
		"delivery":                 func(c *outbox.Config) { c.Delivery = "" },
		"verifier key":             func(c *outbox.Config) { c.Central = nil },
		"signing key":              func(c *outbox.Config) { c.Own = nil },
		"is not that of journal":   func(c *outbox.Config) { c.Own, c.OwnKey = signer, pinned },
		"window":                   func(c *outbox.Config) { c.Window = 70_000 },
		"plain MQTT is for loopba": func(c *outbox.Config) { c.Link.Broker = "tcp://192.0.2.1:1883" },
	} {
		c := good
		change(&c)
		if _, err := outbox.New(c, d.Store); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error about %q, got %v", want, err)
		}
	}
}
