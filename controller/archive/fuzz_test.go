package archive_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"kidoban/controller/archive"
	"kidoban/controller/journal"
)

const sample = `{"id":"main-ctl/5f3a91c0/000000000000000004","source":"kidoban/maizuru/main-ctl","type":"kidoban.access.granted","subject":"door/room/entry","time":"2026-04-01T09:05:12.482+09:00","sequence":"000000000000000004","data":{"door":"room"}}`

// What anybody may send is refused or is of this controller, under the number that its id says, byte for byte.
func FuzzParse(f *testing.F) {
	f.Add("event", []byte(sample))
	f.Add("batch", []byte(sample+"\n"+sample))
	f.Add("leaves", []byte(`{"sequence":3,"leaf":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`))
	f.Add("event", []byte(strings.Replace(sample, "main-ctl/5f", "other-ctl/5f", 1)))
	f.Fuzz(func(t *testing.T, topic string, b []byte) {
		parsed, err := archive.Parse(topic, b)
		if err != nil {
			return
		}
		for _, p := range parsed {
			switch {
			case p.Sequence > journal.MaxSequence:
				t.Errorf("number %d", p.Sequence)
			case topic == "leaves" && (p.Payload != nil || p.Origin != ""):
				t.Error("leaves with a payload or a journal")
			case topic != "leaves" && !strings.HasPrefix(p.Origin, "kidoban/maizuru/main-ctl/"):
				t.Errorf("of %q", p.Origin)
			case topic != "leaves" && (!bytes.Contains(b, p.Payload) || !bytes.Contains(p.Payload, fmt.Appendf(nil, "%018d", p.Sequence)) || len(p.Payload) > journal.MaxPayload):
				t.Errorf("payload %q is not as it came", p.Payload)
			}
		}
	})
}

// Whatever the entry holds, a line is one line and moves no cursor.
func FuzzLine(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\x1b[2J"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range archive.Line(b) {
			if !unicode.IsPrint(r) {
				t.Errorf("%q in a line", r)
			}
		}
	})
}
