package bundle

import (
	"slices"
	"time"

	"kidoban/controller/access"
)

// Held is what a door keeps of the bundle in force, and of what it has refused.
type Held struct {
	Version int64     `json:"version,omitempty"` // 0 = none was ever taken
	Digest  string    `json:"digest,omitempty"`
	Made    time.Time `json:"made,omitzero"`
	Taken   time.Time `json:"taken,omitzero"`
	Accept  int64     `json:"accept,omitempty"` // the version that a person of the door will have, whatever is held
	Stale   bool      `json:"stale,omitempty"`  // its age was told
	Refused []string  `json:"refused,omitempty"`
	Stopped []Stopped `json:"stopped,omitempty"`
}

// Stopped is a card that was blocked, lost or revoked here and that no bundle has had since.
type Stopped struct {
	ID    access.CredentialID `json:"id"`
	Card  access.Hash         `json:"card"`
	State access.CardState    `json:"state"`
}

// refusedMost is how many refused bundles are remembered, so that each is told of once.
const refusedMost = 32

// Judge says whether a bundle that is believed may take the place of the one held. nothing means that it is the one held.
func (h *Held) Judge(m *Manifest) (nothing bool, no *Refusal) {
	switch {
	case m.Version == h.Version && m.Digest == h.Digest:
		return true, nil
	case m.Version == h.Accept && h.Accept != 0:
		return false, nil
	case m.Version < h.Version:
		return false, refuse(Older, "version %d, and %d is held; after a restore of the office: kidoban roster accept %d", m.Version, h.Version, m.Version)
	case m.Version == h.Version:
		return false, refuse(Other, "another bundle under version %d; if the office made it: kidoban roster accept %d", m.Version, m.Version)
	}
	return false, nil
}

// Took is what is held once a bundle is in force.
func (h *Held) Took(m *Manifest, at time.Time) Held {
	return Held{Version: m.Version, Digest: m.Digest, Made: m.Made, Taken: at, Refused: h.Refused, Stopped: h.Stopped}
}

// Told says whether the refusal of a bundle was recorded already.
func (h *Held) Told(digest string, r Reason) bool { return slices.Contains(h.Refused, told(digest, r)) }

// Tell remembers a refusal.
func (h *Held) Tell(digest string, r Reason) {
	h.Refused = append(slices.Clone(h.Refused), told(digest, r))
	h.Refused = h.Refused[max(0, len(h.Refused)-refusedMost):]
}

func told(digest string, r Reason) string { return digest[:min(len(digest), 16)] + " " + string(r) }
