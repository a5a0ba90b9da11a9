package register

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// The fields of a line that may be corrected, by their names in the record. A name, a purpose, a time that was missing:
// never who permitted, escorted or consented, which are acts of their own.
var fields = map[string]func(*ledger.Visit) *string{
	"name":        func(v *ledger.Visit) *string { return &v.Name },
	"reading":     func(v *ledger.Visit) *string { return &v.Reading },
	"affiliation": func(v *ledger.Visit) *string { return &v.Affiliation },
	"identity":    func(v *ledger.Visit) *string { return &v.Identity },
	"badge":       func(v *ledger.Visit) *string { return &v.Badge },
	"purpose":     func(v *ledger.Visit) *string { return &v.Purpose },
	"work":        func(v *ledger.Visit) *string { return &v.Work },
	"equipment":   func(v *ledger.Visit) *string { return &v.Equipment },
	"carry_in":    func(v *ledger.Visit) *string { return &v.CarryIn },
	"carry_out":   func(v *ledger.Visit) *string { return &v.CarryOut },
	"remarks":     func(v *ledger.Visit) *string { return &v.Remarks },
}

// Left is the field of the time of leaving, which may be corrected too: RFC 3339.
const Left = "left"

// Field is the text of a field that may be corrected; false for any other.
func Field(v *ledger.Visit, name string) (string, bool) {
	if name == Left {
		if v.Left.IsZero() {
			return "", true
		}
		return v.Left.Format(time.RFC3339), true
	}
	if f := fields[name]; f != nil {
		return *f(v), true
	}
	return "", false
}

// corrected puts the correction into force and keeps what it corrects beside it.
func corrected(v *ledger.Visit, e journal.Entry) {
	w, name := read[Correction](e.Private), e.Data.Point
	for _, act := range []*ledger.Act{&w.Maker, &w.Checker, &w.Permitter} {
		if !act.At.IsZero() {
			act.At = act.At.Truncate(time.Millisecond).In(access.JST)
		}
	}
	v.Corrections = append(v.Corrections, ledger.Correction{
		Field: name, Before: w.Before, After: w.After, Reason: w.Reason, Maker: w.Maker, Checker: w.Checker, Permitter: w.Permitter,
	})
	if name == Left {
		if at, err := time.Parse(time.RFC3339, w.After); err == nil {
			endEscort(v, at.In(access.JST))
			v.Left, v.LeftHow = at.In(access.JST), "correction"
		}
		return
	}
	if f := fields[name]; f != nil {
		*f(v) = w.After
	}
}
