package notify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
)

var update = flag.Bool("update", false, "write testdata")

func sealed(t testing.TB, e journal.Sealed) []byte {
	t.Helper()
	e.Origin.Zone, e.Origin.Boot = access.JST, "b0"
	b, err := e.Entry.Seal(nil, e.Origin, e.Sequence, [16]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func about(t testing.TB, kind notify.Kind, turn int, e journal.Sealed) notify.Notice {
	return notify.Notice{ID: notify.ID(notify.EntryID("main-ctl", "5f3a91c0", e.Sequence), "duty", turn), Recipient: "duty", Kind: kind, Turn: turn,
		Made: wednesday, Entry: sealed(t, e), Alarm: e.Entry.Data.Alarm}
}

func letters(t testing.TB) map[string]notify.Notice {
	forced := raisedBy(journal.DoorForced, journal.Alert, nil)
	named := about(t, notify.Told, 0, entry(journal.AccessDenied, func(e *journal.Entry) {
		e.Subject, e.Data.Direction, e.Data.Reason, e.Data.Person = "door/room/entry", "entry", "no_permit", "p-17"
	}))
	named.Private = []byte(`{"salt":"00112233","name":"舞鶴 花子","purpose":"保守\n点検"}`)
	folded := notify.Notice{ID: "main-ctl/5f3a91c0/000000000000000007/duty/0/digest", Recipient: "duty", Kind: notify.Digest, Made: wednesday}
	folded.Folded = []notify.Notice{about(t, notify.Told, 0, entry(journal.AccessDenied, nil)), about(t, notify.Told, 0, forced),
		about(t, notify.Told, 0, entry(journal.AccessDenied, func(e *journal.Entry) { e.At = e.At.Add(time.Minute) })), {ID: "gone"}}
	return map[string]notify.Notice{
		"told": about(t, notify.Told, 0, forced), "repeated": about(t, notify.Repeated, 3, forced), "escalated": about(t, notify.Escalated, 0, forced),
		"duress": about(t, notify.Told, 0, raisedBy(journal.AccessDuress, journal.Alert, nil)),
		"drill":  about(t, notify.Told, 0, raisedBy(journal.FireAlarmed, journal.Notice, func(e *journal.Entry) { e.Data.Drill, e.Data.Door = true, "" })),
		"silent": about(t, notify.Told, 0, raisedBy(journal.ControllerSilent, journal.Alert, func(e *journal.Entry) {
			e.Data.Controller, e.Data.Door, e.Synced = "west-ctl", "", false
		})),
		"test": about(t, notify.Test, 0, entry(journal.NoticeSent, nil)), "named": named, "digest": folded,
		"gone": {ID: "main-ctl/5f3a91c0/000000000000000007/duty/0"},
	}
}

// TestLetters: what people read, as an official could read it in testdata.
func TestLetters(t *testing.T) {
	for name, n := range letters(t) {
		l := notify.Write(n)
		got := fmt.Sprintf("Subject: %s\n\n%s", l.Subject, l.Body)
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
		if strings.ContainsAny(l.Subject, "\r\n") || strings.Contains(got, "00112233") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestEveryTypeHasWords: of what raises an alarm, people hear what it is and what to do, in both languages.
func TestEveryTypeHasWords(t *testing.T) {
	for _, typ := range journal.Types() {
		e := entry(typ, nil)
		if !alarm.Raises(e.Entry) {
			continue
		}
		l := notify.Write(about(t, notify.Told, 0, raisedBy(typ, journal.Alert, nil)))
		if strings.Contains(l.Subject, typ.Class()+": ") || !strings.Contains(l.Body, "次にすること") || !strings.Contains(l.Body, "what to do next") {
			t.Errorf("%s: %s", typ, l.Subject)
		}
	}
}

func FuzzWrite(f *testing.F) {
	for _, n := range letters(f) {
		f.Add(n.Entry, n.Private)
	}
	f.Fuzz(func(t *testing.T, payload, private []byte) {
		n := notify.Notice{ID: "x", Entry: payload, Private: private}
		n.Folded = []notify.Notice{n}
		for _, kind := range []notify.Kind{notify.Told, notify.Repeated, notify.Escalated, notify.Digest, notify.Test} {
			n.Kind = kind
			if l := notify.Write(n); l.Subject == "" || l.Body == "" {
				t.Error("nothing is said")
			}
		}
	})
}
