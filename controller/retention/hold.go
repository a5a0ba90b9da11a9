package retention

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// KindHold is the kind of the ledger.Document that a Hold is kept as.
const KindHold = "hold"

// Hold keeps records from disposal (廃棄留保) because of an incident, an audit (Article 16(5)) or litigation: a class, a
// fiscal year, a class in a year, or one visit, permit or incident with all that belongs to it.
type Hold struct {
	ID       string    `json:"id"`
	Class    Class     `json:"class,omitzero"` // Permanent = every class
	Year     int       `json:"year,omitzero"`  // 0 = every year
	Visit    string    `json:"visit,omitzero"`
	Permit   string    `json:"permit,omitzero"`
	Incident string    `json:"incident,omitzero"`
	Reason   string    `json:"reason"`
	Set      time.Time `json:"set"`
	By       string    `json:"by"` // the account
	Lifted   time.Time `json:"lifted,omitzero"`
	LiftedBy string    `json:"lifted_by,omitzero"`
}

// Check says what is wrong with what is to be held.
func (h *Hold) Check() error {
	one := 0
	for _, s := range []string{h.Visit, h.Permit, h.Incident} {
		if s != "" {
			one++
		}
	}
	switch {
	case one > 1, one == 1 && (h.Class != Permanent || h.Year != 0):
		return errors.New("a hold is of one visit, permit or incident, or of a class, a fiscal year, or both")
	case one == 0 && h.Class == Permanent && h.Year == 0:
		return errors.New("say what is held: --visit, --permit, --incident, --class, --year")
	case h.Year != 0 && (h.Year < 1926 || h.Year > 9998):
		return fmt.Errorf("%d is no fiscal year", h.Year)
	}
	return nil
}

// Stands says that it is not lifted.
func (h *Hold) Stands() bool { return h.Lifted.IsZero() }

// covers says that it is of records of a class in a fiscal year.
func (h *Hold) covers(c Class, year int) bool {
	return h.Visit+h.Permit+h.Incident == "" && (h.Class == Permanent || h.Class == c) && (h.Year == 0 || h.Year == year)
}

// What names what is held.
func (h *Hold) What() string {
	switch {
	case h.Visit != "":
		return "visit " + h.Visit
	case h.Permit != "":
		return "permit " + h.Permit
	case h.Incident != "":
		return "incident " + h.Incident
	case h.Year == 0:
		return h.Class.String()
	case h.Class == Permanent:
		return fmt.Sprintf("FY%d", h.Year)
	}
	return fmt.Sprintf("%s FY%d", h.Class, h.Year)
}

// Standing are the ids of those that are not lifted, in order.
func Standing(holds []Hold) []string {
	out := []string{}
	for i := range holds {
		if holds[i].Stands() {
			out = append(out, holds[i].ID)
		}
	}
	slices.Sort(out)
	return out
}
