// Package article20 is Article 20 of the regulation read a second time, as a yardstick for the door: it was written from
// the text and shares nothing with the packages that decide at the door. It is slow, plain and in the order of the
// article: who may enter (paragraph 1), who must ask first (paragraph 2), the entry and who attends it (paragraph 3), the
// leaving and who consents to it (paragraph 4). What the text leaves open is the site's choice, and said to be: 運用基準.
//
// It holds no clock: every question names its instant. It never refuses to let anybody out.
package article20

import (
	"slices"
	"time"
)

// A Person is known by an id.
type Person string

// A Kind divides people as the article does: 「職員でない者を含む」.
type Kind int

const (
	Employee Kind = iota // 職員
	Outsider             // 職員でない者: contractors, dispatched workers, inspectors
)

// A Day is a civil day in Japan, counted from 1 January 1970. Orders of
// personnel name days; a right begins and ends with a day, at 00:00 in Japan.
type Day int

const (
	japan  = 9 * 60 * 60 // seconds ahead of UTC, in every season
	oneDay = 24 * 60 * 60
)

// DayOf returns the day it is in Japan at an instant.
func DayOf(at time.Time) Day {
	seconds := at.Unix() + japan
	day := seconds / oneDay
	if seconds%oneDay < 0 {
		day--
	}
	return Day(day)
}

// Begins returns the instant a day begins in Japan.
func (d Day) Begins() time.Time { return time.Unix(int64(d)*oneDay-japan, 0).UTC() }

// clock returns how long after midnight in Japan an instant is.
func clock(at time.Time) time.Duration { return at.Sub(DayOf(at).Begins()) }

// A Term runs from its first day to its last, both included; without a last day
// it has not ended.
type Term struct {
	First Day
	Last  *Day
}

// Covers tells whether an instant lies in the term.
func (t Term) Covers(at time.Time) bool {
	day := DayOf(at)
	return t.First <= day && (t.Last == nil || day <= *t.Last)
}

// A Post is one that the regulation names; a Section is where staff belong.
type (
	Post    string
	Section string
)

const (
	CISO          Post = "市民文化環境部長" // 第8条第2項
	CivicHead     Post = "市民課長"     // 第10条第2項
	WestHead      Post = "西支所長"     // 第10条第2項
	SystemManager Post = "デジタル推進課長" // 第12条第2項

	Civic   Section = "市民課"
	West    Section = "西支所"
	Digital Section = "デジタル推進課"
)

// An Incumbency is a person in a post for a term: by appointment, or by holding
// the vacant post besides their own (事務取扱). One person may have several.
type Incumbency struct {
	Post   Post
	Person Person
	Term   Term
}

// A Belonging is a person in a section for a term, 所属 or 兼務 alike.
type Belonging struct {
	Section Section
	Person  Person
	Term    Term
}

// A Finding is 「セキュリティ責任者が必要と認めた」; a Designation is
// 「セキュリティ責任者があらかじめ指定する」. Both are the officer's act, made at an
// instant, for a term, and may be withdrawn.
type (
	Finding struct {
		Person Person
		Act    Act
	}
	Designation struct {
		Person Person
		Act    Act
	}
)

// An Act is the officer's.
type Act struct {
	By        Person
	Made      time.Time
	Term      Term
	Withdrawn *time.Time
}

// Site is what is known of the people, past and future, and of the room.
type Site struct {
	People       map[Person]Kind
	Posts        []Incumbency
	Belongings   []Belonging
	Findings     []Finding
	Designations []Designation
	Permits      []*Permit
	Rules        Rules
	Room         Room
}

// Holds tells whether somebody is in a post at an instant.
func (s *Site) Holds(who Person, post Post, at time.Time) bool {
	return slices.ContainsFunc(s.Posts, func(i Incumbency) bool {
		return i.Person == who && i.Post == post && i.Term.Covers(at)
	})
}

// Officer is 「セキュリティ責任者(市民文化環境部市民課長に限る。この条において同じ。)」. The
// head of the West branch, a security officer everywhere else, is none here.
func (s *Site) Officer(who Person, at time.Time) bool { return s.Holds(who, CivicHead, at) }

// An Item is one of paragraph 1; zero is none of them.
type Item int

// Paragraph1 is 「住基ネット管理室へ入室できる者は、次に掲げる者とする。」 It returns the first
// item that somebody is under at an instant, 0 for nobody of that paragraph.
func (s *Site) Paragraph1(who Person, at time.Time) Item {
	switch {
	case s.item1(who, at):
		return 1
	case s.item2(who, at):
		return 2
	case s.item3(who, at):
		return 3
	}
	return 0
}

// 「(1) セキュリティ統括責任者、セキュリティ責任者(…)及びシステム管理者」
func (s *Site) item1(who Person, at time.Time) bool {
	return s.Holds(who, CISO, at) || s.Officer(who, at) || s.Holds(who, SystemManager, at)
}

// 「(2) 市民文化環境部市民課に属する職員」: 職員, and belonging; whoever merely works
// there is not.
func (s *Site) item2(who Person, at time.Time) bool {
	return s.People[who] == Employee && slices.ContainsFunc(s.Belongings, func(b Belonging) bool {
		return b.Person == who && b.Section == Civic && b.Term.Covers(at)
	})
}

// 「(3) 住基ネットに係るメンテナンスを行うためにセキュリティ責任者が必要と認めた職員」: 職員
// again, so never a contractor.
func (s *Site) item3(who Person, at time.Time) bool {
	return s.People[who] == Employee && slices.ContainsFunc(s.Findings, func(f Finding) bool {
		return f.Person == who && f.Act.stands(at)
	})
}

// MayFind tells whether somebody may find another necessary: the officer of that moment, a member of staff.
func (s *Site) MayFind(by, who Person, at time.Time) bool {
	return s.Officer(by, at) && s.People[who] == Employee
}

// stands tells whether an act of the officer has effect at an instant: made already, for that day, and not withdrawn. It
// stands when its author leaves the post.
func (a *Act) stands(at time.Time) bool {
	return !a.Made.After(at) && a.Term.Covers(at) && (a.Withdrawn == nil || at.Before(*a.Withdrawn))
}
