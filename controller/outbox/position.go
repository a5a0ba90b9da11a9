package outbox

import (
	"fmt"
	"os"
	"path/filepath"

	"kidoban/controller/journal"
)

// The sending position lies beside the journal. It is a hint and is written without a sync: one that does not read well
// counts as none, and everything is sent again.
const (
	acknowledgedFile = "acknowledged.note" // Central: the last checkpoint that the central log co-signed
	deliveredFile    = "delivered"         // Broker: "<origin> <size> end"
)

// position is where to go on.
func (o *Outbox) position() uint64 {
	if o.cfg.Delivery == Central {
		b, err := os.ReadFile(filepath.Join(o.cfg.Dir, acknowledgedFile))
		if err != nil {
			return 0
		}
		c, err := journal.OpenCosigned(b, o.cfg.OwnKey, o.cfg.Central)
		if err != nil {
			return 0
		}
		return c.Size
	}
	b, err := os.ReadFile(filepath.Join(o.cfg.Dir, deliveredFile))
	if err != nil {
		return 0
	}
	var origin, end string
	var size uint64
	if n, _ := fmt.Sscanf(string(b), "%s %d %s\n", &origin, &size, &end); n != 3 || origin != o.origin.Line() || end != "end" {
		return 0
	}
	return size
}

// keep replaces the position: with the co-signed checkpoint ack, or with size.
func (o *Outbox) keep(size uint64, ack []byte) error {
	name, content := acknowledgedFile, ack
	if o.cfg.Delivery == Broker {
		name, content = deliveredFile, fmt.Appendf(nil, "%s %d end\n", o.origin.Line(), size)
	}
	path := filepath.Join(o.cfg.Dir, name)
	if err := os.WriteFile(path+".new", content, 0o640); err != nil {
		return fmt.Errorf("keep sending position: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep sending position: %w", err)
	}
	return nil
}
