package archive

import (
	"context"
	"log/slog"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/device/clock"
)

// Heed escalates what the central log found and nobody acknowledges in time. How long an alarm has waited is measured by
// this process's monotonic clock from when it first saw it, and by the wall clock before that; never longer than its
// patience, whatever the wall clock does.
type Heed struct {
	Shelf *shelf.Shelf
	Own   shelf.Own
	Log   *slog.Logger
}

const heedEvery = time.Second

// Run looks every second until ctx ends. A database that fails does not end it.
func (h Heed) Run(ctx context.Context) error {
	c, err := clock.Start()
	if err != nil {
		return err
	}
	due := map[string]time.Time{}
	tick := time.NewTicker(heedEvery)
	defer tick.Stop()
	for {
		if err := h.look(ctx, c, due); err != nil && ctx.Err() == nil {
			h.Log.Warn("alarms are not escalated", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look escalates what is due by now; due remembers when the others are.
func (h Heed) look(ctx context.Context, c clock.Clock, due map[string]time.Time) error {
	waiting, err := h.Shelf.Unheeded(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	open := map[string]bool{}
	for _, a := range waiting {
		open[a.ID] = true
		if _, known := due[a.ID]; !known {
			due[a.ID] = now.Add(min(a.Due.Sub(now.Round(0)), a.Due.Sub(a.Raised)))
		}
		if now.Before(due[a.ID]) {
			continue
		}
		synced, err := clock.Synchronised()
		if err := h.Shelf.Escalate(ctx, h.Own, a.ID, c.Now(), err == nil && synced); err != nil {
			return err
		}
		h.Log.Error("nobody has acknowledged an alarm in its time", "alarm", a.ID)
	}
	for id := range due {
		if !open[id] {
			delete(due, id)
		}
	}
	return nil
}
