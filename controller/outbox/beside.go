package outbox

import (
	"bytes"
	"errors"
	"time"

	"kidoban/controller/outbox/link"
)

// Beside is what is published for others outside the controller's own topics, retained, at each connection and whenever
// the payload on Again says "online". A broker that does not admit it loses nothing else.
type Beside struct {
	Messages []link.Message
	Again    string
}

// beside is how far that has come.
type beside struct {
	due     bool
	at      time.Time
	refused bool
}

func (r *run) besideFilter() []string {
	if r.o.cfg.Beside.Again == "" || r.beside.refused {
		return nil
	}
	return []string{r.o.cfg.Beside.Again}
}

// besideRefused notes that the broker does not admit it, and says whether that was why it could not be reached.
func (r *run) besideRefused(err error) bool {
	var filter link.RefusedError
	if !errors.As(err, &filter) || string(filter) != r.o.cfg.Beside.Again {
		return false
	}
	r.beside.refused = true
	r.o.cfg.Log.Warn("the broker does not admit what is for others: it is left out until the daemon starts again", "topic", string(filter))
	return true
}

func (r *run) besideAsked(payload []byte) {
	if bytes.Equal(payload, []byte("online")) {
		r.beside.due = true
	}
}

func (r *run) fillBeside(now time.Time) {
	if !r.beside.due || r.beside.refused {
		return
	}
	if due := r.beside.at.Add(r.o.cfg.Pace.Beside); now.Before(due) {
		r.by(due)
		return
	}
	r.beside.due, r.beside.at = false, now
	for _, m := range r.o.cfg.Beside.Messages {
		m.Retained = true
		r.queue = append(r.queue, item{msg: m})
	}
}
