package bench_test

import (
	"fmt"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/store"
	"kidoban/device"
)

// decision is P4: a card's keyed hash and the rules' answer, among 100,000 cardholders; or of the 10,000 visitors among
// them, each with a permit.
func decision(t *testing.T, visitors bool) {
	n, each := count(100_000, 1000), count(1000, 10)
	asked, name := n, "decision with keyed hash, 100k cardholders"
	keys, err := store.CreateKeys(t.TempDir()+"/keys", origin)
	if err != nil {
		t.Fatal(err)
	}
	rec := records(cast(n, keys))
	var permits []access.Permit
	if visitors {
		asked, name = n/10, "the same of visitors, 10k permits"
		rec.Belongings = rec.Belongings[asked:]
		permits = permitsOf(asked)
	}
	roster, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		t.Fatal(bad[0])
	}
	q := access.Question{Point: access.AccessPoint{Door: "room-1", Direction: device.Entry, Zone: "room", Place: access.ManagementRoom,
		Officer: access.SecurityOfficer, Section: access.CivicAffairs, Visitors: visitors},
		At: access.Moment{Wall: april.Add(34 * time.Hour), Trusted: true}, Permits: access.NewPermits(permits)}
	index := make(map[access.Hash]int, n)
	cards, hashes := make([]device.Credential, n), make([]access.Hash, n)
	for i := range n {
		who := i * 7919 % asked
		cards[i], hashes[i] = card(who), rec.Credentials[who].Card
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
	show(line{"P4", name, fmt.Sprintf("%dns %.0f alloc", ns, allocs), "1us 0 alloc", "400ns",
		verdict(r.enough(), ns <= time.Microsecond && allocs == 0, ns <= 400*time.Nanosecond && allocs == 0),
		fmt.Sprintf("map alone %dns, %.1fx, %s", r.limit(50), r.ratio(50), r.count())})
}

// permitsOf is one permit for each of the first n persons.
func permitsOf(n int) (out []access.Permit) {
	for i := range n {
		out = append(out, access.Permit{
			ID: access.PermitID(fmt.Sprintf("2026-%05d", i)), Zone: "room", State: access.Permitted, Decided: april, Purpose: true,
			Span: access.Span{From: april, Until: april.AddDate(0, 1, 0)}, Holders: []access.Holder{{Person: person(i)}},
		})
	}
	return out
}
