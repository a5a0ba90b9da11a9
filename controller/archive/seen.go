package archive

import (
	"strings"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/outbox/link"
)

// Seen is what a message tells of a controller beside its entries: how it says that it is, or the head that it signed.
// Status is a hint that anybody whom the broker lets may have sent.
type Seen struct {
	Controller string              // "kidoban/<site>/<controller>"
	Status     []byte              // the message on its status topic; nil if this is a checkpoint
	Head       *journal.Checkpoint // believed; nil if this is a status
	Fresh      bool                // the head is a sign of life
	At         time.Time
}

const statusMost = 8 << 10

func (a *Archive) seenStatus(site, controller string, m link.Message) {
	name := "kidoban/" + site + "/" + controller
	if a.cfg.Seen == nil || len(m.Payload) > statusMost || a.current(name+"/") == nil {
		return
	}
	a.cfg.Seen(Seen{Controller: name, Status: m.Payload, At: time.Now()})
}

func (a *Archive) seenHead(f *follower, c journal.Checkpoint, fresh bool) {
	if a.cfg.Seen != nil {
		a.cfg.Seen(Seen{Controller: f.Origin[:strings.LastIndexByte(f.Origin, '/')], Head: &c, Fresh: fresh, At: time.Now()})
	}
}
