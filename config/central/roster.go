package central

import (
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/config"
)

// Roster is what this central log carries from the office to the doors. It believes and signs none of it: the doors verify
// it themselves.
type Roster struct {
	// The office's verifier key as kidoban bundle key prints it: what it did not sign is not published, so that a mistake
	// is noticed here. Default "": the doors alone look. [セキュリティ責任者]
	Key string `toml:"key"`
	// File of the key that reports cards as lost for the whole site and can do nothing else (kidobanlog roster lost).
	// Default "": loss.key in the key directory. [セキュリティ責任者]
	LossKey string `toml:"loss_key_file"`
	// How old the bundle that a door holds may grow until kidobanlog roster status calls it old, 1 h to 1 year; the alarm
	// is the door's own. Default "744h", 31 days. [セキュリティ責任者]
	StaleAfter config.Duration `toml:"stale_after"`
}

// SetDefaults implements source.Defaulter.
func (r *Roster) SetDefaults() { r.StaleAfter = config.Duration(31 * 24 * time.Hour) }

func (r *Roster) check(k *checker) {
	if r.Key != "" {
		if _, err := note.NewVerifier(r.Key); err != nil {
			k.refuse("roster.key", "is not a verifier key (name+hash+base64); copy the line that kidoban bundle key prints")
		}
	}
	k.span("roster.stale_after", r.StaleAfter, time.Hour, 366*24*time.Hour)
}
