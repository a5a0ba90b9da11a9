package ocsf_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kidoban/controller/archive/ocsf"
	"kidoban/controller/journal"
	"kidoban/device"
)

// The attributes that version 1.8.0 of the schema requires, and the JSON type of each; what a class or an object demands
// beside is one of several.
var (
	required = map[string]string{"activity_id": "number", "category_uid": "number", "class_uid": "number", "metadata": "object",
		"severity_id": "number", "time": "number", "type_uid": "number"}
	ofAuthentication = map[string]string{"user": "object"}
	ofMetadata       = map[string]string{"product": "object", "version": "string"}
	ofFingerprint    = map[string]string{"algorithm_id": "number", "value": "string"}
	ofFactor         = map[string]string{"factor_type_id": "number"}
	// Types of what is recommended or optional, where it is there.
	optional = map[string]string{"activity_name": "string", "timezone_offset": "number", "message": "string", "status_id": "number", "status_code": "string",
		"status_detail": "string", "service": "object", "is_remote": "bool", "logon_type_id": "number", "logon_type": "string", "auth_factors": "array",
		"raw_data": "string", "raw_data_hash": "object", "unmapped": "object"}
	activityIDs = map[float64]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 99: true}
	logonTypes  = map[float64]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 7: true, 8: true, 9: true, 10: true, 11: true, 12: true, 13: true, 99: true}
)

func kind(v any) string {
	switch v.(type) {
	case float64:
		return "number"
	case string:
		return "string"
	case bool:
		return "bool"
	case map[string]any:
		return "object"
	case []any:
		return "array"
	}
	return "nothing"
}

func has(t *testing.T, what string, o map[string]any, wants map[string]string) {
	t.Helper()
	for name, want := range wants {
		if got := kind(o[name]); got != want {
			t.Errorf("%s: %s is %s, the schema wants %s", what, name, got, want)
		}
	}
}

func oneOf(t *testing.T, what string, o map[string]any, names ...string) {
	t.Helper()
	for _, n := range names {
		if s, _ := o[n].(string); o[n] != nil && s != "" || kind(o[n]) == "object" {
			return
		}
	}
	t.Errorf("%s: none of %v", what, names)
}

// TestEveryTypeFitsItsClass: required attributes are there with their types, enumerations hold, and nothing is there that the
// class has no attribute for.
func TestEveryTypeFitsItsClass(t *testing.T) {
	for _, typ := range journal.Types() {
		for _, d := range []journal.Data{{}, {Door: "room", Person: "p-1", Credential: "c-1", Direction: "entry", Account: "mori"},
			{Door: "room", Tag: "1f2e3d4c", Direction: "exit", Reason: "unknown_credential"}} {
			e := journal.Entry{At: device.Instant{Wall: time.Date(2026, 4, 1, 9, 5, 12, 482e6, time.FixedZone("JST", 9*3600))}, Type: typ,
				Severity: journal.Notice, Subject: "door/room/entry", Data: d}
			b, err := json.Marshal(ocsf.Of(&e, ocsf.Record{Origin: "kidoban/maizuru/main-ctl/5f3a91c0", Sequence: 7, Payload: []byte(`{"specversion":"1.0","id":"main-ctl/5f3a91c0/000000000000000007"}`), Name: "佐藤"}))
			if err != nil {
				t.Fatal(err)
			}
			fits(t, string(typ), b)
		}
	}
}

func fits(t *testing.T, what string, b []byte) {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	has(t, what, o, required)
	for name, v := range o {
		want := required[name]
		if want == "" {
			want = optional[name]
		}
		if o["class_uid"] == 3002.0 && want == "" {
			want = ofAuthentication[name]
		}
		if kind(v) != want {
			t.Errorf("%s: %s is %s, the schema has it as %q", what, name, kind(v), want)
		}
	}
	has(t, what+" metadata", o["metadata"].(map[string]any), ofMetadata)
	oneOf(t, what+" product", o["metadata"].(map[string]any)["product"].(map[string]any), "name", "uid")
	has(t, what+" fingerprint", o["raw_data_hash"].(map[string]any), ofFingerprint)
	if o["type_uid"] != o["class_uid"].(float64)*100+o["activity_id"].(float64) || o["time"] != 1775001912482.0 || o["timezone_offset"] != 540.0 {
		t.Errorf("%s: %s", what, b)
	}
	if s := o["severity_id"].(float64); s < 0 || s > 6 {
		t.Errorf("%s: severity %v", what, s)
	}
	if o["class_uid"] == 3002.0 {
		authentication(t, what, o)
	} else if o["class_uid"] != 0.0 || o["category_uid"] != 0.0 {
		t.Errorf("%s is of class %v", what, o["class_uid"])
	}
}

func authentication(t *testing.T, what string, o map[string]any) {
	t.Helper()
	has(t, what, o, ofAuthentication)
	oneOf(t, what, o, "service", "dst_endpoint")
	oneOf(t, what+" service", o["service"].(map[string]any), "name", "uid")
	oneOf(t, what+" user", o["user"].(map[string]any), "account", "name", "uid")
	if o["category_uid"] != 3.0 || !activityIDs[o["activity_id"].(float64)] {
		t.Errorf("%s: category %v, activity %v", what, o["category_uid"], o["activity_id"])
	}
	if v, is := o["logon_type_id"].(float64); is && !logonTypes[v] {
		t.Errorf("%s: logon type %v", what, v)
	}
	factors, _ := o["auth_factors"].([]any)
	for _, f := range factors {
		has(t, what+" factor", f.(map[string]any), ofFactor)
	}
}

// TestMeaning: what the words of the schema make of entries at a door.
func TestMeaning(t *testing.T) {
	for name, c := range map[string]struct {
		typ       journal.Type
		direction string
		wants     []string
	}{
		"in":      {journal.AccessGranted, "entry", []string{`"activity_id":1,"activity_name":"Logon"`, `"status_id":1`, `"type_uid":300201`, `"uid":"p-1"`, `"logon_type":"Physical access"`}},
		"out":     {journal.AccessGranted, "exit", []string{`"activity_id":2,"activity_name":"Logoff"`, `"status_id":1`}},
		"refused": {journal.AccessDenied, "entry", []string{`"activity_id":1`, `"status_id":2`, `"status_code":"no_permit","status_detail":"no permit"`}},
		"forced":  {journal.DoorForced, "", []string{`"class_uid":0`, `"message":"door forced, door room entry"`}},
	} {
		e := journal.Entry{At: device.Instant{Wall: time.Unix(0, 0)}, Type: c.typ, Severity: journal.Info, Subject: "door/room/entry",
			Data: journal.Data{Door: "room", Person: "p-1", Direction: c.direction, Reason: "no_permit"}}
		b, err := json.Marshal(ocsf.Of(&e, ocsf.Record{Origin: "kidoban/maizuru/main-ctl/5f3a91c0"}))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.wants {
			if !strings.Contains(string(b), want) {
				t.Errorf("%s: no %s in %s", name, want, b)
			}
		}
	}
}
