package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/journal"
	"kidoban/controller/schema"
	"kidoban/controller/wire"
)

var update = flag.Bool("update", false, "write the schemas anew into v1/")

// TestSchemasAreOfTheTypes holds what lies in v1/ against the Go types and their comments.
func TestSchemasAreOfTheTypes(t *testing.T) {
	want := generated(t)
	if *update {
		for name, text := range want {
			if err := os.WriteFile(filepath.Join("v1", name+".json"), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if names := slices.Sorted(maps.Keys(want)); !slices.Equal(names, schema.Names()) {
		t.Errorf("v1/ holds %q, the types make %q; run go test ./controller/schema -update", schema.Names(), names)
	}
	for name, text := range want {
		if got, _ := schema.Named(name); !bytes.Equal(got, text) {
			t.Errorf("v1/%s.json is not what the types say; run go test ./controller/schema -update", name)
		}
	}
}

func generated(t *testing.T) map[string][]byte {
	t.Helper()
	r := &jsonschema.Reflector{AllowAdditionalProperties: true, DoNotReference: true, ExpandedStruct: true, Anonymous: true}
	for _, pkg := range []string{"wire", "journal", "bundle"} {
		if err := r.AddGoComments("kidoban/controller", "../"+pkg, jsonschema.WithFullComment()); err != nil {
			t.Fatal(err)
		}
	}
	r.CommentMap = joined(r.CommentMap)
	all := map[string]*jsonschema.Schema{
		"event": event(r), "status": status(r), "door": door(r), "ack": r.Reflect(wire.Ack{}),
		"resend": r.Reflect(wire.Resend{}), "leaf": r.Reflect(wire.Leaf{}), "private": r.Reflect(wire.Private{}),
		"manifest": r.Reflect(bundle.Manifest{}),
	}
	out := map[string][]byte{}
	plain := map[string]any{}
	for name, s := range all {
		s.Version, s.Title = "http://json-schema.org/draft-07/schema#", "kidoban "+name
		unsigned(s)
		out[name] = indented(t, s)
		plain[name] = bare(t, s)
	}
	out[schema.AsyncAPI] = indented(t, asyncAPI(plain))
	return out
}

// joined takes the line breaks out of comments, whose paths the extractor has as files.
func joined(comments map[string]string) map[string]string {
	out := map[string]string{}
	for name, text := range comments {
		out["kidoban/controller/"+name[strings.LastIndex(name, "/")+1:]] = strings.Join(strings.Fields(text), " ")
	}
	return out
}

// event says of each known type what it means and what data it needs; an unknown one may be anything.
func event(r *jsonschema.Reflector) *jsonschema.Schema {
	s := r.Reflect(wire.Event{})
	typ, _ := s.Properties.Get("type")
	data, _ := s.Properties.Get("data")
	means := schema.Members()
	for p := data.Properties.Oldest(); p != nil; p = p.Next() {
		p.Value.Description = means[p.Key]
		zeroIsLeftOut(p.Value)
	}
	direction, _ := data.Properties.Get("direction")
	direction.Enum = []any{"entry", "exit"}
	private, _ := data.Properties.Get("private")
	private.Pattern = "^[0-9a-f]{64}$"
	for _, d := range schema.Types() {
		name := "kidoban." + string(d.Type)
		typ.AnyOf = append(typ.AnyOf, &jsonschema.Schema{Const: name, Description: d.Means})
		if len(d.Needs) > 0 {
			s.AllOf = append(s.AllOf, when("type", name, "data", &jsonschema.Schema{Required: d.Needs}))
		}
	}
	typ.AnyOf = append(typ.AnyOf, &jsonschema.Schema{Pattern: typ.Pattern, Description: "A type that is younger than this schema."})
	typ.Pattern = ""
	reasons := jsonschema.NewProperties()
	reasons.Set("reason", &jsonschema.Schema{Enum: deniedReasons()})
	s.AllOf = append(s.AllOf, when("type", "kidoban."+string(journal.AccessDenied), "data", &jsonschema.Schema{Properties: reasons}))
	return s
}

func deniedReasons() (out []any) {
	for r := access.Reason(1); r.String() != access.Undecided.String(); r++ {
		if r != access.Granted {
			out = append(out, r.String())
		}
	}
	return out
}

// zeroIsLeftOut says that a member which is there says something.
func zeroIsLeftOut(s *jsonschema.Schema) {
	switch s.Type {
	case "string":
		one := uint64(1)
		s.MinLength = &one
	case "boolean":
		s.Const = true
	}
}

// status is {"online":false} alone, or more. What was added to the contract later may be missing.
func status(r *jsonschema.Reflector) *jsonschema.Schema {
	s := r.Reflect(wire.Status{})
	s.Required = []string{"online"}
	online := jsonschema.NewProperties()
	online.Set("online", &jsonschema.Schema{Const: true})
	s.If, s.Then = &jsonschema.Schema{Properties: online}, &jsonschema.Schema{Required: []string{"since", "version", "boot", "sequence", "mode"}}
	return s
}

func door(r *jsonschema.Reflector) *jsonschema.Schema {
	s := r.Reflect(wire.Door{})
	s.Required = slices.DeleteFunc(s.Required, func(m string) bool { return m == "tampered" })
	return s
}

func when(member, is, then string, s *jsonschema.Schema) *jsonschema.Schema {
	cond, do := jsonschema.NewProperties(), jsonschema.NewProperties()
	cond.Set(member, &jsonschema.Schema{Const: is})
	do.Set(then, s)
	return &jsonschema.Schema{If: &jsonschema.Schema{Properties: cond}, Then: &jsonschema.Schema{Properties: do}}
}

// unsigned says of the numbers that cannot be negative that they are not.
func unsigned(s *jsonschema.Schema) {
	for _, f := range []string{"sequence", "from", "to", "backlog", "alarms", "occupants"} {
		if s.Properties == nil {
			return
		}
		if p, ok := s.Properties.Get(f); ok && p.Type == "integer" {
			p.Minimum = "0"
		}
	}
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bare is a schema as a part of another document.
func bare(t *testing.T, s *jsonschema.Schema) (out map[string]any) {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	delete(out, "$schema")
	return out
}

// TestEveryTypeIsDescribed: nothing of the closed list is left without words, and no member of data.
func TestEveryTypeIsDescribed(t *testing.T) {
	all := schema.Types()
	if len(all) != len(journal.Types()) {
		t.Errorf("%d described, %d in the closed list", len(all), len(journal.Types()))
	}
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[journal.Data]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = true
		if schema.Members()[name] == "" {
			t.Errorf("data.%s is not described", name)
		}
	}
	for _, d := range all {
		if d.Means == "" {
			t.Errorf("%s is not described", d.Type)
		}
		for _, need := range d.Needs {
			if !known[need] {
				t.Errorf("%s needs %s, which data does not have", d.Type, need)
			}
		}
	}
}
