package controller_test

import (
	"reflect"
	"testing"

	"kidoban/controller"
	"kidoban/controller/ledger"
)

// one is a change with one row of every sort.
func one() (c ledger.Change) {
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
	}
	c.Switch = 7
	return c
}

func TestMergeForgetsNoRow(t *testing.T) {
	c, _ := controller.Merge([]controller.Record{{Change: one()}, {Change: one()}})
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() != 2 {
			t.Errorf("%s: %d rows of 2", v.Type().Field(i).Name, f.Len())
		}
	}
	if c.Switch != 7 {
		t.Errorf("switch %d", c.Switch)
	}
}
