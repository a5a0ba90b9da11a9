package shelf_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/device"
)

var opening = device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Mono: time.Hour}

func central(t testing.TB) shelf.Own {
	t.Helper()
	o := journal.Origin{Site: "city", Controller: "central", Boot: "0e6d2f0c", Zone: time.UTC}
	secret, public, err := note.GenerateKey(rand.Reader, o.KeyName())
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	return shelf.Own{Origin: o, Key: public, Signer: signer, Central: signer, Patience: alarm.Patience{Alert: time.Minute}}
}

// types are what the own journal says, without its beginning.
func types(t testing.TB, s *shelf.Shelf) (out []string) {
	t.Helper()
	js, err := s.Journals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range js {
		if !j.Own {
			continue
		}
		err := s.Entries(context.Background(), j, 1, func(_ uint64, payload []byte) error {
			out = append(out, string(journal.TypeOf(payload)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func silent(controller string) journal.Entry {
	return journal.Entry{At: opening, Synced: true, Type: journal.ControllerSilent, Severity: journal.Alert, Subject: "controller/" + controller,
		Data: journal.Data{Controller: controller, Journal: "kidoban/city/" + controller + "/0a0b0c0d"}}
}

func TestAnAlarmsLife(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := open(t, where)
		live(t, s, central(t))
	})
}

func live(t *testing.T, s *shelf.Shelf, o shelf.Own) {
	ctx := context.Background()
	guard := shelf.Actor{Account: "guard", Claimed: true, Detail: "uid 1000"}
	for range 2 { // the second is the same alarm
		if err := s.Record(ctx, o, silent("room-a"), silent("room-b")); err != nil {
			t.Fatal(err)
		}
	}
	stand, err := s.Alarms(ctx)
	if err != nil || len(stand) != 2 || stand[0].Controller != "room-a" || !stand[0].Due.Equal(opening.Wall.Add(time.Minute)) {
		t.Fatalf("%+v, %v", stand, err)
	}
	a, b := stand[0].ID, stand[1].ID
	refused := func(want string, err error) {
		t.Helper()
		if !errors.Is(err, shelf.ErrRefused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	refused("nobody has acknowledged", s.CloseAlarm(ctx, o, a, guard, opening, true, []byte(`{}`)))
	refused("is open", s.Acknowledge(ctx, o, "controller.silent/x/1", guard, opening, true))
	if err := s.Acknowledge(ctx, o, a, guard, opening, true); err != nil {
		t.Fatal(err)
	}
	refused("already", s.Acknowledge(ctx, o, a, guard, opening, true))
	if waits, err := s.Unheeded(ctx); err != nil || len(waits) != 1 || waits[0].ID != b {
		t.Fatalf("%v, %v", waits, err)
	}
	for range 2 { // once
		if err := errors.Join(s.Escalate(ctx, o, a, opening, true), s.Escalate(ctx, o, b, opening, true)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CloseAlarm(ctx, o, a, guard, opening, true, []byte(`{"salt":"00","finding":"a cable"}`)); err != nil {
		t.Fatal(err)
	}
	want := "controller.silent alarm.raised controller.silent alarm.raised controller.silent controller.silent " +
		"alarm.acknowledged alarm.escalated alarm.closed"
	if got := strings.Join(types(t, s), " "); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if stand, err = s.Alarms(ctx); err != nil || len(stand) != 1 || stand[0].ID != b || stand[0].Escalated.IsZero() {
		t.Errorf("%+v, %v", stand, err)
	}
}
