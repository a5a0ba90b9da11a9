package systemtest_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/device/sim"
)

// TestBroker lets 10,000 entries flow while the broker is killed, restarted, wiped and overflown, and the central log is
// killed too. In the end its file holds each entry exactly once and in order. Pitfalls 7, 8, 10 and 11.
func TestBroker(t *testing.T) {
	t.Parallel()
	rnd, _ := random(t)
	want := uint64(5000)
	if testing.Short() {
		want = 2000
	}
	m := linktest.StartMosquitto(t, "max_queued_messages 100")
	c := newCentral(t, "--broker", m.URL())
	s := newSite(t, c.table(m.URL()), gate{"room", "H10301", "never"})
	c.pin(s)
	c.start()
	s.start()
	stop := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() { s.busy(stop, 4*time.Millisecond) })
	mishaps := map[string]int{}
	for n := 0; s.status().Entries < want; n++ {
		pause := func(most int) { time.Sleep(time.Duration(rnd.IntN(most)) * time.Millisecond) }
		pause(1500)
		switch n % 4 {
		case 0: // the central log is gone; its queue at the broker overflows
			mishaps["overflown"]++
			c.kill()
			pause(1500)
			c.start()
		case 1:
			mishaps["broker killed"]++
			m.Kill()
			pause(800)
			m.Start()
		case 2:
			mishaps["broker wiped"]++
			m.Kill()
			m.Wipe()
			m.Start()
		case 3: // all at once
			mishaps["both gone"]++
			m.Kill()
			c.kill()
			m.Wipe()
			pause(500)
			m.Start()
			c.start()
		}
	}
	close(stop)
	work.Wait()
	size := s.status().Entries
	began := time.Now()
	await(t, "the central log has confirmed all", 2*time.Minute, func() bool { return c.confirmed() >= size })
	fmt.Printf("%d entries, %v; confirmed %v after the last\n", size, mishaps, time.Since(began).Round(time.Millisecond))
	s.stop()
	confirmed := c.confirmed()
	c.kill()
	verified(t, s.in("data"))
	c.holds(record(t, s.in("data"), 0), int(confirmed))
}

// busy makes things happen at the door until it is told to stop.
func (s *site) busy(stop chan struct{}, pause time.Duration) {
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			d := desk.Dial(s.in("sock"))
			defer d.Close()
			for {
				select {
				case <-stop:
					return
				case <-time.After(pause):
					_ = d.Post(context.Background(), "sim", sim.Act{Verb: "misread", Door: "room"}, nil)
				}
			}
		})
	}
	work.Wait()
}

// TestForgedAck: whoever can publish on the broker can make the door believe nothing.
func TestForgedAck(t *testing.T) {
	m := linktest.StartMosquitto(t)
	addr := strings.TrimPrefix(m.URL(), "tcp://")
	c := newCentral(t, "--broker", m.URL())
	s := newSite(t, c.table(m.URL()), gate{"room", "H10301", "never"})
	c.pin(s)
	l := listen(t, addr)
	s.start()
	const base = "kidoban/v1/maizuru/main-ctl/"
	var checkpoint []byte
	await(t, "a checkpoint is published", 10*time.Second, func() bool {
		for _, x := range l.all() {
			if x.topic == base+"checkpoint" {
				checkpoint = x.payload
			}
		}
		return checkpoint != nil
	})
	for _, forged := range forgeries(t, s, c, checkpoint) {
		for _, retained := range []bool{false, true} {
			if tok := l.client.Publish(base+"ack", 1, retained, forged); !tok.WaitTimeout(5*time.Second) || tok.Error() != nil {
				t.Fatal(tok.Error())
			}
		}
	}
	await(t, "the daemon says that acks are not believed", 10*time.Second, func() bool { return strings.Contains(s.log(), "not believed") })
	s.act(sim.Act{Verb: "misread", Door: "room"})
	time.Sleep(300 * time.Millisecond)
	if st := s.status(); !strings.Contains(st.Link, "; 0 of ") {
		t.Errorf("after forged acks: %s", st.Link)
	}
	if es := entries(t, s.in("data"), 0); find(es, func(e entry) bool { return e.is(journal.JournalVerificationFailed) }) != nil {
		t.Error("a forged ack made the daemon doubt its own record")
	}
	c.start()
	await(t, "the true central log is believed", 30*time.Second, func() bool { return strings.Contains(s.status().Link, ", 0 to go") })
	s.stop()
	// What the daemon knows of the central log's word outlives it: a journal that is shorter is found out.
	if got := s.kidoban("journal", "verify", "--data", s.in("data")); !strings.HasPrefix(got, "in order") {
		t.Error(got)
	}
}

// forgeries are acks that somebody made who has the door's checkpoint, and every key but the central log's.
func forgeries(t *testing.T, s *site, c *central, checkpoint []byte) []string {
	t.Helper()
	head, err := journal.PeekCheckpoint(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := note.GenerateKey(rand.Reader, strings.SplitN(c.public, "+", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	own, err := note.NewVerifier(strings.TrimSpace(readFile(t, s.in("keys/verifier.pub"))))
	if err != nil {
		t.Fatal(err)
	}
	thief, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	false1, err := journal.Cosign(checkpoint, own, thief)
	if err != nil {
		t.Fatal(err)
	}
	bigger := head
	bigger.Size += 1000
	false2, err := bigger.Sign(thief)
	if err != nil {
		t.Fatal(err)
	}
	ack := func(size uint64, checkpoint []byte) string {
		b, err := json.Marshal(map[string]any{"sequence": size - 1, "root": head.Root, "checkpoint": string(checkpoint)})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	return []string{
		"", "nonsense", `{"sequence":1}`, `{"sequence":18446744073709551615,"root":"","checkpoint":""}`,
		ack(head.Size, checkpoint), ack(head.Size, false1), ack(bigger.Size, false2), ack(head.Size, false2),
	}
}

// TestNothingRetainedOpens: messages that arrive by MQTT, retained or not, are no commands. Pitfall 13.
func TestNothingRetainedOpens(t *testing.T) {
	m := linktest.StartMosquitto(t)
	s := newSite(t, fmt.Sprintf("[mqtt]\nbroker = %q\ndelivery = \"broker\"\n", m.URL()), gate{"room", "H10301", "never"})
	l := listen(t, strings.TrimPrefix(m.URL(), "tcp://"))
	const base = "kidoban/v1/maizuru/main-ctl/"
	order, err := json.Marshal(desk.Door{Door: "room", Order: "release", Reason: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range []string{"door/room/set", "door/room/state", "command", "door", "resend", "roster", "ack", "status"} {
		l.client.Publish(base+topic, 1, true, order).WaitTimeout(5 * time.Second)
	}
	s.start()
	for _, topic := range []string{"door/room/set", "command", "door", "resend"} {
		l.client.Publish(base+topic, 1, false, `{"door":"room","lock":"released"}`).WaitTimeout(5 * time.Second)
	}
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if s.look("room").Strike {
			t.Fatal("the strike moved")
		}
	}
	s.stop()
	for _, e := range entries(t, s.in("data"), 0) {
		if e.is(journal.LockReleased) || e.is(journal.AccessGranted) {
			t.Errorf("%s is on record", e.Type)
		}
	}
}
