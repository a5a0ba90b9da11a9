package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/journal"
)

// expect compares what is on record, driven and shown with what must be.
func (w *World) expect(words []string) (bool, error) {
	switch verb, args := words[0], words[1:]; {
	case verb == "expect" && len(args) > 0:
		for i, e := range w.told {
			if matches(e, args) {
				w.told = w.told[i+1:]
				return true, nil
			}
		}
		return true, fmt.Errorf("not on record; there is: %s", w.telling())
	case verb == "never" && len(args) > 0:
		if slices.ContainsFunc(w.told, func(e journal.Entry) bool { return matches(e, args) }) {
			return true, fmt.Errorf("is on record: %s", w.telling())
		}
	case verb == "strike" && len(args) > 0:
		look, err := w.panel.Look(w.door(args[1:]))
		if err != nil || look.Strike != (args[0] == "released") {
			return true, fmt.Errorf("the strike is %s", map[bool]string{true: "released", false: "secured"}[look.Strike])
		}
	case (verb == "lamp" || verb == "siren") && len(args) > 0:
		look, err := w.panel.Look(w.door(args[1:]))
		if on := verb == "lamp" && look.Lamp || verb == "siren" && look.Siren; err != nil || on != (args[0] == "on") {
			return true, fmt.Errorf("it is %s", map[bool]string{true: "on", false: "off"}[on])
		}
	case verb == "shows" && len(args) > 0:
		args, exit := drop(args, "exit")
		look, err := w.panel.Look(w.door(args[1:]))
		got := look.Entry
		if exit {
			got = look.Exit
		}
		if err != nil || got != args[0] {
			return true, fmt.Errorf("it shows %s", got)
		}
	case verb == "inside":
		return true, w.inside(args)
	case verb == "line" && len(args) > 0:
		return true, w.line(args)
	case verb == "muster":
		return true, w.muster(args)
	case verb == "missing":
		return true, w.missing(args)
	default:
		return false, nil
	}
	return true, nil
}

func (w *World) inside(want []string) error {
	out := w.drive.State.Turn(w.now, controller.Request{Ask: controller.AskWho{}})
	var got []string
	for _, i := range out.Answer.Value.([]controller.Inside) {
		got = append(got, string(i.Person))
	}
	if len(got) == 0 {
		got = []string{"nobody"}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("inside: %s", strings.Join(got, " "))
	}
	return nil
}

func (w *World) telling() string {
	var b strings.Builder
	for _, e := range w.told {
		fmt.Fprintf(&b, "\n  %s", Brief(e))
	}
	if b.Len() == 0 {
		return "nothing"
	}
	return b.String()
}

// matches compares an entry with TYPE NAME=VALUE …
func matches(e journal.Entry, want []string) bool {
	if string(e.Type) != want[0] {
		return false
	}
	have := fields(e)
	for _, w := range want[1:] {
		name, value, _ := strings.Cut(w, "=")
		if have[name] != value {
			return false
		}
	}
	return true
}

func fields(e journal.Entry) map[string]string {
	d := e.Data
	out := map[string]string{
		"person": d.Person, "card": d.Credential, "reason": d.Reason, "rule": d.Rule, "direction": d.Direction,
		"waiting": d.WaitingFor, "point": d.Point, "mode": d.Mode, "severity": string(e.Severity), "account": d.Account,
		"duration": (time.Duration(d.DurationMS) * time.Millisecond).String(), "tag": d.Tag, "door": d.Door,
		"at": e.At.Wall.In(jst).Format("15:04:05.000"), "count": fmt.Sprint(d.Count),
		"zone": d.Zone, "incident": d.Incident, "document": d.Document, "post": d.Post,
		"permit": d.Permit, "visit": d.Visit, "escort": d.Escort, "consent_by": d.ConsentBy,
	}
	for name, on := range map[string]bool{"start": d.AtStart, "assumed": d.Assumed, "drill": d.Drill} {
		if on {
			out[name] = "true"
		}
	}
	return out
}

// Brief is an entry in one line for a person: 09:05:12 access.granted person=aoki …
func Brief(e journal.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.At.Wall.In(jst).Format("15:04:05.000"), e.Type)
	have := fields(e)
	for _, n := range []string{"door", "direction", "person", "card", "reason", "rule", "waiting", "point", "mode", "start"} {
		if have[n] != "" {
			fmt.Fprintf(&b, " %s=%s", n, have[n])
		}
	}
	return b.String()
}
