package main

import (
	"context"
	"errors"
	"sync"

	"kidoban/controller/broker"
	page "kidoban/controller/console/demo"
	"kidoban/controller/desk"
)

// around is what stands around the demonstration's door and can be stopped: the broker, in this process, and the central log.
type around struct {
	demo *demo
	ctx  context.Context //nolint:containedctx // the demonstration's own: what runs ends with it

	mu      sync.Mutex
	broker  *serving
	central *child
	actors  []page.Actor
}

// serving is a broker that runs.
type serving struct {
	stop func()
	done chan error
}

// Actors implements page.Site.
func (a *around) Actors() []page.Actor {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.actors
}

// act lets somebody be played.
func (a *around) act(name string, p desk.Password) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.actors = append(a.actors, page.Actor{Name: name, Password: p})
}

// Standing implements page.Site.
func (a *around) Standing() page.Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	return page.Standing{Broker: a.broker != nil, Central: a.central != nil}
}

// Set implements page.Site. The broker begins before the central log and ends after it.
func (a *around) Set(s page.Standing) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var err error
	if !s.Central && a.central != nil {
		err, a.central = a.central.stop(), nil
	}
	if !s.Broker && a.broker != nil {
		a.broker.stop()
		err, a.broker = errors.Join(err, <-a.broker.done), nil
	}
	if s.Broker && a.broker == nil {
		b, bad := broker.New(broker.Config{Listen: a.demo.broker})
		if bad != nil {
			return errors.Join(err, bad)
		}
		ctx, stop := context.WithCancel(a.ctx)
		a.broker = &serving{stop, make(chan error, 1)}
		go func(done chan error) { done <- b.Run(ctx) }(a.broker.done)
	}
	if s.Central && a.central == nil {
		c, bad := a.demo.central(a.ctx)
		if bad != nil {
			return errors.Join(err, bad)
		}
		a.central = c
	}
	return err
}

// end waits for what still runs, once ctx has ended.
func (a *around) end() (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if bad := a.central.wait(); bad != nil && !errors.Is(bad, context.Canceled) {
		err = a.demo.over(bad)
	}
	if a.broker != nil {
		err = errors.Join(err, <-a.broker.done)
	}
	return err
}
