package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// permitted is what people do about permits: "permit VERB NAME … by PERSON".
func (w *World) permitted(words []string) (bool, error) {
	if words[0] != "permit" || len(words) < 3 {
		return false, nil
	}
	words, person, _ := take(words, "by")
	by, verb, name, args := w.account(person), words[1], words[2], words[3:]
	id := w.permits[name]
	text := strings.Join(args, " ")
	switch verb {
	case "request", "oral":
		return true, w.requestPermit(by, verb == "oral", name, args)
	case "grant", "refuse":
		args, deputy := drop(args, "deputy")
		return true, w.askAs(by, controller.DecidePermit{ID: id, Grant: verb == "grant", Reason: strings.Join(args, " "), Deputy: deputy})
	case "confirm":
		return true, w.askAs(by, controller.ConfirmPermit{ID: id})
	case "revoke":
		return true, w.askAs(by, controller.RevokePermit{ID: id, Reason: text})
	case "name":
		return true, w.askAs(by, controller.NameVisitor{Permit: id, Visitor: ledger.Visitor{Person: access.PersonID(text)}})
	}
	return true, fmt.Errorf("a permit is requested, oral, granted, refused, confirmed, revoked or named")
}

// requestPermit is ID … [zone ZONE] [purpose WHY] [from T] [until T] [daily HH:MM-HH:MM] [entries N] [up-to N]
// [spoken T].
func (w *World) requestPermit(by controller.Account, oral bool, name string, args []string) (err error) {
	args, span, err := spanOf(args)
	if err != nil {
		return err
	}
	args, zone, zoned := take(args, "zone")
	args, purpose, _ := take(args, "purpose")
	args, entries, limited := take(args, "entries")
	args, most, open := take(args, "up-to")
	args, daily, timed := take(args, "daily")
	args, spoken, told := take(args, "spoken")
	p := ledger.Permit{Permit: access.Permit{Zone: w.conf.Doors[0].Zone, Span: span}}
	if zoned {
		p.Zone = zone
	}
	if limited {
		_, err = fmt.Sscan(entries, &p.Entries)
	}
	if open && err == nil {
		_, err = fmt.Sscan(most, &p.Most)
	}
	if timed && err == nil {
		p.Daily, err = hoursOf(daily)
	}
	var at time.Time
	if told && err == nil {
		at, err = moment(spoken)
	}
	if err != nil {
		return err
	}
	p.Text.Purpose, p.Text.Organisation = purpose, "架空システム株式会社"
	for _, who := range args {
		p.Text.Visitors = append(p.Text.Visitors, ledger.Visitor{Person: access.PersonID(who)})
	}
	var ask controller.Ask = controller.RequestPermit{Permit: p}
	if oral {
		ask = controller.RecordOral{Permit: p, How: "telephone", Spoken: at}
	}
	w.told = nil
	out := w.drive.Turn(w.now, controller.Request{Account: by, Ask: ask})
	if out.Answer.Refusal != "" {
		return errors.New(out.Answer.Refusal)
	}
	if w.permits == nil {
		w.permits = map[string]access.PermitID{}
	}
	w.permits[name] = out.Answer.Value.(access.PermitID)
	return nil
}

// refused is "refused WORD LINE …": the rest is an order, and it must be refused with an answer that has WORD in it.
func (w *World) refused(l Line) (bool, error) {
	words := l.Words
	if words[0] != "refused" || len(words) < 3 {
		return false, nil
	}
	err := w.play(Line{File: l.File, No: l.No, Text: l.Text, Words: words[2:]})
	switch {
	case err == nil:
		return true, errors.New("it was not refused")
	case !strings.Contains(err.Error(), words[1]):
		return true, fmt.Errorf("refused otherwise: %w", err)
	}
	return true, nil
}
