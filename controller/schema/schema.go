// Package schema tells others what travels by MQTT: JSON Schemas of every message and an AsyncAPI 3.0 document, made from
// the Go types of controller/wire and controller/journal, with their comments as descriptions.
//
// What is printed is what lies in v1/, and a test holds that against the types. The schemas tolerate members and types
// that they do not know, as every reader must: they only ever grow. They are of the part of JSON Schema that draft 7 and
// 2020-12 have in common.
package schema

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed v1/*.json
var files embed.FS

// AsyncAPI is the name of the document of all channels.
const AsyncAPI = "asyncapi"

// Names lists what can be printed.
func Names() []string {
	paths, err := fs.Glob(files, "v1/*.json")
	if err != nil {
		panic("schema: " + err.Error())
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(strings.TrimPrefix(p, "v1/"), ".json")
	}
	slices.Sort(paths)
	return paths
}

// Named is a schema's text.
func Named(name string) (text []byte, known bool) {
	text, err := files.ReadFile("v1/" + name + ".json")
	return text, err == nil
}

// Channel is one kind of topic below kidoban/v1/<site>/<controller>/.
type Channel struct {
	Name     string
	Address  string // with parameters: "event/{class}"
	Schema   string // of the payload; of each line where Lines is set; "" = it is no JSON as a whole
	Lines    bool
	Retained bool
	Central  bool // sent by the central log, received by the door
	Means    string
}

// Channels are all of them.
func Channels() []Channel {
	return []Channel{
		{"event", "event/{class}", "event", false, false, false, "One journal entry, byte for byte as it is stored. Class is the first word of its type."},
		{"batch", "batch", "event", true, false, false, "Entries without a gap, one a line, while more than a thousand wait."},
		{"private", "private/{class}", "private", false, false, false, "What names a person: the bytes whose SHA-256 an entry's data.private is. Only where the site publishes names, and for the central log alone."},
		{"leaves", "leaves", "leaf", true, false, false, "What is left of entries that were disposed of, one a line, in answer to resend."},
		{"status", "status", "status", false, true, false, "How the controller is, every 30 s; its last will says that it is gone."},
		{"door", "door/{door}/state", "door", false, true, false, "The state of one door."},
		{"checkpoint", "checkpoint", "", false, true, false, "A signed note (C2SP tlog-checkpoint): origin, tree size, base64 root, time and clock, signatures. After each burst and every 30 s."},
		{"ack", "ack", "ack", false, true, true, "All up to the sequence is verified and durable at the central log."},
		{"resend", "resend", "resend", false, false, true, "Publish these entries again."},
		{"roster", "roster", "", false, true, true, "A signed note: the kind, then one line of JSON (schema manifest), signatures. Which bundle of people and cards this controller is to take, and of which parts it is made."},
		{"part", "roster/{part}", "", false, true, true, "A part of that bundle, encrypted (age) to this controller; or lost: a signed note with the cards reported lost in the whole site."},
	}
}

// Of finds the channel of a topic.
func Of(topic string) (Channel, bool) {
	p := strings.SplitN(topic, "/", 5)
	if len(p) != 5 || p[0] != "kidoban" || p[1] != "v1" {
		return Channel{}, false
	}
	for _, c := range Channels() {
		if fits(c.Address, p[4]) {
			return c, true
		}
	}
	return Channel{}, false
}

func fits(address, rest string) bool {
	a, r := strings.Split(address, "/"), strings.Split(rest, "/")
	if len(a) != len(r) {
		return false
	}
	for i := range a {
		if a[i] != r[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}
