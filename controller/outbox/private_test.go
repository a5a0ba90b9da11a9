package outbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/outbox"
	"kidoban/controller/outbox/outboxtest"
)

// TestNamesAreSentOnlyWhereTheSiteSaysSo: a private part is not on the wire unless publish_names is set; then it is the
// very bytes that its entry binds.
func TestNamesAreSentOnlyWhereTheSiteSaysSo(t *testing.T) {
	for _, names := range []bool{false, true} {
		url := broker(t)
		_, pinned := key(t, "central")
		d := outboxtest.NewDoor(t, "main-ctl", pinned)
		p := join(t, url, "peer", prefix+"#")
		e := d.Entry(journal.RosterChanged)
		e.Private = []byte(`{"name":"橋本 美咲","salt":"00112233445566778899aabbccddeeff"}`)
		if _, err := d.Store.Commit(context.Background(), ledger.Change{}, []journal.Entry{e}); err != nil {
			t.Fatal(err)
		}
		d.Run(url, func(c *outbox.Config) { c.Names = names })
		outboxtest.Await(t, "the entries", func() bool { return len(p.on(prefix+"event/")) == 2 })
		time.Sleep(100 * time.Millisecond)
		private := p.on(prefix + "private/roster")
		if !names {
			if len(private) != 0 {
				t.Errorf("a private part was published: %s", private[0])
			}
			d.Stop()
			continue
		}
		var got struct {
			Data struct{ Private string }
		}
		if err := json.Unmarshal(p.on(prefix + "event/")[1], &got); err != nil {
			t.Fatal(err)
		}
		if len(private) != 1 {
			t.Fatalf("%d private parts, want 1", len(private))
		}
		if sum := sha256.Sum256(private[0]); hex.EncodeToString(sum[:]) != got.Data.Private {
			t.Errorf("the entry binds %s, the private part hashes to %x", got.Data.Private, sum)
		}
		d.Stop()
	}
}
