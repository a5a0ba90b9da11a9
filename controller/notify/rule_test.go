package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/device"

	"pgregory.net/rapid"
)

// wednesday is a day on which the office is open.
var wednesday = time.Date(2026, 4, 1, 10, 0, 0, 0, access.JST)

func entry(t journal.Type, change func(*journal.Entry)) journal.Sealed {
	e := journal.Entry{At: device.Instant{Wall: wednesday}, Synced: true, Type: t, Severity: alarm.Severity(t), Subject: "door/room", Data: journal.Data{Door: "room"}}
	if change != nil {
		change(&e)
	}
	return journal.Sealed{Origin: journal.Origin{Site: "maizuru", Controller: "main-ctl", Journal: "5f3a91c0"}, Sequence: 7, Entry: e}
}

func raisedBy(t journal.Type, severity journal.Severity, change func(*journal.Entry)) journal.Sealed {
	return entry(journal.AlarmRaised, func(e *journal.Entry) {
		e.Severity, e.Data.Alarm = severity, string(t)+"/room/mnfa4nps"
		if change != nil {
			change(e)
		}
	})
}

func names(list []notify.Notice) string {
	var out []string
	for _, n := range list {
		out = append(out, fmt.Sprintf("%s:%s:%d", n.Recipient, n.Kind, n.Turn))
	}
	return strings.Join(out, " ")
}

func rules(list ...notify.Rule) *notify.Rules {
	return &notify.Rules{
		Recipients: []notify.Recipient{{Name: "duty", Person: true}, {Name: "chief", Person: true}, {Name: "hook"}},
		Rules:      list, Zones: map[string]string{"main-ctl/room": "juki"},
		Office: notify.Office{From: 8*time.Hour + 30*time.Minute, Until: 17*time.Hour + 15*time.Minute, Closed: []string{"12-29", "2026-08-14"}},
	}
}

func TestWhoIsTold(t *testing.T) {
	duty := func(r notify.Rule) notify.Rule { r.To = []string{"duty"}; return r }
	hook := func(r notify.Rule) notify.Rule { r.To = []string{"hook"}; return r }
	drill := func(e *journal.Entry) { e.Data.Drill = true }
	for _, c := range []struct {
		name  string
		rule  notify.Rule
		entry journal.Sealed
		want  string
	}{
		{"grave enough", hook(notify.Rule{Severity: journal.Warning}), entry(journal.AccessDenied, nil), "hook:told:0"},
		{"not grave enough", hook(notify.Rule{Severity: journal.Alert}), entry(journal.AccessDenied, nil), ""},
		{"its type", hook(notify.Rule{Types: []string{"access.granted"}}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"its class", hook(notify.Rule{Types: []string{"access.*"}}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"another type", hook(notify.Rule{Types: []string{"door.*"}}), entry(journal.AccessGranted, nil), ""},
		{"its zone, though the entry names the door alone", hook(notify.Rule{Zones: []string{"juki"}}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"another zone", hook(notify.Rule{Zones: []string{"west"}}), entry(journal.AccessGranted, nil), ""},
		{"its door", hook(notify.Rule{Doors: []string{"room"}}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"its door at its controller", hook(notify.Rule{Doors: []string{"main-ctl/room"}}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"another controller", hook(notify.Rule{Controllers: []string{"west-ctl"}}), entry(journal.AccessGranted, nil), ""},
		{"what the central log says of its controller", hook(notify.Rule{Controllers: []string{"west-ctl"}}),
			entry(journal.ControllerSilent, func(e *journal.Entry) { e.Data.Controller = "west-ctl" }), "hook:told:0"},
		{"of one of its own site, by site and name", hook(notify.Rule{Controllers: []string{"maizuru/west-ctl"}}),
			entry(journal.ControllerSilent, func(e *journal.Entry) { e.Data.Controller = "west-ctl" }), "hook:told:0"},
		{"of one of another site, by its name", hook(notify.Rule{Controllers: []string{"west-ctl"}}),
			entry(journal.ControllerSilent, func(e *journal.Entry) { e.Data.Controller = "ayabe/west-ctl" }), "hook:told:0"},
		{"of one of another site, by site and name", hook(notify.Rule{Controllers: []string{"ayabe/west-ctl"}}),
			entry(journal.ControllerSilent, func(e *journal.Entry) { e.Data.Controller = "ayabe/west-ctl" }), "hook:told:0"},
		{"of one of another site that is not meant", hook(notify.Rule{Controllers: []string{"maizuru/west-ctl"}}),
			entry(journal.ControllerSilent, func(e *journal.Entry) { e.Data.Controller = "ayabe/west-ctl" }), ""},
		{"office hours", hook(notify.Rule{Hours: notify.Within}), entry(journal.AccessGranted, nil), "hook:told:0"},
		{"outside them", hook(notify.Rule{Hours: notify.Outside}), entry(journal.AccessGranted, nil), ""},
		{"a machine hears of the cause", hook(notify.Rule{}), entry(journal.DoorForced, nil), "hook:told:0"},
		{"a person hears of its alarm alone", duty(notify.Rule{}), entry(journal.DoorForced, nil), ""},
		{"and of what raises none", duty(notify.Rule{}), entry(journal.AccessDenied, nil), "duty:told:0"},
		{"a drill", hook(notify.Rule{}), entry(journal.AccessDenied, drill), ""},
		{"a drill of which one wants to hear", hook(notify.Rule{Drills: true}), entry(journal.AccessDenied, drill), "hook:told:0"},
		{"the alarm of a drill is told once", duty(notify.Rule{Drills: true, Repeat: time.Minute}), raisedBy(journal.DoorForced, journal.Notice, drill), "duty:told:0"},
		{"duress, by severity", hook(notify.Rule{Severity: journal.Info}), entry(journal.AccessDuress, nil), ""},
		{"duress, by its class", hook(notify.Rule{Types: []string{"access.*"}}), entry(journal.AccessDuress, nil), ""},
		{"duress, by its name", hook(notify.Rule{Types: []string{"access.duress"}}), entry(journal.AccessDuress, nil), "hook:told:0"},
		{"that duress is acknowledged", hook(notify.Rule{}), entry(journal.AlarmAcknowledged, func(e *journal.Entry) { e.Data.Alarm = "access.duress/room/x" }), ""},
		{"that a notice was sent", hook(notify.Rule{Types: []string{"notice.*"}}), entry(journal.NoticeSent, nil), ""},
		{"that another's failed", hook(notify.Rule{}), entry(journal.NoticeFailed, func(e *journal.Entry) { e.Data.Recipient = "duty" }), "hook:told:0"},
		{"that the own failed", hook(notify.Rule{}), entry(journal.NoticeFailed, func(e *journal.Entry) { e.Data.Recipient = "hook" }), ""},
		{"an alarm is not a matter of Of", duty(notify.Rule{}), raisedBy(journal.DoorForced, journal.Alert, nil), ""},
	} {
		if got := names(rules(c.rule).Of(c.entry, wednesday)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	twice := rules(hook(notify.Rule{}), hook(notify.Rule{}))
	if got := names(twice.Of(entry(journal.AccessGranted, nil), wednesday)); got != "hook:told:0" {
		t.Errorf("two rules: %q", got)
	}
}

func TestAnAlarmIsRepeatedAndEscalated(t *testing.T) {
	r := rules(notify.Rule{To: []string{"duty"}, Severity: journal.Alert, Repeat: 10 * time.Minute, Escalate: 25 * time.Minute, EscalateTo: []string{"chief"}})
	o := notify.Raised(raisedBy(journal.DoorForced, journal.Alert, nil), nil, wednesday)
	var got []string
	for m := range 61 {
		var list []notify.Notice
		if o, list = r.Due(o, wednesday.Add(time.Duration(m)*time.Minute)); len(list) > 0 {
			got = append(got, fmt.Sprintf("%d %s", m, names(list)))
		}
	}
	want := []string{"0 duty:told:0", "10 duty:repeated:1", "20 duty:repeated:2", "25 chief:escalated:0", "30 duty:repeated:3", "35 chief:repeated:1",
		"40 duty:repeated:4", "45 chief:repeated:2", "50 duty:repeated:5", "55 chief:repeated:3", "60 duty:repeated:6"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	graver := notify.Raised(raisedBy(journal.DoorForced, journal.Emergency, nil), &o, wednesday.Add(61*time.Minute))
	if _, list := r.Due(graver, wednesday.Add(61*time.Minute)); names(list) != "duty:told:7 chief:escalated:4" {
		t.Errorf("graver: %q", names(list))
	}
	if _, list := r.Due(o, wednesday.Add(-time.Hour)); names(list) != "duty:repeated:7" {
		t.Errorf("a clock that was put back an hour: %q", names(list))
	}
}

// Whoever is at the office hears in its hours, the guard outside them; an alarm goes from one to the other.
func TestHoursChangeHands(t *testing.T) {
	r := rules(notify.Rule{To: []string{"duty"}, Hours: notify.Within, Repeat: time.Hour, Escalate: 2 * time.Hour, EscalateTo: []string{"chief"}},
		notify.Rule{To: []string{"hook"}, Hours: notify.Outside, Repeat: time.Hour})
	o := notify.Raised(raisedBy(journal.DoorForced, journal.Alert, nil), nil, wednesday)
	var got []string
	for _, at := range []string{"17:00", "17:30", "18:00", "19:00"} {
		clock, _ := time.ParseInLocation("2006-01-02 15:04", "2026-04-01 "+at, access.JST)
		if at == "17:00" {
			o.Since = clock
		}
		var list []notify.Notice
		o, list = r.Due(o, clock)
		got = append(got, at+" "+names(list))
	}
	want := []string{"17:00 duty:told:0", "17:30 hook:told:0", "18:00 ", "19:00 chief:escalated:0 hook:repeated:1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestDuressIsToldToThoseNamed(t *testing.T) {
	o := notify.Raised(raisedBy(journal.AccessDuress, journal.Alert, nil), nil, wednesday)
	if _, list := rules(notify.Rule{To: []string{"duty"}, Repeat: time.Minute}).Due(o, wednesday); len(list) != 0 {
		t.Errorf("%q", names(list))
	}
	if _, list := rules(notify.Rule{To: []string{"chief"}, Types: []string{"access.duress"}}).Due(o, wednesday); names(list) != "chief:told:0" {
		t.Errorf("%q", names(list))
	}
}

func TestOffice(t *testing.T) {
	o := rules().Office
	for _, c := range []struct {
		at   string
		open bool
	}{
		{"2026-04-01 08:29", false}, {"2026-04-01 08:30", true}, {"2026-04-01 17:14", true}, {"2026-04-01 17:15", false},
		{"2026-04-04 10:00", false}, {"2026-04-29 10:00", false}, {"2026-05-06 10:00", false}, {"2026-05-07 10:00", true},
		{"2025-12-29 10:00", false}, {"2026-08-14 10:00", false}, {"2025-08-14 10:00", true},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, access.JST)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.Open(at.UTC()); got != c.open {
			t.Errorf("%s: open %v", c.at, got)
		}
	}
}

func TestBackoff(t *testing.T) {
	p := notify.Pace{Least: time.Second, Most: 5 * time.Minute, Fail: 10 * time.Minute}
	var b notify.Backoff
	at, said := wednesday, 0
	var waits []string
	for range 14 {
		var say bool
		if b, say = b.Failed(at, p); say {
			said++
			if at.Sub(wednesday) < p.Fail {
				t.Errorf("said after %v", at.Sub(wednesday))
			}
		}
		waits = append(waits, b.Next.Sub(at).String())
		at = b.Next
	}
	if got := strings.Join(waits, " "); got != "1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 5m0s 5m0s 5m0s 5m0s 5m0s" || said != 1 || b.Tries != 14 {
		t.Errorf("%s, said %d", got, said)
	}
}

// TestNobodyIsToldTooOften: however rules, times and alarms fall, one recipient hears of one alarm at most every Repeat,
// under IDs that never come twice; and nobody whom no rule names hears of anything.
func TestNobodyIsToldTooOften(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"duty", "chief", "hook"}), rapid.ID)
		var list []notify.Rule
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			list = append(list, notify.Rule{To: who.Draw(t, "to"), EscalateTo: who.Draw(t, "chiefs"), Repeat: 10 * time.Minute,
				Hours:    rapid.SampledFrom([]notify.Hours{notify.Always, notify.Within, notify.Outside}).Draw(t, "hours"),
				Escalate: time.Duration(rapid.IntRange(0, 60).Draw(t, "escalate")) * time.Minute})
		}
		r := rules(list...)
		o := notify.Raised(raisedBy(journal.DoorForced, journal.Alert, nil), nil, wednesday)
		now, last, ids := wednesday, map[string]time.Time{}, map[string]bool{}
		for range rapid.IntRange(1, 50).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "wait")) * time.Second)
			var out []notify.Notice
			o, out = r.Due(o, now)
			for _, n := range out {
				id := notify.ID("x", n.Recipient, n.Turn)
				if ids[id] {
					t.Fatalf("%s twice", id)
				}
				ids[id] = true
				if before, was := last[n.Recipient]; was && now.Sub(before) < 10*time.Minute {
					t.Fatalf("%s after %v", n.Recipient, now.Sub(before))
				}
				last[n.Recipient] = now
				if !slices.ContainsFunc(list, func(r notify.Rule) bool { return slices.Contains(append(r.To, r.EscalateTo...), n.Recipient) }) {
					t.Fatalf("%s is named by no rule", n.Recipient)
				}
			}
		}
	})
}
