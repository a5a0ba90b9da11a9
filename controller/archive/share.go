package archive

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
)

// Several archives over one database share the controllers: each subscribes to its own, follows them, and says every two
// seconds, while it reaches the broker, that it lives. One that is dead or cut off for six loses its share to the others;
// whatever it still tries to write the database refuses. One that comes gets its share from the others.

const (
	leaseEvery = 2 * time.Second
	leaseLives = 6 * time.Second
	leaveMost  = 3 * time.Second
)

// share is what this archive has of the controllers; nil where it has them all.
type share struct {
	me      shelf.Instance
	entered bool
	tokens  map[string]int64 // by controller held
	known   map[string]bool  // every controller of which a journal is accepted
	topics  map[string]bool  // controllers subscribed to on this connection
	due     time.Time        // when to say again that it lives
}

func newShare(name string) *share {
	return &share{me: shelf.Instance{Name: name, Session: rand.Text()}, tokens: map[string]int64{}, known: map[string]bool{}}
}

// mine says whether the journals of a controller are this archive's to follow.
func (a *Archive) mine(controller string) bool {
	if a.share == nil {
		return true
	}
	_, held := a.share.tokens[controller]
	return held
}

// concern says whether what nobody follows here is this archive's concern: of a controller of its own, or of one that
// nobody accepted if it looks out for those.
func (a *Archive) concern(controller string) bool {
	return a.mine(controller) || a.mine(shelf.Strangers) && !a.share.known[controller]
}

// hold proves that a journal is this archive's to write.
func (a *Archive) hold(controller string) (h shelf.Hold) {
	if a.share == nil {
		return h
	}
	return shelf.Hold{Controller: controller, Token: a.share.tokens[controller]}
}

// enter makes this process the one of its name.
func (a *Archive) enter(ctx context.Context) error {
	if a.share == nil || a.share.entered {
		return nil
	}
	if err := a.shelf.Enter(ctx, a.share.me, leaseLives); err != nil {
		return err
	}
	a.share.entered = true
	return nil
}

// leave gives everything up, so that the others need not wait.
func (a *Archive) leave(ctx context.Context) {
	if a.share == nil || !a.share.entered {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), leaveMost)
	defer stop()
	if err := a.shelf.Leave(ctx, a.share.me); err != nil {
		a.cfg.Log.Warn("the others have to wait for this share", "err", err)
	}
}

// lease says that this archive lives and takes up what is its share now, if that is due; wake is when to come again.
func (a *Archive) lease(ctx context.Context, now, wake time.Time) (time.Time, error) {
	s := a.share
	if s == nil {
		return wake, nil
	}
	if now.Before(s.due) {
		return earlier(wake, s.due), nil
	}
	holds, err := a.shelf.Lease(ctx, s.me, leaseLives)
	if err != nil {
		return wake, err
	}
	s.due = now.Add(leaseEvery)
	tokens := map[string]int64{}
	changed := len(holds) != len(s.tokens)
	for _, h := range holds {
		tokens[h.Controller] = h.Token
		changed = changed || s.tokens[h.Controller] != h.Token
	}
	s.tokens = tokens
	if changed {
		a.drop()
		if err := a.accepted(ctx, now); err != nil {
			return wake, err
		}
		a.cfg.Log.Info("this one's share of the controllers", "instance", s.me.Name, "held", len(holds))
	}
	a.subscribe()
	return earlier(wake, s.due), nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// drop forgets the journals that are another's now, or have been in between.
func (a *Archive) drop() {
	for origin, f := range a.followers {
		if f.Hold != a.hold(f.Journal.Controller()) || !a.mine(f.Journal.Controller()) {
			delete(a.followers, origin)
		}
	}
}

// lost takes the news that another holds a controller: what is held is asked for at once. Every other error stays one.
func (a *Archive) lost(err error) error {
	if a.share == nil || !errors.Is(err, shelf.ErrNotHeld) {
		return err
	}
	a.share.due = time.Time{}
	return nil
}

// subscribe brings the connection's filters into line with what is held.
func (a *Archive) subscribe() {
	s := a.share
	var come, go_ []string
	for c := range s.tokens {
		if !s.topics[c] {
			s.topics[c] = true
			come = append(come, filtersOf(c)...)
		}
	}
	for c := range s.topics {
		if _, held := s.tokens[c]; !held {
			delete(s.topics, c)
			go_ = append(go_, filtersOf(c)...)
		}
	}
	if len(go_) > 0 {
		a.link.Unsubscribe(go_...)
	}
	if len(come) > 0 {
		a.link.Subscribe(come...)
	}
}

// everywhere is what an archive alone subscribes to.
func (a *Archive) everywhere() []string {
	if a.share == nil {
		return filters
	}
	a.share.topics, a.share.due = map[string]bool{}, time.Time{}
	return nil
}

// filtersOf are those for one controller. Of strangers what is retained is enough.
func filtersOf(controller string) (all []string) {
	if controller == shelf.Strangers {
		return []string{"kidoban/v1/+/+/checkpoint", "kidoban/v1/+/+/status"}
	}
	own := strings.TrimPrefix(controller, "kidoban/")
	for _, f := range filters {
		all = append(all, strings.Replace(f, "+/+", own, 1))
	}
	return all
}
