package words

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/journal"
)

// Line is an entry of the journal as a page shows it.
type Line struct {
	Sequence uint64
	At       time.Time
	Synced   bool     // the clock could be believed
	Severity Severity // how grave it is
	What     string   // what happened: 入室を許可しました
	Where    string   // door and direction, or the zone
	Who      string   // the person whom it is about, by name where names knows it
	By       string   // the account that gave the order
	About    []Detail // everything else that it says
	Drill    bool
}

// Detail is one member of an entry.
type Detail struct{ Name, Value string }

// Severity is how grave an entry is: by word and sign, and only then by the colour of Class.
type Severity struct {
	Class string // "info", "notice", "warning", "alert", "emergency": for the stylesheet
	Word  string // 警報
	Sign  string // ▲
}

// Entry puts an entry into words. names gives a person's name, "" where it has none or may not say it; nil knows nobody.
func Entry(l access.Language, e journal.Sealed, names func(person string) string) Line {
	return Line{Sequence: e.Sequence, At: e.Entry.At.Wall, Synced: e.Entry.Synced, What: string(e.Entry.Type)}
}
