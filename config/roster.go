package config

import (
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Roster is people kept at one place for the whole site (名簿の一元管理): signed, encrypted bundles that the door takes from
// the central log. Without key the roster is this door's own, as ever. What a bundle brings can let people in as an import
// can; it never releases a door, unlocks one, changes a mode, closes a visit or makes a card good that was stopped here.
type Roster struct {
	// The office's verifier key as kidoban bundle key prints it: name+hash+base64. Pinned: no other signature is believed.
	// With it the roster is the office's: kidoban import and changes of people are refused here; stopping cards, PINs, the
	// cards lent for a day, permits and visits stay the door's. Default "": the roster is the door's own.
	// [セキュリティ責任者]
	Key string `toml:"key"`
	// A second verifier key that may report cards as lost and nothing else; it may lie at the central log. Default "": none.
	// Needs key. [セキュリティ責任者]
	LossKey string `toml:"loss_key"`
	// How old the bundle in force may grow until that is an alarm, 1 h to 1 year. The door goes on deciding by it.
	// Default "744h", 31 days. [セキュリティ責任者]
	StaleAfter Duration `toml:"stale_after"`
}

// SetDefaults implements source.Defaulter.
func (r *Roster) SetDefaults() { r.StaleAfter = hours(744) }

func (k *checker) roster(r Roster) {
	for path, key := range map[string]string{"roster.key": r.Key, "roster.loss_key": r.LossKey} {
		if key == "" {
			continue
		}
		if _, err := note.NewVerifier(key); err != nil {
			k.refuse(path, "is not a verifier key (name+hash+base64); copy the line that kidoban bundle key prints")
		}
	}
	if r.LossKey != "" && r.Key == "" {
		k.refuse("roster.loss_key", "needs key: cards are reported lost for the whole site where the roster is the site's")
	}
	if r.Key != "" && r.Key == r.LossKey {
		k.refuse("roster.loss_key", "is the same as key: it is to be able to do less")
	}
	k.span("roster.stale_after", r.StaleAfter, time.Hour, 366*24*time.Hour)
}
