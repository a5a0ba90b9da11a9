package line

import (
	"time"

	"kidoban/device"
)

// Lamps is the state of one reader's outputs.
type Lamps struct{ Green, Red, Buzzer bool }

// phase is one stretch of a pattern.
type phase struct {
	Lamps
	For time.Duration
}

// pattern is played once from the start, then its loop for ever. A last phase without a length stays.
type pattern struct{ once, loop []phase }

func beep(l Lamps) Lamps { l.Buzzer = true; return l }

// patternOf is the table of signals. They differ in rhythm as well as in colour, for those who see no difference
// between red and green, and in sound for those who see neither: one long tone lets you in, three short ones do not.
func patternOf(s device.Signal) pattern {
	const ms = time.Millisecond
	var (
		dark  = Lamps{}
		green = Lamps{Green: true}
		red   = Lamps{Red: true}
		amber = Lamps{Green: true, Red: true}
	)
	switch s {
	case device.Granted:
		return pattern{once: []phase{{beep(green), 400 * ms}, {green, 0}}}
	case device.Denied:
		return pattern{once: []phase{
			{beep(red), 100 * ms}, {dark, 100 * ms}, {beep(red), 100 * ms}, {dark, 100 * ms}, {beep(red), 100 * ms}, {dark, 100 * ms},
			{red, 0},
		}}
	case device.Waiting:
		return pattern{once: []phase{{beep(amber), 50 * ms}}, loop: []phase{{amber, 400 * ms}, {dark, 400 * ms}}}
	case device.PreAlarm:
		return pattern{loop: []phase{{beep(green), 150 * ms}, {dark, 850 * ms}}}
	case device.Alarm:
		return pattern{loop: []phase{{beep(red), 200 * ms}, {dark, 50 * ms}}}
	case device.Degraded:
		return pattern{loop: []phase{{red, 150 * ms}, {dark, 150 * ms}, {red, 150 * ms}, {dark, 1550 * ms}}}
	}
	return pattern{loop: []phase{{red, 0}}} // device.Idle
}

// Indicator plays the signals of one reader's lamps and buzzer. The zero Indicator shows device.Idle.
type Indicator struct {
	signal device.Signal
	since  time.Duration
}

// Show begins a signal. The one already shown goes on as it is.
func (i *Indicator) Show(at device.Instant, s device.Signal) {
	if s != i.signal || s == device.Granted || s == device.Denied {
		i.signal, i.since = s, at.Mono
	}
}

// Lamps is what is to be lit and sounded at an instant.
func (i Indicator) Lamps(at device.Instant) Lamps {
	l, _ := i.at(at.Mono)
	return l
}

// Deadline is the Mono at which that changes next, seen from an instant; 0 = it stays.
func (i Indicator) Deadline(at device.Instant) time.Duration {
	_, next := i.at(at.Mono)
	return next
}

func (i Indicator) at(mono time.Duration) (Lamps, time.Duration) {
	p := patternOf(i.signal)
	start := i.since
	for _, ph := range p.once {
		if ph.For == 0 {
			return ph.Lamps, 0
		}
		if start += ph.For; mono < start {
			return ph.Lamps, start
		}
	}
	var round time.Duration
	for _, ph := range p.loop {
		round += ph.For
	}
	if round == 0 {
		return p.loop[0].Lamps, 0
	}
	start += (mono - start) / round * round
	for _, ph := range p.loop {
		if start += ph.For; mono < start {
			return ph.Lamps, start
		}
	}
	return Lamps{}, start
}
