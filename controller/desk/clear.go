package desk

import (
	"context"
	"time"
)

// clearEvery is how long a roster that is in force no more lies about at the most.
const clearEvery = time.Minute

// Clear deletes the rosters that others have taken the place of, and imports that were given up, those of the last run first,
// until ctx ends: whoever is not on the roster any more is on none. Commits pass meanwhile.
func (k *Desk) Clear(ctx context.Context) error {
	tick := time.NewTicker(clearEvery)
	defer tick.Stop()
	for {
		if err := k.Store.Sweep(ctx); err != nil && ctx.Err() == nil {
			k.Log.Warn("a roster that is in force no more is not cleared away", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
