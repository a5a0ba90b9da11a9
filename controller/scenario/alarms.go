package scenario

import (
	"fmt"

	"kidoban/controller"
	"kidoban/controller/ledger"
)

// alarmed is what people do about alarms and emergencies.
func (w *World) alarmed(words []string) (bool, error) {
	switch verb, args := words[0], words[1:]; {
	case verb == "acknowledge" && len(args) == 1:
		return true, w.onAlarm(args[0], false, func(id string) controller.Ask { return controller.AckAlarm{ID: id} })
	case verb == "close-alarm" && len(args) == 2:
		return true, w.onAlarm(args[0], true, func(id string) controller.Ask { return controller.CloseAlarm{ID: id, Finding: args[1]} })
	}
	return false, nil
}

// onAlarm acts on the oldest alarm that an entry of a type raised.
func (w *World) onAlarm(kind string, acknowledged bool, ask func(id string) controller.Ask) error {
	out := w.drive.State.Turn(w.now, controller.Request{Account: controller.Account{Operate: true}, Ask: controller.AskAlarms{}})
	for _, a := range out.Answer.Value.([]ledger.Alarm) {
		if a.Type == kind && a.Acknowledged.IsZero() != acknowledged {
			return w.ask(ask(a.ID))
		}
	}
	return fmt.Errorf("no alarm %s is open", kind)
}
