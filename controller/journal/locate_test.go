package journal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kidoban/controller/journal"
)

const located = `{"specversion":"1.0","id":"main-ctl/5f3a91c0/000000000000000004","source":"kidoban/maizuru/main-ctl",` +
	`"type":"kidoban.access.granted","later":[1,{"a":null}],"sequence":"000000000000000004","data":{"id":"x","note":"\u6728\"}"}}`

func TestLocate(t *testing.T) {
	p, err := journal.Locate([]byte(located))
	if err != nil || string(p.Spec) != "1.0" || string(p.ID) != "main-ctl/5f3a91c0/000000000000000004" || string(p.Source) != "kidoban/maizuru/main-ctl" ||
		string(p.Type) != "kidoban.access.granted" || string(p.Sequence) != "000000000000000004" {
		t.Errorf("%q %q %q %q %q: %v", p.Spec, p.ID, p.Source, p.Type, p.Sequence, err)
	}
	for name, bad := range map[string]string{
		"empty": "", "cut": located[:len(located)-1], "more": located + "}", "space": strings.Replace(located, ":", ": ", 1), "list": "[]",
		"twice":     strings.Replace(located, `"later":`, `"type":"a","later":`, 1),
		"missing":   strings.Replace(located, `"sequence"`, `"sequences"`, 1),
		"no string": strings.Replace(located, `"000000000000000004","data"`, `4,"data"`, 1),
		"escaped":   strings.Replace(located, `"later"`, `"lat\u0065r"`, 1),
		"control":   strings.Replace(located, `null`, "\n", 1),
	} {
		if _, err := journal.Locate([]byte(bad)); err == nil {
			t.Errorf("%s: located", name)
		}
	}
	b := []byte(located)
	if n := testing.AllocsPerRun(100, func() { _, _ = journal.Locate(b) }); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// What is located is JSON, and says to everybody else what it says here.
func FuzzLocate(f *testing.F) {
	f.Add([]byte(located))
	f.Add([]byte(`{"id":"a","ID":"b"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := journal.Locate(b)
		if err != nil {
			return
		}
		var all map[string]any
		if err := json.Unmarshal(b, &all); err != nil {
			t.Fatalf("not JSON: %v", err)
		}
		for name, raw := range map[string][]byte{"specversion": p.Spec, "id": p.ID, "source": p.Source, "type": p.Type, "sequence": p.Sequence} {
			var s string
			if err := json.Unmarshal([]byte(`"`+string(raw)+`"`), &s); err != nil || s != all[name] {
				t.Errorf("%s is %q here, %v to others (%v)", name, raw, all[name], err)
			}
		}
	})
}

func BenchmarkLocate(b *testing.B) {
	line := []byte(located)
	for b.Loop() {
		if _, err := journal.Locate(line); err != nil {
			b.Fatal(err)
		}
	}
}
