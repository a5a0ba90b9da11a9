package notify

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
)

// Letter is a notice in words, Japanese first: what a mail says.
type Letter struct{ Subject, Body string }

// Write puts a notice into words. Only ids are in them, unless the notice has its entry's private part.
func Write(n Notice) Letter {
	if n.Kind == Digest {
		return digest(n)
	}
	e, err := journal.Parse(n.Entry)
	if err != nil {
		return Letter{"[kidoban] 記録の保存期間終了 / the entry's retention has ended", "番号 / notice: " + n.ID + "\n"}
	}
	t := termOf(&e)
	mark := markOf(n, &e)
	w := writer{&strings.Builder{}}
	w.half(n, &e, t, func(x word) string { return x.ja }, mark.ja)
	w.line("")
	w.half(n, &e, t, func(x word) string { return x.en }, mark.en)
	w.names(n.Private)
	w.line("\nnotice %s", n.ID)
	return Letter{fmt.Sprintf("[kidoban] %s%s %s / %s%s", mark.ja, t.name.ja, place(&e), mark.en, t.name.en), w.String()}
}

// kindOf is the type that an entry is about: of an alarm, its cause's.
func kindOf(e *journal.Sealed) journal.Type {
	switch e.Entry.Type {
	case journal.AlarmRaised, journal.AlarmEscalated:
		return alarm.CauseType(e.Entry.Data.Alarm)
	}
	return e.Entry.Type
}

// markOf is what goes before the name of what happened.
func markOf(n Notice, e *journal.Sealed) (w word) {
	switch {
	case n.Kind == Test:
		return word{"【試験】", "TEST "}
	case n.Kind == Escalated:
		w = word{"【未対応・上位通報】", "UNATTENDED "}
	case n.Kind == Repeated:
		w = word{fmt.Sprintf("【再通知%d・受付待ち】", n.Turn), fmt.Sprintf("AGAIN (%d) ", n.Turn)}
	case e.Entry.Type == journal.AlarmEscalated:
		w = word{"【通報・受付待ち】", "ESCALATED "}
	default:
		w = word{"【" + severities[e.Entry.Severity].ja + "】", ""}
	}
	if e.Entry.Data.Drill {
		w = word{"【訓練】" + w.ja, "DRILL " + w.en}
	}
	return w
}

// place is where it happened, for people who know the site by its ids.
func place(e *journal.Sealed) string {
	d := e.Entry.Data
	parts := []string{e.Origin.Controller}
	if d.Controller != "" {
		parts = []string{d.Controller}
	}
	for _, p := range []string{d.Zone, d.Door, d.Direction} {
		if p != "" && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	return oneLine(strings.Join(parts, " "))
}

type writer struct{ *strings.Builder }

func (w writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// half is the letter in one language.
func (w writer) half(n Notice, e *journal.Sealed, t term, in func(word) string, mark string) {
	d := e.Entry.Data
	field := func(name word, value string) {
		if value != "" {
			w.line("%s: %s", in(name), oneLine(value))
		}
	}
	w.line("%s%s", mark, in(t.name))
	field(word{"場所", "where"}, place(e))
	clock := ""
	if !e.Entry.Synced {
		clock = in(word{"(時計は未同期)", " (its clock was not synchronised)"})
	}
	field(word{"発生", "when"}, stamp(e.Entry.At.Wall)+clock)
	field(word{"重さ", "severity"}, in(severities[e.Entry.Severity]))
	for _, f := range []struct {
		name  word
		value string
	}{
		{word{"理由", "reason"}, d.Reason}, {word{"利用者", "person"}, d.Person}, {word{"カード", "card"}, d.Credential},
		{word{"許可", "permit"}, d.Permit}, {word{"立会者", "escort"}, d.Escort}, {word{"箇所", "point"}, d.Point},
		{word{"宛先", "recipient"}, d.Recipient}, {word{"詳細", "detail"}, d.Detail}, {word{"受付", "by"}, d.Account}, {word{"記録", "journal"}, d.Journal},
	} {
		field(f.name, f.value)
	}
	field(word{"警報番号", "alarm"}, d.Alarm)
	field(word{"記録番号", "entry"}, EntryID(e.Origin.Controller, e.Origin.Journal, e.Sequence))
	if n.Kind == Test {
		w.line("%s", in(word{"これは試験です。対応は不要です。", "This is a test. Nothing has to be done."}))
		return
	}
	field(word{"次にすること", "what to do next"}, in(t.next))
	if e.Entry.Type == journal.AlarmRaised || e.Entry.Type == journal.AlarmEscalated {
		field(word{"受付", "to acknowledge"}, acknowledge(e))
	}
}

// acknowledge is the command that does: at the door, or where the central log is.
func acknowledge(e *journal.Sealed) string {
	switch alarm.CauseType(e.Entry.Data.Alarm).Class() {
	case "controller", "notice", "certificate", "checkpoint": // the central log's own
		return "kidobanlog alarm ack " + e.Entry.Data.Alarm
	}
	return "kidoban alarm ack " + e.Entry.Data.Alarm + "  (" + e.Origin.Controller + ")"
}

// names are what a private part has of people and purposes.
func (w writer) names(private []byte) {
	var p map[string]any
	if json.Unmarshal(private, &p) != nil {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(p)) {
		if s, is := p[k].(string); is && s != "" && k != "salt" {
			w.line("%s: %s", k, oneLine(s))
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func stamp(t time.Time) string { return t.In(access.JST).Format("2006-01-02 15:04:05") }

// digest is one letter in the place of many: what is gravest first, each once, in the order in which it happened.
func digest(n Notice) Letter {
	w := writer{&strings.Builder{}}
	w.line("通知が届かなかった間の %d 件をまとめて送ります。", len(n.Folded))
	w.line("In one letter: %d notices that had waited.", len(n.Folded))
	grave := 0
	for _, most := range []bool{true, false} {
		first := true
		for _, f := range n.Folded {
			e, err := journal.Parse(f.Entry)
			if err != nil || alarm.AtLeast(e.Entry.Severity, journal.Alert) != most {
				continue
			}
			if first {
				w.line("\n%s", map[bool]string{true: "警報 / alarms", false: "その他 / other"}[most])
				first = false
			}
			if most {
				grave++
			}
			t := termOf(&e)
			w.line("%s %s %s%s / %s  [%s]", stamp(e.Entry.At.Wall), place(&e), markOf(f, &e).ja, t.name.ja, t.name.en, f.ID)
		}
	}
	w.line("\n受付待ちの警報: kidoban alarm list, kidobanlog alarm list\nnotice %s", n.ID)
	return Letter{fmt.Sprintf("[kidoban] 未達の通知 %d 件(警報 %d 件) / %d notices that had waited, %d of them alarms", len(n.Folded), grave, len(n.Folded), grave), w.String()}
}
