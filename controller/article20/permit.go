package article20

import (
	"slices"
	"time"
)

// A Permit is 「前項の許可」, asked for by or for the people it names.
type Permit struct {
	ID      string
	People  []Person
	Most    int // so many may be named, also on the day; 0 is those named when it was decided
	Purpose string
	From    time.Time // the first instant it serves
	Until   time.Time // the first instant it serves no more
	Hours   Hours
	Entries int    // how many entries it serves for each of them; 0 is any number (運用基準)
	Words   []Word // in the order of the record, which no clock can turn round
	Entered map[Person]int
}

// Hours are the hours of a day, in Japan, in which a permit serves; the zero value is the whole day. Those that end
// before they begin last over midnight.
type Hours struct{ From, Until time.Duration }

func (h Hours) cover(at time.Time) bool {
	now := clock(at)
	switch {
	case h == Hours{}:
		return true
	case h.From < h.Until:
		return h.From <= now && now < h.Until
	}
	return h.From <= now || now < h.Until
}

// A Saying is what the officer said about a permit.
type Saying int

const (
	Granted   Saying = iota + 1 // 許可する
	Refused                     // 許可しない
	Withdrawn                   // 許可を取り消す
	ByWord                      // 口頭許可: granted by word of mouth and written down by another
)

// A Word is a saying, whose it is, and when it was said. One by word of mouth also has who wrote it down and when: until
// then the door cannot know of it; and whether the officer stands by it.
type Word struct {
	Saying    Saying
	By        Person
	At        time.Time
	Writer    Person
	WrittenAt time.Time
	Confirmed bool
}

func (w *Word) known() time.Time {
	if w.Saying == ByWord {
		return w.WrittenAt
	}
	return w.At
}

// MustAsk is 「前項各号に掲げる者以外の者(職員でない者を含む。)が…入室しようとするとき」. Whoever is of paragraph 1 needs no
// permission, whatever papers they carry.
func (s *Site) MustAsk(who Person, at time.Time) bool { return s.Paragraph1(who, at) == 0 }

// MayAsk tells whether a permit can be asked for at all: it says what for and for whom, and serves at some time still to
// come, within one fiscal year (運用基準).
func (s *Site) MayAsk(p *Permit, at time.Time) bool {
	return p.Purpose != "" && (len(p.People) > 0 || p.Most > 0) && p.From.Before(p.Until) && at.Before(p.Until) &&
		!p.Until.After(yearAfter(p.From))
}

// yearAfter returns the instant at which the fiscal year of an instant has ended: 1 April, 00:00 in Japan.
func yearAfter(at time.Time) time.Time {
	there := at.UTC().Add(japan * time.Second)
	year := there.Year()
	if there.Month() >= time.April {
		year++
	}
	return time.Date(year, time.April, 1, 0, 0, 0, 0, time.UTC).Add(-japan * time.Second)
}

// MayDecide is 「セキュリティ責任者の許可を受けなければならない」: whoever holds that post at that moment, from anywhere; nobody
// else, whatever their rank; no delegate. What was asked for is decided once, and 「あらかじめ」: not when it is over.
func (s *Site) MayDecide(who Person, p *Permit, grant bool, at time.Time) bool {
	return s.Officer(who, at) && p.Said() == 0 && (!grant || at.Before(p.Until))
}

// MayWithdraw tells whether somebody may take a permission back: who can permit can withdraw, also what is not decided yet.
func (s *Site) MayWithdraw(who Person, p *Permit, at time.Time) bool {
	return s.Officer(who, at) && p.Said() != Refused && p.Said() != Withdrawn
}

// MayWriteDown tells whether somebody may record that the officer permitted by word of mouth: the writer is of paragraph
// 1, and it was said already, by whoever held the post then. A permission stands when its author leaves the post.
func (s *Site) MayWriteDown(writer Person, said time.Time, at time.Time) (officer Person, may bool) {
	for _, i := range s.Posts {
		if s.Officer(i.Person, said) {
			return i.Person, s.Paragraph1(writer, at) != 0 && !said.After(at)
		}
	}
	return "", false
}

// MayConfirm tells whether somebody may confirm what was written down: the officer of that moment, once.
func (s *Site) MayConfirm(who Person, p *Permit, at time.Time) bool {
	spoken := p.spoken()
	return s.Officer(who, at) && spoken != nil && !spoken.Confirmed
}

// MayName tells whether somebody may be named on the day: as far as the decision lets, for whoever else comes needs another.
func (p *Permit) MayName(who Person) bool {
	said := p.Said()
	return (said == Granted || said == ByWord) && len(p.People) < p.Most && !slices.Contains(p.People, who)
}

// Confirm writes that the officer stands by the word.
func (p *Permit) Confirm() { p.spoken().Confirmed = true }

func (p *Permit) spoken() *Word {
	for i := range p.Words {
		if p.Words[i].Saying == ByWord {
			return &p.Words[i]
		}
	}
	return nil
}

// Said returns the last word about a permit, 0 for none.
func (p *Permit) Said() Saying {
	if len(p.Words) == 0 {
		return 0
	}
	return p.Words[len(p.Words)-1].Saying
}

// Permission is 「あらかじめセキュリティ責任者の許可を受け」. It returns the permit under which somebody may enter at an instant, nil
// for none. Of several the one that ends first is used (運用基準).
func (s *Site) Permission(who Person, at time.Time) (best *Permit) {
	for _, p := range s.Permits {
		if p.Serves(who, at) && (best == nil || p.Until.Before(best.Until) || p.Until.Equal(best.Until) && p.ID < best.ID) {
			best = p
		}
	}
	return best
}

// Serves tells whether somebody may enter with a permit at an instant: they are named in it, the word was given before,
// it is the day and the hour of it, and entries are left to them.
func (p *Permit) Serves(who Person, at time.Time) bool {
	return slices.Contains(p.People, who) && p.given(at) && !at.Before(p.From) && at.Before(p.Until) && p.Hours.cover(at) &&
		(p.Entries == 0 || p.Entered[who] < p.Entries)
}

// given tells whether the permission was given before an instant, and not taken back.
func (p *Permit) given(at time.Time) bool {
	said := p.Said()
	return (said == Granted || said == ByWord) && !p.Words[len(p.Words)-1].known().After(at)
}
