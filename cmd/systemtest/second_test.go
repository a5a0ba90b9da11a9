package systemtest_test

import (
	"strings"
	"testing"
	"time"

	"kidoban/controller/journal"
	"kidoban/device/sim"
)

// TestSecondDaemon: a second daemon on the same record goes away again, names why, and the first does not notice.
func TestSecondDaemon(t *testing.T) {
	s := newSite(t, "", gate{"room", "H10301", "never"})
	s.start()
	await(t, "the start is on record", 5*time.Second, func() bool {
		return find(entries(t, s.in("data"), 0), func(e entry) bool { return e.is(journal.ConfigApplied) }) != nil
	})
	other := strings.ReplaceAll(readFile(t, s.in("kidoban.toml")), s.in("sock"), s.in("sock2"))
	s.write("other.toml", other)
	for _, conf := range []string{"kidoban.toml", "other.toml"} {
		before := len(record(t, s.in("data"), 0))
		out, err := run(nil, "", "timeout", "5", program("kidoband"), "--config", s.in(conf))
		if err == nil || !strings.Contains(err.Error(), "another") {
			t.Errorf("%s: a second daemon: %v %s", conf, err, out)
		}
		if after := len(record(t, s.in("data"), 0)); after != before {
			t.Errorf("%s: the second daemon wrote %d entries", conf, after-before)
		}
	}
	s.act(sim.Act{Verb: "misread", Door: "room"})
	s.stop()
	verified(t, s.in("data"))
	if e := find(entries(t, s.in("data"), 0), func(e entry) bool { return e.is(journal.SystemDegraded) }); e != nil {
		t.Errorf("the first daemon was disturbed: %+v", e.Data)
	}
}
