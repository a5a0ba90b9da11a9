package central

import (
	"time"

	"kidoban/config"
)

// Watch says when a door counts as silent, and how long what the central log finds may wait for somebody.
type Watch struct {
	// Without a fresh checkpoint for so long a door is silent: an alarm. Doors sign at least every 30 s. 45 s to 1 h.
	// Default "90s". [セキュリティ責任者]
	Silent config.Duration `toml:"silent"`
	// An alarm of severity alert that nobody has acknowledged for this long is escalated, once: 1 minute to 24 h; "0s"
	// never. Default "10m". [セキュリティ責任者]
	EscalateAlert config.Duration `toml:"escalate_alert_after"`
	// The same of severity emergency. Default "2m". [セキュリティ責任者]
	EscalateEmergency config.Duration `toml:"escalate_emergency_after"`
	// Directory in which the head of every journal is written each day, as text and as a QR code, for the offline witness
	// and for the safe. Default "": none is written. [セキュリティ責任者]
	Heads string `toml:"heads"`
}

// SetDefaults implements source.Defaulter.
func (w *Watch) SetDefaults() {
	w.Silent = config.Duration(90 * time.Second)
	w.EscalateAlert, w.EscalateEmergency = config.Duration(10*time.Minute), config.Duration(2*time.Minute)
}

func (w *Watch) check(k *checker) {
	k.span("watch.silent", w.Silent, 45*time.Second, time.Hour)
	for path, d := range map[string]config.Duration{
		"watch.escalate_alert_after": w.EscalateAlert, "watch.escalate_emergency_after": w.EscalateEmergency,
	} {
		if d == 0 {
			k.warn(path, "nobody is told of what nobody acknowledges (Article 9)")
			continue
		}
		k.span(path, d, time.Minute, 24*time.Hour)
	}
}
