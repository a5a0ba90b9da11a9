package systemtest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"kidoban/controller/journal"
	"kidoban/controller/schema"
)

// contract validates messages against the schemas that kidoban schema prints.
type contract struct {
	t       *testing.T
	schemas map[string]*jsonschema.Schema
	seen    map[string]int // messages by channel
}

func newContract(t *testing.T) *contract {
	t.Helper()
	c := &contract{t, map[string]*jsonschema.Schema{}, map[string]int{}}
	for _, name := range schema.Names() {
		if name == schema.AsyncAPI {
			continue
		}
		text, err := run(nil, "", program("kidoban"), "schema", name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
		if c.schemas[name], err = compiler.Compile(name); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// holds judges every message of a controller's topics; one on a topic that the contract does not know is a fault too.
func (c *contract) holds(ms []message) {
	c.t.Helper()
	for _, m := range ms {
		if !strings.HasPrefix(m.topic, "kidoban/") || len(m.payload) == 0 {
			continue
		}
		ch, known := schema.Of(m.topic)
		if !known {
			c.t.Errorf("no channel for %s", m.topic)
			continue
		}
		c.seen[ch.Name]++
		if m.retained && !ch.Retained {
			c.t.Errorf("%s is retained", m.topic)
		}
		lines := [][]byte{m.payload}
		if ch.Lines {
			lines = bytes.Split(m.payload, []byte("\n"))
		}
		for _, line := range lines {
			if err := c.judge(ch, line); err != nil {
				c.t.Errorf("%s: %v\n%s", m.topic, err, line)
			}
		}
	}
}

func (c *contract) judge(ch schema.Channel, text []byte) error {
	if ch.Schema == "" && ch.Name != "checkpoint" {
		return nil
	}
	if ch.Schema == "" {
		_, err := journal.PeekCheckpoint(text)
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return c.schemas[ch.Schema].Validate(v)
}
