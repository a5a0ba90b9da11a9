package register

import (
	"encoding/json"

	"kidoban/controller/ledger"
)

// The private parts of a visit's entries. Each is a JSON object with a salt beside these members.
type (
	// Opening is that of visit.opened: who, what for, on whose permission.
	Opening struct {
		Name        string      `json:"name"`
		Reading     string      `json:"reading,omitempty"`
		Affiliation string      `json:"affiliation,omitempty"`
		Class       string      `json:"class,omitempty"`
		Identity    string      `json:"identity,omitempty"`
		Badge       string      `json:"badge,omitempty"`
		Purpose     string      `json:"purpose,omitempty"`
		Work        string      `json:"work,omitempty"`
		Equipment   string      `json:"equipment,omitempty"`
		CarryIn     string      `json:"carry_in,omitempty"`
		CarryOut    string      `json:"carry_out,omitempty"`
		Remarks     string      `json:"remarks,omitempty"`
		Permit      *ledger.Act `json:"permit,omitempty"`
		Oral        bool        `json:"oral,omitempty"`
	}
	// Escort is that of visit.escorted and visit.escort_changed.
	Escort struct {
		Name string `json:"name,omitempty"`
	}
	// Consent is that of visit.consented and visit.consent_withheld.
	Consent struct {
		Name   string `json:"name,omitempty"`
		Text   string `json:"text,omitempty"`
		Acting bool   `json:"acting,omitempty"`
	}
	// Correction is that of visit.corrected.
	Correction struct {
		Before    string     `json:"before"`
		After     string     `json:"after"`
		Reason    string     `json:"reason"`
		Maker     ledger.Act `json:"maker"`
		Checker   ledger.Act `json:"checker"`
		Permitter ledger.Act `json:"permitter"`
	}
)

// read is a private part as T. One that was purged, or is not T, is empty: its line says so.
func read[T any](private []byte) (v T) {
	if private == nil || json.Unmarshal(private, &v) != nil {
		var none T
		return none
	}
	return v
}
