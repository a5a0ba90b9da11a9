// Package ocsf tells entries in the words of the Open Cybersecurity Schema Framework, version 1.8.0: who was let in or turned
// away at a door, and who signed in, as Authentication (class 3002); everything else as a Base Event (class 0), whose
// message says what it is.
//
// An event carries its entry byte for byte (raw_data) with its SHA-256, and in unmapped.kidoban the leaf's hash and the
// signed checkpoint that covers it, so that whoever has the events can have them proven (kidobanlog prove). The profile
// for such attestations comes after 1.8.0, and is of the event's own bytes, which nobody signs.
//
// It is pure. A name is told only where the caller gives one.
package ocsf

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/journal"
)

// Version is that of the schema.
const Version = "1.8.0"

// The classes.
const (
	BaseEvent      = 0
	Authentication = 3002
)

// Event is one of either class. Members without a value are left out where the schema does not require them.
type Event struct {
	Activity     int      `json:"activity_id"`
	ActivityName string   `json:"activity_name,omitempty"`
	Category     int      `json:"category_uid"`
	Class        int      `json:"class_uid"`
	Type         int64    `json:"type_uid"`
	Time         int64    `json:"time"` // milliseconds since 1970
	Offset       int      `json:"timezone_offset"`
	Severity     int      `json:"severity_id"`
	Message      string   `json:"message,omitempty"`
	Status       int      `json:"status_id,omitempty"`
	StatusCode   string   `json:"status_code,omitempty"`
	StatusDetail string   `json:"status_detail,omitempty"`
	User         *User    `json:"user,omitempty"`
	Service      *Entity  `json:"service,omitempty"`
	Remote       *bool    `json:"is_remote,omitempty"`
	LogonType    int      `json:"logon_type_id,omitempty"`
	LogonName    string   `json:"logon_type,omitempty"`
	Factors      []Factor `json:"auth_factors,omitempty"`
	Metadata     Metadata `json:"metadata"`
	Raw          string   `json:"raw_data"`
	RawHash      Hash     `json:"raw_data_hash"`
	Unmapped     Unmapped `json:"unmapped"`
}

// User is whom an authentication is about: an id, and a name where the site gives names.
type User struct {
	UID      string `json:"uid,omitempty"`
	Name     string `json:"name,omitempty"`
	FullName string `json:"full_name,omitempty"`
	Kind     int    `json:"type_id"`
}

// Entity has a name and an id.
type Entity struct {
	Name string `json:"name"`
	UID  string `json:"uid,omitempty"`
}

// Factor is what somebody proved to be themselves with.
type Factor struct {
	Kind int    `json:"factor_type_id"`
	Name string `json:"factor_type,omitempty"`
}

// Metadata is where an event comes from.
type Metadata struct {
	Version  string  `json:"version"`
	Product  Product `json:"product"`
	UID      string  `json:"uid"` // of the entry
	Code     string  `json:"event_code"`
	Sequence uint64  `json:"sequence"`
	LogName  string  `json:"log_name"`
}

// Product is who made it.
type Product struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor_name"`
}

// Hash is a fingerprint.
type Hash struct {
	Algorithm int    `json:"algorithm_id"`
	Name      string `json:"algorithm"`
	Value     string `json:"value"`
}

// Unmapped is what the schema has no words for.
type Unmapped struct {
	Kidoban Proof `json:"kidoban"`
}

// Proof says where in the record the entry is.
type Proof struct {
	Origin     string `json:"origin"`
	Sequence   uint64 `json:"sequence"`
	Leaf       string `json:"leaf"` // hash of RFC 6962, base64
	Size       uint64 `json:"checkpoint_size"`
	Checkpoint string `json:"checkpoint"`
}

// Record is where an entry stands, and what covers it.
type Record struct {
	Origin     string
	Sequence   uint64
	Leaf       tlog.Hash
	Payload    []byte
	Size       uint64 // of the checkpoint
	Checkpoint string
	Name       string // whom the private part names, where that is to be told
}

const (
	success = 1
	failure = 2
	other   = 99
	sha256s = 3
	token   = 6 // a hardware token: the card
	nobody  = "unknown"
)

// Of makes the event of an entry.
func Of(e *journal.Entry, r Record) Event {
	sum := sha256.Sum256(r.Payload)
	_, offset := e.At.Wall.Zone()
	ev := Event{
		Activity: other, ActivityName: string(e.Type), Time: e.At.Wall.UnixMilli(), Offset: offset / 60, Severity: severity(e.Severity),
		Message: message(e),
		Metadata: Metadata{Version: Version, Product: Product{Name: "kidoban", Vendor: "kidoban"}, UID: uid(r), Code: "kidoban." + string(e.Type),
			Sequence: r.Sequence, LogName: r.Origin},
		Raw: string(r.Payload), RawHash: Hash{sha256s, "SHA-256", hex.EncodeToString(sum[:])},
		Unmapped: Unmapped{Proof{r.Origin, r.Sequence, r.Leaf.String(), r.Size, r.Checkpoint}},
	}
	if a, is := activities[e.Type]; is {
		ev.authentication(e, r, a)
	}
	ev.Type = int64(ev.Class)*100 + int64(ev.Activity)
	return ev
}

// activity is what an entry is to Authentication. Of one that neither succeeds nor fails the status is left out.
type activity struct {
	id, status int
	name       string
}

// Logon and Logoff at a door are to go in and out by it.
var activities = map[journal.Type]activity{
	journal.AccessGranted:       {1, success, "Logon"},
	journal.AccessDenied:        {1, failure, "Logon"},
	journal.AccessPending:       {6, 0, "Preauth"},
	journal.AccessTaken:         {other, success, "Taken"},
	journal.AccessNotTaken:      {other, failure, "Not Taken"},
	journal.AccessDuress:        {other, success, "Duress"},
	journal.AccountSignedIn:     {1, success, "Logon"},
	journal.AccountSignInFailed: {1, failure, "Logon"},
	journal.AccountSignedOut:    {2, success, "Logoff"},
}

func (ev *Event) authentication(e *journal.Entry, r Record, a activity) {
	d := &e.Data
	ev.Category, ev.Class = Authentication/1000, Authentication
	ev.Activity, ev.ActivityName, ev.Status = a.id, a.name, a.status
	if d.Direction == "exit" && a.id == 1 {
		ev.Activity, ev.ActivityName = 2, "Logoff"
	}
	ev.StatusCode, ev.StatusDetail = d.Reason, strings.ReplaceAll(d.Reason, "_", " ")
	remote := false
	ev.Remote = &remote
	if e.Type.Class() == "account" {
		ev.User = &User{UID: d.Account, Name: cmp.Or(d.Account, nobody), Kind: 1}
		ev.Service = &Entity{Name: "kidoban", UID: controllerOf(r.Origin)}
		return
	}
	ev.User = &User{UID: d.Person, FullName: r.Name, Kind: 1}
	if d.Person == "" {
		ev.User = &User{UID: d.Tag, Name: nobody}
	}
	ev.Service = &Entity{Name: strings.TrimSpace("door " + d.Door), UID: controllerOf(r.Origin) + "/" + d.Door}
	ev.LogonType, ev.LogonName = other, "Physical access"
	if d.Credential != "" || d.Tag != "" {
		ev.Factors = []Factor{{token, "Hardware Token"}}
	}
}

func severity(s journal.Severity) int {
	switch s {
	case journal.Info:
		return 1
	case journal.Notice:
		return 2
	case journal.Warning:
		return 3
	case journal.Alert:
		return 4
	case journal.Emergency:
		return 5
	}
	return 0
}

// message is the type in words, and what it is about.
func message(e *journal.Entry) string {
	return strings.NewReplacer(".", " ", "_", " ").Replace(string(e.Type)) + ", " + strings.ReplaceAll(e.Subject, "/", " ")
}

// uid is the entry's id without what is not of it.
func uid(r Record) string {
	const mark = `"id":"`
	_, rest, ok := strings.Cut(string(r.Payload[:min(len(r.Payload), 256)]), mark)
	id, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		return r.Origin
	}
	return id
}

// controllerOf is "<site>/<controller>" of an origin.
func controllerOf(origin string) string {
	p := strings.Split(origin, "/")
	if len(p) != 4 {
		return origin
	}
	return p[1] + "/" + p[2]
}
