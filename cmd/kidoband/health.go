package main

import (
	"context"
	"sync"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/health"
	"kidoban/controller/health/machine"
	"kidoban/controller/metrics"
	"kidoban/controller/store"
	"kidoban/controller/wire"
)

// standing is how the controller is, put together of what several goroutines know.
type standing struct {
	mu      sync.Mutex
	status  wire.Status
	record  bool
	readers int // that answer
}

// stand changes the standing and hands it to whoever publishes it.
func (d *daemon) stand(change func(*standing)) {
	d.standing.mu.Lock()
	change(&d.standing)
	status := d.standing.status
	d.standing.mu.Unlock()
	if d.outbox != nil {
		d.outbox.Standing(status)
	}
}

func (d *daemon) stands() (wire.Status, bool, int) {
	d.standing.mu.Lock()
	defer d.standing.mu.Unlock()
	return d.standing.status, d.standing.record, d.standing.readers
}

// noteStanding runs on the control loop, after what it did became durable.
func (d *daemon) noteStanding(s *controller.State) {
	alarms, tampered := s.Waiting()
	offline := s.ReadersOffline()
	version, made := s.Bundle()
	d.stand(func(st *standing) {
		if version > 0 {
			st.status.Bundle = &wire.Bundle{Version: version, Made: made.In(d.origin().Zone).Format(time.RFC3339)}
		}
		st.status.Alarms, st.status.Tampered = alarms, tampered
		st.record, st.readers = s.Recording(), readers(d.conf)-offline
	})
}

// lookEvery is how often the machine is looked at.
const lookEvery = 10 * time.Second

// tend looks at the machine, and brings into the record what is degraded and what is well again.
func (d *daemon) tend(ctx context.Context) error {
	m := machine.New(d.conf.Storage.Data, wire.Software{Kidoban: Version, SQLite: store.SQLite()}, d.origin().Zone)
	c := d.conf.Health
	judge := health.NewJudge(health.Limits{DiskFree: c.DiskFree, DiskWear: c.DiskWear, Temperature: c.Temperature})
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		h := m.Look(d.clock.Now().Wall)
		d.stand(func(st *standing) { st.status.Health = &h })
		for _, f := range judge.Look(h) {
			d.loop.Post(ctx, controller.Condition{Mode: f.Mode, Well: f.Well, Detail: f.Detail})
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// readers counts those that the configuration has.
func readers(c *config.Config) (n int) {
	for _, x := range c.Doors {
		if x.Entry != nil {
			n++
		}
		if x.Leave != nil {
			n++
		}
	}
	return n
}

// measure prepares the metrics, where they are asked for.
func (d *daemon) measure() error {
	if d.conf.Metrics.Listen == "" {
		return nil
	}
	look := metrics.Look{
		Status:  func() wire.Status { s, _, _ := d.stands(); return s },
		Entries: func() uint64 { return d.store.Head().Size },
		LinkUp:  func() bool { last, _ := d.lastLink.Load().(string); return d.outbox != nil && last != "link.lost" },
		Record:  func() bool { _, ok, _ := d.stands(); return ok },
		Readers: func() (int, int) { _, _, n := d.stands(); return n, readers(d.conf) },
		Now:     time.Now,
	}
	if d.conf.MQTT.Broker != "" {
		look.Acked = func() uint64 { return d.outbox.Acked() } // nobody asks before it is there
	}
	d.metrics = metrics.NewDoor(Version, look)
	var err error
	d.metricsAt, err = metrics.Listen(d.conf.Metrics.Listen)
	return err
}
