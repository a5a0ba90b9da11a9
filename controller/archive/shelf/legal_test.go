package shelf_test

import (
	"context"
	"testing"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
)

// TestWhatAHoldCovers: what it names, without a site the controllers of that name at every site, never less.
func TestWhatAHoldCovers(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		ctx, s, o := context.Background(), open(t, where), central(t)
		by := shelf.Actor{Account: "officer"}
		for _, c := range []struct {
			controller  string
			city, ayabe bool
		}{{"main-ctl", true, true}, {"ayabe/main-ctl", false, true}, {"", true, true}, {"back-ctl", false, false}} {
			e := journal.Entry{At: opening, Synced: true, Type: journal.JournalHoldChanged, Severity: journal.Notice, Subject: "account/officer"}
			id, err := s.HoldBack(ctx, o, c.controller, by, e)
			if err != nil {
				t.Fatal(err)
			}
			for origin, want := range map[string]bool{"kidoban/city/main-ctl/0a0b0c0d": c.city, "kidoban/ayabe/main-ctl/0a0b0c0d": c.ayabe} {
				if got, err := s.Held(ctx, origin); err != nil || got != want {
					t.Errorf("a hold of %q covers %s: %v, %v; want %v", c.controller, origin, got, err, want)
				}
			}
			if err := s.LetGo(ctx, o, id, by, e); err != nil {
				t.Fatal(err)
			}
		}
	})
}
