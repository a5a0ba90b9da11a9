package controller_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// TestStepKeepsTheRules drives the step with whatever can come in any order: people at three doors, orders, a disk that is
// slow, fails and comes back, clocks that step, strikes that fail, crashes. rules_test.go says what must hold.
func TestStepKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		t.Repeat(map[string]func(*rapid.T){
			"badge": m.badge, "badge again": m.badge, "keys": m.keys, "leave": m.leave, "button": m.button, "swing": m.swing,
			"misread": m.misread, "commit": m.commit, "commit again": m.commit, "fail": m.fail, "wait": m.wait,
			"clock": m.clock, "order": m.order, "fault": m.fault, "strike": m.strike, "link": m.link, "crash": m.crash, "settle": m.settle,
			"": m.check,
		})
		m.end(t)
	})
}

// model is a State with a world around it and a memory of what was seen.
type model struct {
	site  controller.Site
	st    *controller.State
	disk  *disk
	now   device.Instant
	boots int

	under    []controller.Record // given to the disk, not answered
	expected []*journal.Entry    // what turns returned and is not durable, in order
	open     map[string]bool
	cut      map[string]bool // the strike
	lost     map[string]bool // points at fault, by door and point
	doubtful bool            // the last commit failed or took too long, and none came since
	watch
}

func newModel(t *rapid.T) *model {
	m := &model{
		site: drawnSite(t), disk: newDisk(), open: map[string]bool{}, cut: map[string]bool{}, lost: map[string]bool{},
		now: device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Mono: time.Minute},
	}
	m.boot(t)
	return m
}

// boot is a start on what is on disk.
func (m *model) boot(t *rapid.T) {
	m.boots++
	m.under, m.expected, m.doubtful, m.watch = nil, nil, false, newWatch(m.disk)
	clear(m.lost)
	snap := m.disk.snapshot()
	m.st = controller.NewState(m.site, fmt.Sprintf("boot%04d", m.boots), m.roster(), persons, snap)
	m.turn(t, controller.Starting{Open: snap.Grants, Modes: snap.Modes, Crashed: m.boots > 1})
	for _, d := range doors {
		kind := device.DoorClosed
		if m.open[d] {
			kind = device.DoorOpened
		}
		m.happen(t, device.Event{Kind: kind, Door: d, AtStart: true})
	}
}

// roster is newRoster with what was recorded as lost.
func (m *model) roster() *access.Roster {
	r := newRoster()
	for _, e := range m.disk.entries {
		if e.Type == journal.CredentialLost {
			c, _ := r.Credential(access.CredentialID(e.Data.Credential))
			c.State = access.Lost
			r.PutCredential(c)
		}
	}
	return r
}

// turn is one step, judged, with its commands carried out.
func (m *model) turn(t *rapid.T, in controller.Input) controller.Outcome {
	out := m.st.Turn(m.now, in)
	m.judge(t, in, out)
	for i := range out.Entries {
		m.expected = append(m.expected, &out.Entries[i])
	}
	for _, c := range slices.Concat(out.First, out.Then) {
		if c.Action == device.Show {
			continue
		}
		back := controller.Driven{Command: c}
		if m.cut[c.Door] {
			back.Err = "the wire is cut"
		} else {
			m.driven[c.Door] = c.Action == device.Release
		}
		m.turn(t, back)
	}
	if m.under == nil {
		if m.under = m.st.Batch(m.now); m.under != nil {
			m.sent = m.now.Mono
		}
	}
	return out
}

func (m *model) happen(t *rapid.T, ev device.Event) controller.Outcome {
	ev.At = m.now
	return m.turn(t, controller.Happened{Event: ev})
}

func drawDoor(t *rapid.T) string { return rapid.SampledFrom(doors).Draw(t, "door") }

func (m *model) badge(t *rapid.T) {
	m.happen(t, device.Event{Kind: device.CardRead, Door: drawDoor(t), Direction: device.Entry, Credential: drawCard(t)})
}

func drawCard(t *rapid.T) device.Credential {
	return card(rapid.SampledFrom([]uint64{1, 1, 2, 2, 3, 4, 5, 9}).Draw(t, "card"))
}

func (m *model) keys(t *rapid.T) {
	m.typed = rapid.SampledFrom([]string{pinOf, pinOf, duressOf, wrongPIN, "27182", "2718281828"}).Draw(t, "pin")
	for _, k := range m.typed + "#" {
		m.happen(t, device.Event{Kind: device.KeyPressed, Door: "front", Direction: device.Entry, Key: device.Key(k)})
	}
}

func (m *model) leave(t *rapid.T) {
	m.happen(t, device.Event{Kind: device.CardRead, Door: drawDoor(t), Direction: device.Exit, Credential: drawCard(t)})
}

func (m *model) button(t *rapid.T) {
	m.happen(t, device.Event{Kind: device.ExitPressed, Door: drawDoor(t)})
}

func (m *model) swing(t *rapid.T) {
	d := rapid.SampledFrom(doors[:2]).Draw(t, "door")
	m.open[d] = !m.open[d]
	kind := device.DoorClosed
	if m.open[d] {
		kind = device.DoorOpened
	}
	if !m.lost[d+"/contact"] {
		m.happen(t, device.Event{Kind: kind, Door: d})
	}
}

func (m *model) misread(t *rapid.T) {
	m.happen(t, device.Event{
		Kind: device.Misread, Door: drawDoor(t), Diagnosis: "a short frame", Voids: rapid.Bool().Draw(t, "voids"),
		Direction: rapid.SampledFrom([]device.Direction{device.Entry, device.Exit}).Draw(t, "side"),
	})
}

// commit lets what is under way become durable.
func (m *model) commit(t *rapid.T) {
	for range rapid.IntRange(1, 4).Draw(t, "commits") {
		if m.under == nil {
			m.turn(t, controller.Tick{})
		}
		if m.under == nil {
			return
		}
		m.durable(t)
		last := m.under[len(m.under)-1].Ticket
		m.under, m.doubtful = nil, false
		m.turn(t, controller.Recorded{Ticket: last})
	}
}

// settle lets everything become durable.
func (m *model) settle(t *rapid.T) { m.drain(t) }

func (m *model) fail(t *rapid.T) {
	if m.under == nil {
		return
	}
	m.under, m.doubtful = nil, true
	m.turn(t, controller.Unrecorded{Fault: "no space left", Refused: false})
}

func (m *model) wait(t *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{
		time.Millisecond, 300 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 11 * time.Second, 21 * time.Second,
	}).Draw(t, "wait")
	m.pass(t, d)
}

func (m *model) pass(t *rapid.T, d time.Duration) {
	end := m.now.Mono + d
	for m.now.Mono < end {
		step := end - m.now.Mono
		if due, ok := m.st.Deadline(); ok {
			step = min(step, max(due-m.now.Mono, time.Microsecond))
		}
		m.now = m.now.Add(step)
		if m.under != nil && m.now.Mono >= m.sent+time.Second {
			m.doubtful = true
		}
		m.turn(t, controller.Tick{})
	}
}

func (m *model) clock(t *rapid.T) {
	m.now.Wall = m.now.Wall.Add(rapid.SampledFrom([]time.Duration{-24 * time.Hour, -time.Hour, time.Hour, time.Second}).Draw(t, "step"))
	m.turn(t, controller.ClockSynchronised{Yes: rapid.Bool().Draw(t, "synchronised")})
}

func (m *model) order(t *rapid.T) {
	d := drawDoor(t)
	c, _ := newRoster().Credential(rapid.SampledFrom([]access.CredentialID{"B1", "C1"}).Draw(t, "card"))
	c.State = access.Lost
	ask := rapid.SampledFrom([]controller.Ask{
		controller.ReleaseDoor{Door: d}, controller.ReleaseDoor{Door: d, For: 3 * time.Second},
		controller.SetMode{Door: d, Mode: "lockdown", For: 30 * time.Second}, controller.SetMode{Door: d, Mode: "normal"},
		controller.Forgive{}, controller.UnblockPIN{Credential: "A1"}, controller.AckAlarm{ID: m.anyAlarm(t)},
		controller.CloseAlarm{ID: m.anyAlarm(t), Finding: "seen to"}, controller.Declare{Why: "smoke", Lockdown: true, For: time.Minute},
		controller.Declare{Zone: "room", Why: "a drill", Drill: true}, controller.ClearEmergency{ID: m.anyIncident(t)},
		controller.Declare{ID: m.anyIncident(t), For: 2 * time.Minute},
		controller.EditRoster{
			Edits: []ledger.Edit{{Credential: &c}}, Type: journal.CredentialLost, Data: journal.Data{Credential: string(c.ID)},
		},
		controller.AskStatus{}, controller.AskWho{},
	}).Draw(t, "order")
	may := rapid.IntRange(0, 5).Draw(t, "stranger") > 0
	out := m.turn(t, controller.Request{Account: controller.Account{Name: "clerk", Operate: may, Roster: may}, Ask: ask})
	if edit, is := ask.(controller.EditRoster); is && out.Answer.Refusal == "" {
		m.gone[edit.Edits[0].Credential.ID] = true
	}
}

func (m *model) anyIncident(t *rapid.T) string {
	out := m.turn(t, controller.Request{Ask: controller.AskIncidents{}})
	if all := out.Answer.Value.([]ledger.Declaration); len(all) > 0 {
		return all[len(all)-1].ID
	}
	return "none"
}

func (m *model) anyAlarm(t *rapid.T) string {
	out := m.turn(t, controller.Request{Account: controller.Account{Operate: true}, Ask: controller.AskAlarms{}})
	if open := out.Answer.Value.([]ledger.Alarm); len(open) > 0 {
		return open[0].ID
	}
	return "none"
}

func (m *model) fault(t *rapid.T) {
	d := rapid.SampledFrom(doors[:2]).Draw(t, "door")
	point := rapid.SampledFrom([]string{"contact", "reader entry", "green lamp", "exit button"}).Draw(t, "point")
	key := d + "/" + point
	kind := device.PointFaulted
	if m.lost[key] {
		kind = device.PointRestored
	}
	m.lost[key] = !m.lost[key]
	m.happen(t, device.Event{Kind: kind, Door: d, Point: point, Diagnosis: "no answer"})
	if point == "contact" && kind == device.PointRestored {
		kind := device.DoorClosed
		if m.open[d] {
			kind = device.DoorOpened
		}
		m.happen(t, device.Event{Kind: kind, Door: d, AtStart: true})
	}
}

func (m *model) strike(t *rapid.T) { d := drawDoor(t); m.cut[d] = !m.cut[d] }

func (m *model) link(t *rapid.T) {
	m.turn(t, controller.Link{Type: rapid.SampledFrom([]journal.Type{journal.LinkLost, journal.LinkRestored}).Draw(t, "link")})
}

// crash ends a run without a word; what was under way may have become durable all the same.
func (m *model) crash(t *rapid.T) {
	if m.under != nil && rapid.Bool().Draw(t, "durable all the same") {
		m.durable(t)
	}
	m.now = m.now.Add(3 * time.Second)
	m.boot(t)
}

// end stops the daemon as systemd does, and lets the disk take all of it.
func (m *model) end(t *rapid.T) {
	m.turn(t, controller.Stopping{})
	m.stopping = true
	m.drain(t)
	m.ended(t)
}

func (m *model) drain(t *rapid.T) {
	for range 1000 {
		if m.under == nil {
			m.now = m.now.Add(time.Second)
			m.turn(t, controller.Tick{})
		}
		if m.under == nil {
			return
		}
		m.commit(t)
	}
	t.Fatal("the backlog never ends")
}

func (m *model) durable(t *rapid.T) {
	change, entries := controller.Merge(m.under)
	m.inOrder(t, entries)
	_ = m.disk.Commit(context.Background(), change, entries)
	m.recorded(entries)
}
