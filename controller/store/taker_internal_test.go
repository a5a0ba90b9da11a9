package store

import (
	"encoding/json"
	"reflect"
	"testing"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Whatever json.Marshal writes of a line is read as encoding/json reads it, in the fast way or by way of it.
func FuzzMore(f *testing.F) {
	for _, m := range []more{
		{}, {Work: "定期点検", PermitOral: true},
		{PermitAct: act{Person: "p-1", Post: access.SecurityOfficer, Acting: true, Deputy: true, At: -5}, Remarks: `say "<so>"` + "\n"},
		{Escorts: []escorting{{}, {Person: "p-2", From: 1, Until: 2, Assumed: true}}, Incidents: []incident{{At: 7, Type: "visit.overstayed"}}},
		{Corrections: []correction{{Field: "name", Before: "佐籐", After: "佐藤", Maker: act{Name: "甲"}, Checker: act{Name: "乙"}}}},
	} {
		b, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	for _, text := range []string{"", "{", `{"work":"a"`, `{"work":"a"} `, `{"work":1}`, `{"permit_act":{"at":9999999999999999999}}`, `{"escorts":[,]}`,
		`{"escorts":[{}{}]}`, `{"permit_oral":false}`, `{"new":"member"}`, `{"work":"\ud800"}`, `{,"work":""}`, `{"permit_act":{"at":-}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := moreFrom(text)
		var want more
		if json.Unmarshal([]byte(text), &want) != nil {
			return
		}
		if again, _ := json.Marshal(want); string(again) == text && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s\n%+v, %v\nwant\n%+v", text, got, err, want)
		}
	})
}

// So it is with a permit.
func FuzzPermitBody(f *testing.F) {
	for _, b := range []permitBody{
		{}, {Days: 62, Daily: hoursOfDay{540, 1020}, Holders: []holder{{"v-1", 0}, {"v-2", 3}}, Most: 5, Entries: 2, Purpose: true, Expired: true},
		{Act: act{Person: "p", At: 5}, Oral: 7, OralHow: "telephone", Text: ledger.PermitText{Organisation: "架空", Reason: "a\\b",
			Visitors: []ledger.Visitor{{Person: "v-1", Name: "髙橋"}, {Class: "contractor"}}}},
	} {
		text, err := json.Marshal(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := bodyFrom(text)
		var want permitBody
		if json.Unmarshal([]byte(text), &want) != nil {
			return
		}
		if again, _ := json.Marshal(want); string(again) == text && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s\n%+v, %v\nwant\n%+v", text, got, err, want)
		}
	})
}

func TestMoreIsReadTheFastWay(t *testing.T) {
	v := ledger.Visit{Work: "定期点検", Escorts: []ledger.Escorting{{Person: "p"}}, Incidents: []ledger.Incident{{Type: "visit.overstayed"}},
		Corrections: []ledger.Correction{{Field: "name"}}, PermitOral: true}
	text, err := moreOf(&v)
	if err != nil {
		t.Fatal(err)
	}
	r := taker{text: text.(string)}
	var m more
	if m.read(&r); r.odd || r.at != len(r.text) {
		t.Errorf("%s is odd at %d", r.text, r.at)
	}
}
