package scenario

import (
	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// transferred is a line of the stage about a person who is known, after the start: it changes the roster at once. With
// "gone" before it the row is taken out.
func (w *World) transferred(words []string) (bool, error) {
	gone := words[0] == "gone" && len(words) > 1
	if gone {
		words = words[1:]
	}
	switch words[0] {
	case "post", "member", "finding", "duty":
	default:
		return false, nil
	}
	rows := cast{}
	kept := w.cast
	w.cast = rows
	_, err := w.stage(words)
	rows, w.cast = w.cast, kept
	if err != nil {
		return true, err
	}
	var edits []ledger.Edit
	rec := rows.roster.Records
	for _, r := range rec.Incumbents {
		edits = append(edits, ledger.Edit{Incumbency: &r, Delete: gone})
	}
	for _, r := range rec.Belongings {
		edits = append(edits, ledger.Edit{Belonging: &r, Delete: gone})
	}
	for _, r := range rec.Findings {
		edits = append(edits, ledger.Edit{Finding: &r, Delete: gone})
	}
	for _, r := range rec.Duties {
		edits = append(edits, ledger.Edit{Duty: &r, Delete: gone})
	}
	return true, w.ask(controller.EditRoster{Edits: edits, Type: journal.RosterChanged})
}
