package desk_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device/clock"
	"kidoban/device/sim"
)

// bodies are orders about visitors, one of each, as a client sends them.
var bodies = map[string]any{
	"permit/request":     asked(nil),
	"permit/oral":        asked(func(p *desk.Permit) { p.How = "telephone" }),
	"permit/decide":      desk.Decide{ID: "2026-0001", Grant: true},
	"permit/confirm":     desk.Confirm{ID: "2026-0001"},
	"permit/revoke":      desk.Revoke{ID: "2026-0001", Reason: "中止"},
	"permit/name":        desk.NameOnTheDay{Permit: "2026-0001", Visitor: ledger.Visitor{Name: "佐藤 花子"}},
	"visit/announce":     desk.Announce{Permit: "2026-0001", Persons: []access.PersonID{"p01"}, Door: "room"},
	"visit/hand-over":    desk.Visits{Visits: []string{"2026-000001"}},
	"visit/ask-consent":  desk.Visits{Visits: []string{"2026-000001"}},
	"visit/consent":      desk.Consent{Visits: []string{"2026-000001"}, Text: "後から"},
	"visit/leave":        desk.Leave{Visits: []string{"2026-000001"}, Now: true},
	"visit/late":         desk.Late{Zone: "room", Person: "p01", Text: "供連れ"},
	"emergency/enter":    desk.Emergency{Zone: "room", Service: "fire", Count: 3},
	"emergency/complete": desk.EmergencyEnd{ID: "2026-E001", Text: "誤報"},
}

// FuzzOrders sends anything to the routes of visitors. It is refused or done, by the real loop on a real record; nothing
// else ever comes of it, and no words reach an entry.
func FuzzOrders(f *testing.F) {
	for what, b := range bodies {
		text, err := json.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(what, text)
		f.Add(what, append(text, "{}"...))
	}
	f.Add("permit/request", []byte(`{"zone":"room","from":"2026-04-01T09:00:00+09:00","until":"1999-01-01T00:00:00Z","most":-1,"entries":-5}`))
	f.Add("visit/late", []byte(`{"zone":"room","person":"p01","entered":"9999-12-31T23:59:59Z","text":"x"}`))
	serve := counter(f)
	f.Fuzz(func(t *testing.T, what string, body []byte) {
		if bodies[what] == nil {
			return
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+what, strings.NewReader(string(body)))
		w := httptest.NewRecorder()
		serve.ServeHTTP(w, r)
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusConflict:
		default:
			t.Fatalf("%s %q: %d %s", what, body, w.Code, w.Body)
		}
		var answer any
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Errorf("%s %q: no JSON comes back: %s", what, body, w.Body)
		}
		if said, ok := answer.(map[string]any); w.Code != http.StatusOK && (!ok || said["error"] == "") {
			t.Errorf("%s %q: refused without a word: %s", what, body, w.Body)
		}
	})
}

// counter is a desk without its socket, before the real loop and a real record, for an account that may do everything.
func counter(f *testing.F) http.Handler {
	f.Helper()
	dir := f.TempDir()
	conf := must(config.Parse("demo.toml", config.Demo()))(f)
	conf.Accounts = []config.Account{{Name: "clerk", UID: os.Getuid(), Person: "p01", May: []string{"operate", "roster"}}}
	clk := must(clock.Start())(f)
	origin := journal.Origin{Site: conf.Site, Controller: conf.Controller, Boot: "00000000-0000-4000-8000-000000000001", Zone: access.JST}
	keys := must(store.CreateKeys(filepath.Join(dir, "keys"), origin))(f)
	first := journal.Entry{At: clk.Now(), Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(f.Context(), filepath.Join(dir, "data"), keys, origin, first); err != nil {
		f.Fatal(err)
	}
	st := must(store.Open(f.Context(), filepath.Join(dir, "data"), keys, origin))(f)
	site := controller.NewSite(conf, controller.Hashes{Card: keys.CardHash, PIN: keys.PINHash, Tag: store.Tag, Salt: store.Salt})
	staff := []ledger.Person{{Person: access.Person{ID: "p01", Kind: access.Staff}, Name: "青木 花子"}}
	roster, _ := access.NewRoster(1, access.Records{
		Persons:    []access.Person{staff[0].Person},
		Incumbents: []access.Incumbency{{Person: "p01", Post: access.SecurityOfficer}},
	})
	panel := sim.New([]string{"room"}, clk.Now)
	loop := controller.New(controller.NewState(site, origin.Boot, roster, staff, ledger.Snapshot{}), panel, &disk{Store: st}, clk)
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return loop.Run(ctx, controller.Starting{}) })
	g.Go(func() error { return loop.Commit(context.Background()) })
	f.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			f.Error(err)
		}
		for _, r := range must(st.Rows(context.Background(), 0, 100_000))(f) {
			if strings.ContainsFunc(string(r.Payload), func(c rune) bool { return c > 0x7f }) {
				f.Errorf("words in an entry: %s", r.Payload)
			}
		}
		if err := st.Close(); err != nil {
			f.Error(err)
		}
	})
	k := must(desk.New(desk.Deps{
		Controller: loop, Store: st, Keys: keys, Config: conf, Clock: clk, Sim: panel, Learner: panel, Version: "test",
		Link: func() string { return "none" }, Log: slog.New(slog.DiscardHandler),
	}))(f)
	return desk.Handler(k, os.Getuid())
}
