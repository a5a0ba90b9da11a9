package main

import (
	"context"
	"sync"
	"time"

	"kidoban/controller/archive"
	"kidoban/controller/archive/overview"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/health"
	"kidoban/controller/health/machine"
	"kidoban/controller/journal"
	"kidoban/controller/wire"
	"kidoban/device"
	"kidoban/device/clock"
)

// heard is what controllers say of themselves, until it is kept.
type heard struct {
	mu   sync.Mutex
	news map[string]shelf.Health
	own  overview.Own // of this central log, last
}

// hear takes what the archive saw; the last counts.
func (h *heard) hear(s archive.Seen) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.news[s.Controller]
	n.Controller = s.Controller
	if s.Status != nil {
		n.Status, n.StatusAt = s.Status, s.At
	}
	if s.Head != nil {
		n.Head = s.Head.Size
		if s.Fresh {
			n.HeadAt = s.At
		}
	}
	if h.news == nil {
		h.news = map[string]shelf.Health{}
	}
	h.news[s.Controller] = n
}

func (h *heard) take() (all []shelf.Health) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.news {
		all = append(all, n)
	}
	h.news = nil
	return all
}

const (
	keepEvery = time.Second      // what controllers say is kept
	lookEvery = 10 * time.Second // and this machine looked at
)

// tend begins to keep what controllers say of themselves, and to look after this machine. What cannot be kept is told
// again by whoever said it.
func (v *service) tend() error {
	v.parts = append(v.parts, v.keep)
	return nil
}

func (v *service) keep(ctx context.Context) error {
	c, err := clock.Start()
	if err != nil {
		return err
	}
	soft := wire.Software{Kidoban: Version, SQLite: shelf.SQLite()}
	m := machine.New(v.data, soft, v.own.Origin.Zone)
	judge := health.NewJudge(health.Limits(v.conf.Health))
	me := v.own.Origin.KeyName()
	began := time.Now()
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for looked := (time.Time{}); ctx.Err() == nil; {
		if now := time.Now(); now.Sub(looked) >= lookEvery {
			looked = now
			h := m.Look(now)
			v.degraded(ctx, c.Now(), judge.Look(h))
			v.heard.mu.Lock()
			v.heard.own = overview.Own{Status: wire.Status{Online: true, Since: began.In(v.own.Origin.Zone).Format(time.RFC3339), Version: Version,
				Boot: v.own.Origin.Boot, Mode: wire.CentralMode, Health: &h}, Refused: v.refusals()}
			v.heard.hold(me, now)
			v.heard.mu.Unlock()
		}
		v.write(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	v.heard.mu.Lock()
	v.heard.own.Online = false
	v.heard.hold(me, time.Now())
	v.heard.mu.Unlock()
	v.write(context.WithoutCancel(ctx))
	return nil
}

// hold lays the central log's own status beside the others'.
func (h *heard) hold(me string, now time.Time) {
	if h.news == nil {
		h.news = map[string]shelf.Health{}
	}
	h.news[me] = shelf.Health{Controller: me, Status: wire.Marshal(h.own), StatusAt: now}
}

func (v *service) write(ctx context.Context) {
	news := v.heard.take()
	if len(news) == 0 {
		return
	}
	if err := v.shelf.KeepHealth(ctx, news...); err != nil && ctx.Err() == nil {
		v.log.Warn("what controllers say of themselves is not kept", "err", err)
	}
}

// degraded records what is beyond its limit on this machine, and what no more.
func (v *service) degraded(ctx context.Context, at device.Instant, found []health.Finding) {
	for _, f := range found {
		e := journal.Entry{Type: journal.SystemDegraded, Severity: journal.Alert, Subject: "controller",
			Data: journal.Data{Mode: f.Mode, Detail: f.Detail}}
		if f.Well {
			e.Type, e.Severity = journal.SystemRecovered, journal.Notice
		}
		e.At, e.Synced = at, clock.Ask().Synchronised
		if err := v.shelf.Record(ctx, v.own, e); err != nil && ctx.Err() == nil {
			v.log.Error("the machine's state is not recorded", "mode", f.Mode, "err", err)
		}
	}
}
