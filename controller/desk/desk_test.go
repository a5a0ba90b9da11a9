package desk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/device/sim"
)

// orders are one of each that changes something, and what a user without the right is told.
var orders = map[string]any{
	"door":                 desk.Door{Door: "room", Order: "lockdown", For: time.Hour, Reason: "drill"},
	"alarm/ack":            desk.Ack{ID: "door.forced/room/x"},
	"antipassback/forgive": desk.Forgive{All: true, Reason: "count of heads"},
	"edit":                 desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "p09", Kind: access.Staff}}},
	"pin/unblock":          desk.Unblock{Credential: "c01"},
	"learn":                desk.Learn{Door: "room", Side: "entry", For: time.Second},
}

// A user of the machine without an account may read, and nothing else; who speaks is what the kernel says.
func TestWithoutAnAccountOnlyReading(t *testing.T) {
	o := open(t, nil)
	var s desk.Status
	o.get("status", nil, &s)
	if s.Account != "" || len(s.Doors) != 1 {
		t.Errorf("status: %+v", s)
	}
	var who []controller.Inside
	o.get("who", nil, &who)
	before := o.store.Head().Size
	for what, order := range orders {
		o.refused("", what, order)
	}
	o.refused("only read", "sim", sim.Act{Verb: "force", Door: "room"})
	var out desk.Import
	if err := o.client.Send(t.Context(), "import", url.Values{"name": {"x.csv"}}, people.Demo(), &out); err == nil {
		t.Error("an import without an account")
	}
	if after := o.store.Head().Size; after != before {
		t.Errorf("%d entries came of it", after-before)
	}
}

func TestEachAccountMayWhatItMay(t *testing.T) {
	t.Run("operate", func(t *testing.T) {
		o := open(t, nil, "operate")
		for _, what := range []string{"edit", "pin/unblock", "learn"} {
			o.refused("", what, orders[what])
		}
		o.done("door", orders["door"])
		if e := o.only(journal.DoorModeChanged); e.Data.Account != "clerk" {
			t.Errorf("by %q", e.Data.Account)
		}
	})
	t.Run("roster", func(t *testing.T) {
		o := open(t, nil, "roster")
		for _, what := range []string{"door", "alarm/ack", "antipassback/forgive"} {
			o.refused("may not do this", what, orders[what])
		}
		o.refused("only read", "sim", sim.Act{Verb: "force", Door: "room"})
		o.done("edit", orders["edit"])
		if e := o.only(journal.RosterChanged); e.Data.Account != "clerk" || e.Data.Person != "p09" {
			t.Errorf("%+v", e.Data)
		}
	})
	t.Run("another uid", func(t *testing.T) {
		o := open(t, func(c *config.Config) {
			c.Accounts = []config.Account{{Name: "clerk", UID: os.Getuid() + 1, May: []string{"operate", "roster"}}}
		})
		o.refused("no account", "door", orders["door"])
	})
}

// What is not understood in whole is not done in part.
func TestStrictJSON(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	before := o.store.Head().Size
	for body, want := range map[string]string{
		`{"door":"room","order":"lockdown","for":3600000000000,"reason":"x","colour":"red"}`: "unknown field",
		`{"door":"room","order":"lockdown","for":"1h","reason":"x"}`:                         "cannot unmarshal",
		`{"door":"room"} {"door":"room"}`:                                                    "something follows",
		``:                                                                                   "EOF",
		`[]`:                                                                                 "cannot unmarshal",
		`{"reason":"` + strings.Repeat("x", 2<<20) + `"}`: "too large",
	} {
		status, text := o.raw(http.MethodPost, "door", body)
		if status != http.StatusBadRequest || !strings.Contains(text, want) {
			t.Errorf("%.60q: %d %.200s, want %q", body, status, text, want)
		}
	}
	for _, d := range []desk.Door{
		{Door: "room", Order: "lockdown", For: time.Hour}, {Door: "room", Order: "open", Reason: "x"},
		{Door: "cellar", Order: "normal", Reason: "x"}, {Door: "room", Order: "lockdown", Reason: "x"},
		{Door: "room", Order: "release", For: time.Hour, Reason: "x"}, {Door: "room", Order: "normal", Reason: "x"},
	} {
		o.refused("", "door", d)
	}
	if status, _ := o.raw(http.MethodPost, "nothing", "{}"); status != http.StatusNotFound {
		t.Errorf("nothing: %d", status)
	}
	if after := o.store.Head().Size; after != before {
		t.Errorf("%d entries came of it", after-before)
	}
}

// raw speaks HTTP as anybody could.
func (o *office) raw(method, what, body string) (int, string) {
	o.Helper()
	c := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", o.socket)
	}}}
	defer c.CloseIdleConnections()
	req := must(http.NewRequestWithContext(o.Context(), method, "http://x/"+what, strings.NewReader(body)))(o)
	resp, err := c.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, string(must(io.ReadAll(resp.Body))(o))
}

func TestAFileThatIsTooBig(t *testing.T) {
	o := open(t, nil, "roster")
	err := o.client.Send(t.Context(), "import", url.Values{"name": {"x.csv"}}, make([]byte, 33<<20), nil)
	if err == nil || !strings.Contains(err.Error(), "32 MiB") {
		t.Error(err)
	}
}

// A person's words and names are the private part, bound by its hash; the entry itself holds none.
func TestWordsArePrivate(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.staffed()
	o.done("door", desk.Door{Door: "room", Order: "lockdown", For: time.Hour, Reason: "不審者"})
	o.done("edit", desk.Edit{State: &desk.CardState{ID: "c01", To: "lost"}, Reason: "落とした"})
	for words, e := range map[string]entry{
		"不審者": o.only(journal.DoorModeChanged), "青木 花子": o.told(journal.RosterChanged)[0], "落とした": o.only(journal.CredentialLost),
	} {
		sum := sha256.Sum256(e.row.Private)
		var private map[string]string
		if err := json.Unmarshal(e.row.Private, &private); err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
		switch {
		case e.Data.Private != hex.EncodeToString(sum[:]):
			t.Errorf("%s: its private part is not bound", e.Type)
		case !bytes.Contains(e.row.Private, []byte(words)):
			t.Errorf("%s: the words are not in the private part", e.Type)
		case bytes.Contains(e.row.Payload, []byte(words)):
			t.Errorf("%s: the words are in the entry", e.Type)
		case len(private["salt"]) != 32:
			t.Errorf("%s: no salt of its own, so the words could be guessed from the hash", e.Type)
		}
	}
	for _, e := range o.told(journal.CredentialIssued) {
		if bytes.Contains(e.row.Payload, []byte("1603")) || bytes.Contains(e.row.Private, []byte("1603")) {
			t.Error("the card's number is on record")
		}
	}
}

// Ids go into entries, so words are refused where an id belongs, and a card's row never leaves with what it is known by.
func TestIDsAndListing(t *testing.T) {
	o := open(t, nil, "roster")
	o.staffed()
	o.refused("an id is", "edit", desk.Edit{Person: &ledger.Person{Person: access.Person{ID: "青木 花子", Kind: access.Staff}}})
	o.refused("no post", "edit", desk.Edit{Incumbency: &access.Incumbency{Person: "p01", Post: "my friend"}})
	o.refused("name one row", "edit", desk.Edit{Reason: "x"})
	o.refused("enrolled", "edit", desk.Edit{Card: &desk.Card{ID: "c02", Person: "p01", Number: number(1603)}})
	o.eventually("it is on record", func() bool { return len(o.told(journal.CredentialDuplicateRefused)) == 1 })
	if e := o.only(journal.CredentialDuplicateRefused); e.Data.Account != "clerk" || e.Data.Credential != "c02" {
		t.Errorf("%+v", e.Data)
	}
	zero := number(0)
	*zero.Facility = 0
	o.refused("broken wire", "edit", desk.Edit{Card: &desk.Card{ID: "c03", Person: "p01", Number: zero}})
	o.done("edit", desk.Edit{State: &desk.CardState{ID: "c01", To: "revoked"}})
	o.refused("issue another", "edit", desk.Edit{State: &desk.CardState{ID: "c01", To: "active"}})
	o.done("edit", desk.Edit{Card: &desk.Card{ID: "c01", Person: "words that nobody checked"}, Delete: true})
	for _, e := range o.told(journal.RosterChanged) {
		if e.Data.Point == "card" && e.Data.Person != "p01" {
			t.Errorf("deleted: %+v", e.Data)
		}
	}
	_, text := o.raw(http.MethodGet, "people", "")
	if strings.Contains(text, `"Card"`) || strings.Contains(text, `"PIN":"`) || !strings.Contains(text, "青木 花子") {
		t.Errorf("the listing: %s", text)
	}
}

func TestPINs(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Doors[0].PIN = "always" }, "operate", "roster")
	o.staffed()
	for digits, words := range map[string]string{
		"111111": "too easy", "123456": "too easy", "987654": "too easy", "12345": "6 to 8", "271828182": "6 to 8", "27a828": "digits only",
	} {
		o.refused(words, "pin", desk.PIN{Credential: "c01", Digits: desk.Digits(digits)})
	}
	o.refused("no card", "pin", desk.PIN{Credential: "c99", Digits: desk.Digits("271828")})
	o.refused("set a PIN too", "pin", desk.PIN{Credential: "c01", Digits: desk.Digits("314159"), Duress: true})
	o.done("pin", desk.PIN{Credential: "c01", Digits: desk.Digits("271828")})
	o.refused("the same", "pin", desk.PIN{Credential: "c01", Digits: desk.Digits("271828"), Duress: true})
	o.done("pin", desk.PIN{Credential: "c01", Digits: desk.Digits("314159"), Duress: true})

	// The duress PIN lets in as the PIN does; who may only read is not shown that it was that one.
	o.badge(1603)
	o.done("sim", sim.Act{Verb: "keys", Door: "room", Keys: "314159#"})
	o.eventually("the door opens", func() bool { return len(o.told(journal.LockReleased)) == 1 })
	o.only(journal.AccessDuress)
	if text := o.journal(); !strings.Contains(text, "access.duress") {
		t.Error("an operator is not told of the duress")
	}
	o.scan("271828", "314159")
}

// scan looks for what must be nowhere on record.
func (o *office) scan(secrets ...string) {
	o.Helper()
	for _, r := range must(o.store.Rows(o.Context(), 0, 100_000))(o) {
		for _, s := range secrets {
			alone := regexp.MustCompile(`(^|[^0-9a-f])` + s + `([^0-9a-f]|$)`) // not by chance within a salt
			if alone.Match(r.Payload) || alone.Match(r.Private) {
				o.Errorf("entry %d holds a secret", r.Sequence)
			}
		}
	}
}

func (o *office) journal() string {
	o.Helper()
	body := must(o.client.Stream(o.Context(), "journal", url.Values{"last": {"100000"}}))(o)
	defer func() { _ = body.Close() }()
	return string(must(io.ReadAll(body))(o))
}

// Duress is for the officers alone: an account that may not operate sees no sign of it, in the journal or among the alarms.
func TestDuressIsHiddenFromReaders(t *testing.T) {
	o := open(t, func(c *config.Config) { c.Doors[0].PIN = "always" }, "roster")
	o.staffed()
	o.done("pin", desk.PIN{Credential: "c01", Digits: desk.Digits("271828")})
	o.done("pin", desk.PIN{Credential: "c01", Digits: desk.Digits("314159"), Duress: true})
	for _, a := range []sim.Act{
		{Verb: "card", Door: "room", Format: "H10301", Facility: 118, Card: 1603}, {Verb: "keys", Door: "room", Keys: "314159#"},
	} {
		if err := o.panel.Act(a); err != nil {
			t.Fatal(err)
		}
	}
	o.eventually("the strike is released", func() bool { return len(o.told(journal.LockReleased)) == 1 })
	if err := o.panel.Act(sim.Act{Verb: "open", Door: "room"}); err != nil {
		t.Fatal(err)
	}
	o.eventually("the door opens", func() bool { return len(o.told(journal.DoorOpened)) == 1 })
	if len(o.told(journal.AlarmRaised)) != 1 {
		t.Fatal("no silent alarm is on record")
	}
	text := o.journal()
	if strings.Contains(text, "duress") && !strings.Contains(text, "duress_pin") || strings.Contains(text, "access.duress") {
		t.Error("the journal shows a reader the duress")
	}
	if !strings.Contains(text, "access.granted") || !strings.Contains(text, "door.opened") {
		t.Error("the journal shows a reader too little")
	}
	var alarms []ledger.Alarm
	o.get("alarms", nil, &alarms)
	var s desk.Status
	o.get("status", nil, &s)
	if len(alarms) != 0 || s.Alarms != 0 || s.Doors[0].Alarm != "none" {
		t.Errorf("alarms %v, %d counted, the door shows %s", alarms, s.Alarms, s.Doors[0].Alarm)
	}
}

// A dry run lists and changes nothing; the import is one entry, names who made it, and a second time there is nothing to do.
func TestImport(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	before := o.store.Head()
	dry := o.bring("demo.csv", people.Demo(), true)
	if dry.Done || dry.Added == 0 || len(dry.Problems) > 0 || o.store.Head() != before {
		t.Errorf("dry run: %+v", dry)
	}
	bad := o.bring("bad.csv", bytes.Replace(people.Demo(), []byte("1102"), []byte("1101"), 1), false)
	if bad.Done || len(bad.Problems) == 0 || o.store.Head() != before {
		t.Errorf("one card twice: %+v", bad)
	}
	if strings.Contains(strings.Join(bad.Problems, " "), "1101") {
		t.Errorf("a problem quotes a card's number: %v", bad.Problems)
	}
	done := o.bring("demo.csv", people.Demo(), false)
	if !done.Done || done.Added != dry.Added {
		t.Errorf("import: %+v", done)
	}
	if e := o.only(journal.RosterChanged); e.Data.Account != "clerk" || e.Data.Mode != "import" {
		t.Errorf("%+v", e.Data)
	}
	if again := o.bring("demo.csv", people.Demo(), false); again.Done || again.Added+again.Changed+again.Removed != 0 {
		t.Errorf("a second time: %+v", again)
	}
	o.badge(1202)
	o.eventually("an imported card lets in", func() bool { return len(o.told(journal.AccessGranted)) == 1 })
	o.badge(1203)
	o.eventually("a lost one does not", func() bool {
		all := o.told(journal.AccessDenied)
		return len(all) == 1 && all[0].Data.Reason == "credential_lost"
	})
}

func (o *office) bring(name string, data []byte, dry bool) (out desk.Import) {
	o.Helper()
	q := url.Values{"name": {name}, "dry": {fmt.Sprint(dry)}}
	if err := o.client.Send(o.Context(), "import", q, data, &out); err != nil {
		o.Fatal(err)
	}
	return out
}

// Secrets on their way never show, however they are printed.
func TestSecretsPrintAsDots(t *testing.T) {
	n := number(1603)
	for _, v := range []any{
		desk.Digits("271828"), desk.PIN{Credential: "c01", Digits: desk.Digits("271828")}, n,
		desk.Card{ID: "c01", Number: n}, desk.Edit{Card: &desk.Card{Number: n}}.Card.Number,
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "271828") || strings.Contains(text, "1603") || strings.Contains(text, "50, 55") ||
				strings.Contains(text, "50 55") || strings.Contains(text, "0x643") || strings.Contains(text, "0x32") {
				t.Errorf("%s of %T shows it", verb, v)
			}
		}
	}
}

// Learning is on record before anything is seen, for the accounts that may enrol, one at a reader.
func TestLearn(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	got := make(chan string, 1)
	go func() {
		var answer map[string]string
		if err := o.client.Post(context.WithoutCancel(o.Context()), "learn", desk.Learn{Door: "room", Side: "entry", For: time.Minute}, &answer); err != nil {
			got <- err.Error()
			return
		}
		got <- answer["bits"]
	}()
	o.eventually("it is on record", func() bool { return len(o.told(journal.RosterChanged)) == 1 })
	if d := o.only(journal.RosterChanged).Data; d.Account != "clerk" || d.Mode != "learn" || d.Door != "room" || d.Direction != "entry" {
		t.Errorf("%+v", d)
	}
	o.eventually("a second one is refused", func() bool {
		err := o.post("learn", desk.Learn{Door: "room", Side: "entry", For: time.Second})
		return err != nil && strings.Contains(err.Error(), "somebody else")
	})
	o.badge(1603)
	if bits := <-got; len(bits) != 26 {
		t.Errorf("learnt %d bits", len(bits))
	}
	o.refused("no such reader", "learn", desk.Learn{Door: "words that nobody checked", Side: "entry"})
	o.refused("no such reader", "learn", desk.Learn{Door: "room", Side: "roof"})
	o.refused("no badge came", "learn", desk.Learn{Door: "room", Side: "exit", For: time.Second})
	if n := len(o.told(journal.AccessDenied)); n != 0 {
		t.Errorf("the door saw the badge that was learnt: %d", n)
	}
	o.badge(1603)
	o.eventually("the door sees the next", func() bool { return len(o.told(journal.AccessDenied)) == 1 })
	o.scan("1603")
}

// While nothing can be recorded nothing is ordered, and whoever ordered before learns what became of it.
func TestOrdersWhileNothingCanBeRecorded(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	o.disk.breaks(true)
	o.refused("record_unavailable", "door", desk.Door{Door: "room", Order: "release", Reason: "key forgotten"})
	for what, order := range orders {
		if what != "alarm/ack" {
			o.refused("record_unavailable", what, order)
		}
	}
	o.disk.breaks(false)
	o.eventually("it can again", func() bool { return len(o.told(journal.SystemRecovered)) == 1 })
	if d := o.only(journal.AccessDenied).Data; d.Account != "clerk" || d.Reason != "record_unavailable" {
		t.Errorf("%+v", d)
	}
	if len(o.told(journal.LockReleased)) > 0 {
		t.Error("the late order opened the door")
	}
}

// A socket that is left over is replaced, one on which somebody answers is not; its mode lets in the group alone.
func TestSocket(t *testing.T) {
	o := open(t, nil)
	if i := must(os.Stat(o.socket))(t); i.Mode().Perm() != 0o660 {
		t.Errorf("mode %v", i.Mode())
	}
	conf := must(config.Parse("demo.toml", config.Demo()))(t)
	conf.Socket.Path = o.socket
	k := must(desk.New(desk.Deps{Config: conf}))(t)
	if err := k.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "another daemon answers") {
		t.Errorf("a second daemon: %v", err)
	}
	conf.Socket.Group = "no-such-group"
	conf.Socket.Path += "2"
	k = must(desk.New(desk.Deps{Config: conf}))(t)
	if err := k.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "socket.group") {
		t.Errorf("a group that is not there: %v", err)
	}
}

func TestWhy(t *testing.T) {
	o := open(t, nil, "roster")
	o.staffed()
	var lines []string
	for q, want := range map[*desk.Why]string{
		{Credential: "c01", Door: "room", Lang: "en"}: "20", {Person: "p01", Door: "room", Lang: "ja"}: "条",
	} {
		if err := o.client.Post(t.Context(), "why", q, &lines); err != nil || !strings.Contains(strings.Join(lines, "\n"), want) {
			t.Errorf("why %+v: %v %v", *q, lines, err)
		}
	}
	n := number(1603)
	if err := o.client.Post(t.Context(), "why", desk.Why{Card: &n, Door: "room", Lang: "en"}, &lines); err != nil {
		t.Error(err)
	}
	o.refused("no door", "why", desk.Why{Credential: "c01", Door: "cellar"})
	o.refused("no card", "why", desk.Why{Credential: "c77", Door: "room"})
}

// A card whose PIN was wrong too often is listed so, for as long as it lasts.
func TestLockout(t *testing.T) {
	o := open(t, func(c *config.Config) {
		c.Doors[0].PIN, c.Access.PINTries, c.Access.PINLockout = "always", 1, config.Duration(time.Hour)
	}, "operate", "roster")
	o.staffed()
	o.done("pin", desk.PIN{Credential: "c01", Digits: desk.Digits("271828")})
	found := func() desk.FoundCards {
		var f desk.FoundCards
		if err := o.client.Post(t.Context(), "card/find", desk.FindCards{Locked: true}, &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	if f := found(); f.All != 0 {
		t.Errorf("before: %+v", f)
	}
	o.badge(1603)
	o.done("sim", sim.Act{Verb: "keys", Door: "room", Keys: "271829#"})
	o.eventually("it is locked out", func() bool { return found().All == 1 })
	if l := found().Cards[0].Lockout; l == nil || time.Until(l.Until) > time.Hour || time.Until(l.Until) < 50*time.Minute {
		t.Errorf("locked out: %+v", l)
	}
	o.done("pin/unblock", desk.Unblock{Credential: "c01"})
	if f := found(); f.All != 0 {
		t.Errorf("lifted: %+v", f)
	}
}
