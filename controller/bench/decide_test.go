package bench_test

import (
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/store"
	"kidoban/device"
)

// decision is P4: a card's keyed hash and the rules' answer, among 100,000 cardholders.
func decision(t *testing.T) {
	n, each := count(100_000, 1000), count(1000, 10)
	keys, err := store.CreateKeys(t.TempDir()+"/keys", origin)
	if err != nil {
		t.Fatal(err)
	}
	rec := records(cast(n, keys))
	roster, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	q := access.Question{Point: access.AccessPoint{Door: "room-1", Direction: device.Entry, Zone: "room", Place: access.ManagementRoom,
		Officer: access.SecurityOfficer, Section: access.CivicAffairs},
		At: access.Moment{Wall: april.Add(34 * time.Hour), Trusted: true}}
	index := make(map[access.Hash]int, n)
	cards, hashes := make([]device.Credential, n), make([]access.Hash, n)
	for i := range n {
		cards[i], hashes[i] = card(i*7919%n), rec.Credentials[i*7919%n].Card
		index[hashes[i]] = i
	}
	decide := func(i int) {
		q.Card = keys.CardHash(cards[i%n])
		if d := access.Decide(roster, q); d.Reason != access.Granted {
			t.Fatal(d.Reason)
		}
	}
	at := 0
	r := measure(t, func() (r round) {
		for range count(200, 4) {
			began := time.Now()
			for i := range each {
				decide(at + i)
			}
			middle := time.Now()
			for i := range each {
				if _, ok := index[hashes[(at+i)%n]]; !ok {
					t.Fatal("not there")
				}
			}
			r.add(middle.Sub(began)/time.Duration(each), time.Since(middle)/time.Duration(each))
			at += each
		}
		return r
	})
	allocs := testing.AllocsPerRun(1000, func() { decide(at); at++ })
	ns := r.ours(50)
	show(line{"P4", "decision with keyed hash, 100k cardholders", fmt.Sprintf("%dns %.0f alloc", ns, allocs), "1us 0 alloc", "400ns",
		verdict(r.enough(), ns <= time.Microsecond && allocs == 0, ns <= 400*time.Nanosecond && allocs == 0),
		fmt.Sprintf("map alone %dns, %.1fx, %s", r.limit(50), r.ratio(50), r.count())})
}
