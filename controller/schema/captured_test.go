package schema_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
	"kidoban/controller/outbox/link/linktest"
	"kidoban/controller/outbox/outboxtest"
	"kidoban/controller/schema"
)

// TestCaptured: a backlog on a real broker, heard by somebody who subscribed to everything: each message is of a channel,
// and as its schema says; batches line by line. Altered, it is not.
func TestCaptured(t *testing.T) {
	m := linktest.StartMosquitto(t)
	_, public, err := note.GenerateKey(rand.Reader, "central")
	if err != nil {
		t.Fatal(err)
	}
	pinned, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	l, err := link.Open(context.Background(), link.Config{Broker: m.URL(), ClientID: "everything"}, nil, "#")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen, bad := map[string]int{}, 0
	var work sync.WaitGroup
	work.Go(func() {
		for {
			select {
			case x := <-l.In():
				mu.Lock()
				c, ok := schema.Of(x.Topic)
				if !ok || !holds(t, c, x.Payload) {
					bad++
				}
				seen[c.Name]++
				mu.Unlock()
			case <-l.Lost():
				return
			}
		}
	})
	t.Cleanup(func() { l.Close(); work.Wait() })
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	d.Commit(1500)
	d.Run(m.URL(), nil)
	outboxtest.Await(t, "a message of each kind", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return seen["batch"] > 0 && seen["event"] > 0 && seen["status"] > 0 && seen["checkpoint"] > 0
	})
	mu.Lock()
	defer mu.Unlock()
	if bad > 0 {
		t.Errorf("%d of %v are not of the contract", bad, seen)
	}
}

func holds(t *testing.T, c schema.Channel, payload []byte) bool {
	if c.Name == "checkpoint" {
		_, err := journal.PeekCheckpoint(payload)
		return err == nil
	}
	s := compiled(t, c.Schema)
	lines := [][]byte{payload}
	if c.Lines {
		lines = bytes.Split(payload, []byte("\n"))
	}
	for _, line := range lines {
		if err := judge(t, s, line); err != nil {
			t.Errorf("%s: %v", c.Name, err)
			return false
		}
	}
	altered := bytes.Replace(lines[0], []byte(`"sequence":`), []byte(`"sequence":null,"was":`), 1)
	return judge(t, s, altered) != nil
}
