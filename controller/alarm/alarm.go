// Package alarm folds entries into alarms: which entries somebody must act on, and how far each of these has come: raised,
// acknowledged (受け付ける), escalated to the CISO, closed with a finding (完了). It is pure; what it yields is made durable
// in the transaction of the entry that caused it.
//
// What it promises:
//   - An alarm stays until a person has acknowledged it and a person has closed it, by two acts. That the door closed, the
//     mains came back or the link was restored ends the cause, never the alarm; no time ends it either.
//   - Of one cause (type, place, point, mode, reason, permit) one alarm waits for somebody at a time; what repeats it is
//     counted, and raises it anew only if it is graver. A cause after the acknowledgement is a new alarm with a new ID.
//   - Every entry of severity alert or emergency raises one, as do some lesser ones: a door held, a reader or the link
//     lost, a clock lost, a grant that came too late. One entry raises at most one.
//   - What nobody acknowledges within its Patience is escalated to the CISO, once. That is a notice (通報), never the
//     report (報告) of Article 11(5), which a person makes.
//   - A duress alarm is silent: Sign, which feeds lamps and the retained topic, never shows it, and Open only to those
//     who may see it. An alarm of a drill is quiet: a notice, on no lamp, and escalated to nobody.
//   - It never raises an alarm about an alarm.
package alarm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Book is every alarm that nobody has closed. Copies share it; NewBook makes it.
type Book struct {
	all      map[string]*counted // by ID
	waiting  map[string]*counted // by cause: those that nobody has acknowledged
	stamp    *int64              // the last one given out
	patience Patience
}

// counted is an alarm with how often its cause came since it was raised, or since the start of the daemon.
type counted struct {
	ledger.Alarm
	count   int64
	last    time.Duration // monotonic: its cause came last; 0 = in an earlier run
	due     time.Duration // monotonic: escalated then; 0 = not
	guessed bool          // due is the latest it can be, until the clock is believed
}

// NewBook begins with the rows that were open at the last commit. Their deadlines run from the first Reckon on.
func NewBook(rows []ledger.Alarm, p Patience) Book {
	b := Book{all: map[string]*counted{}, waiting: map[string]*counted{}, stamp: new(int64), patience: p}
	for _, r := range rows {
		if r.Gone {
			continue
		}
		a := &counted{Alarm: r, count: 1, guessed: true}
		b.all[r.ID] = a
		if r.Acknowledged.IsZero() {
			b.waiting[causeOf(r.ID)] = a
		}
		if stamp, err := stampOf(r.ID); err == nil {
			*b.stamp = max(*b.stamp, stamp)
		}
	}
	return b
}

// Raises says whether an entry raises an alarm, or is one more of an alarm that waits.
func Raises(e journal.Entry) bool {
	return e.Type.Class() != "alarm" && (AtLeast(worse(Severity(e.Type), e.Severity), journal.Alert) || latches(e))
}

// Observe reads one entry and yields what it raises: the rows that change and the entries that say so.
func (b Book) Observe(e journal.Entry) ([]ledger.Alarm, []journal.Entry) {
	if !Raises(e) {
		return nil, nil
	}
	severity := worse(worse(Severity(e.Type), e.Severity), journal.Warning)
	if e.Data.Drill {
		severity = journal.Notice
	}
	key := cause(e)
	a, found := b.waiting[key]
	if !found {
		a = &counted{Alarm: ledger.Alarm{
			ID: key + "/" + b.next(e.At), Type: string(e.Type), Door: e.Data.Door, Zone: e.Data.Zone, Raised: e.At.Wall,
			Drill: e.Data.Drill, Controller: e.Data.Controller,
		}}
		b.waiting[key], b.all[a.ID] = a, a
	}
	a.count++
	a.last = e.At.Mono
	if found && rank(severity) <= rank(journal.Severity(a.Severity)) {
		return nil, nil
	}
	a.Severity = string(severity)
	b.await(a, e.At)
	return []ledger.Alarm{a.Alarm}, []journal.Entry{{
		At: e.At, Synced: e.Synced, Type: journal.AlarmRaised, Severity: severity, Subject: e.Subject,
		Data: journal.Data{
			Door: e.Data.Door, Direction: e.Data.Direction, Point: e.Data.Point, Mode: e.Data.Mode, Reason: e.Data.Reason,
			Zone: e.Data.Zone, Permit: e.Data.Permit, Visit: e.Data.Visit, Incident: e.Data.Incident, Drill: e.Data.Drill,
			Controller: e.Data.Controller, Journal: e.Data.Journal, Recipient: e.Data.Recipient, Alarm: a.ID,
		},
	}}
}

// Open is every alarm that nobody has closed, oldest first; silent ones only for accounts that may see them.
func (b Book) Open(silent bool) []ledger.Alarm {
	list := make([]ledger.Alarm, 0, len(b.all))
	for _, a := range b.all {
		if silent || !Silent(a.Alarm) {
			list = append(list, a.Alarm)
		}
	}
	slices.SortFunc(list, func(x, y ledger.Alarm) int {
		return cmp.Or(x.Raised.Compare(y.Raised), cmp.Compare(x.ID, y.ID))
	})
	return list
}

// Find is the open alarm of an ID.
func (b Book) Find(id string) (ledger.Alarm, bool) {
	if a, open := b.all[id]; open {
		return a.Alarm, true
	}
	return ledger.Alarm{}, false
}

// Waiting counts the alarms that nobody has acknowledged, silent ones left out.
func (b Book) Waiting() (n int) {
	for _, a := range b.waiting {
		if !Silent(a.Alarm) {
			n++
		}
	}
	return n
}

// Silent reports whether an alarm must not be noticed by whoever stands at the door.
func Silent(a ledger.Alarm) bool { return a.Type == string(journal.AccessDuress) }

// Sign is what the retained topic and the lamps may say of a door while nobody has acknowledged it: "forced", "held",
// "fault" or "none".
func (b Book) Sign(door string) string {
	sign := "none"
	for _, a := range b.waiting {
		if a.Door != door || a.Drill {
			continue
		}
		switch journal.Type(a.Type) {
		case journal.DoorForced:
			return "forced"
		case journal.DoorHeld:
			sign = "held"
		case journal.DoorFault, journal.DoorTampered, journal.ReaderTampered, journal.ReaderOffline:
			if sign == "none" {
				sign = "fault"
			}
		}
	}
	return sign
}

// cause is what makes two entries the same alarm. An ID is the cause and a stamp, so that a row tells its cause.
func cause(e journal.Entry) string {
	d := e.Data
	parts := []string{d.Controller, lastOf(d.Journal), d.Recipient, d.Door, d.Direction, d.Point, d.Mode, d.Reason, d.Zone, d.Permit, d.Incident}
	if e.Type.Class() == "account" {
		parts = append(parts, d.Account)
	}
	if d.Drill {
		parts = append(parts, "drill")
	}
	key := string(e.Type)
	for _, part := range parts {
		if part != "" {
			key += "/" + strings.ReplaceAll(part, " ", "-")
		}
	}
	return key
}

// lastOf is the part of a journal's origin that no other journal has.
func lastOf(origin string) string { return origin[strings.LastIndexByte(origin, '/')+1:] }

// CauseType is the type of the entry that raised an alarm, as its ID tells it; "" where that is none.
func CauseType(id string) journal.Type {
	t, _, _ := strings.Cut(id, "/")
	return journal.Type(t)
}

func causeOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '/'))] }

func stampOf(id string) (int64, error) {
	return strconv.ParseInt(strings.TrimPrefix(id[len(causeOf(id)):], "/"), 36, 64)
}

// RaisedAt is when an alarm was raised, as its ID tells it: to the millisecond, or a little later where two came at once.
func RaisedAt(id string) (time.Time, bool) {
	stamp, err := stampOf(id)
	return time.UnixMilli(stamp), err == nil && stamp > 0 && causeOf(id) != ""
}

// next is a stamp that no other alarm of this run, nor one open before it, has; short enough to type.
func (b Book) next(at device.Instant) string {
	*b.stamp = max(*b.stamp+1, at.Wall.UnixMilli())
	return strconv.FormatInt(*b.stamp, 36)
}
