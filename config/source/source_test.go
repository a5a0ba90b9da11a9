package source_test

import (
	"reflect"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kidoban/config/source"
)

type inner struct {
	N    int     `toml:"n"`
	On   bool    `toml:"on"`
	List []int   `toml:"list"`
	Max  *uint64 `toml:"max"`
}

type embedded struct {
	From string `toml:"from"`
}

type outer struct {
	Name   string  `toml:"name"`
	Inner  inner   `toml:"inner"`
	Many   []inner `toml:"many"`
	Maybe  *inner  `toml:"maybe"`
	hidden int     //nolint:unused // an unexported field is no key: the test asks for it
	embedded
}

func (i *inner) SetDefaults() { i.N = 7 }

func TestDecode(t *testing.T) {
	doc := "\ufeffname = \"木戸番\"\nfrom = 'here'\ninner.on = true\n[[many]]\nlist = [1, 2]\n[[many]]\nn = 3\n[maybe]\nmax = 18\n"
	var got outer
	places, bad := source.Decode("f", []byte(doc), &got)
	if bad != nil {
		t.Fatal(bad)
	}
	max := uint64(18)
	want := outer{Name: "木戸番", Inner: inner{N: 7, On: true}, Many: []inner{{N: 7, List: []int{1, 2}}, {N: 3}}, Maybe: &inner{N: 7, Max: &max}, embedded: embedded{"here"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for path, want := range map[string]source.Pos{
		"name": {1, 1}, "inner.on": {3, 7}, "many[0].list": {5, 1}, "many[0].list[1]": {5, 12}, "many[1].n": {7, 1},
		"maybe.max": {9, 1}, "maybe.n": {8, 2}, "many[1].list[4]": {6, 3}, "nowhere": {1, 1},
	} {
		if at := places.At(path); at != want {
			t.Errorf("%s stands at %v, want %v", path, at, want)
		}
	}
	if places.Has("maybe.n") || !places.Has("many[1]") {
		t.Error("the index has what the document has not, or the reverse")
	}
}

// Everything wrong is listed, in order, and columns count characters.
func TestDecodeListsAll(t *testing.T) {
	doc := "name = 5\nhidden = 1\ninner = { n = '木', nn = 1, on = 'yes' }\nmaybe = [1]\n" +
		"[[many]]\nlist = ['木', 1, 'a']\n[[many]]\nmax = -1\nn = 1.5\n[many.deep]\nx = 1\n"
	_, bad := source.Decode("f", []byte(doc), &outer{})
	want := []string{
		`f:1:1: name: needs a text in quotes`,
		`f:2:1: hidden: unknown key; known here: name, inner, many, maybe, from`,
		`f:3:11: inner.n: needs a whole number, without quotes`,
		`f:3:20: inner.nn: unknown key; did you mean "n"?`,
		`f:3:28: inner.on: needs true or false, without quotes`,
		`f:4:1: maybe: is a table: write it as [maybe] or {…}`,
		`f:6:9: many[0].list[0]: needs a whole number, without quotes`,
		`f:6:17: many[0].list[2]: needs a whole number, without quotes`,
		`f:8:1: many[1].max: must not be negative`,
		`f:9:1: many[1].n: needs a whole number, without quotes`,
		`f:10:7: many[1].deep: unknown key; known here: n, on, list, max`,
	}
	var got []string
	for _, p := range bad {
		got = append(got, p.String())
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant %q", bad.Error(), want)
	}
}

func TestEUCIsToldFromShiftJIS(t *testing.T) {
	const text = "職員番号,氏名\n0001,青葉 誠\n"
	euc, _ := japanese.EUCJP.NewEncoder().Bytes([]byte(text))
	sjis, _ := japanese.ShiftJIS.NewEncoder().Bytes([]byte(text))
	if !source.IsEUC(euc) || source.IsEUC(sjis) {
		t.Error("EUC-JP and Shift_JIS are taken for each other")
	}
}
