// Package rebuild makes the register (入退室管理簿) anew from the journal and its private parts, and says where the lines that
// the daemon keeps are others. It writes nothing and mends nothing.
//
// That the journal itself is in order is another question: journal verify answers it, and a comparison is worth as much as
// that answer.
package rebuild

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/register"
	"kidoban/controller/store"
)

// Result is a fiscal year's book, compared.
type Result struct {
	Year        int          `json:"year"`
	Lines       int          `json:"lines"` // kept
	Told        int          `json:"told"`  // by the journal
	Differences []Difference `json:"differences"`
}

// Difference is a column that is not what the journal tells. Without a Field the whole line is missing on one side.
type Difference struct {
	Visit string `json:"visit"`
	Field string `json:"field,omitempty"`
	Kept  string `json:"kept,omitempty"`
	Told  string `json:"told,omitempty"`
}

// Compare folds the entries of a fiscal year's lines and compares them with what is kept. It looks at every entry itself,
// not at the index of searches, which somebody may have changed along with a line. It holds one year in memory. seen is
// told how far it has read, by the number of the entry; nil does not care.
func Compare(ctx context.Context, r *store.Reader, year int, seen func(sequence uint64)) (Result, error) {
	out := Result{Year: year, Differences: []Difference{}}
	book := fmt.Sprintf("%04d-", year)
	told, err := fold(ctx, r, func(id string) bool { return strings.HasPrefix(id, book) }, seen)
	if err != nil {
		return out, err
	}
	out.Told = len(told)
	var doubtful []string
	for v, err := range r.Visits(ctx, store.Lines{Book: year}) {
		if err != nil {
			return out, err
		}
		out.Lines++
		if line, is := told[v.ID]; !is || len(differ(&v, &line)) > 0 {
			doubtful = append(doubtful, v.ID)
		}
		delete(told, v.ID)
	}
	doubtful = slices.Sorted(slices.Values(slices.AppendSeq(doubtful, maps.Keys(told))))
	for range 3 {
		if len(doubtful) == 0 {
			break
		}
		if doubtful, out.Differences, err = again(ctx, r, doubtful); err != nil {
			return out, err
		}
	}
	return out, nil
}

// again compares some lines once more: while they were read the daemon may have written.
func again(ctx context.Context, r *store.Reader, ids []string) (doubtful []string, all []Difference, err error) {
	told, err := fold(ctx, r, func(id string) bool {
		_, is := slices.BinarySearch(ids, id)
		return is
	}, nil)
	if err != nil {
		return nil, nil, err
	}
	all = []Difference{}
	for _, id := range ids {
		kept, isKept, err := r.Visit(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		line, isTold := told[id]
		var d []Difference
		switch {
		case isKept && isTold:
			d = differ(&kept, &line)
		case isTold:
			d = []Difference{{Visit: id, Kept: "nothing", Told: "a line"}}
		case isKept:
			d = []Difference{{Visit: id, Kept: "a line", Told: "nothing"}}
		}
		if len(d) > 0 {
			doubtful, all = append(doubtful, id), append(all, d...)
		}
	}
	return doubtful, all, nil
}

// fold makes lines from their entries, in the order of the record: those that are mine.
func fold(ctx context.Context, r *store.Reader, mine func(id string) bool, seen func(sequence uint64)) (map[string]ledger.Visit, error) {
	book, lines := register.NewBook(), map[string]ledger.Visit{}
	for f, err := range r.Entries(ctx, store.Search{Types: visitTypes(), Whole: true}) {
		if err != nil {
			return nil, err
		}
		if seen != nil {
			seen(f.Sequence)
		}
		if !mine(f.Entry.Data.Visit) {
			continue
		}
		for _, v := range book.Observe(f.Entry) {
			lines[v.ID] = v
		}
	}
	return lines, nil
}

func visitTypes() (out []journal.Type) {
	for _, t := range journal.Types() {
		if t.Class() == "visit" {
			out = append(out, t)
		}
	}
	return out
}

// notTold are the fields that no entry of a visit tells.
var notTold = []string{"Checked", "Gone"}

// differ compares two lines column by column.
func differ(kept, told *ledger.Visit) (out []Difference) {
	a, b := reflect.ValueOf(*kept), reflect.ValueOf(*told)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if x, y := text(a.Field(i)), text(b.Field(i)); x != y && !slices.Contains(notTold, name) {
			out = append(out, Difference{Visit: kept.ID, Field: name, Kept: x, Told: y})
		}
	}
	return out
}

// text is a value in words: times by their instant, whatever zone they are in.
func text(v reflect.Value) string {
	if t, is := v.Interface().(time.Time); is {
		if t.IsZero() {
			return ""
		}
		return t.In(access.JST).Format("2006-01-02T15:04:05.000Z07:00")
	}
	switch v.Kind() {
	case reflect.Struct:
		parts := make([]string, 0, v.NumField())
		for i := range v.NumField() {
			if s := text(v.Field(i)); s != "" && s != "false" {
				parts = append(parts, v.Type().Field(i).Name+"="+s)
			}
		}
		return strings.Join(parts, " ")
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = "[" + text(v.Index(i)) + "]"
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(v.Interface())
}
