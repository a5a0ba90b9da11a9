package article20

import (
	"slices"
	"time"
)

// Rules are what the text leaves to the site: 運用基準.
type Rules struct {
	// ConsentLasts is how long after it was given a consent serves for leaving.
	ConsentLasts time.Duration
}

// Room is who is inside, and what was written of those who were.
type Room struct {
	Inside []*Stay
	Past   []*Stay
}

// A Stay is one person's time in the room. Under paragraph 1 it needs nothing
// more; that of a visitor (入室者) is a line of the register with the permit, who
// attended and the consents.
type Stay struct {
	Person   Person
	Item     Item // 0: a visitor
	Permit   *Permit
	Escort   Person
	In, Out  time.Time
	Consents []Consent
}

// Visitor tells whether the stay is that of an 入室者: 「前項の許可を受けた者」. One
// stays a visitor until leaving, whatever post they are given meanwhile.
func (s *Stay) Visitor() bool { return s.Item == 0 }

// A Consent is 「承諾」, or its being withheld.
type Consent struct {
	By       Person
	At       time.Time
	Withheld bool
}

// An Admission is on what ground somebody may be let in: under an item of
// paragraph 1, or else with a permit under paragraph 2.
type Admission struct {
	Item   Item
	Permit *Permit
}

// Denied tells that there is no ground.
func (a Admission) Denied() bool { return a.Item == 0 && a.Permit == nil }

// Admits returns on what ground somebody may enter at an instant. One admitted
// with a permit is let in only when attended.
func (s *Site) Admits(who Person, at time.Time) Admission {
	if !s.MustAsk(who, at) {
		return Admission{Item: s.Paragraph1(who, at)}
	}
	return Admission{Permit: s.Permission(who, at)}
}

// MayAttend: 「第1項に掲げる者のいずれかが立ち会う」. Another person than the visitor,
// of paragraph 1 at that instant, and not a visitor in the room themselves.
func (s *Site) MayAttend(escort, visitor Person, at time.Time) bool {
	return escort != visitor && s.Paragraph1(escort, at) != 0 && !s.Room.visiting(escort)
}

// LetIn tells whether a visitor attended by an escort is let in at an instant.
func (s *Site) LetIn(visitor, escort Person, at time.Time) bool {
	ground := s.Admits(visitor, at)
	return ground.Permit != nil && s.MayAttend(escort, visitor, at)
}

// Enter writes that somebody really entered: 「氏名、入室時間、入室目的その他の必要事項を
// 入退室管理簿に記入する」. Every entry is a stay of its own.
func (s *Site) Enter(who Person, ground Admission, escort Person, at time.Time) *Stay {
	stay := &Stay{Person: who, Item: ground.Item, Permit: ground.Permit, In: at}
	if ground.Permit != nil {
		stay.Escort = escort
		ground.Permit.Entered++
	}
	s.Room.Inside = append(s.Room.Inside, stay)
	return stay
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

func (r *Room) visiting(who Person) bool {
	stay := r.Stay(who)
	return stay != nil && stay.Visitor()
}

// Unattended tells whether a visitor is inside with nobody of paragraph 1. That
// somebody attends throughout the stay is 運用基準; the letter asks it of the entry.
func (s *Site) Unattended(at time.Time) bool {
	visited, attended := false, false
	for _, stay := range s.Room.Inside {
		switch {
		case stay.Visitor():
			visited = true
		case s.Paragraph1(stay.Person, at) != 0:
			attended = true
		}
	}
	return visited && !attended
}

// MayConsent: 「セキュリティ責任者又はセキュリティ責任者があらかじめ指定する者の承諾」. A
// person designated need not be of paragraph 1; one of paragraph 1 who is not
// designated may not. Nobody consents to their own leaving.
func (s *Site) MayConsent(who, visitor Person, at time.Time) bool {
	return who != visitor && (s.Officer(who, at) || s.designated(who, at))
}

func (s *Site) designated(who Person, at time.Time) bool {
	return slices.ContainsFunc(s.Designations, func(d Designation) bool {
		return d.Person == who && s.stands(d.Act, at)
	})
}

// A Leaving is how a stay ended.
type Leaving int

const (
	Free          Leaving = iota + 1 // of paragraph 1: no consent is asked for
	Consented                        // 承諾済
	WithoutAssent                    // 未承諾退室: the door opens all the same
)

// Leaves tells how somebody would leave at an instant: 「入室者が退室するときは…承諾を受け
// なければならない」. A consent serves for a while (運用基準); what was said last counts.
func (s *Site) Leaves(stay *Stay, at time.Time) Leaving {
	if !stay.Visitor() {
		return Free
	}
	n := len(stay.Consents)
	if n == 0 || stay.Consents[n-1].Withheld || at.Sub(stay.Consents[n-1].At) > s.Rules.ConsentLasts {
		return WithoutAssent
	}
	return Consented
}

// Leave writes 「退室時間を記入する」 and returns how.
func (s *Site) Leave(who Person, at time.Time) Leaving {
	stay := s.Room.Stay(who)
	if stay == nil {
		return 0
	}
	how := s.Leaves(stay, at)
	stay.Out = at
	s.Room.Inside = slices.DeleteFunc(s.Room.Inside, func(other *Stay) bool { return other == stay })
	s.Room.Past = append(s.Room.Past, stay)
	return how
}
