package desk

import (
	"time"

	"kidoban/controller/access"
	"kidoban/controller/ledger"
)

// Page asks for some lines of a search ("register/page"). The first page is a search like any other, on record with its
// purpose; the pages after it name that record and need no purpose of their own: they are the same search.
type Page struct {
	Search
	Newest  bool   `json:"newest,omitempty"`  // newest first
	Limit   int    `json:"limit,omitempty"`   // of lines on a page; 0 = 100, at most 500
	Record  uint64 `json:"record,omitempty"`  // of the first page: the search's entry. 0 = this is the first
	Onwards string `json:"onwards,omitempty"` // of the page before: where this one begins. "" = at the beginning
}

// Paged are the lines of a page.
type Paged struct {
	Lines   []ledger.Visit `json:"lines"`
	Record  uint64         `json:"record"`            // the search's entry: for the pages that follow
	Onwards string         `json:"onwards,omitempty"` // where the next page begins; "" = there is none
	Until   time.Time      `json:"until,omitzero"`    // the page is not full: looked through up to entries of this time, there may be more
	All     int            `json:"all"`               // lines of the whole search; -1 where counting takes reading them
}

// Entries asks for entries of the journal, newest first ("journal/page").
type Entries struct {
	Before   uint64          `json:"before,omitempty"` // only those before this sequence; 0 = from the newest
	From     time.Time       `json:"from,omitzero"`    // by the time that they state
	Until    time.Time       `json:"until,omitzero"`
	Types    []string        `json:"types,omitempty"`    // one of these: "access.denied"; a class "access." is all of its types
	Severity string          `json:"severity,omitempty"` // at least
	Door     string          `json:"door,omitempty"`
	Person   access.PersonID `json:"person,omitempty"`
	Limit    int             `json:"limit,omitempty"` // 0 = 100, at most 500
}

// Leafed are the entries of a page.
type Leafed struct {
	Entries []Leaf `json:"entries"`
	Before  uint64 `json:"before,omitempty"` // for the next page; 0 = there is none
	Looked  bool   `json:"looked,omitempty"` // the page is not full, and there may be more
	Size    uint64 `json:"size"`             // of the journal
}

// Leaf is an entry as it is stored.
type Leaf struct {
	Sequence uint64 `json:"sequence"`
	Line     []byte `json:"line"` // its own bytes; of one that was purged, what is left of it
	Purged   bool   `json:"purged,omitempty"`
}
