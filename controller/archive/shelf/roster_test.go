package shelf_test

import (
	"crypto/rand"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
	"kidoban/device"
)

// TestRosters: what is published is kept whole with the entry that tells of it; a new bundle's parts take the place of the
// old one's, and the lists of lost cards stay beside it.
func TestRosters(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		ctx := t.Context()
		s, err := shelf.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		own := shelf.Own{Origin: journal.Origin{Site: "maizuru", Controller: "central"}}
		signer := func(name string) (note.Signer, string) {
			secret, public, err := note.GenerateKey(rand.Reader, name)
			if err != nil {
				t.Fatal(err)
			}
			k, err := note.NewSigner(secret)
			if err != nil {
				t.Fatal(err)
			}
			return k, public
		}
		own.Signer, own.Key = signer(own.Origin.KeyName())
		own.Central, _ = signer("kidobanlog")
		e := journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}, Type: journal.RosterPublished,
			Severity: journal.Notice, Subject: "account/office"}
		const door = "kidoban/maizuru/main-ctl"
		site := shelf.WholeSite("maizuru")
		put := func(all map[string]shelf.Bundle) {
			t.Helper()
			if err := s.PutRoster(ctx, own, all, e); err != nil {
				t.Fatal(err)
			}
		}
		before, err := s.RosterChange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		put(map[string]shelf.Bundle{door: {"": {1}, "0": {2}, "1": {3}}, site: {"lost": {4}}})
		put(map[string]shelf.Bundle{door: {"": {5}, "0": {6}}})
		put(map[string]shelf.Bundle{site: {"lost-office": {7}}})
		all, err := s.Rosters(ctx)
		if err != nil || len(all) != 2 || len(all[door]) != 2 || all[door][""][0] != 5 || all[door]["0"][0] != 6 ||
			len(all[site]) != 2 || all[site]["lost"][0] != 4 || all[site]["lost-office"][0] != 7 {
			t.Errorf("%v, %v", all, err)
		}
		if after, err := s.RosterChange(ctx); err != nil || after != before+3 {
			t.Errorf("the count goes from %d to %d, %v", before, after, err)
		}
		js, err := s.Journals(ctx)
		if err != nil || len(js) != 1 || js[0].Size != 4 {
			t.Errorf("the own journal: %+v, %v", js, err)
		}
		bad := e
		bad.Type = "roster.unheard_of"
		if err := s.PutRoster(ctx, own, map[string]shelf.Bundle{door: {"": {9}}}, bad); err == nil {
			t.Error("kept without its record")
		}
		if all, err = s.Rosters(ctx); err != nil || all[door][""][0] != 5 {
			t.Errorf("half of it is kept: %v, %v", all, err)
		}
	})
}
