package alarm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"

	"pgregory.net/rapid"
)

var morning = device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.FixedZone("JST", 9*3600)), Mono: time.Hour}

func entry(t journal.Type, d journal.Data) journal.Entry {
	return journal.Entry{At: morning, Synced: true, Type: t, Severity: alarm.Severity(t), Subject: "door/room", Data: d}
}

var room = journal.Data{Door: "room"}

var patience = alarm.Patience{Alert: 10 * time.Minute, Emergency: 2 * time.Minute}

// TestEveryType: what raises an alarm by its type alone, over the whole closed list.
func TestEveryType(t *testing.T) {
	raises := map[journal.Type]journal.Severity{
		journal.AccessDuress: journal.Alert, journal.DoorForced: journal.Alert, journal.DoorTampered: journal.Alert,
		journal.DoorFault: journal.Alert, journal.DoorHeld: journal.Warning, journal.ReaderTampered: journal.Alert,
		journal.ReaderOffline: journal.Warning, journal.JournalVerificationFailed: journal.Alert,
		journal.SystemDegraded: journal.Alert, journal.SystemRestartedByWatchdog: journal.Alert,
		journal.PowerMainsLost: journal.Alert, journal.FireAlarmed: journal.Emergency,
		journal.LinkLost: journal.Warning, journal.LinkBacklogged: journal.Warning, journal.ClockLost: journal.Warning,
		journal.VisitEscortLost: journal.Alert, journal.VisitEmergency: journal.Alert,
		journal.VisitLeftWithoutConsent: journal.Alert, journal.EmergencyDeclared: journal.Emergency,
		journal.ControllerReplaced: journal.Alert, journal.ControllerSilent: journal.Alert,
		journal.ControllerRolledBack: journal.Alert, journal.ControllerForked: journal.Alert,
		journal.ControllerContradicted: journal.Alert, journal.RosterRefused: journal.Alert,
		journal.NoticeFailed: journal.Warning, journal.RosterStale: journal.Warning, journal.CertificateExpiring: journal.Warning,
		journal.ControllerGarbled: journal.Warning,
	}
	for _, typ := range journal.Types() {
		rows, said := alarm.NewBook(nil, patience).Observe(entry(typ, room))
		want, raised := raises[typ]
		if raised != (len(rows) == 1) || raised != (len(said) == 1) {
			t.Errorf("%s: raised %v, want %v", typ, rows, raised)
			continue
		}
		if raised && (rows[0].Severity != string(want) || said[0].Severity != want || said[0].Type != journal.AlarmRaised ||
			said[0].Data.Alarm != rows[0].ID || rows[0].Type != string(typ) || rows[0].Door != "room" || said[0].At != morning) {
			t.Errorf("%s: %+v, %+v", typ, rows[0], said[0])
		}
	}
}

// TestSeverityIsTotal: a type that nobody thought of would be info in silence.
func TestSeverityIsTotal(t *testing.T) {
	info := []journal.Type{
		journal.AccessPending, journal.AccessGranted, journal.AccessTaken, journal.DoorOpened, journal.DoorClosed,
		journal.DoorHeldCleared, journal.DoorExitRequested, journal.DoorRestored, journal.LockReleased, journal.LockSecured,
		journal.ReaderOnline, journal.ClockSynchronised, journal.LinkRestored, journal.LinkDrained, journal.JournalVerified,
		journal.PermitRequested, journal.PermitExpired, journal.VisitAnnounced, journal.VisitOpened, journal.VisitEscorted,
		journal.VisitEscortChanged, journal.VisitExitRequested, journal.VisitConsented, journal.VisitClosed,
		journal.AccountSignedIn, journal.AccountSignedOut, journal.AccountSearched, journal.NoticeSent,
	}
	for _, typ := range journal.Types() {
		if got := alarm.Severity(typ); (got == journal.Info) != slices.Contains(info, typ) {
			t.Errorf("%s is %s", typ, got)
		}
	}
}

// TestBySingleEntry: what raises an alarm because of the entry, not its type.
func TestBySingleEntry(t *testing.T) {
	graver := func(e journal.Entry, s journal.Severity) journal.Entry { e.Severity = s; return e }
	for _, c := range []struct {
		name   string
		entry  journal.Entry
		raises bool
	}{
		{"not taken", entry(journal.AccessNotTaken, journal.Data{Door: "room", Reason: "not_opened"}), false},
		{"not taken because the record came late", entry(journal.AccessNotTaken, journal.Data{Door: "room", Reason: "late"}), true},
		{"an exit against the rules", graver(entry(journal.AccessGranted, journal.Data{Door: "room", Direction: "exit", Reason: "credential_lost"}), journal.Alert), true},
		{"a refusal", entry(journal.AccessDenied, journal.Data{Door: "room", Reason: "pin_wrong"}), false},
		{"a lost card", graver(entry(journal.AccessDenied, journal.Data{Door: "room", Reason: "credential_lost"}), journal.Alert), true},
		{"a misread", entry(journal.ReaderMisread, room), false},
		{"a misread after the strike moved", graver(entry(journal.ReaderMisread, room), journal.Alert), true},
		{"Pitfall 24: a forced door that somebody called info", graver(entry(journal.DoorForced, room), journal.Info), true},
		{"a member of staff whose right ends while inside", entry(journal.VisitOverstayed, journal.Data{Zone: "room", Reason: "standing_ended"}), false},
		{"a visitor who stays too long", graver(entry(journal.VisitOverstayed, journal.Data{Zone: "room", Permit: "2026-0001"}), journal.Alert), true},
		{"an oral permission", entry(journal.PermitRecordedOral, journal.Data{Permit: "2026-0001"}), false},
		{"one recorded after the entry", entry(journal.PermitRecordedOral, journal.Data{Permit: "2026-0001", Reason: "after_entry"}), true},
		{"an account locked out", graver(entry(journal.AccountSignInFailed, journal.Data{Account: "mori"}), journal.Warning), true},
		{"an emergency that was not cleared", graver(entry(journal.EmergencyCleared, journal.Data{Incident: "2026-I001", Reason: "expired"}), journal.Alert), true},
		{"an alarm about an alarm", graver(entry(journal.AlarmRaised, room), journal.Emergency), false},
	} {
		if rows, said := alarm.NewBook(nil, patience).Observe(c.entry); (len(rows) == 1) != c.raises || (len(said) == 1) != c.raises {
			t.Errorf("%s: %v, %v", c.name, rows, said)
		}
	}
}

// TestLatched: Pitfalls 4 and 25, neither closing the door nor opening it nor a restart ends an alarm; a person does, by
// two acts.
func TestLatched(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	rows, _ := b.Observe(entry(journal.DoorForced, room))
	id := rows[0].ID
	for _, typ := range []journal.Type{journal.DoorClosed, journal.DoorOpened, journal.DoorHeldCleared, journal.DoorRestored, journal.SystemRecovered} {
		b.Observe(entry(typ, room))
	}
	b = alarm.NewBook(rows, patience)
	if open := b.Open(false); len(open) != 1 || open[0].ID != id || b.Sign("room") != "forced" || b.Waiting() != 1 {
		t.Fatalf("after closing and a restart: %v", open)
	}
	if again, said := b.Observe(entry(journal.DoorForced, room)); again != nil || said != nil {
		t.Errorf("raised twice: %v", again)
	}
	for _, c := range [][2]string{{"", "guard"}, {"door.forced", "guard"}, {id + "x", "guard"}, {"door.forced/room/1", "guard"}, {id, ""}} {
		if _, _, no := b.Ack(c[0], c[1], morning); !strings.Contains(no, "kidoban alarm list") {
			t.Errorf("%q acknowledged by %q: %q", c[0], c[1], no)
		}
	}
	if _, _, no := b.Close(id, "guard", morning, finding); !strings.Contains(no, "nobody has acknowledged") {
		t.Errorf("closed before anybody had acknowledged it: %q", no)
	}
	row, said, no := b.Ack(id, "guard", morning.Add(time.Minute))
	if no != "" || row.Gone || row.By != "guard" || !row.Acknowledged.Equal(morning.Wall.Add(time.Minute)) || row.ID != id {
		t.Errorf("%q %+v", no, row)
	}
	if said.Type != journal.AlarmAcknowledged || said.Data.Alarm != id || said.Data.Account != "guard" || said.Data.Count != 2 || said.Data.Door != "room" {
		t.Errorf("%+v", said)
	}
	if _, _, no := b.Ack(id, "baba", morning); !strings.Contains(no, "by guard already") || len(b.Open(true)) != 1 || b.Sign("room") != "none" || b.Waiting() != 0 {
		t.Errorf("acknowledged twice: %q", no)
	}
	next, _ := b.Observe(entry(journal.DoorForced, room))
	if len(next) != 1 || next[0].ID == id {
		t.Errorf("the next one: %v", next)
	}
	b = alarm.NewBook([]ledger.Alarm{row, next[0]}, patience)
	if open := b.Open(true); len(open) != 2 || b.Waiting() != 1 {
		t.Fatalf("after a restart: %v", open)
	}
	if _, _, no := b.Close(id, "guard", morning, nil); !strings.Contains(no, "finding") {
		t.Errorf("closed without a finding: %q", no)
	}
	row, said, no = b.Close(id, "guard", morning, finding)
	if no != "" || !row.Gone || said.Type != journal.AlarmClosed || said.Data.Alarm != id || string(said.Private) != string(finding) {
		t.Errorf("%q %+v %+v", no, row, said)
	}
	if _, _, no := b.Close(id, "guard", morning, finding); no == "" || len(alarm.NewBook([]ledger.Alarm{row}, patience).Open(true)) != 0 {
		t.Errorf("closed twice, or back after a restart: %q", no)
	}
}

var finding = []byte(`{"salt":"0","finding":"the wind"}`)

func TestCausesApart(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	for _, d := range []journal.Data{
		{Door: "room", Point: "contact"}, {Door: "room", Point: "exit button"}, {Door: "store", Point: "contact"}, {Point: "contact"},
		{Door: "room", Point: "contact", Reason: "second_opening"}, {Door: "room", Direction: "exit"}, {Mode: "record_unavailable"},
	} {
		rows, _ := b.Observe(entry(journal.DoorFault, d))
		if len(rows) != 1 || strings.ContainsAny(rows[0].ID, " \n") {
			t.Errorf("%+v: %v", d, rows)
		}
	}
	if n := len(alarm.NewBook(b.Open(true), patience).Open(true)); n != 7 {
		t.Errorf("%d after a restart", n)
	}
}

func TestGraver(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	first, _ := b.Observe(entry(journal.DoorHeld, room))
	e := entry(journal.DoorHeld, room)
	e.Severity = journal.Alert
	rows, said := b.Observe(e)
	if len(rows) != 1 || rows[0].ID != first[0].ID || rows[0].Severity != "alert" || said[0].Severity != journal.Alert {
		t.Errorf("%v %v", rows, said)
	}
	if rows, _ := b.Observe(entry(journal.DoorHeld, room)); rows != nil {
		t.Errorf("milder, and raised: %v", rows)
	}
}

// TestDuressIsSilent: whoever stands at the door, or may only look, learns nothing.
func TestDuressIsSilent(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	rows, _ := b.Observe(entry(journal.AccessDuress, room))
	if len(rows) != 1 || !alarm.Silent(rows[0]) || b.Sign("room") != "none" || len(b.Open(false)) != 0 || len(b.Open(true)) != 1 {
		t.Errorf("%v, %s, %v", rows, b.Sign("room"), b.Open(false))
	}
}

func TestSign(t *testing.T) {
	b := alarm.NewBook(nil, patience)
	for _, c := range []struct {
		typ  journal.Type
		want string
	}{{journal.DoorFault, "fault"}, {journal.DoorHeld, "held"}, {journal.DoorTampered, "held"}, {journal.DoorForced, "forced"}} {
		b.Observe(entry(c.typ, room))
		if got := b.Sign("room"); got != c.want || b.Sign("store") != "none" {
			t.Errorf("after %s: %s", c.typ, got)
		}
	}
}

// TestRowsTellAll: whatever comes, the rows yielded so far make the same book again, and no ID is given twice.
func TestRowsTellAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, rows, seen := alarm.NewBook(nil, patience), map[string]ledger.Alarm{}, map[string]bool{}
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			at := morning.Add(time.Duration(i/10) * time.Millisecond)
			if open := b.Open(true); len(open) > 0 && rapid.IntRange(0, 3).Draw(t, "act") == 0 {
				a := rapid.SampledFrom(open).Draw(t, "which")
				if a.Acknowledged.IsZero() {
					row, _, no := b.Ack(a.ID, "guard", at)
					if rows[row.ID] = row; no != "" {
						t.Fatal(no)
					}
					continue
				}
				row, _, no := b.Close(a.ID, "guard", at, finding)
				if delete(rows, row.ID); no != "" {
					t.Fatal(no)
				}
				continue
			}
			e := entry(rapid.SampledFrom(journal.Types()).Draw(t, "type"), journal.Data{
				Door:  rapid.SampledFrom([]string{"", "room", "store"}).Draw(t, "door"),
				Point: rapid.SampledFrom([]string{"", "contact", "exit button"}).Draw(t, "point"),
			})
			e.At, e.Severity = at, rapid.SampledFrom([]journal.Severity{"", journal.Info, journal.Alert, journal.Emergency}).Draw(t, "severity")
			changed, _ := b.Observe(e)
			for _, r := range changed {
				if _, open := rows[r.ID]; !open && seen[r.ID] {
					t.Fatalf("%s given twice", r.ID)
				}
				rows[r.ID], seen[r.ID] = r, true
			}
		}
		var kept []ledger.Alarm
		for _, r := range rows {
			kept = append(kept, r)
		}
		if got, want := alarm.NewBook(kept, patience).Open(true), b.Open(true); !slices.Equal(got, want) {
			t.Fatalf("the rows make %v, the book is %v", got, want)
		}
	})
}
