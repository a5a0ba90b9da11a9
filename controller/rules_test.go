package controller_test

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/device"
)

// watch is what the rules are judged by: a memory of this run that the step knows nothing of.
type watch struct {
	sent     time.Duration
	fresh    []journal.Entry // what the last commit made durable
	begun    map[string]bool // grants on record, durable or on the way
	over     map[string]bool // of these, the ended
	wrong    map[access.CredentialID][]device.Instant
	inside   map[access.OccupantKey]bool // entered and did not leave, known for certain
	gone     map[access.CredentialID]bool
	driven   map[string]bool
	typed    string
	stopping bool
}

func newWatch(d *disk) watch {
	w := watch{
		begun: map[string]bool{}, over: map[string]bool{}, wrong: map[access.CredentialID][]device.Instant{},
		inside: map[access.OccupantKey]bool{}, gone: map[access.CredentialID]bool{"A9": true}, driven: map[string]bool{},
	}
	for _, e := range d.entries {
		w.follow(e)
		if e.Type == journal.CredentialLost {
			w.gone[access.CredentialID(e.Data.Credential)] = true
		}
	}
	return w
}

// follow keeps begun, over and inside.
func (w *watch) follow(e journal.Entry) {
	key := access.OccupantKey{Zone: zoneOf[e.Data.Door], Person: access.PersonID(e.Data.Person)}
	switch e.Type {
	case journal.AccessGranted:
		w.begun[e.Data.Grant] = true
	case journal.AccessTaken:
		w.over[e.Data.Grant] = true
		w.inside[key] = e.Data.Direction == "entry" && e.Data.Person != ""
	case journal.AccessNotTaken:
		w.over[e.Data.Grant] = true
		if e.Data.Reason == "restart" {
			delete(w.inside, key) // unverified
		}
	case journal.RosterChanged:
		if e.Data.Mode == "antipassback_forgiven" {
			for _, zone := range zoneOf {
				delete(w.inside, access.OccupantKey{Zone: zone, Person: key.Person})
			}
		}
	}
}

// judge looks at one turn.
func (m *model) judge(t *rapid.T, in controller.Input, out controller.Outcome) {
	m.releases(t, in, out)
	m.lamps(t, out)
	for _, e := range out.Entries {
		switch {
		case e.Type == journal.AccessGranted && e.Data.Direction == "entry" && e.Data.Account == "":
			m.denyByDefault(t, in, out, e)
		case (e.Type == journal.AccessTaken || e.Type == journal.AccessNotTaken) && (m.over[e.Data.Grant] || !m.begun[e.Data.Grant]):
			t.Fatalf("a grant ended twice, or before it was given: %+v", e.Data)
		}
		m.follow(e)
	}
	m.oneWrongPINAtATime(t, in, out)
}

// Rules 1, 2 and 10: for an entry the strike moves only after its record, while that is young; for leaving it moves at
// once, whatever else is so; nothing else ever moves it.
func (m *model) releases(t *rapid.T, in controller.Input, out controller.Outcome) {
	leaving := leavesBy(in)
	for _, c := range out.First {
		if c.Action == device.Release && c.Door != leaving {
			t.Fatalf("Rule 1: door %s is released by %T %+v before anything is on record", c.Door, in, in)
		}
	}
	if leaving != "" && !slices.ContainsFunc(out.First, func(c device.Command) bool { return c.Action == device.Release && c.Door == leaving }) {
		t.Fatalf("Rule 2: %+v does not release door %s at once", in, leaving)
	}
	for _, c := range out.Then {
		if c.Action != device.Release {
			continue
		}
		_, after := in.(controller.Recorded)
		switch {
		case !after:
			t.Fatalf("Rule 10: %T %+v releases door %s", in, in, c.Door)
		case m.stopping:
			t.Fatalf("door %s is released after the stop", c.Door)
		case m.st.View(c.Door).Mode == "lockdown":
			t.Fatalf("door %s is released although locked down", c.Door)
		case !slices.ContainsFunc(m.fresh, m.youngGrant(c.Door)):
			t.Fatalf("Rule 1: door %s is released without a young, durable grant; durable now: %v", c.Door, m.fresh)
		}
	}
}

func leavesBy(in controller.Input) string {
	ev, is := in.(controller.Happened)
	if is && (ev.Kind == device.ExitPressed || ev.Kind == device.CardRead && ev.Direction == device.Exit) {
		return ev.Door
	}
	return ""
}

func (m *model) youngGrant(door string) func(journal.Entry) bool {
	return func(e journal.Entry) bool {
		return e.Type == journal.AccessGranted && e.Data.Door == door && e.Data.Direction == "entry" && m.now.Mono-e.At.Mono <= grantTTL
	}
}

// Rule 3: default deny.
func (m *model) denyByDefault(t *rapid.T, in controller.Input, out controller.Outcome, e journal.Entry) {
	d := e.Data
	p := m.point(d.Door)
	key := access.OccupantKey{Zone: zoneOf[d.Door], Person: access.PersonID(d.Person)}
	others := 0
	for k, in := range m.inside {
		if in && k.Zone == key.Zone && k.Person != key.Person {
			others++
		}
	}
	granted := 0
	for _, x := range out.Entries {
		if x.Type == journal.AccessGranted && x.Data.Door == d.Door && x.Data.Person != d.Person {
			granted++
		}
	}
	_, key1 := in.(controller.Happened)
	for what, bad := range map[string]bool{
		"nobody who is known":     !slices.Contains([]string{"aoki", "baba", "chiba"}, d.Person),
		"a card that is not good": m.gone[access.CredentialID(d.Credential)],
		"a door locked down":      m.st.View(d.Door).Mode == "lockdown",
		"nothing can be recorded": m.doubtful,
		"a faulty door":           m.lost[d.Door+"/reader entry"] || m.lost[d.Door+"/contact"],
		"somebody inside already": p.AntiPass == access.APBHard && m.inside[key],
		"a full room":             p.Limit > 0 && others >= p.Limit,
		"one person alone":        p.TwoPerson && granted == 0,
		"a wrong PIN":             p.PIN == access.PINAlways && key1 && m.typed != pinOf && m.typed != duressOf,
		"no PIN":                  p.PIN == access.PINAlways && m.typed == "",
	} {
		if bad {
			t.Fatalf("Rule 3: granted although %s: %+v", what, d)
		}
	}
}

func (m *model) point(door string) access.AccessPoint {
	for _, d := range m.site.Doors {
		if d.Name == door {
			return d.Points[device.Entry].AccessPoint
		}
	}
	return access.AccessPoint{}
}

// A refusal is shown when it is on record, and a release only while the strike is driven.
func (m *model) lamps(t *rapid.T, out controller.Outcome) {
	for _, c := range slices.Concat(out.First, out.Then) {
		if c.Action != device.Show {
			continue
		}
		switch {
		case c.Signal == device.Granted && !m.driven[c.Door]:
			t.Fatalf("door %s shows granted while its strike is not driven", c.Door)
		case c.Signal == device.Denied && !slices.ContainsFunc(m.disk.entries, func(e journal.Entry) bool {
			return (e.Type == journal.AccessDenied || e.Type == journal.ReaderMisread) && e.Data.Door == c.Door &&
				e.Data.Direction == c.Direction.String() && e.At.Mono >= m.now.Mono-grantTTL-2*time.Second
		}):
			t.Fatalf("door %s shows a refusal that is not on record", c.Door)
		}
	}
}

// Each wrong PIN of a card is durable before its next PIN is judged.
func (m *model) oneWrongPINAtATime(t *rapid.T, in controller.Input, out controller.Outcome) {
	if ev, is := in.(controller.Happened); is && ev.Kind == device.CardRead {
		return // PINBlocked there is the rules' answer to a card
	}
	for _, e := range out.Entries {
		if e.Data.Reason != access.PINWrong.String() && e.Data.Reason != access.PINBlocked.String() {
			continue
		}
		c := access.CredentialID(e.Data.Credential)
		if len(m.wrong[c]) > 0 {
			t.Fatalf("a PIN of %s is judged while the wrong one before it is not durable", c)
		}
		m.wrong[c] = append(m.wrong[c], e.At)
	}
}

// inOrder checks what goes to the disk: everything that turns returned, in their order, nothing twice.
func (m *model) inOrder(t *rapid.T, entries []journal.Entry) {
	if len(entries) > len(m.expected) {
		t.Fatalf("%d entries go to the disk where %d wait", len(entries), len(m.expected))
	}
	for i, e := range entries {
		if !reflect.DeepEqual(e, *m.expected[i]) {
			t.Fatalf("to the disk goes %+v, next in line is %+v", e, *m.expected[i])
		}
	}
	m.expected = m.expected[len(entries):]
}

// recorded remembers what the last commit made durable.
func (m *model) recorded(entries []journal.Entry) {
	m.fresh = slices.Clone(entries)
	for _, e := range entries {
		c := access.CredentialID(e.Data.Credential)
		m.wrong[c] = slices.DeleteFunc(m.wrong[c], func(at device.Instant) bool { return at == e.At })
	}
}

// check compares memory and disk where nothing is on its way between them.
func (m *model) check(t *rapid.T) {
	if len(m.expected) > 0 {
		return
	}
	again := controller.NewState(m.site, "again", m.roster(), persons, m.disk.snapshot())
	for _, ask := range []controller.Ask{controller.AskWho{}, controller.AskAlarms{}} {
		r := controller.Request{Account: controller.Account{Operate: true}, Ask: ask}
		live, disk := m.st.Turn(m.now, r).Answer.Value, again.Turn(m.now, r).Answer.Value
		if fmt.Sprintf("%+v", live) != fmt.Sprintf("%+v", disk) {
			t.Fatalf("%T: in memory %+v, on disk %+v", ask, live, disk)
		}
	}
	for _, d := range doors {
		if _, row := m.disk.modes[d]; row != (m.st.View(d).Mode != "normal") {
			t.Fatalf("door %s is in mode %s, on disk: %v", d, m.st.View(d).Mode, m.disk.modes)
		}
	}
	for _, e := range m.disk.entries {
		if row, here := m.disk.grants[e.Data.Grant]; e.Type == journal.AccessGranted && here == m.over[e.Data.Grant] {
			t.Fatalf("grant %s is over: %v; its row is %+v", e.Data.Grant, m.over[e.Data.Grant], row)
		}
	}
}

// ended checks that nothing is left open when the daemon has said good-bye.
func (m *model) ended(t *rapid.T) {
	ends := map[string]int{}
	for _, e := range m.disk.entries {
		if e.Type == journal.AccessTaken || e.Type == journal.AccessNotTaken {
			ends[e.Data.Grant]++
		}
	}
	for _, e := range m.disk.entries {
		if e.Type == journal.AccessGranted && ends[e.Data.Grant] != 1 {
			t.Fatalf("granted and ended %d times: %+v", ends[e.Data.Grant], e.Data)
		}
	}
	if len(m.disk.grants) > 0 || len(m.expected) > 0 {
		t.Fatalf("left open: %v; never durable: %d", m.disk.grants, len(m.expected))
	}
	for d, on := range m.driven {
		if on && !m.cut[d] {
			t.Fatalf("the strike of %s is left driven", d)
		}
	}
}
