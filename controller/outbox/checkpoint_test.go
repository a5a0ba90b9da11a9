package outbox_test

import (
	"bytes"
	"testing"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/outboxtest"
)

// TestACheckpointWaitsForNoDisk: what is published covers what is durable and is the controller's, and nothing beside the
// journal is written for it.
func TestACheckpointWaitsForNoDisk(t *testing.T) {
	url := broker(t)
	_, pinned := key(t, "central")
	d := outboxtest.NewDoor(t, "main-ctl", pinned)
	p := join(t, url, "peer", prefix+"#")
	kept := d.Store.LatestCheckpoint()
	d.Run(url, nil)
	for size := d.Store.Head().Size; size < 30; size = d.Store.Head().Size {
		d.Commit(5)
		outboxtest.Await(t, "a checkpoint over all of it", func() bool {
			all := p.on(prefix + "checkpoint")
			if len(all) == 0 {
				return false
			}
			c, err := journal.OpenCheckpoint(all[len(all)-1], d.Keys.Verifier())
			head := d.Store.Head()
			if err != nil || c.Size > head.Size || c.Size == head.Size && c.Root != head.Root {
				t.Fatalf("%+v of %+v: %v", c, head, err)
			}
			return c.Size == head.Size
		})
	}
	if !bytes.Equal(kept, d.Store.LatestCheckpoint()) {
		t.Error("a signature was kept before it was sent")
	}
	d.Stop()
}
