package main

import (
	"context"
	"time"

	"kidoban/controller/archive/overview"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/health"
	"kidoban/controller/metrics"
	"kidoban/controller/metrics/central"
	"kidoban/controller/wire"
)

// measure begins to answer Prometheus, where the configuration says so.
func (v *service) measure() error {
	if v.conf.Metrics.Listen == "" {
		return nil
	}
	l, err := metrics.Listen(v.conf.Metrics.Listen)
	if err != nil {
		return err
	}
	v.metrics = central.New(Version, v.heard.health, v.standing)
	v.parts = append(v.parts, func(ctx context.Context) error { return metrics.Serve(ctx, l, v.metrics) })
	return nil
}

// health is how this machine was when it was last looked at.
func (h *heard) health() *wire.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.own.Health
}

func (v *service) standing(ctx context.Context) (s central.Standing, err error) {
	now, yes := time.Now(), true
	s.Refused = v.refusals()
	if s.Report, err = overview.Read(ctx, v.shelf, overview.Known{Limits: health.Limits(v.conf.Health), Now: now, Runs: &yes}); err != nil {
		return s, err
	}
	if s.Leases, err = v.shelf.Leases(ctx); err != nil {
		return s, err
	}
	queues, err := v.shelf.Queues(ctx)
	if err != nil {
		return s, err
	}
	s.Notices = map[string]int{}
	for _, q := range queues {
		s.Notices[q.Recipient] = q.Waiting
	}
	s.DaysLeft, err = daysLeft(ctx, v.shelf, now)
	return s, err
}

// daysLeft is how long the last certificate of each identity holds.
func daysLeft(ctx context.Context, f *shelf.Shelf, now time.Time) (map[string]float64, error) {
	all, err := f.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	left := map[string]float64{}
	for _, c := range all {
		if name := c.Identity.String(); c.Revoked.IsZero() {
			left[name] = max(left[name], c.Expires.Sub(now).Hours()/24)
		}
	}
	return left, nil
}
