package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// AskRoom asks how everything stands at one moment: a Room. Persons are those whose names the asker needs beside.
type AskRoom struct{ Persons []access.PersonID }

func (AskRoom) ask() {}

// Room is how everything stands at one moment. Who may not look sees the doors alone.
type Room struct {
	Status
	Doors     []DoorNow                  `json:"doors"`
	Believed  bool                       `json:"believed"` // the clock is believed, by a time service or by the configuration
	Looks     bool                       `json:"looks"`    // the asker may look: what follows is filled in
	Muster    ledger.Muster              `json:"muster"`
	Counts    []Count                    `json:"counts,omitempty"`    // kept lists by which people are counted now, the one to go by first
	Visits    []ledger.Visit             `json:"visits,omitempty"`    // open lines, and those that wait for a consent
	Alarms    []ledger.Alarm             `json:"alarms,omitempty"`    // silent ones only for those who may know of them
	Incidents []ledger.Declaration       `json:"incidents,omitempty"` // declared now
	Emergency []ledger.EmergencyEntry    `json:"emergency,omitempty"` // not completed
	Stirs     uint64                     `json:"stirs"`               // grows when what waits for somebody has changed (AskAwaited)
	Names     map[access.PersonID]string `json:"names,omitempty"`
}

// Count is a kept list with what has become of its people.
type Count struct {
	ledger.Muster
	Stands bool `json:"stands"` // what it was kept for goes on
}

// DoorNow is a door with what hangs on it.
type DoorNow struct {
	DoorView
	Name     string    `json:"name"`
	Zone     string    `json:"zone"`
	Until    time.Time `json:"until,omitzero"`     // of a mode that is not normal
	By       string    `json:"by,omitempty"`       // the account that set it
	Incident string    `json:"incident,omitempty"` // the emergency that it belongs to
	Readers  [3]string `json:"readers"`            // by direction: "", "online", "offline"
	Faulty   bool      `json:"faulty,omitempty"`   // nobody is let in
	Faults   []string  `json:"faults,omitempty"`   // the points that do not work
	Siren    bool      `json:"siren,omitempty"`    // it sounds
}
