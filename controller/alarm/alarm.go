// Package alarm folds entries into alarms: which entries somebody must act on, and which of these nobody has acknowledged
// yet. It is pure; what it yields is made durable in the transaction of the entry that caused it.
//
// What it promises:
//   - An alarm stays until a person acknowledges it. That the door closed, the mains came back or the link was restored
//     ends the cause, never the alarm.
//   - Of one cause (type, place, point, mode, reason) one alarm is open at a time; what repeats it is counted, and raises it
//     anew only if it is graver. A cause after the acknowledgement is a new alarm with a new ID.
//   - Every entry of severity alert or emergency raises one, as do some lesser ones: a door held, a reader or the link
//     lost, a clock lost, a grant that came too late.
//   - A duress alarm is silent: Sign, which feeds lamps and the retained topic, never shows it, and Open only to those
//     who may see it.
//   - It never raises an alarm about an alarm.
package alarm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Book is every alarm that nobody has acknowledged. Copies share it; NewBook makes it.
type Book struct {
	open  map[string]*counted // by cause
	stamp *int64              // the last one given out
}

// counted is an alarm with how often its cause came since it was raised, or since the start of the daemon.
type counted struct {
	ledger.Alarm
	count int64
}

// NewBook begins with the rows that were open at the last commit.
func NewBook(rows []ledger.Alarm) Book {
	b := Book{open: map[string]*counted{}, stamp: new(int64)}
	for _, r := range rows {
		if r.Gone || !r.Acknowledged.IsZero() {
			continue
		}
		key := causeOf(r.ID)
		b.open[key] = &counted{Alarm: r, count: 1}
		if stamp, err := strconv.ParseInt(strings.TrimPrefix(r.ID[len(key):], "/"), 36, 64); err == nil {
			*b.stamp = max(*b.stamp, stamp)
		}
	}
	return b
}

// Observe reads one entry and yields what it raises: the rows that change and the entries that say so.
func (b Book) Observe(e journal.Entry) ([]ledger.Alarm, []journal.Entry) {
	severity := worse(Severity(e.Type), e.Severity)
	if e.Type.Class() == "alarm" || (rank(severity) < rank(journal.Alert) && !latches(e)) {
		return nil, nil
	}
	key := cause(e)
	a, found := b.open[key]
	if !found {
		a = &counted{Alarm: ledger.Alarm{
			ID: key + "/" + b.next(e.At), Type: string(e.Type), Door: e.Data.Door, Raised: e.At.Wall,
		}}
		b.open[key] = a
	}
	a.count++
	if found && rank(severity) <= rank(journal.Severity(a.Severity)) {
		return nil, nil
	}
	a.Severity = string(severity)
	return []ledger.Alarm{a.Alarm}, []journal.Entry{{
		At: e.At, Synced: e.Synced, Type: journal.AlarmRaised, Severity: severity, Subject: e.Subject,
		Data: journal.Data{
			Door: e.Data.Door, Direction: e.Data.Direction, Point: e.Data.Point, Mode: e.Data.Mode, Reason: e.Data.Reason, Alarm: a.ID,
		},
	}}
}

// Ack closes an alarm in the name of an account; the caller knows whether its clock was synchronised. It reports false
// where there is no such alarm, or nobody to name.
func (b Book) Ack(id, account string, at device.Instant) (ledger.Alarm, journal.Entry, bool) {
	a, found := b.open[causeOf(id)]
	if !found || a.ID != id || account == "" {
		return ledger.Alarm{}, journal.Entry{}, false
	}
	delete(b.open, causeOf(id))
	row := a.Alarm
	row.Acknowledged, row.By, row.Gone = at.Wall, account, true
	subject := "controller"
	if row.Door != "" {
		subject = "door/" + row.Door
	}
	return row, journal.Entry{
		At: at, Type: journal.AlarmAcknowledged, Severity: Severity(journal.AlarmAcknowledged), Subject: subject,
		Data: journal.Data{Door: row.Door, Alarm: id, Account: account, Count: a.count},
	}, true
}

// Open is every alarm that waits for somebody, oldest first; silent ones only for accounts that may see them.
func (b Book) Open(silent bool) []ledger.Alarm {
	list := make([]ledger.Alarm, 0, len(b.open))
	for _, a := range b.open {
		if silent || !Silent(a.Alarm) {
			list = append(list, a.Alarm)
		}
	}
	slices.SortFunc(list, func(x, y ledger.Alarm) int {
		return cmp.Or(x.Raised.Compare(y.Raised), cmp.Compare(x.ID, y.ID))
	})
	return list
}

// Silent reports whether an alarm must not be noticed by whoever stands at the door.
func Silent(a ledger.Alarm) bool { return a.Type == string(journal.AccessDuress) }

// Sign is what the retained topic and the lamps may say of a door: "forced", "held", "fault" or "none".
func (b Book) Sign(door string) string {
	sign := "none"
	for _, a := range b.open {
		if a.Door != door {
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
	key := string(e.Type)
	for _, part := range []string{e.Data.Door, e.Data.Direction, e.Data.Point, e.Data.Mode, e.Data.Reason} {
		if part != "" {
			key += "/" + strings.ReplaceAll(part, " ", "-")
		}
	}
	return key
}

func causeOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '/'))] }

// next is a stamp that no other alarm of this run, nor one open before it, has; short enough to type.
func (b Book) next(at device.Instant) string {
	*b.stamp = max(*b.stamp+1, at.Wall.UnixMilli())
	return strconv.FormatInt(*b.stamp, 36)
}
