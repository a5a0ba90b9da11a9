// Package wiring is the check of a controller's wires, point by point, with somebody at the door: when a site is set up and
// after a repair. It says which points there are, what must be seen of each, and judges what the panel has reported.
//
// It releases nothing and hides nothing: what is done at the door during a check has its usual effects and entries. It holds
// no card number and no key. What no line can report (that a strike clicks, that a lamp is lit) a person says, and of what is
// driven only after it was driven.
package wiring

import (
	"strings"
	"time"

	"kidoban/device"
)

// Kind is what sort of thing a point is.
type Kind string

// The kinds.
const (
	Contact Kind = "contact"
	Button  Kind = "exit button"
	Handle  Kind = "handle" // the mechanical way out
	Strike  Kind = "strike"
	Reader  Kind = "reader"
	Keypad  Kind = "keypad"
	Tamper  Kind = "tamper"
	Lamp    Kind = "alarm lamp"
	Siren   Kind = "siren"
	Fire    Kind = "fire"
	Mains   Kind = "mains"
)

// Point is one thing to be checked. Door is "" of what belongs to the controller.
type Point struct {
	ID   string           `json:"id"` // "room.reader.entry", "controller.fire"
	Door string           `json:"door,omitempty"`
	Side device.Direction `json:"side,omitempty"`
	Kind Kind             `json:"kind"`
}

// NewPoint names a point.
func NewPoint(door string, kind Kind, side device.Direction) Point {
	place := door
	if place == "" {
		place = "controller"
	}
	id := place + "." + strings.ReplaceAll(string(kind), " ", "-")
	if side != device.NoDirection {
		id += "." + side.String()
	}
	return Point{ID: id, Door: door, Side: side, Kind: kind}
}

// ByEye says that a person tells whether it works: no line reports it.
func (p Point) ByEye() bool { return p.Kind == Handle || p.driven() }

// driven says that the point is driven, not read.
func (p Point) driven() bool { return p.Kind == Strike || p.Kind == Lamp || p.Kind == Siren }

// Signals says that whoever checks the wiring may have the point driven: it lights or sounds, and opens nothing.
func (p Point) Signals() bool { return p.Kind == Lamp || p.Kind == Siren }

// What is one thing that the panel reports.
type What string

// The things.
const (
	Opened     What = "opened"
	Closed     What = "closed"
	Pressed    What = "pressed"
	LetGo      What = "let_go"
	Card       What = "card"
	Key        What = "key"
	Misread    What = "misread"
	CoverOff   What = "cover_off"
	CoverOn    What = "cover_on"
	FireOn     What = "fire"
	FireOff    What = "fire_over"
	MainsOff   What = "mains_lost"
	MainsOn    What = "mains_back"
	Faulted    What = "faulted"
	Restored   What = "restored"
	ReaderUp   What = "online"
	ReaderDown What = "offline"
	Driven     What = "driven" // a strike, a lamp, a siren
	Rested     What = "rested" // and no more
)

var whats = map[device.Kind]What{
	device.DoorOpened: Opened, device.DoorClosed: Closed, device.ExitPressed: Pressed, device.ExitReleased: LetGo,
	device.CardRead: Card, device.KeyPressed: Key, device.Misread: Misread, device.Tampered: CoverOff, device.TamperCleared: CoverOn,
	device.FireAlarmed: FireOn, device.FireCleared: FireOff, device.MainsLost: MainsOff, device.MainsRestored: MainsOn,
	device.PointFaulted: Faulted, device.PointRestored: Restored, device.ReaderOnline: ReaderUp, device.ReaderOffline: ReaderDown,
}

// steps are what must be seen of a kind, in order.
var steps = map[Kind][]What{
	Contact: {Opened, Closed}, Button: {Pressed, LetGo}, Reader: {Card}, Keypad: {Key}, Tamper: {CoverOff, CoverOn},
	Fire: {FireOn, FireOff}, Mains: {MainsOff, MainsOn},
	Strike: {Driven, Rested}, Lamp: {Driven}, Siren: {Driven},
}

// Seen is one thing that the panel reported while a point was watched.
type Seen struct {
	At        time.Time        `json:"at"`
	What      What             `json:"what"`
	Door      string           `json:"door,omitempty"`
	Side      device.Direction `json:"side,omitempty"`
	Point     string           `json:"point,omitempty"`
	Diagnosis string           `json:"diagnosis,omitempty"`
}

// See is what a check keeps of an event; ok is false where it tells a check nothing.
func See(ev device.Event) (s Seen, ok bool) {
	what, known := whats[ev.Kind]
	if !known || ev.AtStart {
		return Seen{}, false
	}
	return Seen{At: ev.At.Wall, What: what, Door: ev.Door, Side: ev.Direction, Point: ev.Point, Diagnosis: ev.Diagnosis}, true
}

// SeeDriven is what a check keeps of a strike that was told to release or to secure; fault is why that failed.
func SeeDriven(at time.Time, c device.Command, fault string) Seen {
	s := Seen{At: at, What: Rested, Door: c.Door, Point: string(Strike)}
	switch {
	case fault != "":
		s.What, s.Diagnosis = Faulted, fault
	case c.Action == device.Release:
		s.What = Driven
	}
	return s
}

// SeeSignal is what a check keeps of a lamp or a siren that was driven for it.
func SeeSignal(at time.Time, p Point) Seen {
	return Seen{At: at, What: Driven, Door: p.Door, Point: string(p.Kind)}
}

// of says that something was seen of a point, or that another of the kind answered in its place.
func (s Seen) of(p Point) bool {
	if s.Door != p.Door {
		return false
	}
	switch p.Kind {
	case Reader, Keypad, Tamper:
		return s.Side == p.Side
	case Strike, Lamp, Siren:
		return s.Point == string(p.Kind)
	}
	return true
}
