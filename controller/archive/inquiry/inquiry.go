// Package inquiry answers people who ask the central log: searches, the register of all doors, who is inside, forms,
// exports, proofs, evidence packs and the yearly audit pack.
//
// What it promises:
//   - Before anything is shown, printed or written to a file, the central log's own journal has who asked, for what purpose,
//     what for and how much was found (Article 21(4), by analogy). Without a purpose nothing is looked up.
//   - An answer is of what the archive has verified, read from the entries themselves; an index only says where to look.
//   - The register's lines are folded anew from their entries each time, so that they tell what the private parts tell now.
//   - A record of any length is read in pages: no answer but a form and an evidence pack is held in memory.
//
// It decides nothing about doors and publishes nothing.
package inquiry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kidoban/controller/access"
	"kidoban/controller/alarm"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/device"
)

// Who asks, when and for what.
type Who struct {
	shelf.Actor
	Purpose string // in the person's words: it becomes the private part of the record
	At      device.Instant
	Synced  bool
}

// Inquiry is what one person asks at one time.
type Inquiry struct {
	shelf    *shelf.Shelf
	own      shelf.Own
	who      Who
	progress func(doing string, done uint64)
}

const wordsMost = 1000

// ErrPurpose is an inquiry that says not what it is for.
var ErrPurpose = errors.New("say what it is for (--purpose): it is recorded, and nothing is looked up that need not be (運用基準, after 第21条第4項)")

// New begins an inquiry. progress hears now and then how far a long one is; it may be nil.
func New(s *shelf.Shelf, own shelf.Own, who Who, progress func(doing string, done uint64)) (*Inquiry, error) {
	who.Purpose = strings.TrimSpace(who.Purpose)
	switch {
	case who.Purpose == "":
		return nil, ErrPurpose
	case utf8.RuneCountInString(who.Purpose) > wordsMost:
		return nil, fmt.Errorf("the purpose is longer than %d characters: shorten it", wordsMost)
	case strings.ContainsFunc(who.Purpose, unprintable):
		return nil, errors.New("the purpose holds a line break or a control character: write it in one line")
	}
	if progress == nil {
		progress = func(string, uint64) {}
	}
	return &Inquiry{s, own, who, progress}, nil
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Bidi_Control, r) || unicode.In(r, unicode.Zl, unicode.Zp)
}

// Asked is what somebody wants to know: every member that is set narrows it.
type Asked struct {
	Controller string           `json:"controller,omitempty"` // "main-ctl"; "maizuru/main-ctl" where two sites have one; or a journal's origin
	Door       string           `json:"door,omitempty"`
	Zone       string           `json:"zone,omitempty"`
	Person     access.PersonID  `json:"person,omitempty"`
	Credential string           `json:"credential,omitempty"`
	Permit     string           `json:"permit,omitempty"`
	Visit      string           `json:"visit,omitempty"`
	Alarm      string           `json:"alarm,omitempty"`
	Kinds      []string         `json:"kinds,omitempty"` // types, or classes of them
	Least      journal.Severity `json:"least,omitempty"`
	From       time.Time        `json:"from,omitzero"`
	Until      time.Time        `json:"until,omitzero"`
	At         time.Time        `json:"at,omitzero"`
	Sequence   *uint64          `json:"sequence,omitempty"`
	Format     string           `json:"format,omitempty"`
	Newest     bool             `json:"newest,omitempty"`
	Limit      int              `json:"limit,omitempty"`
	Nameless   bool             `json:"nameless,omitempty"` // without private parts
}

// told is what the record has of an answer.
type told struct {
	what   string // "search", "inside", …
	as     journal.Type
	count  int64
	digest string // of what is handed out, where that is made before; else of what was asked
	number string // of a print
}

// record writes down what is about to be shown.
func (i *Inquiry) record(ctx context.Context, a *Asked, t told) error {
	asked, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("record the inquiry: %w", err)
	}
	if t.digest == "" {
		sum := sha256.Sum256(asked)
		t.digest = hex.EncodeToString(sum[:])
	}
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return fmt.Errorf("record the inquiry: %w", err)
	}
	private, err := json.Marshal(map[string]any{"salt": hex.EncodeToString(salt[:]), "purpose": i.who.Purpose, "asked": a})
	if err != nil {
		return fmt.Errorf("record the inquiry: %w", err)
	}
	e := journal.Entry{
		At: i.who.At, Synced: i.who.Synced, Type: t.as, Severity: alarm.Severity(t.as), Subject: "record", Private: private,
		Data: journal.Data{Mode: t.what, Controller: a.Controller, Zone: a.Zone, Person: string(a.Person), Permit: a.Permit, Visit: a.Visit,
			Alarm: a.Alarm, From: stamp(a.From), Until: stamp(a.Until), Count: t.count, Digest: t.digest, Document: t.number},
	}
	i.who.Sign(&e)
	return i.shelf.Record(ctx, i.own, e)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(access.JST).Format(time.RFC3339)
}

// catchUp takes into the index what was verified since.
func (i *Inquiry) catchUp(ctx context.Context) error {
	left, err := i.shelf.Unindexed(ctx)
	for done := uint64(0); err == nil && left > 0; {
		var more bool
		if more, err = i.shelf.Index(ctx); !more {
			break
		}
		done += shelf.IndexPart
		i.progress("indexing", done)
	}
	return err
}

// Account is who asks.
func (i *Inquiry) Account() string { return i.who.Account }
