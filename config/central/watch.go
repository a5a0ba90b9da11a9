package central

import (
	"time"

	"kidoban/config"
)

// Watch says when a door counts as silent.
type Watch struct {
	// Without a fresh checkpoint for so long a door is silent: an alarm. Doors sign at least every 30 s. 45 s to 1 h.
	// Default "90s". [セキュリティ責任者]
	Silent config.Duration `toml:"silent"`
}

// SetDefaults implements source.Defaulter.
func (w *Watch) SetDefaults() { w.Silent = config.Duration(90 * time.Second) }

func (w *Watch) check(k *checker) { k.span("watch.silent", w.Silent, 45*time.Second, time.Hour) }
