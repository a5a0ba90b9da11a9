package access

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Language of a sentence.
type Language uint8

// The languages.
const (
	Japanese Language = iota
	English
)

// Fill is what the braces of a sentence may need. What is missing is put in words that are true without it.
type Fill struct {
	Contact string // whom to ask, with the number that is answered now
	Date    time.Time
	Time    time.Time
	N       int
	Post    string // who declared a lockdown
	Rule    string // what the decision rests on
}

// Fill is what a decision's sentence needs of it; n is the zone's limit or the count of wrong PINs.
func (d Decision) Fill(contact string, n int) Fill {
	f := Fill{Contact: contact, Date: d.From, Time: d.From, N: n, Rule: d.Rule}
	if !d.Until.IsZero() {
		f.Date = d.Until.Add(-1) // the last day that was good
	}
	return f
}

// DoorText is what the door says to the person before it. Whoever finds a card learns nothing from it: all card states,
// an unknown card and a duplicate say the same.
func DoorText(r Reason, l Language, f Fill) string {
	s := sentenceOf(r, f.Rule)
	return fill(pick(l, s.doorJA, s.doorEN), l, f)
}

// DeskText is what the desk shows of a reason: what happened and what to do about it.
func DeskText(r Reason, l Language, f Fill) string {
	s := sentenceOf(r, f.Rule)
	return fill(pick(l, s.deskJA, s.deskEN), l, f)
}

func pick(l Language, ja, en string) string {
	if l == English {
		return en
	}
	return ja
}

// sentenceOf is total: what has no sentence of its own is refused as a card is.
func sentenceOf(r Reason, rule string) sentence {
	if r == NotAuthorised && rule == RuleTerminal {
		return terminalSentence
	}
	if int(r) < len(sentences) && sentences[r].doorJA != "" {
		return sentences[r]
	}
	return sentences[Undecided]
}

func fill(s string, l Language, f Fill) string {
	if !strings.Contains(s, "{") {
		return s
	}
	word := func(have, ja, en string) string {
		if have != "" {
			return have
		}
		return pick(l, ja, en)
	}
	number := ""
	if f.N > 0 {
		number = strconv.Itoa(f.N)
	}
	return strings.NewReplacer(
		"{連絡先}", word(f.Contact, "担当課", "the office"),
		"{contact}", word(f.Contact, "担当課", "the office"),
		"{date}", word(Date(f.Date, l), "所定の日", "the date set"),
		"{time}", word(DateTime(f.Time, l), "所定の時刻", "the time set"),
		"{n}", word(number, "所定の", "the set number of"),
		"{post}", word(f.Post, "権限者", "an officer"),
	).Replace(s)
}

// Date writes a day of Japan as sentences have it: 令和8年4月1日(水), or 1 April 2026. A zero time is "".
func Date(t time.Time, l Language) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(JST)
	if l == English {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%s%d月%d日(%s)", era(t), t.Month(), t.Day(), [...]string{"日", "月", "火", "水", "木", "金", "土"}[t.Weekday()])
}

// DateTime writes a minute of Japan: 令和8年4月1日(水)午前9時5分, or 1 April 2026 09:05.
func DateTime(t time.Time, l Language) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(JST)
	if l == English {
		return t.Format("2 January 2006 15:04")
	}
	half, hour := "午前", t.Hour()
	if hour >= 12 {
		half, hour = "午後", hour-12
	}
	return fmt.Sprintf("%s%s%d時%d分", Date(t, l), half, hour, t.Minute())
}

func era(t time.Time) string {
	for _, e := range [...]struct {
		name  string
		begin time.Time
	}{
		{"令和", time.Date(2019, time.May, 1, 0, 0, 0, 0, JST)},
		{"平成", time.Date(1989, time.January, 8, 0, 0, 0, 0, JST)},
		{"昭和", time.Date(1926, time.December, 25, 0, 0, 0, 0, JST)},
	} {
		if t.Before(e.begin) {
			continue
		}
		if n := t.Year() - e.begin.Year() + 1; n > 1 {
			return fmt.Sprintf("%s%d年", e.name, n)
		}
		return e.name + "元年"
	}
	return fmt.Sprintf("%d年", t.Year())
}

// Article cites a rule in full: 第20条第1項第2号, Article 20(1)(2). What is applied by analogy is 運用基準 and cites no
// article, as does a setting of the site.
func Article(rule string) (ja, en string) {
	numbers, ok := strings.CutPrefix(rule, "art")
	article, rest, _ := strings.Cut(numbers, ".")
	switch {
	case rule == RuleSite:
		return "施設の設定", "site setting"
	case !ok, article == "21", article == "23":
		return "運用基準", "operating practice"
	}
	ja, en = "第"+article+"条", "Article "+article
	unit := "項"
	switch article {
	case "2", "9", "11", "13", "15", "16", "25": // articles of one paragraph: what follows are its items
		unit = "号"
	}
	for n := range strings.SplitSeq(rest, ".") {
		if n == "" {
			break
		}
		ja, en = ja+"第"+n+unit, en+"("+n+")"
		unit = "号"
	}
	return ja, en
}
