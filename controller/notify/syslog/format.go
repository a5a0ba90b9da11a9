package syslog

import (
	"fmt"
	"strconv"
	"strings"

	"kidoban/controller/alarm"
	"kidoban/controller/archive"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
)

const facility = 13 // log audit

// levels are syslog's severities.
var levels = map[journal.Severity]int{journal.Emergency: 0, journal.Alert: 1, journal.Warning: 4, journal.Notice: 5, journal.Info: 6}

// level is an entry's: the contract's own for some types, else by its severity.
func level(e *journal.Sealed) int {
	t := e.Entry.Type
	if t == journal.AlarmRaised || t == journal.AlarmEscalated {
		t = alarm.CauseType(e.Entry.Data.Alarm)
	}
	if t == journal.DoorHeld {
		return 4
	}
	if l, known := levels[e.Entry.Severity]; known {
		return l
	}
	return 5
}

// message is one notice as RFC 5424 has it: who said what as fields, and the line that a person reads.
func (c *Channel) message(n notify.Notice) ([]byte, error) {
	e, err := journal.Parse(n.Entry)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s kidoban %s %s ", facility*8+level(&e), e.Entry.At.Wall.Format("2006-01-02T15:04:05.000Z07:00"),
		name(e.Origin.Controller, 255), name(e.Origin.Journal, 128), name(string(e.Entry.Type), 32))
	if !e.Entry.Synced {
		b.WriteString(`[timeQuality tzKnown="1" isSynced="0"]`)
	}
	fmt.Fprintf(&b, "[kidoban@%d", c.cfg.Enterprise)
	for _, f := range c.fields(n, &e) {
		if f[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, f[0], value(f[1]))
		}
	}
	b.WriteString("] \xEF\xBB\xBF")
	if n.Kind == notify.Test {
		b.WriteString("TEST ")
	}
	b.WriteString(archive.Line(n.Entry))
	return []byte(b.String()), nil
}

func (c *Channel) fields(n notify.Notice, e *journal.Sealed) [][2]string {
	d := &e.Entry.Data
	return [][2]string{
		{"notice", n.ID}, {"kind", string(n.Kind)}, {"turn", strconv.Itoa(n.Turn)}, {"site", e.Origin.Site}, {"controller", e.Origin.Controller},
		{"sequence", strconv.FormatUint(e.Sequence, 10)}, {"severity", string(e.Entry.Severity)}, {"subject", e.Entry.Subject}, {"door", d.Door},
		{"zone", d.Zone}, {"direction", d.Direction}, {"person", d.Person}, {"credential", d.Credential}, {"reason", d.Reason}, {"rule", d.Rule},
		{"permit", d.Permit}, {"visit", d.Visit}, {"account", d.Account}, {"alarm", d.Alarm}, {"of", d.Controller}, {"recipient", d.Recipient},
	}
}

// name is a header field: printable ASCII without spaces.
func name(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	if s = s[:min(len(s), most)]; s == "" {
		return "-"
	}
	return s
}

// value is a field of structured data: UTF-8, its quotes, backslashes and brackets escaped.
func value(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`, "\n", " ", "\r", " ", "\x00", "").Replace(strings.ToValidUTF8(s, "�"))
}
