package report

import (
	"fmt"
	"io"

	"kidoban/controller/ledger"
	"kidoban/controller/report/sheet"
)

// Emergency is 緊急入室報告書: fire brigade, police or ambulance inside, or the sealed key used. They are not permit holders
// of Article 20(3).
type Emergency struct {
	Entry ledger.EmergencyEntry
	LetIn string // the name of who let them in, "" = the id, or unknown
}

var services = map[string]word{
	"fire": {"消防", "fire brigade"}, "police": {"警察", "police"}, "ambulance": {"救急", "ambulance"},
	"key": {"非常用鍵の使用", "sealed emergency key"},
}

func (e Emergency) fields(h *Head) []field {
	n := &e.Entry
	service, known := services[n.Service]
	if !known {
		service = word{n.Service, n.Service}
	}
	people := h.say(unknown)
	if n.Count > 0 {
		people = fmt.Sprintf(h.say(word{"%d人", "%d"}), n.Count)
	}
	letIn := e.LetIn
	if letIn == "" {
		letIn = string(n.LetIn)
	}
	return []field{
		{label: word{"番号", "Number"}, value: h.known(n.ID)},
		{label: word{"機関・区分", "Service"}, value: h.known(h.say(service))},
		{label: word{"扉", "Door"}, value: h.written(n.Door)},
		{label: word{"入室日時", "Entered"}, value: h.second(n.Entered, unknown)},
		{label: word{"人数", "Persons"}, value: plain(people)},
		{label: word{"入室させた者", "Let in by"}, value: h.known(letIn)},
		{label: word{"退室日時", "Left"}, value: h.second(n.Left, unknown)},
		{label: word{"状況・経過", "What happened"}, value: h.known(n.Text), tall: 160},
		{label: word{"補記", "Completed"}, value: h.act(n.Completed, word{"未了(補記を要する)", "not yet: to be completed"})},
	}
}

// Doc lays out the report.
func (e Emergency) Doc(h Head) sheet.Doc {
	p := page{
		title: word{"緊急入室報告書", "Report of an emergency entry"}, article: word{"第9条・第11条第6号", ", Articles 9 and 11(6)"}, sub: e.Entry.ID,
	}
	return h.doc(p, h.fields(e.fields(&h)), spacer, h.seals(word{"報告者", "Reported by"}, clerk, h.officer()))
}

// CSV writes the report as two columns.
func (e Emergency) CSV(w io.Writer, h Head) error { return fieldsCSV(w, h, e.fields(&h)) }
