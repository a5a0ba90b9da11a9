package ledger_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// A directory answers as a map of the same people does, whatever was put and deleted.
func TestDirectory(t *testing.T) {
	ids := rapid.SampledFrom([]access.PersonID{"", "a", "ab", "b", "木戸"})
	words := rapid.SampledFrom([]string{"", "a", "b", "木戸 番", "きど ばん", "市民課"})
	people := rapid.Custom(func(t *rapid.T) ledger.Person {
		return ledger.Person{Person: access.Person{ID: ids.Draw(t, "id"), Kind: access.Kind(rapid.IntRange(0, 3).Draw(t, "kind"))},
			Name: words.Draw(t, "name"), Reading: words.Draw(t, "reading"), Affiliation: words.Draw(t, "affiliation")}
	})
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOfN(people, 0, 4).Draw(t, "people")
		want := map[access.PersonID]ledger.Person{}
		for _, p := range slices.Backward(first) {
			want[p.ID] = p
		}
		d := ledger.NewDirectory(first)
		for range rapid.IntRange(0, 8).Draw(t, "changes") {
			p := people.Draw(t, "person")
			if rapid.Bool().Draw(t, "put") {
				d.Put(p)
				want[p.ID] = p
			} else {
				d.Delete(p.ID)
				delete(want, p.ID)
			}
			got := map[access.PersonID]ledger.Person{}
			for _, id := range []access.PersonID{"", "a", "ab", "b", "木戸", "nobody"} {
				if who, ok := d.Find(id); ok {
					got[id] = who
				}
			}
			if !maps.Equal(got, want) || d.Len() != len(want) {
				t.Fatalf("%d listed: %v, want %v", d.Len(), got, want)
			}
		}
	})
}

func TestNoDirectory(t *testing.T) {
	var d *ledger.Directory
	if p := d.Of("a"); d.Len() != 0 || p != (ledger.Person{}) {
		t.Errorf("%d listed, %v", d.Len(), p)
	}
}
