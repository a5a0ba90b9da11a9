package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/controller/store"
)

// visited is what people do about visits. Those meant are named by their persons.
func (w *World) visited(words []string) (bool, error) {
	words, person, _ := take(words, "by")
	by := w.account(person)
	verb, args := words[0], words[1:]
	switch verb {
	case "announce":
		if len(args) < 2 {
			return true, fmt.Errorf("announce PERMIT ID… by PERSON")
		}
		args, door, _ := take(args, "at-door")
		ask := controller.Announce{Permit: w.permits[args[0]], Door: w.door(nil)}
		if door != "" {
			ask.Door = door
		}
		for _, p := range args[1:] {
			ask.Persons = append(ask.Persons, access.PersonID(p))
		}
		return true, w.askAs(by, ask)
	case "hand-over":
		return true, w.askAs(by, controller.HandOver{Visits: w.visits(args)})
	case "ask-consent":
		return true, w.askAs(by, controller.AskConsent{Visits: w.visits(args)})
	case "consent", "withhold":
		return true, w.askAs(by, controller.GiveConsent{Visits: w.visits(args), Withhold: verb == "withhold"})
	case "follow-up":
		args, text, _ := take(args, "text")
		return true, w.askAs(by, controller.GiveConsent{Visits: w.visits(args), Text: text})
	case "leaves":
		args, now := drop(args, "now")
		return true, w.askAs(by, controller.Leave{Visits: w.visits(args), Now: now})
	case "late":
		return true, w.late(by, args)
	case "rescue":
		return true, w.rescue(by, args)
	case "correct":
		return true, w.correct(by, args)
	}
	return false, nil
}

// visits are the newest lines of persons.
func (w *World) visits(persons []string) (out []string) {
	for _, p := range persons {
		if v, ok := w.newest(p); ok {
			out = append(out, v.ID)
		} else {
			out = append(out, "of-"+p)
		}
	}
	return out
}

// newest is a person's newest line of the register, as it is stored.
func (w *World) newest(person string) (ledger.Visit, bool) {
	for v, err := range w.store.Visits(w.ctx, store.Lines{Person: access.PersonID(person), Newest: true, Limit: 1}) {
		return v, err == nil
	}
	return ledger.Visit{}, false
}

// late is ID [permit NAME] [escort ID] at HH:MM:SS "WHY".
func (w *World) late(by controller.Account, args []string) error {
	args, permit, _ := take(args, "permit")
	args, escort, _ := take(args, "escort")
	args, at, _ := take(args, "at")
	if len(args) != 2 {
		return fmt.Errorf(`late ID [permit NAME] [escort ID] at HH:MM:SS "WHY" by PERSON`)
	}
	entered, err := instant(w.now.Wall.In(jst).Format("2006-01-02"), at)
	if err != nil {
		return err
	}
	return w.askAs(by, controller.EnterLate{
		Zone: w.conf.Doors[0].Zone, Person: access.PersonID(args[0]), Permit: w.permits[permit], Escort: access.PersonID(escort),
		Entered: entered, Text: args[1],
	})
}

// rescue is fire|police|ambulance|key [N] [release], or done ID TEXT.
func (w *World) rescue(by controller.Account, args []string) error {
	args, release := drop(args, "release")
	if len(args) == 3 && args[0] == "done" {
		return w.askAs(by, controller.CompleteEmergency{ID: args[1], Text: args[2], Left: w.now.Wall})
	}
	ask := controller.EnterEmergency{Zone: w.conf.Doors[0].Zone, LetIn: by.Person}
	if release {
		ask.Door = w.door(nil)
	}
	if len(args) > 1 {
		if _, err := fmt.Sscan(args[1], &ask.Count); err != nil {
			return err
		}
	}
	if len(args) > 0 {
		ask.Service = args[0]
	}
	return w.askAs(by, ask)
}

// correct is ID FIELD VALUE "WHY" checked ID permitted ID by MAKER: proposed by the one, approved by the others.
func (w *World) correct(by controller.Account, args []string) error {
	args, checker, _ := take(args, "checked")
	args, permitter, _ := take(args, "permitted")
	if len(args) != 4 {
		return fmt.Errorf(`correct ID FIELD VALUE "WHY" checked ID permitted ID by MAKER`)
	}
	v, ok := w.newest(args[0])
	if !ok {
		return fmt.Errorf("no line of %s", args[0])
	}
	out := w.drive.Turn(w.now, controller.Request{Account: by, Ask: controller.Propose{Ask: controller.CorrectVisit{
		Visit: v.ID, Field: args[1], After: args[2], Reason: args[3], Row: &v,
	}}})
	if out.Answer.Refusal != "" {
		return errors.New(out.Answer.Refusal)
	}
	id := out.Answer.Value.(controller.Proposed).ID
	for _, who := range []string{checker, permitter} {
		if who == "" {
			continue
		}
		if err := w.askAs(w.account(who), controller.Approve{ID: id, Row: &v}); err != nil {
			return err
		}
	}
	return nil
}

// line compares the newest line of a person in the register with NAME=VALUE ….
func (w *World) line(args []string) error {
	v, ok := w.newest(args[0])
	if !ok {
		return fmt.Errorf("the register has no line of %s", args[0])
	}
	have := lineFields(v)
	for _, want := range args[1:] {
		name, value, _ := strings.Cut(want, "=")
		if have[name] != value {
			return fmt.Errorf("%s is %q in %v", name, have[name], have)
		}
	}
	return nil
}

func lineFields(v ledger.Visit) map[string]string {
	clock := func(t time.Time) string {
		if t.IsZero() {
			return "none"
		}
		return t.In(jst).Format("15:04:05")
	}
	var escorts, incidents []string
	for _, e := range v.Escorts {
		escorts = append(escorts, string(e.Person))
	}
	for _, i := range v.Incidents {
		incidents = append(incidents, strings.TrimPrefix(i.Type, "visit."))
	}
	return map[string]string{
		"class": v.Class, "purpose": v.Purpose, "entered": clock(v.Entered), "left": clock(v.Left), "how": v.LeftHow,
		"permit": string(v.Permit), "permitted-by": string(v.PermitAct.Person), "consent": string(v.Consent.State),
		"consent-by": string(v.Consent.Act.Person), "escort": strings.Join(escorts, ","), "incidents": strings.Join(incidents, ","),
		"id": v.ID, "late": fmt.Sprint(v.Late), "corrections": fmt.Sprint(len(v.Corrections)), "name": v.Name,
	}
}
