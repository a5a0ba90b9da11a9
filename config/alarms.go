package config

import "time"

// Alarms says how long an alarm may wait for somebody.
type Alarms struct {
	// An alarm of severity alert that nobody has acknowledged for this long is escalated to the CISO, once: 1 minute to
	// 24 h; "0s" never. Default "10m". [セキュリティ責任者]
	EscalateAlert Duration `toml:"escalate_alert_after"`
	// The same of severity emergency: fire, a declared emergency. Default "2m". [セキュリティ責任者]
	EscalateEmergency Duration `toml:"escalate_emergency_after"`
}

// SetDefaults implements source.Defaulter.
func (a *Alarms) SetDefaults() {
	*a = Alarms{EscalateAlert: Duration(10 * time.Minute), EscalateEmergency: Duration(2 * time.Minute)}
}

func (k *checker) alarms(a Alarms) {
	k.patience("alarms.escalate_alert_after", a.EscalateAlert)
	k.patience("alarms.escalate_emergency_after", a.EscalateEmergency)
}

func (k *checker) patience(path string, d Duration) {
	if d == 0 {
		k.warn(path, "the CISO is never told of what nobody acknowledges (Article 9)")
		return
	}
	k.span(path, d, time.Minute, 24*time.Hour)
}
