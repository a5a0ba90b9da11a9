package controller

import (
	"reflect"
	"testing"

	"kidoban/controller/ledger"
)

// What is true is not lost with the records that could not be kept. The roster changes by import and order alone, which
// are refused while nothing can be recorded.
func TestOwedForgetsNoRow(t *testing.T) {
	var c ledger.Change
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
	}
	var o owed
	o.add(c)
	got := reflect.ValueOf(o.change())
	for i := range got.NumField() {
		name, f := got.Type().Field(i).Name, got.Field(i)
		if f.Kind() == reflect.Slice && name != "Roster" && f.Len() != 1 {
			t.Errorf("%s: %d rows of 1", name, f.Len())
		}
	}
}
