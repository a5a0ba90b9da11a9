package article20

import (
	"slices"
	"time"
)

// Rules are what the text leaves to the site: 運用基準.
type Rules struct {
	ConsentLasts time.Duration // how long after it was given a consent serves for leaving
	BadgeLasts   time.Duration // how long after it was shown at the exit a consenter's badge does, for whoever leaves
	StayLasts    time.Duration // how long a visitor may stay; 0 is any time
}

// A Moment is an instant by the clock on the wall, and by one that is never set but begins anew with each run.
type Moment struct {
	Wall   time.Time
	Steady time.Duration
	Run    int
}

// since is the time that has passed, by the steady clock where both moments are of one run.
func (m Moment) since(then Moment) time.Duration {
	if m.Run == then.Run {
		return m.Steady - then.Steady
	}
	return m.Wall.Sub(then.Wall)
}

// Room is who is inside, who was, and the last badge at the exit of one who may consent.
type Room struct {
	Inside []*Stay
	Past   []*Stay
	Badge  *Consent
}

// A Stay is one person's time in the room. Under paragraph 1 it needs nothing more; that of a visitor (入室者) is a line of
// the register with the permit, who attended and the consents.
type Stay struct {
	Person   Person
	Item     Item // 0: a visitor
	Permit   *Permit
	Escort   Person // who attended the entry
	In       time.Time
	Unsure   bool // the record does not know any more whether they are inside
	Consents []Consent
	How      Leaving // 0 while inside
}

// Visitor tells whether the stay is that of an 入室者: 「前項の許可を受けた者」. One stays a visitor until leaving, whatever post
// they are given meanwhile.
func (s *Stay) Visitor() bool { return s.Item == 0 }

// A Consent is 「承諾」, or its being withheld.
type Consent struct {
	By       Person
	At       Moment
	Withheld bool
}

// An Admission is on what ground somebody may be let in: under an item of paragraph 1, or else with a permit under
// paragraph 2.
type Admission struct {
	Item   Item
	Permit *Permit
}

// Denied tells that there is no ground.
func (a Admission) Denied() bool { return a.Item == 0 && a.Permit == nil }

// Admits returns on what ground somebody may enter at an instant. One admitted with a permit is let in only when attended.
func (s *Site) Admits(who Person, at time.Time) Admission {
	if !s.MustAsk(who, at) {
		return Admission{Item: s.Paragraph1(who, at)}
	}
	return Admission{Permit: s.Permission(who, at)}
}

// AdmitsThroughout is Admits where nobody can tell what time it is between two instants: paragraph 1 must hold at all of
// them, and a permission, whose end cannot be seen, is of no use.
func (s *Site) AdmitsThroughout(who Person, from, to time.Time) Admission {
	for _, at := range s.edges(from, to) {
		if s.MustAsk(who, at) {
			return Admission{}
		}
	}
	return Admission{Item: s.Paragraph1(who, from)}
}

// edges are the instants from one to another at which a right may begin or end.
func (s *Site) edges(from, to time.Time) []time.Time {
	all := []time.Time{from}
	for day := DayOf(from) + 1; !day.Begins().After(to); day++ {
		all = append(all, day.Begins())
	}
	for _, f := range s.Findings {
		for _, at := range []*time.Time{&f.Act.Made, f.Act.Withdrawn} {
			if at != nil && at.After(from) && !at.After(to) {
				all = append(all, *at)
			}
		}
	}
	return all
}

// MayAttend is 「第1項に掲げる者のいずれかが立ち会う」: anybody of paragraph 1 at that instant, and another person than the visitor.
func (s *Site) MayAttend(escort, visitor Person, at time.Time) bool {
	return escort != visitor && s.Paragraph1(escort, at) != 0
}

// Enter writes that somebody really entered: 「氏名、入室時間、入室目的その他の必要事項を入退室管理簿に記入する」. Every entry is a stay of
// its own; whoever was inside by the record has left unseen, and nobody invents when.
func (s *Site) Enter(who Person, ground Admission, escort Person, at time.Time) (stay, unseen *Stay) {
	if unseen = s.Room.Stay(who); unseen != nil {
		s.end(unseen, Unseen)
	}
	stay = &Stay{Person: who, Item: ground.Item, Permit: ground.Permit, In: at}
	if ground.Permit != nil {
		stay.Escort = escort
		ground.Permit.Entered[who]++
	}
	s.Room.Inside = append(s.Room.Inside, stay)
	return stay, unseen
}

func (s *Site) end(stay *Stay, how Leaving) {
	stay.How = how
	s.Room.Inside = slices.DeleteFunc(s.Room.Inside, func(other *Stay) bool { return other == stay })
	s.Room.Past = append(s.Room.Past, stay)
}

// Stay returns the stay of somebody who is inside.
func (r *Room) Stay(who Person) *Stay {
	for _, stay := range r.Inside {
		if stay.Person == who {
			return stay
		}
	}
	return nil
}

// Attending are those inside who attend: of paragraph 1 at an instant, inside for certain and not as visitors.
func (s *Site) Attending(at time.Time) (all []Person) {
	for _, stay := range s.Room.Inside {
		if !stay.Visitor() && !stay.Unsure && s.Paragraph1(stay.Person, at) != 0 {
			all = append(all, stay.Person)
		}
	}
	return all
}

// Unattended tells whether a stay is a visitor's with nobody of paragraph 1 inside. That somebody attends throughout the
// stay is 運用基準; the letter asks it of the entry.
func (s *Site) Unattended(stay *Stay, at time.Time) bool {
	return stay.Visitor() && len(s.Attending(at)) == 0
}

// An Overstay is why somebody who is inside should not be any more.
type Overstay string

const (
	RightEnded Overstay = "standing_ended"
	TakenBack  Overstay = "permit_revoked"
	RanOut     Overstay = "permit_expired"
	TooLong    Overstay = "too_long"
)

// Overstays tells why somebody should not be inside any more at an instant. It never keeps them in.
func (s *Site) Overstays(stay *Stay, at time.Time) (why []Overstay) {
	if !stay.Visitor() {
		if s.Paragraph1(stay.Person, at) == 0 {
			why = append(why, RightEnded)
		}
		return why
	}
	switch {
	case stay.Permit.Said() == Withdrawn:
		why = append(why, TakenBack)
	case !at.Before(stay.Permit.Until):
		why = append(why, RanOut)
	}
	if s.Rules.StayLasts > 0 && at.Sub(stay.In) >= s.Rules.StayLasts {
		why = append(why, TooLong)
	}
	return why
}

// MayTakeOver tells whether somebody may attend a visitor from now on instead of another: inside, of paragraph 1, and not
// the visitor.
func (s *Site) MayTakeOver(who Person, stay *Stay, at time.Time) bool {
	return stay.Visitor() && slices.Contains(s.Attending(at), who) && s.MayAttend(who, stay.Person, at)
}

// MayConsentAtAll is 「セキュリティ責任者又はセキュリティ責任者があらかじめ指定する者」. A person designated need not be of paragraph 1;
// one of paragraph 1 who is not designated may not.
func (s *Site) MayConsentAtAll(who Person, at time.Time) bool {
	return s.Officer(who, at) || slices.ContainsFunc(s.Designations, func(d Designation) bool {
		return d.Person == who && d.Act.stands(at)
	})
}

// MayConsent tells whether somebody may consent to the leaving of a visitor: nobody consents to their own leaving.
func (s *Site) MayConsent(who, visitor Person, at time.Time) bool {
	return who != visitor && s.MayConsentAtAll(who, at)
}

// Show writes that one who may consent has shown their badge at the exit.
func (s *Site) Show(who Person, now Moment) { s.Room.Badge = &Consent{By: who, At: now} }

// A Leaving is how a stay ended.
type Leaving int

const (
	Free          Leaving = iota + 1 // of paragraph 1: no consent is asked for
	Consented                        // 承諾済
	WithoutAssent                    // 未承諾退室: the door opens all the same
	Afterwards                       // 事後承諾(退室時未承諾)
	Unseen                           // 退室未記録
)

// Leaves tells how somebody would leave now, and on whose word: 「入室者が退室するときは…承諾を受けなければならない」. A consent
// serves for a while (運用基準), and what was said last of one by name counts. A badge at the exit is for whoever leaves by
// it, but does not give what was withheld by name.
func (s *Site) Leaves(stay *Stay, badge *Consent, now Moment) (Leaving, *Consent) {
	if !stay.Visitor() {
		return Free, nil
	}
	last := stay.Said()
	withheld := last != nil && last.Withheld
	switch {
	case s.Lasts(stay, now):
		return Consented, last
	case badge != nil && badge.By != stay.Person && !withheld && within(now.since(badge.At), s.Rules.BadgeLasts):
		return Consented, badge
	}
	return WithoutAssent, nil
}

// Lasts tells whether somebody may leave now on a consent given to them by name.
func (s *Site) Lasts(stay *Stay, now Moment) bool {
	last := stay.Said()
	return last != nil && !last.Withheld && within(now.since(last.At), s.Rules.ConsentLasts)
}

// Said is what was said last of somebody's leaving, nil for nothing.
func (s *Stay) Said() *Consent {
	if len(s.Consents) == 0 {
		return nil
	}
	return &s.Consents[len(s.Consents)-1]
}

// Ask writes 「退室の承諾を求める」: what was said before is over.
func (s *Stay) Ask() { s.Consents = nil }

func within(since, most time.Duration) bool { return since >= 0 && since <= most }

// Leave writes that somebody has left.
func (s *Site) Leave(stay *Stay, badge *Consent, now Moment) (Leaving, *Consent) {
	how, word := s.Leaves(stay, badge, now)
	s.end(stay, how)
	return how, word
}
