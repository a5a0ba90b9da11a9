package controller

import (
	"fmt"
	"slices"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
)

// FormWiring is 設置・検収記録: nothing of the register is on it, so who checks the wiring prints it.
const FormWiring = "installation"

// Printed records, before anything is made, that an account prints a form or exports it as CSV, and for what (Article
// 21(4) by analogy). Answer.Value is the print id (印刷番号) that every sheet carries.
type Printed struct {
	Form     string // a word of the forms' own: "register", "slip", …
	Export   bool   // as CSV
	Zone     string
	Person   access.PersonID
	Permit   access.PermitID
	Visit    string
	Document string    // of a report, an emergency entry
	From     time.Time // what is printed of, if it is of a time
	Until    time.Time
	Private  []byte // the purpose in the person's words, as a private part
}

// MayPrint asks, before anything is read for it, whether an account may print or export at all: in a zone, or with none named
// in any. That it may not is an entry.
type MayPrint struct {
	Form   string
	Export bool
	Zone   string
}

func (Printed) ask()  {}
func (MayPrint) ask() {}

// mayPrint is why not.
func (s *State) mayPrint(a Account, ask MayPrint) string {
	action := printing(Printed{Form: ask.Form, Export: ask.Export})
	if ask.Zone == "" && slices.ContainsFunc(s.zones(), func(zone string) bool { return s.allows(a, action, zone) }) {
		return ""
	}
	return s.may(a, action, ask.Zone)
}

// printing is what an account must be allowed to do for it.
func printing(ask Printed) account.Action {
	if ask.Form == FormWiring {
		return account.CheckWiring
	}
	if ask.Export {
		return account.ExportRegister
	}
	return account.PrintRegister
}

// printed gives a print its number and writes it down. It is answered once that is durable: then the form may be made.
func (s *State) printed(a Account, ask Printed) *Answer {
	if len(ask.Private) == 0 {
		return &Answer{Refusal: "say what it is for (--purpose): nothing is printed or exported that need not be (運用基準, after 第21条第4項)"}
	}
	id := s.number("print", "%d-F%04d")
	d := journal.Data{
		Account: a.Name, Person: string(ask.Person), Mode: ask.Form, Zone: ask.Zone, Permit: string(ask.Permit), Visit: ask.Visit,
		Document: ask.Document,
	}
	if !ask.From.IsZero() {
		d.From = jst(ask.From).Format(time.RFC3339)
	}
	if !ask.Until.IsZero() {
		d.Until = jst(ask.Until).Format(time.RFC3339)
	}
	t := journal.AccountPrinted
	if ask.Export {
		t = journal.AccountExported
	}
	s.noteWith(t, journal.Notice, fmt.Sprintf("print/%s", id), d, ask.Private)
	return &Answer{Value: id, Order: true}
}
