package access_test

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"
	"time"

	"kidoban/controller/access"
	"kidoban/device"
)

// crowd is a roster of n members of 市民課 with a card each, under a schedule.
func crowd(n int) access.Records {
	rec := access.Records{Schedules: []access.Schedule{office("office")}}
	for i := range n {
		id := access.PersonID(fmt.Sprintf("p%06d", i))
		rec.Persons = append(rec.Persons, access.Person{ID: id, Kind: access.Staff})
		rec.Belongings = append(rec.Belongings, access.Belonging{Person: id, Section: access.CivicAffairs, Span: access.Span{From: april}})
		rec.Credentials = append(rec.Credentials, access.Credential{
			ID: access.CredentialID(fmt.Sprintf("c%06d", i)), Person: id, Format: "H10301", Card: nth(i),
			State: access.Active, Schedule: "office", Span: access.Span{From: april, Until: april.AddDate(1, 0, 0)},
		})
	}
	return rec
}

// nth is a stand-in for the keyed hash of card i.
func nth(i int) (h access.Hash) {
	x := uint64(i+1) * 0x9e3779b97f4a7c15
	for at := 0; at < len(h); at += 8 {
		x ^= x >> 29
		x *= 0xbf58476d1ce4e5b9
		binary.BigEndian.PutUint64(h[at:], x)
	}
	return h
}

const cardholders = 100_000

func BenchmarkDecide(b *testing.B) {
	rec := crowd(cardholders)
	r, bad := access.NewRoster(1, rec)
	if len(bad) > 0 {
		b.Fatal(bad[0])
	}
	q := access.Question{
		Point: access.AccessPoint{
			Door: "room", Direction: device.Entry, Zone: "room", Place: access.ManagementRoom, Officer: access.SecurityOfficer,
			Section: access.CivicAffairs, Schedule: "office", AntiPass: access.APBHard, Limit: 10,
		},
		At: access.Moment{Wall: time.Date(2026, 4, 1, 10, 0, 0, 0, access.JST), Trusted: true},
		Inside: access.Occupancy{
			{Zone: "room", Person: "p000001"}: {Person: "p000001", Zone: "room", Inside: true},
			{Zone: "room", Person: "p000002"}: {Person: "p000002", Zone: "room", Inside: true},
		},
	}
	b.Run("decide", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			q.Card = rec.Credentials[(i*7919+3)%cardholders].Card
			if d := access.Decide(r, q); d.Reason != access.Granted && d.Reason != access.AntiPassback {
				b.Fatal(d.Reason)
			}
		}
	})
	b.Run("clock-untrusted", func(b *testing.B) {
		b.ReportAllocs()
		q := q
		q.Point.Schedule = ""
		q.At = access.Moment{LastRecorded: time.Date(2026, 4, 1, 10, 0, 0, 0, access.JST), Grace: 7 * 24 * time.Hour}
		for i := 0; b.Loop(); i++ {
			q.Card = rec.Credentials[(i*7919+3)%cardholders].Card
			access.Decide(r, q)
		}
	})
	index := make(map[access.Hash]int, cardholders)
	for i := range rec.Credentials {
		index[rec.Credentials[i].Card] = i
	}
	b.Run("map-lookup-alone", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, ok := index[rec.Credentials[(i*7919+3)%cardholders].Card]; !ok {
				b.Fatal("not there")
			}
		}
	})
}

func BenchmarkNewRoster(b *testing.B) {
	for _, n := range []int{0, 10_000, cardholders} {
		rec := crowd(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var r *access.Roster
			for b.Loop() {
				r, _ = access.NewRoster(1, rec)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-kept")
			runtime.KeepAlive(r)
			runtime.KeepAlive(rec)
		})
	}
}
