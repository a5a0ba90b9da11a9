package alarm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Patience is how long an alarm may wait for somebody before the CISO is told, by its severity; 0 = for ever.
type Patience struct{ Alert, Emergency time.Duration }

func (p Patience) of(s string) time.Duration {
	switch journal.Severity(s) {
	case journal.Alert:
		return p.Alert
	case journal.Emergency:
		return p.Emergency
	}
	return 0
}

// await sets the deadline of an alarm that has just been raised, or has become graver: never later than it was.
func (b Book) await(a *counted, at device.Instant) {
	wait := b.patience.of(a.Severity)
	if wait == 0 || !a.Escalated.IsZero() {
		return
	}
	if due := at.Mono + wait; a.due == 0 || due < a.due {
		a.due, a.Due, a.guessed = due, at.Wall.Add(wait), false
	}
}

// Reckon sets the deadlines of the alarms of an earlier run, by the wall clock. from is the wall time to judge by: while
// the clock is not believed (firm false), the last that was, so that an alarm waits as long as it can have to and no
// longer than its patience.
func (b Book) Reckon(now device.Instant, from time.Time, firm bool) {
	for _, a := range b.waiting {
		wait := b.patience.of(a.Severity)
		if !a.guessed || wait == 0 || !a.Escalated.IsZero() {
			continue
		}
		if a.Due.IsZero() {
			a.Due = a.Raised.Add(wait)
		}
		a.due, a.guessed = now.Mono+min(max(a.Due.Sub(from), time.Second), wait), !firm
	}
}

// Rehang is to be called when the wall clock was put right: what runs by the monotonic clock goes on, and the rows say so
// to the next run.
func (b Book) Rehang(now device.Instant) (rows []ledger.Alarm) {
	b.Reckon(now, now.Wall, true)
	for _, a := range b.waiting {
		if a.due > 0 {
			a.Due = now.Wall.Add(a.due - now.Mono)
			rows = append(rows, a.Alarm)
		}
	}
	slices.SortFunc(rows, func(x, y ledger.Alarm) int { return strings.Compare(x.ID, y.ID) })
	return rows
}

// Deadline is the monotonic instant at which the next alarm is to be escalated.
func (b Book) Deadline() (due time.Duration, ok bool) {
	for _, a := range b.waiting {
		if a.due > 0 && (!ok || a.due < due) {
			due, ok = a.due, true
		}
	}
	return due, ok
}

// Escalate tells the CISO of what nobody has acknowledged in its time. The caller knows whether its clock was
// synchronised, and who the CISO is.
func (b Book) Escalate(at device.Instant) (rows []ledger.Alarm, entries []journal.Entry) {
	for _, a := range b.waiting {
		if a.due == 0 || a.due > at.Mono {
			continue
		}
		a.due, a.Due, a.Escalated = 0, time.Time{}, at.Wall
		rows = append(rows, a.Alarm)
	}
	slices.SortFunc(rows, func(x, y ledger.Alarm) int { return strings.Compare(x.ID, y.ID) })
	for _, row := range rows {
		e := told(row, journal.AlarmEscalated, at)
		e.Severity, e.Data.Count = journal.Severity(row.Severity), b.all[row.ID].count
		entries = append(entries, e)
	}
	return rows, entries
}

// Ack says in the name of an account that somebody acts on an alarm; the caller knows whether its clock was synchronised.
// no says why not.
func (b Book) Ack(id, account string, at device.Instant) (row ledger.Alarm, e journal.Entry, no string) {
	a, open := b.all[id]
	switch {
	case !open || account == "":
		return row, e, notOpen(id)
	case !a.Acknowledged.IsZero():
		return row, e, fmt.Sprintf("alarm %s was acknowledged by %s already", id, a.By)
	}
	delete(b.waiting, causeOf(id))
	a.Acknowledged, a.By, a.due, a.Due = at.Wall, account, 0, time.Time{}
	e = told(a.Alarm, journal.AlarmAcknowledged, at)
	e.Data.Account, e.Data.Count = account, a.count
	return a.Alarm, e, ""
}

// Close ends an alarm that somebody has acknowledged, with the finding as a private part.
func (b Book) Close(id, account string, at device.Instant, finding []byte) (row ledger.Alarm, e journal.Entry, no string) {
	a, open := b.all[id]
	switch {
	case !open || account == "":
		return row, e, notOpen(id)
	case a.Acknowledged.IsZero():
		return row, e, fmt.Sprintf("nobody has acknowledged alarm %s: kidoban alarm ack, look, then close it with what was found", id)
	case finding == nil:
		return row, e, "an alarm is closed with a finding: say what was found (--finding)"
	}
	delete(b.all, id)
	a.Gone = true
	e = told(a.Alarm, journal.AlarmClosed, at)
	e.Data.Account, e.Data.Count, e.Private = account, a.count, finding
	return a.Alarm, e, ""
}

func notOpen(id string) string { return fmt.Sprintf("no alarm %q is open: kidoban alarm list", id) }

// told is an entry about an alarm.
func told(a ledger.Alarm, t journal.Type, at device.Instant) journal.Entry {
	subject := "controller"
	switch {
	case a.Controller != "":
		subject = "controller/" + a.Controller
	case a.Door != "":
		subject = "door/" + a.Door
	case a.Zone != "":
		subject = "zone/" + a.Zone
	}
	return journal.Entry{
		At: at, Type: t, Severity: Severity(t), Subject: subject,
		Data: journal.Data{Door: a.Door, Zone: a.Zone, Controller: a.Controller, Alarm: a.ID, Drill: a.Drill},
	}
}
