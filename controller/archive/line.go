package archive

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Line is an entry for a person to read: "09:05:12 main-ctl door room entry: granted, person p-17, rule art20.1.2". Its
// time is the entry's own. What cannot be read comes as it is, without what could move a terminal's cursor.
func Line(payload []byte) string {
	var e struct {
		ID, Type, Subject, Time, Severity string
		Data                              map[string]any
	}
	if err := json.Unmarshal(payload, &e); err != nil || len(e.Time) < 19 {
		return printable(string(payload))
	}
	controller, _, _ := strings.Cut(e.ID, "/")
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s: %s", e.Time[11:19], controller, strings.ReplaceAll(e.Subject, "/", " "), words(e.Type, e.Subject))
	for _, name := range members(e.Data) {
		switch v := e.Data[name].(type) {
		case bool:
			fmt.Fprintf(&b, ", %s", spaced(name))
		case float64:
			fmt.Fprintf(&b, ", %s %.0f", spaced(name), v)
		default:
			fmt.Fprintf(&b, ", %s %v", spaced(name), v)
		}
	}
	if e.Severity != "" && e.Severity != "info" {
		fmt.Fprintf(&b, " [%s]", e.Severity)
	}
	return printable(b.String())
}

// words leaves out the class where the subject says it: "granted", "opened", but "lock released", "link lost".
func words(typ, subject string) string {
	class, what, _ := strings.Cut(strings.TrimPrefix(typ, "kidoban."), ".")
	if strings.HasPrefix(subject, "door/") && (class == "access" || class == "door") || strings.HasPrefix(subject, class+"/") {
		return spaced(what)
	}
	return class + " " + spaced(what)
}

func spaced(s string) string { return strings.ReplaceAll(s, "_", " ") }

// members puts what matters first, and leaves out what the line has already or no person reads.
func members(data map[string]any) []string {
	first := []string{"reason", "person", "credential", "rule", "permit", "visit"}
	var names []string
	for name := range data {
		switch name {
		case "door", "direction", "private", "latency_us", "grant":
		default:
			names = append(names, name)
		}
	}
	rank := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return names
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, s)
}
