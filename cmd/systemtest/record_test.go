package systemtest_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// entry is what the tests look at of an entry.
type entry struct {
	ID       string       `json:"id"`
	Source   string       `json:"source"`
	Spec     string       `json:"specversion"`
	Type     journal.Type `json:"type"` // with its prefix
	Sequence string       `json:"sequence"`
	Severity string       `json:"severity"`
	Time     string       `json:"time"`
	Subject  string       `json:"subject"`
	Data     journal.Data `json:"data"`
	Form     string       `json:"datacontenttype"`
}

func parse(t testing.TB, payload string) (e entry) {
	t.Helper()
	if err := json.Unmarshal([]byte(payload), &e); err != nil {
		t.Fatalf("%v: %s", err, payload)
	}
	return e
}

// is says whether e is of a type, which is given without the prefix.
func (e entry) is(t journal.Type) bool { return e.Type == "kidoban."+t }

// record reads the entries of a data directory from a sequence on, beside the daemon or after it.
func record(t testing.TB, dir string, from int) []string {
	t.Helper()
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []string
	for {
		rows, err := r.Rows(context.Background(), uint64(from+len(out)), 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return out
		}
		for _, row := range rows {
			if row.Sequence != uint64(from+len(out)) {
				t.Fatalf("entry %d stands where %d should", row.Sequence, from+len(out))
			}
			out = append(out, string(row.Payload))
		}
	}
}

// entries reads and parses them.
func entries(t testing.TB, dir string, from int) []entry {
	t.Helper()
	var out []entry
	for _, p := range record(t, dir, from) {
		out = append(out, parse(t, p))
	}
	return out
}

// verified fails unless the record is in order, and returns its size.
func verified(t testing.TB, dir string) int {
	t.Helper()
	r, err := store.OpenReadOnly(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rep, err := r.Verify(context.Background(), store.Verifying{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range rep.Problems {
		t.Errorf("verify: %v", p)
	}
	if !rep.OK() {
		t.FailNow()
	}
	return int(rep.Size)
}

// find is the first entry that fits, nil if none does.
func find(es []entry, fits func(entry) bool) *entry {
	for i := range es {
		if fits(es[i]) {
			return &es[i]
		}
	}
	return nil
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
