// Package publish keeps on the broker what lies on the central log's shelf for the doors: each door's bundle and the lists of
// lost cards, as retained messages. A broker that was wiped has them again at the next connection, a door that is accepted
// later as soon as it is seen. Lists of lost cards go first; of a bundle its parts go before the manifest that names them.
//
// It signs nothing and judges nothing: the doors do.
package publish

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/outbox/link"
)

// Publisher is one central log's. Its fields do not change while it runs.
type Publisher struct {
	Shelf *shelf.Shelf
	Link  link.Config
	Log   *slog.Logger
	Every time.Duration // how often the shelf is looked at; 0 = 200ms
}

const (
	lookEvery     = 200 * time.Millisecond
	journalsEvery = 5 * time.Second
	retryMost     = 5 * time.Second
)

// Run publishes until ctx ends. Its error is the shelf's.
func (p Publisher) Run(ctx context.Context) error {
	if p.Every == 0 {
		p.Every = lookEvery
	}
	retry := p.Every
	for ctx.Err() == nil {
		l, err := link.Open(ctx, p.Link, nil)
		if err == nil {
			began := time.Now()
			err = p.serve(ctx, l)
			l.Close()
			if err != nil {
				return ended(ctx, err)
			}
			if time.Since(began) > 2*retryMost {
				retry = p.Every
			}
			err = l.Why()
		}
		if ctx.Err() == nil {
			p.Log.Info("rosters cannot be published: broker out of reach", "err", err)
		}
		wait(ctx, nil, retry)
		retry = min(2*retry, retryMost)
	}
	return nil
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func wait(ctx context.Context, lost <-chan struct{}, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-lost:
	case <-ctx.Done():
	}
}

// serve publishes over one connection until it is lost.
func (p Publisher) serve(ctx context.Context, l *link.Link) error {
	there := map[string][sha256.Size]byte{} // what this connection has put on the broker
	number, looked := int64(-1), time.Time{}
	for {
		n, err := p.Shelf.RosterChange(ctx)
		if err != nil {
			return err
		}
		if n != number || time.Since(looked) >= journalsEvery {
			want, err := p.wanted(ctx)
			if err != nil {
				return err
			}
			if !p.bring(ctx, l, there, want) {
				return nil
			}
			number, looked = n, time.Now()
		}
		wait(ctx, l.Lost(), p.Every)
		select {
		case <-ctx.Done():
			return nil
		case <-l.Lost():
			return nil
		default:
		}
	}
}

// wanted is every message that is to lie on the broker, by topic.
func (p Publisher) wanted(ctx context.Context) (map[string][]byte, error) {
	all, err := p.Shelf.Rosters(ctx)
	if err != nil {
		return nil, err
	}
	doors, err := Doors(ctx, p.Shelf)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for controller, b := range all {
		site, whole := strings.CutSuffix(controller, "/+")
		for name, payload := range b {
			if !whole {
				out[topic(controller, name)] = payload
				continue
			}
			for _, door := range doors {
				if strings.HasPrefix(door, site+"/") {
					out[topic(door, name)] = payload
				}
			}
		}
	}
	return out, nil
}

// Doors are the controllers that people accepted, without central logs and journals that are closed.
func Doors(ctx context.Context, f *shelf.Shelf) ([]string, error) {
	js, err := f.Journals(ctx)
	if err != nil {
		return nil, err
	}
	doors := map[string]bool{}
	for _, j := range js {
		if !j.Own && j.Closed == "" {
			doors[j.Origin[:strings.LastIndexByte(j.Origin, '/')]] = true
		}
	}
	return slices.Sorted(maps.Keys(doors)), nil
}

func topic(controller, name string) string {
	t := "kidoban/v1/" + strings.TrimPrefix(controller, "kidoban/") + "/roster"
	if name != "" {
		t += "/" + name
	}
	return t
}

// bring puts on the broker what is not there, and clears what is to be there no more. It reports false when the link is lost.
func (p Publisher) bring(ctx context.Context, l *link.Link, there map[string][sha256.Size]byte, want map[string][]byte) bool {
	topics := slices.SortedFunc(maps.Keys(want), func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, t := range topics {
		sum := sha256.Sum256(want[t])
		if there[t] == sum {
			continue
		}
		if !send(ctx, l, link.Message{Topic: t, Payload: want[t], Retained: true}) {
			return false
		}
		there[t] = sum
	}
	for t := range there {
		if _, stays := want[t]; stays {
			continue
		}
		if !send(ctx, l, link.Message{Topic: t, Retained: true}) {
			return false
		}
		delete(there, t)
	}
	return true
}

// rank: lost cards, parts, manifests.
func rank(topic string) int {
	switch name := topic[strings.LastIndexByte(topic, '/')+1:]; {
	case strings.HasPrefix(name, "lost"):
		return 0
	case name == "roster":
		return 2
	}
	return 1
}

func send(ctx context.Context, l *link.Link, m link.Message) bool {
	for {
		select {
		case l.Out() <- m:
			return true
		case <-l.In(): // nothing was subscribed to
		case <-l.Lost():
			return false
		case <-ctx.Done():
			return false
		}
	}
}
