package article20_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/article20"
	"kidoban/device"
)

// acts are all that can happen; some more often than others.
func (h *house) acts() map[string]func(*rapid.T) {
	acts := map[string]func(*rapid.T){
		"badge": h.badge, "guest": h.guest, "host": h.host, "exit": h.exit, "announce": h.announce, "button": h.button,
		"swing": h.swing, "wait": h.wait, "edge": h.edge, "clock": h.clock, "restart": h.restart, "request": h.request, "name": h.name,
		"decide": h.decide, "revoke": h.revoke, "oral": h.oral, "confirm": h.confirm, "consent": h.consent, "ask": h.askConsent,
		"leaves": h.leaves, "hand over": h.handOver, "transfer": h.transfer, "find": h.find, "designate": h.designate,
		"visit": h.visit, "visit again": h.visit, "visit once more": h.visit, "farewell": h.farewell, "exit again": h.exit,
		"guest again": h.guest, "host again": h.host, "edge again": h.edge, "consent again": h.consent,
	}
	for name, act := range acts {
		acts[name] = func(t *rapid.T) { h.t = t; act(t) }
	}
	return acts
}

// of draws one of those who are something, or anybody.
func (h *house) of(what string, is func(article20.Person) bool) article20.Person {
	var some []article20.Person
	for _, p := range everybody {
		if is(p) {
			some = append(some, p)
		}
	}
	if len(some) == 0 {
		some = everybody
	}
	return rapid.SampledFrom(some).Draw(h.t, what)
}

func (h *house) anybody(what string) article20.Person {
	return rapid.SampledFrom(everybody).Draw(h.t, what)
}

func (h *house) badge(*rapid.T) { h.in(h.anybody("person")) }

func (h *house) guest(*rapid.T) {
	h.in(h.of("guest", func(p article20.Person) bool {
		return h.admits(guest{who: p}).Permit != nil && h.site.Room.Stay(p) == nil
	}))
}

func (h *house) host(*rapid.T) {
	h.in(h.of("host", func(p article20.Person) bool {
		return h.site.Paragraph1(p, h.dated()) != 0 && h.site.Room.Stay(p) == nil
	}))
}

func (h *house) in(who article20.Person) {
	h.say("badge %s", cardOf(who))
	h.comes(who)
	h.event(device.CardRead, device.Entry, card(slices.Index(everybody, who)+1))
	h.step()
	h.mostly()
}

// mostly opens the door at once, as people do.
func (h *house) mostly() {
	if h.door.open(h.now.Mono) && rapid.IntRange(0, 3).Draw(h.t, "opens") > 0 {
		h.swing(h.t)
	}
}

// visit is a visitor's with all that belongs to it, unless something comes between: the permission, the escort, the door.
func (h *house) visit(*rapid.T) {
	if !h.synced {
		h.believe(true)
	}
	serves := func(p article20.Person) bool {
		return h.admits(guest{who: p}).Permit != nil && h.site.Room.Stay(p) == nil
	}
	if !slices.ContainsFunc(everybody, serves) {
		h.request(h.t)
		h.decide(h.t)
	}
	if h.set.EscortFirst {
		h.host(h.t)
	}
	h.guest(h.t)
	if len(h.door.waiting) > 0 {
		h.host(h.t)
	}
}

// farewell is a visitor's leaving, on a consent by name or by a badge.
func (h *house) farewell(*rapid.T) {
	if !slices.ContainsFunc(h.site.Room.Inside, (*article20.Stay).Visitor) {
		h.visit(h.t)
	}
	if rapid.Bool().Draw(h.t, "by name") {
		h.consent(h.t)
	} else {
		h.out(h.consenter())
	}
	h.exit(h.t)
}

func (h *house) consenter() article20.Person {
	return h.of("by", func(p article20.Person) bool { return h.site.MayConsentAtAll(p, h.dated()) })
}

// exit is the card of somebody who is inside, mostly.
func (h *house) exit(*rapid.T) {
	who := h.anybody("person")
	if n := len(h.site.Room.Inside); n > 0 && rapid.IntRange(0, 3).Draw(h.t, "outside") < 3 {
		who = h.site.Room.Inside[rapid.IntRange(0, n-1).Draw(h.t, "who")].Person
	}
	h.out(who)
}

func (h *house) out(who article20.Person) {
	h.say("badge %s exit", cardOf(who))
	h.goes(who)
	h.event(device.CardRead, device.Exit, card(slices.Index(everybody, who)+1))
	h.step()
	h.mostly()
}

func (h *house) button(*rapid.T) {
	h.say("button")
	h.presses()
	h.event(device.ExitPressed, device.NoDirection, device.Credential{})
	h.step()
}

// swing opens and closes the door, where the strike is released.
func (h *house) swing(*rapid.T) {
	if !h.door.open(h.now.Mono) {
		return
	}
	h.say("open")
	h.swings()
	h.event(device.DoorOpened, device.NoDirection, device.Credential{})
	h.lines()
	h.say("close")
	h.event(device.DoorClosed, device.NoDirection, device.Credential{})
	h.step()
}

// lines finds the lines of those who have entered with this opening, in the order of their entries.
func (h *house) lines() {
	for _, stay := range slices.Concat(h.site.Room.Past, h.site.Room.Inside) {
		if h.ids[stay] != "" {
			continue
		}
		for i, id := range h.disk.opened {
			if h.disk.visits[id].Person == access.PersonID(stay.Person) {
				h.ids[stay], h.disk.opened = id, slices.Delete(h.disk.opened, i, i+1)
				break
			}
		}
	}
}

// announce chooses visitors by name at the door.
func (h *house) announce(*rapid.T) {
	if len(h.site.Permits) == 0 {
		return
	}
	permits := slices.DeleteFunc(slices.Clone(h.site.Permits), func(p *article20.Permit) bool {
		return len(p.People) == 0 || h.admits(guest{p.People[0], p}).Permit == nil
	})
	if len(permits) == 0 {
		permits = h.site.Permits
	}
	p := rapid.SampledFrom(permits).Draw(h.t, "permit")
	group := []article20.Person{h.anybody("visitor")}
	if rapid.IntRange(0, 5).Draw(h.t, "somebody else") < 5 && len(p.People) > 0 {
		group = p.People
	}
	h.say("announce %s %s", h.permit[p], join(group))
	refused := false
	ask := controller.Announce{Permit: access.PermitID(p.ID), Door: zone}
	for _, who := range group {
		ask.Persons = append(ask.Persons, access.PersonID(who))
		if g := (guest{who, p}); h.admits(g).Permit != nil {
			h.visits(g)
		} else {
			h.must("denied %s", who)
			refused = true
		}
	}
	h.order(desk, ask, !refused)
	h.step()
	h.mostly()
}

func join(all []article20.Person) (text string) {
	for _, p := range all {
		text += " " + string(p)
	}
	return strings.TrimPrefix(text, " ")
}

func (h *house) wait(*rapid.T) {
	h.wait1(rapid.SampledFrom([]time.Duration{
		3 * time.Second, 4 * time.Second, 10 * time.Second, 28 * time.Second, 29 * time.Second, 31 * time.Second, time.Minute,
		14 * time.Minute, 15 * time.Minute, time.Hour, 9 * time.Hour,
	}).Draw(h.t, "wait"))
}

func (h *house) wait1(d time.Duration) {
	h.say("wait %s", d)
	h.pass(d)
	h.step()
}

// edge waits until something ends or begins: to the instant, just before it or just after it.
func (h *house) edge(*rapid.T) {
	var all []time.Duration
	wall := func(at time.Time) { all = append(all, at.Sub(h.now.Wall)) }
	mono := func(at time.Duration) { all = append(all, at-h.now.Mono) }
	today := article20.DayOf(h.now.Wall)
	wall((today + 1).Begins())
	for _, p := range h.site.Permits {
		wall(p.From)
		wall(p.Until)
		wall(today.Begins().Add(p.Hours.From))
		wall(today.Begins().Add(p.Hours.Until))
	}
	for _, stay := range h.site.Room.Inside {
		wall(stay.In.Add(h.site.Rules.StayLasts))
		for _, c := range stay.Consents {
			mono(c.At.Steady + h.site.Rules.ConsentLasts)
		}
	}
	if b := h.site.Room.Badge; b != nil {
		mono(b.At.Steady + h.site.Rules.BadgeLasts)
	}
	mono(h.door.until)
	mono(h.door.hostUntil)
	mono(h.door.openable)
	all = slices.DeleteFunc(all, func(d time.Duration) bool { return d <= 0 || d > 400*24*time.Hour })
	slices.Sort(all)
	d := rapid.SampledFrom(all).Draw(h.t, "edge")
	d += rapid.SampledFrom([]time.Duration{0, -time.Second, -time.Millisecond, time.Millisecond, -2 * time.Second}).Draw(h.t, "beside")
	if d > 0 {
		h.wait1(d)
	}
}

// clock moves the wall clock, or takes its source away or gives it back.
func (h *house) clock(*rapid.T) {
	switch rapid.IntRange(0, 3).Draw(h.t, "clock") {
	case 0:
		d := rapid.SampledFrom([]time.Duration{-time.Hour, time.Hour, -24 * time.Hour, -10 * time.Second, 10 * time.Second}).Draw(h.t, "step")
		h.say("clock steps %s", d)
		h.now.Wall = h.now.Wall.Add(d)
		h.turn(controller.Tick{})
		h.step()
	case 1:
		h.believe(false)
	default:
		h.believe(true)
	}
}

func (h *house) believe(yes bool) {
	h.say("clock %s", map[bool]string{true: "synchronised", false: "lost"}[yes])
	h.synced = yes
	h.turn(controller.ClockSynchronised{Yes: yes})
	h.step()
}

// restart ends a run without a word.
func (h *house) restart(*rapid.T) {
	h.say("restart")
	h.ends()
	h.now = h.now.Add(3 * time.Second)
	roster, people, _ := h.load()
	h.boot(roster, people)
	h.step()
}

// desk is an account of the configuration: it asks for permits, announces and lets out, and changes the roster.
var desk = controller.Account{Name: "scenario", Operate: true, Roster: true}

// as is somebody's own account.
func as(p article20.Person) controller.Account {
	return controller.Account{Name: string(p), Person: access.PersonID(p)}
}

// order asks for something that must be done, or refused.
func (h *house) order(by controller.Account, ask controller.Ask, may bool) any {
	if !may {
		h.words[len(h.words)-1] = `refused "" ` + h.words[len(h.words)-1]
	}
	out := h.turn(controller.Request{Account: by, Ask: ask})
	if done := out.Answer.Refusal == ""; done != may {
		h.differs(fmt.Sprintf("%T is %s; by the article it is %s", ask, did(done, out.Answer.Refusal), did(may, "")))
	}
	return out.Answer.Value
}

func did(done bool, why string) string {
	switch {
	case done:
		return "carried out"
	case why == "":
		return "refused"
	}
	return "refused (" + why + ")"
}
