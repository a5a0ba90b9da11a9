package config

import "time"

// Access are the rules' values that the site sets.
type Access struct {
	// A grant whose record is durable only this long after the card's last bit is not carried out. 200 ms to 10 s.
	// Default "2s". [製品既定値]
	GrantTTL Duration `toml:"grant_ttl"`
	// From the card to the first key of the PIN, 1 to 60 s. Default "10s". [製品既定値]
	PINWait Duration `toml:"pin_wait"`
	// From one key to the next, 1 to 30 s. Default "5s". [製品既定値]
	KeyWait Duration `toml:"key_wait"`
	// Fewest digits of a PIN, 4 to 8 (a PIN never has more than 8). Default 6. [システム管理者(23(3))]
	PINLength int `toml:"pin_length"`
	// Wrong PINs until the card's PIN is locked out, 1 to 10. Default 3. [システム管理者(23(3))]
	PINTries int `toml:"pin_tries"`
	// How long it is locked out, 10 s to 24 h; "0s" until a person lifts it. It survives a restart. Default "15m".
	// [システム管理者(23(3))]
	PINLockout Duration `toml:"pin_lockout"`
	// Time for the second person of the two-person rule, 1 to 60 s. Default "15s". [セキュリティ責任者]
	SecondWindow Duration `toml:"second_window"`
	// One card at two doors within this time is refused as duplicate_use, up to 24 h; "0s" is off. Default "0s".
	// [セキュリティ責任者]
	DuplicateUse Duration `toml:"duplicate_use"`
}

// SetDefaults implements source.Defaulter.
func (a *Access) SetDefaults() {
	*a = Access{
		GrantTTL: seconds(2), PINWait: seconds(10), KeyWait: seconds(5), PINLength: 6, PINTries: 3,
		PINLockout: Duration(15 * time.Minute), SecondWindow: seconds(15),
	}
}
