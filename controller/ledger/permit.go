package ledger

import (
	"time"

	"kidoban/controller/access"
)

// Permit is a permission under Article 20(2) with everything that its form shows: 入室許可申請書, 入室許可書.
type Permit struct {
	access.Permit
	Requested   time.Time
	RequestedBy access.PersonID // applicant or host
	Account     string          // who entered the request
	Act         Act             // the decision, or the record of an oral one
	Oral        time.Time       // 口頭許可: when it was spoken, by Act.Person; zero = in writing
	OralHow     string          // how it was recorded: "telephone", …
	OralBy      access.PersonID // the para-1 person who recorded it
	Late        bool            // recorded after the entry: stays flagged for good
	Confirmed   Act             // the officer's confirmation of an oral permission, or the later review (後閲) of a deputy's
	Revoked     Act
	Expired     bool // its end was told of
	Text        PermitText
	Gone        bool
}

// Act is what somebody who may did, as what, and when.
type Act struct {
	Person access.PersonID
	Name   string // as of then
	Post   access.Post
	Acting bool // 事務取扱: a superior holding the vacant post
	Deputy bool // 代決
	At     time.Time
}

// Done says that it was done.
func (a Act) Done() bool { return !a.At.IsZero() }

// PermitText is what names persons or is somebody's words: it travels as the private part of entries.
type PermitText struct {
	Organisation string    `json:"organisation,omitempty"` // 所属(会社名)
	Purpose      string    `json:"purpose,omitempty"`      // 入室目的
	Work         string    `json:"work,omitempty"`         // 作業内容
	Equipment    string    `json:"equipment,omitempty"`    // 対象機器
	Conditions   string    `json:"conditions,omitempty"`
	EscortPlan   string    `json:"escort_plan,omitempty"`
	CarryIn      string    `json:"carry_in,omitempty"`  // 持込機器・媒体
	CarryOut     string    `json:"carry_out,omitempty"` // 持出機器・媒体
	Reason       string    `json:"reason,omitempty"`    // of refusal or revocation
	Visitors     []Visitor `json:"visitors,omitempty"`  // by name, beside Permit.Holders
}

// Visitor is a 入室者 by name.
type Visitor struct {
	Person      access.PersonID `json:"person"`
	Name        string          `json:"name"`
	Reading     string          `json:"reading,omitempty"`
	Affiliation string          `json:"affiliation,omitempty"`
	Class       string          `json:"class,omitempty"` // staff, contractor, maintenance, other
}
