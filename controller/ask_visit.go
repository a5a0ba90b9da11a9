package controller

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// The questions about permits and visits.
type (
	// AskPermits asks for permits: []FoundPermit, newest first. Zero members ask for all.
	AskPermits struct {
		ID     access.PermitID
		Person access.PersonID
		Open   bool                 // those on which somebody may still enter, and those that wait for the officer
		State  []access.PermitState // one of these
		Before access.PermitID      // older than this one
		Limit  int                  // so many at most
	}
	// AskVisits asks for the open lines and those that wait for a consent: []ledger.Visit, oldest first.
	AskVisits struct{}
)

// FoundPermit is a permit with the names of those whom it knows by their number alone, as they are called now; "" for nobody.
type FoundPermit struct {
	ledger.Permit
	Applicant string `json:"applicant,omitempty"` // RequestedBy
	Recorder  string `json:"recorder,omitempty"`  // OralBy
}

// The acts of Article 20(2): permits. Answer.Value of the first two is the access.PermitID.
type (
	// RequestPermit asks for a permit. Of Permit the caller fills Zone, Span, Days, Daily, Holders, Most, Entries and Text;
	// visitors of Text who are not in the roster get a person of their own.
	RequestPermit struct {
		Permit ledger.Permit
		Tablet string // the door at whose tablet the visitor wrote it; the account answers for the tablet
	}
	// RecordOral records a permission that the officer spoke (口頭許可): by a person of Article 20(1), before the entry.
	RecordOral struct {
		Permit ledger.Permit
		Spoken time.Time // when; zero = now
		How    string    // "telephone", "in_person"
	}
	// DecidePermit grants or refuses: the officer of the zone alone.
	DecidePermit struct {
		ID     access.PermitID
		Grant  bool
		Reason string
		Deputy bool // 代決, where the site allows it
	}
	// ConfirmPermit confirms an oral permission, or reviews a deputy's decision (後閲).
	ConfirmPermit struct{ ID access.PermitID }
	// RevokePermit withdraws a permit.
	RevokePermit struct {
		ID     access.PermitID
		Reason string
	}
	// NameVisitor names a person on the day, on a permit that says so. Answer.Value is the access.PersonID.
	NameVisitor struct {
		Permit  access.PermitID
		Visitor ledger.Visitor
		Tablet  string // as in RequestPermit
	}
)

// The acts of Article 20(3) and (4): visits.
type (
	// Announce chooses visitors by name at a door; an escort's badge within the window lets them in.
	Announce struct {
		Permit   access.PermitID
		Persons  []access.PersonID
		Door     string
		Identity string // 本人確認の方法
		Badge    string // 名札番号
		Tablet   bool   // the visitor chose their own name at the door's tablet
	}
	// HandOver makes the account's own person the escort of visits: 立会いを交代する.
	HandOver struct{ Visits []string }
	// AskConsent asks for the consent to leave: 退室の承諾を求める.
	AskConsent struct{ Visits []string }
	// GiveConsent consents to leaving or withholds it, for a group in one act. For those who have left without it, it is
	// the written follow-up (事後) and needs a Text.
	GiveConsent struct {
		Visits   []string
		Withhold bool
		Text     string
	}
	// Leave says that visitors without a card leave with the door's next opening or, with Now, by the account's word.
	Leave struct {
		Visits []string
		Now    bool
	}
	// EnterLate opens a line by hand for one who came in without one (供連れ): who, when, on what permit, with whom.
	EnterLate struct {
		Zone    string
		Person  access.PersonID
		Permit  access.PermitID
		Escort  access.PersonID
		Entered time.Time
		Text    string // why
	}
	// CorrectVisit corrects one field of a line when maker, checker and permitter have done their part.
	CorrectVisit struct {
		Visit          string
		Field, After   string
		Reason         string
		Maker, Checker ledger.Act
		Permitter      ledger.Act
		Row            *ledger.Visit // the line as it is stored, where it waits for nothing any more
	}
	// EnterEmergency records a 緊急入室; with Door it releases that door once. Answer.Value is its id.
	EnterEmergency struct {
		Zone    string
		Door    string
		Service string // "fire", "police", "ambulance", "key"
		Count   int
		LetIn   access.PersonID
		Text    string
	}
	// CompleteEmergency completes the record afterwards.
	CompleteEmergency struct {
		ID    string
		Count int
		Left  time.Time
		Text  string
	}
)

func (AskPermits) ask()        {}
func (AskVisits) ask()         {}
func (RequestPermit) ask()     {}
func (RecordOral) ask()        {}
func (DecidePermit) ask()      {}
func (ConfirmPermit) ask()     {}
func (RevokePermit) ask()      {}
func (NameVisitor) ask()       {}
func (Announce) ask()          {}
func (HandOver) ask()          {}
func (AskConsent) ask()        {}
func (GiveConsent) ask()       {}
func (Leave) ask()             {}
func (EnterLate) ask()         {}
func (CorrectVisit) ask()      {}
func (EnterEmergency) ask()    {}
func (CompleteEmergency) ask() {}
