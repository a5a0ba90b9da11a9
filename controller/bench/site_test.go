package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
	"kidoban/device"
	"kidoban/device/clock"
)

var (
	tokyo  = time.FixedZone("JST", 9*60*60)
	april  = time.Date(2026, 4, 1, 0, 0, 0, 0, tokyo)
	origin = journal.Origin{Site: "maizuru", Controller: "main-ctl", Boot: "0e6d2f0c-6f53-4c7e-8a64-6a0a2f6d1c11", Zone: tokyo}
)

const doors = 8

// site is a configuration, keys, a journal and a roster in a directory, as init and an import leave them.
type site struct {
	dir  string
	file string // the configuration
	conf *config.Config
	keys store.Keys
}

func (s *site) socket() string { return filepath.Join(s.dir, "s.sock") }

// build makes a site with so many cardholders and entries.
func build(t *testing.T, dir string, people, entries int) *site {
	t.Helper()
	s := &site{dir: dir, file: filepath.Join(dir, "kidoban.toml")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s.configure(t, "", "")
	var err error
	if s.keys, err = store.CreateKeys(s.conf.Storage.Keys, origin); err != nil {
		t.Fatal(err)
	}
	first := journal.Entry{At: now(t), Synced: true, Type: journal.JournalStarted, Severity: journal.Notice, Subject: "controller"}
	if err := store.Create(context.Background(), s.conf.Storage.Data, s.keys, origin, first); err != nil {
		t.Fatal(err)
	}
	disk := s.open(t)
	gen, err := disk.Stage(context.Background(), cast(people, s.keys))
	if err != nil {
		t.Fatal(err)
	}
	changed := journal.Entry{At: now(t), Synced: true, Type: journal.RosterChanged, Severity: journal.Notice, Subject: "controller"}
	if _, err := disk.Commit(context.Background(), ledger.Change{Switch: gen}, []journal.Entry{changed}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- disk.Run(ctx) }()
	fill(t, disk, entries)
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := disk.Checkpoint(context.Background(), time.Now(), journal.Synchronised); err != nil {
		t.Fatal(err)
	}
	if err := disk.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) open(t *testing.T) *store.Store {
	t.Helper()
	disk, err := store.Open(context.Background(), s.conf.Storage.Data, s.keys, origin)
	if err != nil {
		t.Fatal(err)
	}
	return disk
}

// fill adds entries, many a transaction.
func fill(t *testing.T, disk *store.Store, n int) {
	t.Helper()
	for i := 0; i < n; {
		var some []journal.Entry
		for ; i < n && len(some) < 2000; i++ {
			some = append(some, journal.Entry{At: now(t), Synced: true, Type: journal.AccessGranted, Severity: journal.Info,
				Subject: "door/room-1/entry", Data: journal.Data{Door: "room-1", Direction: "entry", Person: string(person(i % 10_000)),
					Credential: "c-" + fmt.Sprint(i%10_000), Rule: "art20.1.2", Grant: fmt.Sprintf("0e6d2f0c-%x", i)}})
		}
		if _, err := disk.Commit(context.Background(), ledger.Change{}, some); err != nil {
			t.Fatal(err)
		}
	}
}

func now(t *testing.T) device.Instant {
	t.Helper()
	c, err := clock.Start()
	if err != nil {
		t.Fatal(err)
	}
	return c.Now()
}

// configure writes the site's configuration: so many doors on a simulated panel, all into one room.
func (s *site) configure(t *testing.T, broker, central string) {
	t.Helper()
	text := fmt.Sprintf(`site = "maizuru"
controller = "main-ctl"
contact = { day = "0", night = "0" }
storage = { data = %q, keys = %q }
clock = { unchecked = true }
panel = { kind = "sim" }
socket = { path = %q, group = "" }

[[account]]
name = "bench"
uid = %d
may = ["operate", "roster"]

[[zone]]
name = "room"
kind = "management_room"
`, filepath.Join(s.dir, "data"), filepath.Join(s.dir, "keys"), s.socket(), os.Getuid())
	if broker != "" {
		delivery := `delivery = "broker"`
		if central != "" {
			delivery = fmt.Sprintf("central_key = %q", central)
		}
		text += fmt.Sprintf("[mqtt]\nbroker = %q\n%s\n", broker, delivery)
	}
	for i := range doors {
		text += fmt.Sprintf(`
[[door]]
name = "room-%d"
zone = "room"
egress = "handle"
door_contact = {}
strike = {}
entry_reader = { format = "H10301" }
exit_reader = { format = "H10301" }
`, i+1)
	}
	if err := os.WriteFile(s.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.load(t)
}

func (s *site) load(t *testing.T) {
	t.Helper()
	var err error
	if s.conf, err = config.Load(s.file); err != nil {
		t.Fatal(err)
	}
}

func person(i int) access.PersonID { return access.PersonID(fmt.Sprintf("p-%06d", i)) }

// card is what a reader sees of cardholder i's.
func card(i int) device.Credential {
	return device.Credential{Format: "H10301", HasFacility: true, Facility: uint64(1 + i/50_000), Card: uint64(1 + i%50_000), Bits: 26}
}

// cast is a roster of n members of 市民課 with a card each.
func cast(n int, keys store.Keys) (r ledger.Roster) {
	for i := range n {
		id := person(i)
		r.People = append(r.People, ledger.Person{Person: access.Person{ID: id, Kind: access.Staff}, Name: "木戸 番", Reading: "きど ばん",
			Affiliation: "市民課"})
		r.Records.Belongings = append(r.Records.Belongings, access.Belonging{Person: id, Section: access.CivicAffairs, Span: access.Span{From: april}})
		r.Records.Credentials = append(r.Records.Credentials, access.Credential{ID: access.CredentialID(fmt.Sprintf("c-%06d", i)), Person: id,
			Format: "H10301", Card: keys.CardHash(card(i)), State: access.Active, Span: access.Span{From: april}})
	}
	return r
}

func records(r ledger.Roster) access.Records {
	rec := r.Records
	for _, p := range r.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	return rec
}
