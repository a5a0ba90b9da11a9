package archive_test

import (
	"testing"

	"kidoban/controller/archive"
)

func TestLine(t *testing.T) {
	const head = `{"id":"main-ctl/5f3a91c0/000000000000000004","time":"2026-04-01T09:05:12.482+09:00",`
	for _, c := range []struct{ payload, want string }{
		{head + `"type":"kidoban.access.granted","subject":"door/room/entry","severity":"info","data":{"door":"room","direction":"entry","rule":"art20.1.2","person":"p-17","latency_us":840}}`,
			"09:05:12 main-ctl door room entry: granted, person p-17, rule art20.1.2"},
		{head + `"type":"kidoban.access.denied","subject":"door/room/entry","severity":"notice","data":{"tag":"1a2b3c4d","reason":"unknown_credential"}}`,
			"09:05:12 main-ctl door room entry: denied, reason unknown_credential, tag 1a2b3c4d [notice]"},
		{head + `"type":"kidoban.door.forced","subject":"door/room","severity":"alert","data":{"at_start":true}}`,
			"09:05:12 main-ctl door room: forced, at start [alert]"},
		{head + `"type":"kidoban.lock.released","subject":"door/room","severity":"info","data":{"count":2}}`,
			"09:05:12 main-ctl door room: lock released, count 2"},
		{head + `"type":"kidoban.link.lost","subject":"controller","severity":"warning","data":{}}`,
			"09:05:12 main-ctl controller: link lost [warning]"},
		{head + `"type":"kidoban.new.thing","subject":"x","data":{"detail":"\u001b[2J\u0007木戸番"}}`,
			"09:05:12 main-ctl x: new thing, detail ·[2J·木戸番"},
		{"not\njson", "not·json"},
		{"{}", "{}"},
	} {
		if got := archive.Line([]byte(c.payload)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
