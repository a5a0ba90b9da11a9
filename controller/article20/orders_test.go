package article20_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/article20"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// Paragraph 2.

// drawPermit draws what is asked for, and its words in a scenario.
func (h *house) drawPermit() (*article20.Permit, controller.RequestPermit, string) {
	p := &article20.Permit{Purpose: "保守", Entered: map[article20.Person]int{}}
	least := 1
	if rapid.IntRange(0, 4).Draw(h.t, "names on the day") == 4 {
		p.Most, least = 3, 0
	}
	p.People = rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), least, 3, rapid.ID).Draw(h.t, "visitors")
	words := join(p.People)
	if p.Most > 0 {
		words += " up-to 3"
	}
	if rapid.IntRange(0, 15).Draw(h.t, "purpose") == 15 {
		p.Purpose = ""
	} else {
		words += " purpose " + p.Purpose
	}
	row := ledger.Permit{Permit: access.Permit{Zone: zone}}
	minute := h.now.Wall.Truncate(time.Minute)
	p.From = h.now.Wall
	if rapid.IntRange(0, 3).Draw(h.t, "later") == 3 {
		p.From = minute.Add(rapid.SampledFrom([]time.Duration{-time.Hour, time.Minute, time.Hour, 24 * time.Hour}).Draw(h.t, "from"))
		row.From = p.From
		words += " from " + p.From.In(jst).Format("2006-01-02T15:04")
	}
	p.Until = (article20.DayOf(p.From) + 1).Begins()
	if rapid.IntRange(0, 2).Draw(h.t, "until") == 2 {
		p.Until = minute.Add(rapid.SampledFrom([]time.Duration{
			time.Minute, 2 * time.Minute, time.Hour, 30 * time.Hour, 60 * 24 * time.Hour, -time.Minute,
		}).Draw(h.t, "long"))
		row.Until = p.Until
		words += " until " + p.Until.In(jst).Format("2006-01-02T15:04")
	}
	if rapid.IntRange(0, 4).Draw(h.t, "hours") == 4 {
		daily := rapid.SampledFrom([]access.Hours{{From: 540, Until: 1020}, {From: 1380, Until: 360}, {From: 0, Until: 1439}}).Draw(h.t, "daily")
		row.Daily = daily
		p.Hours = article20.Hours{From: time.Duration(daily.From) * time.Minute, Until: time.Duration(daily.Until) * time.Minute}
		words += fmt.Sprintf(" daily %02d:%02d-%02d:%02d", daily.From/60, daily.From%60, daily.Until/60, daily.Until%60)
	}
	if p.Entries = rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(h.t, "entries"); p.Entries > 0 {
		words += fmt.Sprintf(" entries %d", p.Entries)
	}
	row.Most, row.Entries, row.Text.Purpose, row.Text.Organisation = p.Most, p.Entries, p.Purpose, "架空システム株式会社"
	for _, who := range p.People {
		row.Text.Visitors = append(row.Text.Visitors, ledger.Visitor{Person: access.PersonID(who)})
	}
	return p, controller.RequestPermit{Permit: row}, words
}

// keep adds what was asked for to both.
func (h *house) keep(p *article20.Permit, id any) {
	p.ID = string(id.(access.PermitID))
	h.permit[p] = fmt.Sprintf("P%d", len(h.permit)+1)
	h.site.Permits = append(h.site.Permits, p)
}

func (h *house) request(*rapid.T) {
	p, ask, words := h.drawPermit()
	h.say("permit request P%d %s", len(h.permit)+1, words)
	if may := h.site.MayAsk(p, h.now.Wall); may {
		h.keep(p, h.order(desk, ask, may))
	} else {
		h.order(desk, ask, may)
	}
	h.step()
}

// judge is somebody who decides: often the officer, or one of whom it might be thought.
func (h *house) judge() article20.Person {
	if rapid.IntRange(0, 2).Draw(h.t, "anybody decides") < 2 {
		return h.of("by", func(p article20.Person) bool { return h.site.Officer(p, h.dated()) })
	}
	return h.of("by", func(p article20.Person) bool {
		return h.site.Holds(p, article20.WestHead, h.dated()) || h.site.Holds(p, article20.CISO, h.dated())
	})
}

func (h *house) decide(*rapid.T) {
	p, known := h.anyPermit()
	if !known {
		return
	}
	by, grant := h.judge(), rapid.IntRange(0, 5).Draw(h.t, "grant") < 5
	verb := map[bool]string{true: "grant", false: "refuse"}[grant]
	h.say("permit %s %s 業務上 by %s", verb, h.permit[p], by)
	// While nobody can tell what time it is nobody can tell what came beforehand: 運用基準.
	may := h.synced && h.site.MayDecide(by, p, grant, h.now.Wall)
	h.order(as(by), controller.DecidePermit{ID: access.PermitID(p.ID), Grant: grant, Reason: "業務上"}, may)
	if may {
		said := map[bool]article20.Saying{true: article20.Granted, false: article20.Refused}[grant]
		p.Words = append(p.Words, article20.Word{Saying: said, By: by, At: h.now.Wall})
	}
	h.step()
}

// anyPermit draws a permit, of those undecided one first.
func (h *house) anyPermit() (*article20.Permit, bool) {
	n := len(h.site.Permits)
	if n == 0 {
		return nil, false
	}
	return h.site.Permits[n-1-rapid.IntRange(0, n-1).Draw(h.t, "permit")], true
}

func (h *house) revoke(*rapid.T) {
	p, known := h.anyPermit()
	if !known {
		return
	}
	by := h.judge()
	h.say("permit revoke %s 中止 by %s", h.permit[p], by)
	may := h.site.MayWithdraw(by, p, h.dated())
	h.order(as(by), controller.RevokePermit{ID: access.PermitID(p.ID), Reason: "中止"}, may)
	if may {
		p.Words = append(p.Words, article20.Word{Saying: article20.Withdrawn, By: by, At: h.now.Wall})
	}
	h.step()
}

func (h *house) oral(*rapid.T) {
	p, ask, words := h.drawPermit()
	by := h.of("writer", func(p article20.Person) bool { return h.site.Paragraph1(p, h.dated()) != 0 })
	if rapid.IntRange(0, 3).Draw(h.t, "anybody writes") == 3 {
		by = h.anybody("writer")
	}
	ago := rapid.SampledFrom([]time.Duration{0, 0, time.Minute, 10 * time.Hour, 25 * time.Hour, -time.Minute}).Draw(h.t, "spoken")
	said := h.now.Wall.Add(-ago)
	record := controller.RecordOral{Permit: ask.Permit, How: "telephone"}
	if ago != 0 {
		record.Spoken = said
		words += " spoken " + said.In(jst).Format("2006-01-02T15:04:05.999")
	}
	h.say("permit oral P%d %s by %s", len(h.permit)+1, words, by)
	officer, may := h.site.MayWriteDown(by, said, h.dated())
	may = may && h.synced && ago <= 24*time.Hour && h.site.MayAsk(p, h.now.Wall)
	id := h.order(as(by), record, may)
	if may {
		h.keep(p, id)
		p.Words = append(p.Words, article20.Word{Saying: article20.ByWord, By: officer, At: said, Writer: by, WrittenAt: h.now.Wall})
		if row := h.disk.permits[access.PermitID(p.ID)]; row.Act.Person != access.PersonID(officer) {
			h.differs(fmt.Sprintf("the oral permission is on record as %s's; %s held the post when it was spoken", row.Act.Person, officer))
		}
	}
	h.step()
}

// name names one more person, on the day.
func (h *house) name(*rapid.T) {
	p, known := h.anyPermit()
	if !known {
		return
	}
	who := h.anybody("who")
	h.say("permit name %s %s", h.permit[p], who)
	may := p.MayName(who)
	h.order(desk, controller.NameVisitor{Permit: access.PermitID(p.ID), Visitor: ledger.Visitor{Person: access.PersonID(who)}}, may)
	if may {
		p.People = append(p.People, who)
	}
	h.step()
}

func (h *house) confirm(*rapid.T) {
	p, known := h.anyPermit()
	if !known {
		return
	}
	by := h.judge()
	h.say("permit confirm %s by %s", h.permit[p], by)
	may := h.site.MayConfirm(by, p, h.dated())
	h.order(as(by), controller.ConfirmPermit{ID: access.PermitID(p.ID)}, may)
	if may {
		p.Confirm()
	}
	h.step()
}

// Paragraphs 3 and 4.

// group draws some of the lines, mostly of those who are inside.
func (h *house) group() (stays []*article20.Stay, ids []string, who []article20.Person) {
	all := slices.Clone(h.site.Room.Inside)
	if rapid.IntRange(0, 2).Draw(h.t, "the past too") == 2 {
		all = append(all, h.site.Room.Past...)
	}
	visitors := slices.DeleteFunc(slices.Clone(all), func(s *article20.Stay) bool { return !s.Visitor() })
	if len(visitors) > 0 && rapid.IntRange(0, 5).Draw(h.t, "visitors") < 5 {
		all = visitors
	}
	// A scenario names lines by their persons: the newest of each.
	newest := map[article20.Person]*article20.Stay{}
	for _, s := range slices.Concat(h.site.Room.Past, h.site.Room.Inside) {
		newest[s.Person] = s
	}
	all = slices.DeleteFunc(all, func(s *article20.Stay) bool { return newest[s.Person] != s })
	if len(all) == 0 {
		return nil, nil, nil
	}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 2, rapid.ID).Draw(h.t, "lines") {
		stays, ids, who = append(stays, s), append(ids, h.ids[s]), append(who, s.Person)
	}
	return stays, ids, who
}

// open says that all are visitors' lines of people inside.
func open(stays []*article20.Stay) bool {
	return !slices.ContainsFunc(stays, func(s *article20.Stay) bool { return !s.Visitor() || s.How != 0 })
}

func (h *house) consent(*rapid.T) {
	stays, ids, who := h.group()
	if len(stays) == 0 {
		return
	}
	by := h.consenter()
	if rapid.IntRange(0, 4).Draw(h.t, "anybody consents") == 4 {
		by = h.anybody("by")
	}
	withhold := rapid.IntRange(0, 4).Draw(h.t, "withhold") == 4
	after := slices.ContainsFunc(stays, func(s *article20.Stay) bool { return s.How != 0 })
	may, ask := !after || !withhold, controller.GiveConsent{Visits: ids, Withhold: withhold}
	for _, s := range stays {
		may = may && s.Visitor() && (s.How == 0 || s.How == article20.WithoutAssent) && h.site.MayConsent(by, s.Person, h.dated())
	}
	if after && !withhold {
		ask.Text = "承諾を失念"
		h.say("follow-up %s text %s by %s", join(who), ask.Text, by)
	} else {
		h.say("%s %s by %s", map[bool]string{true: "withhold", false: "consent"}[withhold], join(who), by)
	}
	h.order(as(by), ask, may)
	if may {
		for _, s := range stays {
			h.consented(s, by, withhold)
		}
	}
	h.step()
}

func (h *house) consented(s *article20.Stay, by article20.Person, withhold bool) {
	switch {
	case s.How != 0:
		s.How = article20.Afterwards
		h.must("consent %s by %s", s.Person, by)
		return
	case withhold:
		h.must("withheld %s by %s", s.Person, by)
	default:
		h.must("consent %s by %s", s.Person, by)
	}
	s.Consents = append(s.Consents, article20.Consent{By: by, At: h.moment(), Withheld: withhold})
}

func (h *house) askConsent(*rapid.T) {
	stays, ids, who := h.group()
	if len(stays) == 0 {
		return
	}
	h.say("ask-consent %s", join(who))
	may := open(stays) && !slices.ContainsFunc(stays, func(s *article20.Stay) bool { return h.site.Lasts(s, h.moment()) })
	h.order(desk, controller.AskConsent{Visits: ids}, may)
	if may {
		for _, s := range stays {
			s.Ask()
		}
	}
	h.step()
}

// leaves is of visitors without a card: with the door's next opening, or by the word of the desk.
func (h *house) leaves(*rapid.T) {
	stays, ids, who := h.group()
	if len(stays) == 0 {
		return
	}
	now := rapid.Bool().Draw(h.t, "now")
	h.say("leaves %s%s", join(who), map[bool]string{true: " now"}[now])
	may := open(stays)
	if may && now {
		for _, s := range stays {
			h.leave(s, nil)
		}
		h.watch()
	} else if may {
		for _, s := range stays {
			if h.door.leavers == nil {
				h.door.leavers = map[*article20.Stay]time.Duration{}
			}
			h.door.leavers[s] = h.now.Mono + h.set.ConsentFor
		}
	}
	h.order(desk, controller.Leave{Visits: ids, Now: now}, may)
	h.step()
}

func (h *house) handOver(*rapid.T) {
	stays, ids, who := h.group()
	if len(stays) == 0 {
		return
	}
	by := h.of("by", func(p article20.Person) bool { return slices.Contains(h.site.Attending(h.dated()), p) })
	h.say("hand-over %s by %s", join(who), by)
	may := open(stays)
	for _, s := range stays {
		may = may && h.site.MayTakeOver(by, s, h.dated()) && h.attends(s) != by
	}
	h.order(as(by), controller.HandOver{Visits: ids}, may)
	if may {
		for _, s := range stays {
			h.must("taken over %s by %s", s.Person, by)
		}
	}
	h.step()
}

// Transfers, findings, designations.

// edit changes the roster.
func (h *house) edit(edits []ledger.Edit, words ...string) {
	h.words = append(h.words, words...)
	h.order(desk, controller.EditRoster{Edits: edits, Type: journal.RosterChanged}, true)
	h.watch()
	h.step()
}
