package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// alarmed is what people do about alarms and emergencies.
func (w *World) alarmed(words []string) (bool, error) {
	words, person, _ := take(words, "by")
	by := w.account(person)
	switch verb, args := words[0], words[1:]; {
	case verb == "acknowledge" && len(args) == 1:
		return true, w.onAlarm(by, args[0], false, func(id string) controller.Ask { return controller.AckAlarm{ID: id} })
	case verb == "silence" && len(args) == 0:
		return true, w.askAs(by, controller.SilenceSiren{Door: w.door(nil)})
	case verb == "close-alarm" && len(args) == 2:
		return true, w.onAlarm(by, args[0], true, func(id string) controller.Ask { return controller.CloseAlarm{ID: id, Finding: args[1]} })
	case verb == "emergency" && len(args) > 0:
		return true, w.declareEmergency(by, args)
	case verb == "renew" && len(args) == 0, verb == "clear" && len(args) == 0:
		return true, w.onIncident(by, verb)
	case verb == "seen" && len(args) == 1, verb == "unseen" && len(args) == 1:
		return true, w.askAs(by, controller.AccountFor{List: w.list().ID, Person: access.PersonID(args[0]), Undo: verb == "unseen"})
	case verb == "report" && len(args) == 2:
		return true, w.askAs(by, controller.ReportThreat{Report: ledger.Report{
			Zone: args[0], Found: w.now.Wall, Text: ledger.ReportText{FoundBy: person, What: args[1]},
		}})
	case verb == "review" && (len(args) == 2 || len(args) == 3):
		ask := controller.SignMonth{Zone: args[0], Month: args[1]}
		if len(args) == 3 {
			ask.Abnormal, ask.Findings = true, args[2]
		}
		return true, w.askAs(by, ask)
	}
	return false, nil
}

// account is a person's, or the scenario's own.
func (w *World) account(person string) controller.Account {
	if person == "" {
		return controller.Account{Name: "scenario", Operate: true, Roster: true}
	}
	return controller.Account{Name: person, Person: access.PersonID(person)}
}

func (w *World) askAs(by controller.Account, a controller.Ask) error {
	w.told = nil
	if out := w.drive.Turn(w.now, controller.Request{Account: by, Ask: a}); out.Answer.Refusal != "" {
		return errors.New(out.Answer.Refusal)
	}
	return nil
}

// onAlarm acts on the oldest alarm that an entry of a type raised.
func (w *World) onAlarm(by controller.Account, kind string, acknowledged bool, ask func(id string) controller.Ask) error {
	all, _ := w.question(by, controller.AskAlarms{}).([]ledger.Alarm)
	for _, a := range all {
		if a.Type == kind && a.Acknowledged.IsZero() != acknowledged {
			return w.askAs(by, ask(a.ID))
		}
	}
	return fmt.Errorf("no alarm %s is open", kind)
}

// question asks what changes nothing.
func (w *World) question(by controller.Account, a controller.Ask) any {
	return w.drive.State.Turn(w.now, controller.Request{Account: by, Ask: a}).Answer.Value
}

// declareEmergency is emergency [ZONE] [drill] [lockdown] [no-visitors] [for DURATION] "WHY".
func (w *World) declareEmergency(by controller.Account, args []string) (err error) {
	var d controller.Declare
	args, d.Drill = drop(args, "drill")
	args, d.Lockdown = drop(args, "lockdown")
	args, d.NoVisitors = drop(args, "no-visitors")
	args, length, timed := take(args, "for")
	if timed {
		if d.For, err = time.ParseDuration(length); err != nil {
			return err
		}
	}
	switch len(args) {
	case 1:
		d.Why = args[0]
	case 2:
		d.Zone, d.Why = args[0], args[1]
	default:
		return fmt.Errorf(`emergency [ZONE] [drill] [lockdown] [no-visitors] [for DURATION] "WHY"`)
	}
	return w.askAs(by, d)
}

// onIncident renews or clears the emergency that is declared.
func (w *World) onIncident(by controller.Account, verb string) error {
	all, _ := w.question(by, controller.AskIncidents{}).([]ledger.Declaration)
	if len(all) == 0 {
		return fmt.Errorf("no emergency is declared")
	}
	last := all[len(all)-1]
	if verb == "renew" {
		return w.askAs(by, controller.Declare{ID: last.ID})
	}
	return w.askAs(by, controller.ClearEmergency{ID: last.ID, Text: "over"})
}

// list is the kept list by which people are counted now.
func (w *World) list() (c controller.Count) {
	if r, _ := w.question(w.account(""), controller.AskRoom{}).(controller.Room); len(r.Counts) > 0 {
		c = r.Counts[0]
	}
	return c
}

// missing compares who is to be looked for by the kept list: ID, or ID+ for one who came after it was kept.
func (w *World) missing(want []string) error {
	var got []string
	for _, l := range w.list().Lines {
		switch {
		case l.Safe():
		case l.Later:
			got = append(got, string(l.Person)+"+")
		default:
			got = append(got, string(l.Person))
		}
	}
	return same("missing", got, want)
}

func same(what string, got, want []string) error {
	if len(got) == 0 {
		got = []string{"nobody"}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: %s", what, strings.Join(got, " "))
	}
	return nil
}

// muster compares the muster list: ID for one who is inside, ID? for one who perhaps is, ID<ESCORT for a visitor.
func (w *World) muster(want []string) error {
	m, _ := w.question(controller.Account{}, controller.AskMuster{}).(ledger.Muster)
	var got []string
	for _, l := range m.Lines {
		s := string(l.Person)
		if l.Visitor {
			s += "<" + string(l.Escort)
		}
		if l.Unverified {
			s += "?"
		}
		got = append(got, s)
	}
	return same("muster", got, want)
}
