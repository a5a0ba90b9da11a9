package live

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// viewer is an open page. Its own goroutine, the request's, alone writes to it.
type viewer struct {
	lang    access.Language
	desk    *desk.Client  // quiet: nothing it asks is use
	parts   []int         // which it shows
	entries uint64        // how much of the journal the page was made of
	over    chan struct{} // closed when the daemon says that the sign-in has ended
	closed  bool          // over is; guarded by the class
	version uint64        // of the class, as it was shown last
	away    bool          // the page says that the daemon does not answer
}

// serve sends what changes until the page is closed, or is to be.
func (v *viewer) serve(c *web.Call, cl *class) {
	h := c.W.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := writer{c.W, http.NewResponseController(c.W)}
	beat, check := time.NewTicker(beatEvery), time.NewTicker(checkEvery)
	defer beat.Stop()
	defer check.Stop()
	for alive := out.write(event("beat", nil)); alive; {
		events, changed := cl.news(v)
		if alive = out.write(events...); !alive {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			alive = out.write(event("beat", nil))
		case <-check.C:
			if v.ended(c.R.Context(), cl.silent()) {
				out.write(event("ended", nil))
				return
			}
		case <-v.over:
			out.write(event("ended", nil))
			return
		case <-c.R.Context().Done():
			return
		case <-cl.hub.over:
			return
		}
	}
}

// ended says that the page is no more its holder's to see. While the daemon does not answer nobody can know.
func (v *viewer) ended(ctx context.Context, silent bool) bool {
	ctx, cancel := context.WithTimeout(ctx, retryEvery)
	defer cancel()
	var me desk.Me
	if err := v.desk.Get(ctx, "me", nil, &me); err != nil {
		return errors.Is(err, desk.ErrEnded)
	}
	return me.Silent != silent || !me.CanSomewhere(account.Look)
}

// writer writes events, each with its own bound in time.
type writer struct {
	w   http.ResponseWriter
	ctl *http.ResponseController
}

func (w writer) write(events ...[]byte) bool {
	if len(events) == 0 {
		return true
	}
	_ = w.ctl.SetWriteDeadline(time.Now().Add(writeMost))
	for _, e := range events {
		if _, err := w.w.Write(e); err != nil {
			return false
		}
	}
	return w.ctl.Flush() == nil
}
