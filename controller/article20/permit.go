package article20

import (
	"slices"
	"time"
)

// A Permit is 「前項の許可」, asked for by or for the people it names.
type Permit struct {
	ID      string
	People  []Person
	Purpose string
	From    time.Time // the first instant it serves
	Until   time.Time // the first instant it serves no more
	Hours   Hours
	Entries int // how many entries it serves; 0 is any number
	Words   []Word
	Entered int // entries that really took place
}

// Hours are the hours of a day, in Japan, in which a permit serves; the zero
// value is the whole day. They never cross midnight.
type Hours struct{ From, Until time.Duration }

func (h Hours) cover(at time.Time) bool {
	return h == Hours{} || h.From <= clock(at) && clock(at) < h.Until
}

// A Saying is what the officer said about a permit.
type Saying int

const (
	Granted   Saying = iota + 1 // 許可する
	Refused                     // 許可しない
	Withdrawn                   // 許可を取り消す
	ByWord                      // 口頭許可: granted by word of mouth and written down by another
	Confirmed                   // the officer stands by the word written down
)

// A Word is a saying, whose it is, and when it was said. One by word of mouth
// also has who wrote it down and when: until then the door cannot know of it.
type Word struct {
	Saying    Saying
	By        Person
	At        time.Time
	Writer    Person
	WrittenAt time.Time
}

func (w Word) known() time.Time {
	if w.Saying == ByWord {
		return w.WrittenAt
	}
	return w.At
}

// MustAsk: 「前項各号に掲げる者以外の者(職員でない者を含む。)が…入室しようとするとき」.
// Whoever is of paragraph 1 needs no permission, whatever papers they carry.
func (s *Site) MustAsk(who Person, at time.Time) bool { return s.Paragraph1(who, at) == 0 }

// MayAsk tells whether a permit can be asked for at all: it says what for and
// for whom, and serves at some time still to come.
func (s *Site) MayAsk(p *Permit, at time.Time) bool {
	return p.Purpose != "" && len(p.People) > 0 && p.From.Before(p.Until) && at.Before(p.Until)
}

// MayDecide: 「セキュリティ責任者の許可を受けなければならない」: whoever holds that post at
// that moment, from anywhere; nobody else, whatever their rank; no delegate. A
// permit is decided once.
func (s *Site) MayDecide(who Person, p *Permit, at time.Time) bool {
	return s.Officer(who, at) && p.said(at) == 0
}

// MayWithdraw: who can permit can withdraw, and only what is permitted.
func (s *Site) MayWithdraw(who Person, p *Permit, at time.Time) bool {
	return s.Officer(who, at) && p.permitted(at)
}

// MayWriteDown tells whether somebody may record that the officer permitted by
// word of mouth: the writer is of paragraph 1, the speaker was the officer when
// it was said, and it was said already, of a permit still undecided.
func (s *Site) MayWriteDown(writer, officer Person, said time.Time, p *Permit, at time.Time) bool {
	return s.Paragraph1(writer, at) != 0 && s.Officer(officer, said) && !said.After(at) && p.said(at) == 0
}

// MayConfirm tells whether somebody may confirm what was written down: the
// officer of that moment.
func (s *Site) MayConfirm(who Person, p *Permit, at time.Time) bool {
	return s.Officer(who, at) && p.said(at) == ByWord
}

// said returns the last word known about a permit at an instant, 0 for none.
func (p *Permit) said(at time.Time) Saying {
	last := Saying(0)
	for _, w := range p.Words {
		if !w.known().After(at) {
			last = w.Saying
		}
	}
	return last
}

func (p *Permit) permitted(at time.Time) bool {
	said := p.said(at)
	return said == Granted || said == ByWord || said == Confirmed
}

// Permission: 「あらかじめセキュリティ責任者の許可を受け」. It returns the permit under
// which somebody may enter at an instant: they are named in it, the word was
// given before, it is the day and the hour of it, and entries are left. Of several
// the one that was asked for first.
func (s *Site) Permission(who Person, at time.Time) *Permit {
	for _, p := range s.Permits {
		if slices.Contains(p.People, who) && p.serves(at) {
			return p
		}
	}
	return nil
}

func (p *Permit) serves(at time.Time) bool {
	return p.permitted(at) && !at.Before(p.From) && at.Before(p.Until) && p.Hours.cover(at) &&
		(p.Entries == 0 || p.Entered < p.Entries)
}
