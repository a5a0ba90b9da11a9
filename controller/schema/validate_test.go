package schema_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"kidoban/controller/journal"
	"kidoban/controller/schema"
	"kidoban/controller/wire"
)

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, known := schema.Named(name)
	if !known {
		t.Fatalf("no schema %s", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func judge(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return s.Validate(v)
}

// TestSealed validates an entry of every type as the journal seals it: with what the type needs, with every member of
// data, and finds it when one that is needed is missing.
func TestSealed(t *testing.T) {
	s := compiled(t, "event")
	o := journal.Origin{Site: "maizuru", Controller: "main-ctl", Journal: "5f3a91c0", Boot: "b"}
	sealed := func(typ journal.Type, members ...string) []byte {
		e := journal.Entry{Type: typ, Subject: "controller", Data: data(members), Private: []byte(`{"salt":"00"}`)}
		b, err := e.Seal(nil, o, 7, [16]byte{})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, d := range schema.Types() {
		for _, members := range [][]string{d.Needs, slices.Sorted(maps.Keys(schema.Members()))} {
			if err := judge(t, s, sealed(d.Type, members...)); err != nil {
				t.Errorf("%s with %q: %v", d.Type, members, err)
			}
		}
		for i := range d.Needs {
			without := slices.Delete(slices.Clone(d.Needs), i, i+1)
			if err := judge(t, s, sealed(d.Type, without...)); err == nil {
				t.Errorf("%s is taken without %s", d.Type, d.Needs[i])
			}
		}
	}
}

// data has the named members set.
func data(members []string) (d journal.Data) {
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if !slices.Contains(members, name) {
			continue
		}
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(cmp.Or(map[string]string{"direction": "exit", "reason": "no_permit"}[name], "x"))
		case reflect.Bool:
			f.SetBool(true)
		default:
			f.SetInt(3)
		}
	}
	return d
}

const granted = `{"specversion":"1.0","id":"main-ctl/5f3a91c0/000000000000001234","source":"kidoban/maizuru/main-ctl",` +
	`"type":"kidoban.access.granted","subject":"door/room/entry","time":"2026-04-01T09:05:12.482+09:00","sequence":"000000000000001234",` +
	`"severity":"info","boot":"b","monotonic":"12345678","clock":"synchronised","salt":"00112233445566778899aabbccddeeff",` +
	`"datacontenttype":"application/json","data":{"door":"room","direction":"entry","person":"0201"}}`

// TestAltered: a reader who validates finds what is wrong, and is not put off by what is new.
func TestAltered(t *testing.T) {
	s := compiled(t, "event")
	for _, c := range []struct {
		old, new string
		good     bool
	}{
		{"", "", true},
		{`"person"`, `"shoe_size"`, true},
		{`"severity"`, `"mood":"calm","severity"`, true},
		{`kidoban.access.granted`, `kidoban.access.teleported`, true},
		{`kidoban.access.granted`, `kidoban.access`, false},
		{`kidoban.access.granted`, `kidoban.access.denied`, false}, // without a reason
		{`"specversion":"1.0",`, ``, false},
		{`"1.0"`, `"2.0"`, false},
		{`000000000000001234"`, `1234"`, false},
		{`5f3a91c0`, `5F3A91C0`, false},
		{`+09:00`, ``, false},
		{`12.482`, `12`, false},
		{`"info"`, `"loud"`, false},
		{`"synchronised"`, `"perhaps"`, false},
		{`"door":"room",`, ``, false},
		{`"door":"room"`, `"door":""`, false},
		{`"door":"room"`, `"door":7`, false},
		{`"entry","person"`, `"sideways","person"`, false},
		{`,"data":{"door":"room","direction":"entry","person":"0201"}`, ``, false},
		{`00112233445566778899aabbccddeeff`, `00112233445566778899aabbccddeef`, false},
	} {
		text := strings.Replace(granted, c.old, c.new, 1)
		if c.old != "" && text == granted {
			t.Fatalf("nothing altered: %s", c.old)
		}
		if err := judge(t, s, []byte(text)); (err == nil) != c.good {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
	denied := strings.Replace(strings.Replace(granted, "granted", "denied", 1), `"person"`, `"reason":"no_permit","person"`, 1)
	if err := judge(t, s, []byte(denied)); err != nil {
		t.Error(err)
	}
	if err := judge(t, s, []byte(strings.Replace(denied, "no_permit", "bad_mood", 1))); err == nil {
		t.Error("a reason that is none was taken")
	}
}

// TestOthers validates what the types make of the other messages, the last will too, and refuses what they cannot.
func TestOthers(t *testing.T) {
	root := strings.Repeat("A", 43) + "="
	for name, messages := range map[string]map[string]bool{
		"status": {
			wire.Offline:             true,
			`{"online":true}`:        false,
			`{"online":"yes"}`:       false,
			`{"since":"2026-04-01"}`: false,
			string(wire.Marshal(wire.Status{Online: true, Since: "2026-04-01T09:00:00+09:00", Version: "1", Boot: "b", Mode: "normal"})): true,
			string(wire.Marshal(wire.Status{Online: true, Since: "yesterday", Version: "1", Boot: "b", Mode: "normal"})):                 false,
			`{"online":true,"since":"2026-04-01T09:00:00+09:00","version":"1","boot":"b","sequence":0,"mode":"normal"}`:                  true,
		},
		"door": {
			string(wire.Marshal(wire.Door{Position: "closed", Lock: "locked", Mode: "normal", Alarm: "none", At: "2026-04-01T09:00:00.000+09:00"})): true,
			string(wire.Marshal(wire.Door{Position: "ajar", Lock: "locked", Mode: "normal", Alarm: "none", At: "2026-04-01T09:00:00.000+09:00"})):   false,
		},
		"ack":     {string(wire.Marshal(wire.Ack{Sequence: 1, Root: root, Checkpoint: "x"})): true, `{"sequence":-1,"root":"` + root + `","checkpoint":""}`: false},
		"resend":  {`{"from":1,"to":2}`: true, `{"from":1}`: false, `{"from":-1,"to":2}`: false},
		"leaf":    {string(wire.Marshal(wire.Leaf{Sequence: 1, Leaf: root})): true, `{"sequence":1,"leaf":"short"}`: false},
		"private": {`{"salt":"00","name":"山﨑"}`: true, `{"name":"山﨑"}`: false},
	} {
		s := compiled(t, name)
		for text, good := range messages {
			if err := judge(t, s, []byte(text)); (err == nil) != good {
				t.Errorf("%s %s: %v", name, text, err)
			}
		}
	}
}

// TestOf: a topic's channel, and none for what is nobody's.
func TestOf(t *testing.T) {
	for topic, want := range map[string]string{
		"kidoban/v1/maizuru/main-ctl/event/access": "event", "kidoban/v1/maizuru/main-ctl/door/room/state": "door",
		"kidoban/v1/maizuru/main-ctl/status": "status", "kidoban/v1/maizuru/main-ctl/batch": "batch",
		"kidoban/v1/maizuru/main-ctl/event": "", "kidoban/v1/maizuru/main-ctl/door/room/set": "", "kidoban/v2/a/b/status": "", "status": "",
	} {
		if c, _ := schema.Of(topic); c.Name != want {
			t.Errorf("%s is %q, want %q", topic, c.Name, want)
		}
	}
}

// TestAsyncAPI checks the document as far as that can be done without AsyncAPI's own schema: every reference leads
// somewhere, every parameter of an address is described, and every channel has an operation. With ASYNCAPI_SCHEMA, a file
// with AsyncAPI 3.0's own JSON Schema, the document is validated against that too.
func TestAsyncAPI(t *testing.T) {
	text, _ := schema.Named(schema.AsyncAPI)
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["asyncapi"] != "3.0.0" || doc["info"] == nil {
		t.Error("it is no AsyncAPI 3.0 document")
	}
	references(t, doc, doc)
	operations := doc["operations"].(map[string]any)
	for name, c := range doc["channels"].(map[string]any) {
		c := c.(map[string]any)
		if operations[name] == nil {
			t.Errorf("channel %s has no operation", name)
		}
		for p := range c["parameters"].(map[string]any) {
			if !strings.Contains(c["address"].(string), "{"+p+"}") {
				t.Errorf("channel %s describes %s, which its address does not have", name, p)
			}
		}
		if n := strings.Count(c["address"].(string), "{"); n != len(c["parameters"].(map[string]any)) {
			t.Errorf("channel %s: %d parameters in its address %s", name, n, c["address"])
		}
	}
	if path := os.Getenv("ASYNCAPI_SCHEMA"); path != "" {
		official(t, path, text)
	}
}

func official(t *testing.T, path string, text []byte) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := judge(t, s, text); err != nil {
		t.Errorf("AsyncAPI's own schema refuses the document: %v", err)
	}
	if err := judge(t, s, bytes.Replace(text, []byte(`"action": "send"`), []byte(`"action": "shout"`), 1)); err == nil {
		t.Error("AsyncAPI's own schema takes anything")
	}
}

// references follows every $ref.
func references(t *testing.T, doc, v any) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			if err := leads(doc, ref); err != nil {
				t.Error(err)
			}
		}
		for _, sub := range v {
			references(t, doc, sub)
		}
	case []any:
		for _, sub := range v {
			references(t, doc, sub)
		}
	}
}

func leads(doc any, ref string) error {
	at := doc
	for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(map[string]any)
		if !ok || m[step] == nil {
			return fmt.Errorf("%s leads nowhere", ref)
		}
		at = m[step]
	}
	return nil
}
