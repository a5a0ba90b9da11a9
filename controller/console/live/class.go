package live

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"sync"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/web"
	"kidoban/controller/desk"
)

// class are the pages of those who may see the same.
type class struct {
	hub    *Hub
	nobody *desk.Client  // who follows for them; nil: one of them does
	wake   chan struct{} // something is to be looked at

	mu      sync.Mutex
	viewers map[*viewer]bool
	parts   map[access.Language][]shown
	version uint64
	away    bool
	changed chan struct{} // closed with the next change
	some    chan struct{} // closed when somebody looks
	none    func()        // ends the following when nobody does
}

func newClass(h *Hub, nobody *desk.Client) *class {
	return &class{
		hub: h, nobody: nobody, wake: make(chan struct{}, 1), viewers: map[*viewer]bool{}, parts: map[access.Language][]shown{},
		changed: make(chan struct{}), some: make(chan struct{}), none: func() {},
	}
}

func (c *class) silent() bool { return c.nobody == nil }

// poke has what is shown looked at.
func (c *class) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *class) enter(v *viewer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.viewers) >= viewersMost {
		return false
	}
	c.viewers[v] = true
	if len(c.viewers) == 1 {
		close(c.some)
	}
	if c.parts[v.lang] == nil {
		c.poke()
	}
	return true
}

func (c *class) leave(v *viewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.viewers, v)
	if len(c.viewers) == 0 {
		c.some = make(chan struct{})
		c.parts = map[access.Language][]shown{} // what nobody sees grows old
		c.none()
	}
}

// news are the events that a page has not had, and what to wait for then.
func (c *class) news(v *viewer) (events [][]byte, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if parts := c.parts[v.lang]; parts != nil {
		for _, i := range v.parts {
			if p := parts[i]; p.version > v.version && (v.version > 0 || p.entries >= v.entries) { // as many: it may be ahead of its record
				events = append(events, p.event)
			}
		}
		v.version = c.version
	}
	if v.away != c.away {
		v.away = c.away
		events = append(events, event("away", map[bool][]byte{true: []byte("1"), false: []byte("0")}[c.away]))
	}
	return events, c.changed
}

// follow pokes with every entry of the journal, while somebody looks.
func (c *class) follow(ctx context.Context) {
	for ctx.Err() == nil {
		c.mu.Lock()
		some := c.some
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-some:
		}
		if err := c.listen(ctx); err != nil {
			c.poke() // to find out, and say, that nobody answers
			pause(ctx, retryEvery)
		}
	}
}

// listen pokes until nobody looks any more; an error is that of the daemon.
func (c *class) listen(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.mu.Lock()
	c.none = cancel
	as := c.nobody
	for v := range c.viewers {
		if as == nil {
			as = v.desk
		}
	}
	if len(c.viewers) == 0 {
		as = nil
	}
	c.mu.Unlock()
	if as == nil {
		return nil // they have left meanwhile
	}
	lines, err := as.Stream(ctx, "journal", url.Values{"last": {"0"}, "follow": {"true"}})
	if err != nil {
		return err
	}
	defer func() { _ = lines.Close() }()
	c.poke() // whatever was missed before
	for b := make([]byte, 32<<10); ; {
		n, err := lines.Read(b)
		if n > 0 {
			c.poke()
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF // the daemon ends
		case err != nil:
			return err
		}
	}
}

// render makes the parts anew when something has happened, and now and then.
func (c *class) render(ctx context.Context, pages *web.Server) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-tick.C:
		}
		pause(ctx, settle)
		select {
		case <-c.wake: // it is looked at now
		default:
		}
		c.refresh(ctx, pages)
		pause(ctx, rest)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// refresh asks how things stand and sends what is new of it.
func (c *class) refresh(ctx context.Context, pages *web.Server) {
	now, err := c.ask(ctx)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		c.lost()
		return
	case now == nil: // nobody looks
		return
	}
	made := map[access.Language][]shown{}
	for _, l := range c.languages() {
		if made[l], err = c.make(pages, Seen{l, pages.Site, now}); err != nil {
			c.hub.log.Error("a part of a page was not made", "err", err)
			return
		}
	}
	c.publish(made)
}

// ask asks in the name of one of those who look. Whose sign-in has ended is told so.
func (c *class) ask(ctx context.Context) (*desk.Now, error) {
	for {
		v := c.one()
		if v == nil {
			return nil, nil //nolint:nilnil // nobody looks
		}
		var now desk.Now
		err := v.desk.Get(ctx, "now", nil, &now)
		switch {
		case err == nil && now.Looks:
			return &now, nil
		case err != nil && !errors.Is(err, desk.ErrEnded):
			return nil, err
		}
		c.end(v)
	}
}

// one is a viewer whose sign-in goes on as far as is known.
func (c *class) one() *viewer {
	c.mu.Lock()
	defer c.mu.Unlock()
	for v := range c.viewers {
		if !v.closed {
			return v
		}
	}
	return nil
}

func (c *class) end(v *viewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !v.closed {
		v.closed = true
		close(v.over)
	}
}

func (c *class) languages() (out []access.Language) {
	c.mu.Lock()
	defer c.mu.Unlock()
	have := map[access.Language]bool{}
	for v := range c.viewers {
		if !have[v.lang] {
			have[v.lang] = true
			out = append(out, v.lang)
		}
	}
	return out
}

func (c *class) make(pages *web.Server, s Seen) ([]shown, error) {
	out := make([]shown, len(c.hub.parts))
	for i, p := range c.hub.parts {
		html, err := pages.Fragment(s.Lang, p.Template, p.View(s))
		if err != nil {
			return nil, err
		}
		if out[i].event, err = eventOf(p.Name, html); err != nil {
			return nil, err
		}
		out[i].entries = s.Now.Entries
	}
	return out, nil
}

// publish shows what was made; what is as it was is not sent again.
func (c *class) publish(made map[access.Language][]shown) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	news := c.away
	c.away = false
	for l, parts := range made {
		had := c.parts[l]
		for i := range parts {
			if had != nil && bytes.Equal(had[i].event, parts[i].event) {
				parts[i] = had[i]
				continue
			}
			parts[i].version, news = c.version, true
		}
	}
	c.parts = made
	if news {
		close(c.changed)
		c.changed = make(chan struct{})
	}
}

// lost says that the daemon does not answer.
func (c *class) lost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.away {
		c.away = true
		close(c.changed)
		c.changed = make(chan struct{})
	}
}
