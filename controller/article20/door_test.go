package article20_test

import (
	"slices"
	"time"

	"kidoban/controller/article20"
)

// doorway is what the site's settings make of badges at the door: who waits for whom and how long. The article does not
// speak of it; the manual of the settings does.
type doorway struct {
	waiting []guest       // visitors who stand before the door, for an escort
	until   time.Duration // and so long

	host      article20.Person // who has let themselves in, and may bring visitors
	hostUntil time.Duration
	brings    int

	passes   []pass // let in or out, and not gone through the door yet
	pressed  bool   // the exit button
	openable time.Duration

	leavers map[*article20.Stay]time.Duration // who leave with the next opening
}

// guest is a visitor before the door; one who was chosen by name stands there on one permit.
type guest struct {
	who  article20.Person
	only *article20.Permit
}

// pass is one who may go through the door.
type pass struct {
	who    article20.Person
	out    bool
	ground article20.Admission
	escort article20.Person
}

// admits is the ground on which somebody may enter now, by the article and the clock.
func (h *house) admits(g guest) article20.Admission {
	if !h.synced {
		return h.site.AdmitsThroughout(g.who, h.past, h.past.Add(grace))
	}
	if g.only == nil {
		return h.site.Admits(g.who, h.now.Wall)
	}
	if !h.site.MustAsk(g.who, h.now.Wall) || !g.only.Serves(g.who, h.now.Wall) {
		return article20.Admission{}
	}
	return article20.Admission{Permit: g.only}
}

// comes is a card at the reader outside.
func (h *house) comes(who article20.Person) {
	g := guest{who: who}
	switch ground := h.admits(g); {
	case ground.Denied():
		h.must("denied %s", who)
	case ground.Permit != nil:
		h.visits(g)
	case h.door.waits(who): // of paragraph 1 by now: nobody's visitor any more, and nobody's escort yet
		h.giveUp()
		h.letIn(pass{who: who, ground: ground})
		h.hosts(who, 0)
	case len(h.door.waiting) > 0:
		h.escorts(who)
	default:
		h.letIn(pass{who: who, ground: ground})
		h.hosts(who, 0)
	}
}

// visits is a visitor with a permission: attended by whoever was just there, or waiting for somebody.
func (h *house) visits(g guest) (let bool) {
	d := &h.door
	attended := d.hostUntil > h.now.Mono && h.site.MayAttend(d.host, g.who, h.dated())
	switch {
	case attended && !h.set.VisitorFirst && d.brings < h.set.EscortLimit:
		h.letIn(pass{who: g.who, ground: h.admits(g), escort: d.host})
		h.hosts(d.host, d.brings+1)
	case attended && !h.set.VisitorFirst, h.set.EscortFirst:
		h.must("denied %s", g.who)
		return false
	case d.waits(g.who):
		d.until = h.now.Mono + h.set.EscortWindow
	case len(d.waiting) >= h.set.EscortLimit:
		h.must("denied %s", g.who)
		return false
	default:
		d.waiting, d.until = append(d.waiting, g), h.now.Mono+h.set.EscortWindow
		h.must("waits %s", g.who)
	}
	return true
}

func (d *doorway) waits(who article20.Person) bool {
	return slices.ContainsFunc(d.waiting, func(w guest) bool { return w.who == who })
}

// giveUp turns away those who wait for an escort.
func (h *house) giveUp() {
	for _, g := range h.door.waiting {
		h.must("denied %s", g.who)
	}
	h.door.waiting = nil
}

// escorts is one of paragraph 1 who comes to visitors who wait: all of them are let in by one badge, or none.
func (h *house) escorts(who article20.Person) {
	group := h.door.waiting
	for _, g := range group {
		if h.admits(g).Permit == nil || !h.site.MayAttend(who, g.who, h.dated()) {
			h.giveUp()
			h.must("denied %s", who)
			return
		}
	}
	h.door.waiting = nil
	for _, g := range group {
		h.letIn(pass{who: g.who, ground: h.admits(g), escort: who})
	}
	h.letIn(pass{who: who, ground: h.admits(guest{who: who})})
	h.hosts(who, len(group))
}

func (h *house) hosts(who article20.Person, brings int) {
	h.door.host, h.door.brings, h.door.hostUntil = who, brings, h.now.Mono+h.set.EscortWindow
}

func (h *house) letIn(p pass) {
	if p.ground.Permit != nil {
		h.must("let in %s on %s with %s", p.who, p.ground.Permit.ID, p.escort)
	} else {
		h.must("let in %s by art20.1.%d", p.who, p.ground.Item)
	}
	h.opens(p)
}

func (h *house) opens(p pass) {
	h.door.passes = append(h.door.passes, p)
	h.door.openable = max(h.door.openable, h.now.Mono+released)
}

// goes is a card at the reader inside: the door opens for whoever it is.
func (h *house) goes(who article20.Person) {
	h.must("let out %s", who)
	if h.site.MayConsentAtAll(who, h.dated()) {
		h.site.Show(who, h.moment())
	}
	h.opens(pass{who: who, out: true})
}

// presses is the exit button.
func (h *house) presses() {
	h.door.pressed = true
	h.door.openable = max(h.door.openable, h.now.Mono+released)
}

// open says that the strike is released.
func (d *doorway) open(now time.Duration) bool { return d.openable > now }

// swings is the door's opening: all who may go through it do.
func (h *house) swings() {
	d := &h.door
	passes := d.passes
	d.passes, d.pressed, d.openable = nil, false, 0
	if !slices.ContainsFunc(passes, func(p pass) bool { return !p.out }) {
		h.leavers()
	}
	in := map[article20.Person]bool{} // whoever showed twice goes in once
	for _, p := range passes {
		switch {
		case p.out:
			h.leavers()
			h.left(p.who)
		case !in[p.who]:
			h.entered(p)
		}
		in[p.who] = !p.out
	}
	h.watch()
}

func (h *house) entered(p pass) {
	stay, unseen := h.site.Enter(p.who, p.ground, p.escort, h.now.Wall)
	if unseen != nil {
		h.must("unseen %s", p.who)
		delete(h.door.leavers, unseen)
	}
	h.seen[stay] = &seen{over: map[article20.Overstay]bool{}}
	if stay.Visitor() {
		h.must("inside %s on %s", p.who, p.ground.Permit.ID)
		h.must("attended %s by %s", p.who, p.escort)
	} else {
		h.must("inside %s", p.who)
	}
}

// left is somebody who has gone through the door with a card. Nobody attends from outside.
func (h *house) left(who article20.Person) {
	h.awayFrom(who)
	if stay := h.site.Room.Stay(who); stay != nil {
		h.leave(stay, h.site.Room.Badge)
	}
}

// awayFrom says that somebody is not there to bring visitors: they have left, or did not go in after all.
func (h *house) awayFrom(who article20.Person) {
	if h.door.host == who {
		h.door.hostUntil = 0
	}
}

// leavers are those who leave with somebody else's opening of the door.
func (h *house) leavers() {
	for stay := range h.door.leavers {
		h.leave(stay, h.site.Room.Badge)
	}
	h.door.leavers = nil
}

func (h *house) leave(stay *article20.Stay, badge *article20.Consent) {
	how, word := h.site.Leave(stay, badge, h.moment())
	delete(h.door.leavers, stay)
	h.must("left %s", stay.Person)
	switch {
	case how == article20.WithoutAssent:
		h.must("without consent %s", stay.Person)
	case word != nil && word == badge:
		h.must("consent %s by %s", stay.Person, word.By)
	}
}

// tick ends what had its time.
func (h *house) tick() {
	d := &h.door
	if d.until <= h.now.Mono {
		h.giveUp()
	}
	if !d.open(h.now.Mono) {
		for _, p := range d.passes {
			h.must("not taken %s", p.who)
			h.awayFrom(p.who)
		}
		d.passes, d.pressed = nil, false
	}
	for stay, until := range d.leavers {
		if until <= h.now.Mono {
			delete(d.leavers, stay)
		}
	}
	h.watch()
}

// watch finds who is inside and should not be so.
func (h *house) watch() {
	for _, stay := range h.site.Room.Inside {
		was := h.seen[stay]
		alone := h.site.Unattended(stay, h.dated())
		if alone && !was.alone {
			h.must("escort lost %s", stay.Person)
		}
		was.alone = alone
		for _, why := range h.site.Overstays(stay, h.dated()) {
			if !was.over[why] {
				was.over[why] = true
				h.must("overstays %s: %s", stay.Person, why)
			}
		}
	}
}

// ends is a restart: what was awaited is refused, and whoever was in the door is nobody knows where.
func (h *house) ends() {
	h.giveUp()
	for _, p := range h.door.passes {
		h.must("not taken %s", p.who)
		if stay := h.site.Room.Stay(p.who); stay != nil {
			stay.Unsure = true
		}
	}
	h.door = doorway{}
	h.site.Room.Badge = nil
}
