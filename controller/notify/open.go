package notify

import (
	"maps"
	"time"

	"kidoban/controller/journal"
)

// Open is an alarm that nobody has acknowledged, and who was told of it.
type Open struct {
	Entry journal.Sealed // alarm.raised
	Since time.Time      // it was first read here
	Told  map[string]Turn
}

// Turn is how often and when a recipient was last told.
type Turn struct {
	Turn int       `json:"turn"`
	At   time.Time `json:"at"`
}

// Raised is an alarm that has just been read: a new one, or before with a new severity, of which all are told again.
func Raised(e journal.Sealed, before *Open, now time.Time) Open {
	o := Open{Entry: e, Since: now, Told: map[string]Turn{}}
	if before != nil {
		o.Since = before.Since
		for name, t := range before.Told {
			o.Told[name] = Turn{Turn: t.Turn}
		}
	}
	return o
}

// Ends says whether an entry ends the telling of its alarm.
func Ends(e *journal.Sealed) bool {
	return e.Entry.Type == journal.AlarmAcknowledged || e.Entry.Type == journal.AlarmClosed
}

// Due is who is to be told of an alarm now, and the alarm as it stands after that. It changes nothing that o shares.
func (r *Rules) Due(o Open, now time.Time) (Open, []Notice) {
	d := due{now: now, entry: &o.Entry, told: maps.Clone(o.Told)}
	open := r.Office.Open(now)
	for i := range r.Rules {
		rule := &r.Rules[i]
		if !rule.concerns(&o.Entry, r.Zones) {
			continue
		}
		heard := rule.Hours.hold(open)
		if heard {
			d.tell(rule.To, Told, rule.Repeat)
		}
		for _, name := range rule.To {
			if _, was := o.Told[name]; was {
				heard = true
			}
		}
		if heard && rule.Escalate > 0 && now.Sub(o.Since) >= rule.Escalate {
			d.tell(rule.EscalateTo, Escalated, rule.Repeat)
		}
	}
	o.Told = d.told
	return o, d.out
}

type due struct {
	now   time.Time
	entry *journal.Sealed
	told  map[string]Turn
	out   []Notice
}

// ahead is how far a last time may lie ahead of the clock before it is the clock that is not believed.
const ahead = time.Minute

func (d *due) tell(names []string, kind Kind, repeat time.Duration) {
	for _, name := range names {
		last, was := d.told[name]
		switch wait := d.now.Sub(last.At); {
		case ofItself(d.entry, name):
			continue
		case !was:
		case last.At.IsZero():
			last.Turn++
		case repeat > 0 && (wait >= repeat || wait < -ahead):
			last.Turn++
			kind = Repeated
		default:
			continue
		}
		last.At = d.now
		d.told[name] = last
		d.out = append(d.out, Notice{Recipient: name, Kind: kind, Turn: last.Turn, Alarm: d.entry.Entry.Data.Alarm, Made: d.now})
	}
}
