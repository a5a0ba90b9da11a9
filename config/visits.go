package config

import "time"

// Visits are the times of Articles 20(3) and (4): who must attend, and how long a consent holds.
type Visits struct {
	// From one card to the other, the visitor's and the escort's, 5 s to 5 min; it begins anew with each visitor of a group.
	// Default "30s". [セキュリティ責任者]
	EscortWindow Duration `toml:"escort_window"`
	// Whose card comes first: "either", "visitor" or "escort". Default "either". [セキュリティ責任者]
	EscortOrder string `toml:"escort_order"`
	// Most visitors whom one escort lets in with one badge, 1 to 20. Default 5. [セキュリティ責任者]
	EscortLimit int `toml:"escort_limit"`
	// A consent holds for leaving within this time, 1 min to 12 h. Default "15m". [セキュリティ責任者]
	ConsentFor Duration `toml:"consent_for"`
	// The badge of one who may consent, at the exit reader, consents to the leaving of those who leave by it within this
	// time, 5 s to 10 min. Default "1m". [セキュリティ責任者]
	ConsentWindow Duration `toml:"consent_window"`
	// A visitor who is inside for longer is an alert, 10 min to 24 h; "0s" never. Default "10h". [セキュリティ責任者]
	Stay Duration `toml:"stay"`
}

// SetDefaults implements source.Defaulter.
func (v *Visits) SetDefaults() {
	*v = Visits{
		EscortWindow: seconds(30), EscortOrder: "either", EscortLimit: 5, ConsentFor: Duration(15 * time.Minute),
		ConsentWindow: Duration(time.Minute), Stay: hours(10),
	}
}

func (k *checker) visits(v Visits) {
	k.span("visits.escort_window", v.EscortWindow, 5*time.Second, 5*time.Minute)
	k.oneOf("visits.escort_order", v.EscortOrder, "either", "visitor", "escort")
	k.count("visits.escort_limit", v.EscortLimit, 1, 20)
	k.span("visits.consent_for", v.ConsentFor, time.Minute, 12*time.Hour)
	k.span("visits.consent_window", v.ConsentWindow, 5*time.Second, 10*time.Minute)
	if v.Stay != 0 {
		k.span("visits.stay", v.Stay, 10*time.Minute, 24*time.Hour)
	}
}
