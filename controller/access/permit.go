package access

import "time"

// PermitID names a permit by the fiscal year it was asked for in and its number there: "2026-0001".
type PermitID string

// PermitState is what became of a request for a permit (Article 20(2)). Expired and used up follow from dates and counts.
type PermitState uint8

// The states of a permit. Permitted and PermittedOrally let in.
const (
	Requested       PermitState = iota + 1 // 審査中
	Permitted                              // 許可済
	PermittedOrally                        // 口頭許可・許可者の確認待ち: recorded by a person of Article 20(1)
	NotPermitted                           // 不許可
	Withdrawn                              // 許可取消し
)

// String is the state's word in the record.
func (s PermitState) String() string {
	if int(s) < len(permitStates) {
		return permitStates[s]
	}
	return permitStates[0]
}

var permitStates = [...]string{"undefined", "requested", "granted", "oral", "refused", "revoked"}

// Permit is one permission under Article 20(2) as the rules look at it: whom, where, when, how often. Names and free text
// are not in it.
type Permit struct {
	ID      PermitID
	Zone    string
	State   PermitState
	Decided time.Time // granted, or recorded orally: it lets nobody in before
	Span              // [From, Until)
	Days    [7]bool   // by time.Weekday; none set = every day
	Daily   Hours     // of each day; zero = the whole day
	Holders []Holder  // those named
	Most    int       // with names on the day: so many may be named; 0 = those named when it was decided
	Entries int       // most entries of each holder, 0 = without limit
	Purpose bool      // a purpose is stated (Article 20(3))
}

// Holder is a person whom a permit names, and how often they have entered on it.
type Holder struct {
	Person PersonID
	Used   int
}

// DutyKind is a task that a person is given for a time, without a post.
type DutyKind string

// The duties.
const (
	DutyConsent DutyKind = "consent" // 退室承諾の指定者, Article 20(4): designated beforehand by 市民課長
	DutyClerk   DutyKind = "clerk"   // 入退室事務担当, under Article 11(6)
	DutyAuditor DutyKind = "auditor" // 監査担当: reads and verifies
	DutyDeputy  DutyKind = "deputy"  // 代決者: decides for the officer of the zone where the site allows it, reviewed later (後閲)
)

// Duty is a person's dated duty in a zone ("" = in every zone).
type Duty struct {
	Person PersonID
	Duty   DutyKind
	Zone   string
	Span
}
