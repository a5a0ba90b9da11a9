package words

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Line is an entry of the journal as a page shows it. Nothing of it is escaped.
type Line struct {
	Sequence uint64
	At       time.Time
	Synced   bool // the clock could be believed
	Type     journal.Type
	Severity Severity
	What     string // what happened: 入室を許可しました
	Where    string // door and direction, or the zone, by their names in the configuration
	Door     string // the same, for pages that call a door otherwise
	Zone     string
	Way      string   // 入室側
	Who      string   // whom it is about, by name where names knows it
	By       string   // the account that gave the order
	About    []Detail // everything else that it says
	Drill    bool
}

// Detail is one member of an entry.
type Detail struct{ Name, Value string }

// Severity is how grave an entry is: by word and sign, and only then by the colour of Class.
type Severity struct {
	Class string // "info", "notice", "warning", "alert", "emergency": for the stylesheet
	Word  string // 警報
	Sign  string // ▲
}

// Entry puts an entry into words. names gives a person's name, "" where it has none or may not say it; nil knows nobody.
func Entry(l access.Language, e journal.Sealed, names func(person string) string) Line {
	w := entry{l: l, e: &e, d: &e.Entry.Data, names: names, kind: kinds[e.Entry.Type], said: map[string]bool{"private": true, "drill": true}}
	line := Line{
		Sequence: e.Sequence, At: e.Entry.At.Wall, Synced: e.Entry.Synced, Type: e.Entry.Type,
		Severity: SeverityOf(l, e.Entry.Severity), Drill: w.d.Drill, Door: w.d.Door, Zone: w.d.Zone, Way: Term(l, Directions, w.d.Direction),
	}
	line.What, line.Where, line.Who = w.what(), w.where(), w.who()
	line.By = w.say("account", w.d.Account)
	line.About = w.about()
	return line
}

// Payload is Entry of sealed bytes. Of what cannot be read as an entry it tells that.
func Payload(l access.Language, payload []byte, names func(person string) string) Line {
	e, err := journal.Parse(payload)
	if err != nil {
		t := journal.TypeOf(payload)
		return Line{Type: t, Severity: SeverityOf(l, journal.Notice), What: word{"保存期間の終了又は読み取れない記録", "its retention has ended, or it cannot be read"}.in(l)}
	}
	return Entry(l, e, names)
}

// entry is one that is being put into words; said are the members that have been.
type entry struct {
	l     access.Language
	e     *journal.Sealed
	d     *journal.Data
	names func(string) string
	kind  kind
	said  map[string]bool
}

func (w *entry) say(member, value string) string {
	w.said[member] = true
	return value
}

// what is the sentence, with what it turns on in brackets.
func (w *entry) what() string {
	text := w.kind.sentence(w.d)
	if text == (word{}) {
		text = word{string(w.e.Entry.Type), string(w.e.Entry.Type)}
	}
	out := text.in(w.l)
	if tail := w.tail(); tail != "" {
		out += word{"(", " ("}.in(w.l) + tail + ")"
	}
	if w.d.Drill {
		out = word{"【訓練】", "DRILL: "}.in(w.l) + out
	}
	return out
}

// tail is what a kind turns on: the reason of a refusal, the kind of an alarm.
func (w *entry) tail() string {
	for _, member := range w.kind.tail {
		switch value := w.value(member); {
		case value == "":
		case member == "alarm": // its number is said beside
			return AlarmKind(w.l, value)
		default:
			return w.say(member, w.term(member, value))
		}
	}
	return ""
}

func (w *entry) where() string {
	var at []string
	for _, member := range []string{"controller", "door", "direction", "zone"} {
		if v := w.value(member); v != "" {
			if said := w.say(member, w.term(member, v)); !slices.Contains(at, said) {
				at = append(at, said)
			}
		}
	}
	return strings.Join(at, " ")
}

func (w *entry) who() string {
	w.said["person"] = true
	return w.person(w.d.Person)
}

func (w *entry) person(id string) string {
	if id == "" || w.names == nil {
		return id
	}
	if name := w.names(id); name != "" {
		return name
	}
	return id
}

// about is every member that has not been said; a beginning comes before its end.
func (w *entry) about() (out []Detail) {
	v := reflect.ValueOf(*w.d)
	for i := range v.NumField() {
		member := memberOf(v.Type().Field(i))
		if member == "until" && w.d.From != "" && !w.said["from"] {
			out = append(out, Detail{w.kind.label("from").in(w.l), w.say("from", w.term("from", w.d.From))})
		}
		if !w.said[member] && !v.Field(i).IsZero() {
			out = append(out, Detail{w.kind.label(member).in(w.l), w.written(member, v.Field(i))})
		}
	}
	return out
}

// memberOf is a field's name in the record.
func memberOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func (w *entry) written(member string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return word{"はい", "yes"}.in(w.l)
	case reflect.Int64:
		return w.number(member, v.Int())
	}
	return w.term(member, v.String())
}

func (w *entry) number(member string, n int64) string {
	switch member {
	case "duration_ms":
		if n > -1000 && n < 1000 {
			return strconv.FormatInt(n, 10) + word{"ミリ秒", " ms"}.in(w.l)
		}
		return Span(w.l, time.Duration(min(max(n, -1<<40), 1<<40))*time.Millisecond)
	case "latency_us":
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + word{"ミリ秒", " ms"}.in(w.l)
	}
	return strconv.FormatInt(n, 10)
}

// value is a member that is a text, by its name in the record.
func (w *entry) value(member string) string {
	v := reflect.ValueOf(*w.d)
	for i := range v.NumField() {
		if memberOf(v.Type().Field(i)) == member && v.Field(i).Kind() == reflect.String {
			return v.Field(i).String()
		}
	}
	return ""
}

// term is a member's text in words.
func (w *entry) term(member, value string) string {
	switch member {
	case "person", "escort", "consent_by", "approver":
		return w.person(value)
	case "until", "from":
		if t := instant(value); !t.IsZero() {
			return Time(w.l, t)
		}
	case "rule":
		if post, known := terms()[Posts][value]; known { // of an incumbency it is the post
			return post.in(w.l)
		}
		ja, en := access.Article(value)
		return word{ja, en}.in(w.l)
	case "alarm", "digest", "tag", "ranges":
		return value
	}
	for _, d := range []Domain{w.kind.domain(member), members[member].domain, Others, RosterActs, Conditions, Fields} {
		if word, known := terms()[d][value]; known {
			return word.in(w.l)
		}
	}
	if member == "detail" {
		return Phrase(w.l, value)
	}
	return value
}
