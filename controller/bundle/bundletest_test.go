package bundle_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

var made = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// pair is a signing key with its other half.
type pair struct {
	note.Signer
	public note.Verifier
	text   string
}

func newPair(t testing.TB, name string) pair {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return pair{s, v, public}
}

// world is an office with its keys, and doors.
type world struct {
	t            testing.TB
	office, loss pair
	doors        []*gate
}

type gate struct {
	own bundle.Own
	id  *age.X25519Identity
	key pair
}

func newWorld(t testing.TB, names ...string) *world {
	w := &world{t: t, office: newPair(t, "kidoban/maizuru/roster"), loss: newPair(t, "kidoban/maizuru/loss")}
	for _, name := range names {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		key := newPair(t, "kidoban/maizuru/"+name)
		o := journal.Origin{Site: "maizuru", Controller: name, Journal: journal.JournalID(key.public)}
		w.doors = append(w.doors, &gate{bundle.Own{
			Site: o.Site, Controller: name, Journal: o.Line(), Key: w.office.public, Loss: w.loss.public, Identity: id,
		}, id, key})
	}
	return w
}

func (w *world) manifest(g *gate, version int64, parts map[string][]byte) bundle.Manifest {
	m := bundle.Manifest{
		Version: version, Site: g.own.Site, Controller: g.own.Controller, Journal: g.own.Journal, Made: made.Add(time.Duration(version) * time.Minute),
		From: made,
	}
	for i := range len(parts) {
		b := parts[bundle.PartName(i)]
		sum := sha256.Sum256(b)
		m.Parts = append(m.Parts, bundle.Part{Name: bundle.PartName(i), Size: len(b), Digest: hex.EncodeToString(sum[:])})
	}
	return m
}

// make makes a bundle of so many parts.
func (w *world) make(g *gate, version int64, c bundle.Content, cuts int) ([]byte, map[string][]byte) {
	w.t.Helper()
	plain, err := c.Encode()
	if err != nil {
		w.t.Fatal(err)
	}
	lines := strings.SplitAfter(string(plain), "\n")
	lines = lines[:len(lines)-1]
	parts := map[string][]byte{}
	for i := range cuts {
		text := strings.Join(lines[i*len(lines)/cuts:(i+1)*len(lines)/cuts], "")
		parts[bundle.PartName(i)] = w.seal(g, text)
	}
	msg, err := w.manifest(g, version, parts).Sign(w.office)
	if err != nil {
		w.t.Fatal(err)
	}
	return msg, parts
}

func (w *world) seal(g *gate, text string) []byte {
	var b bytes.Buffer
	out, err := age.Encrypt(&b, g.id.Recipient())
	if err == nil {
		_, err = out.Write([]byte(text))
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

func hash(n int) access.Hash { return sha256.Sum256(fmt.Append(nil, "card ", n)) }

func day(d int) time.Time { return time.Date(2026, 4, d, 0, 0, 0, 0, access.JST) }

// people is a small roster with one of everything.
func people() bundle.Content {
	var c bundle.Content
	for i, name := range []string{"市民 一郎", "髙橋 由紀", "業者 三郎"} {
		c.Roster.People = append(c.Roster.People, ledger.Person{
			Person: access.Person{ID: access.PersonID(fmt.Sprintf("p-%d", i+1)), Kind: []access.Kind{access.Staff, access.Staff, access.Contractor}[i]},
			Name:   name, Reading: "よみ", Affiliation: "市民課",
		})
	}
	r := &c.Roster.Records
	r.Incumbents = []access.Incumbency{{Person: "p-1", Post: access.SecurityOfficer, Span: access.Span{From: day(1)}}}
	r.Belongings = []access.Belonging{{Person: "p-2", Section: access.CivicAffairs, Span: access.Span{From: day(1), Until: day(30)}}}
	r.Findings = []access.Finding{{Person: "p-2", Span: access.Span{From: day(2)}}}
	r.Duties = []access.Duty{{Person: "p-2", Duty: access.DutyConsent, Zone: "room", Span: access.Span{From: day(3)}}}
	r.Schedules = []access.Schedule{{ID: "office-hours", Week: [7][]access.Hours{1: {{From: 510, Until: 1035}}}}}
	r.Holidays = []access.Holiday{{Year: 2026, Month: 12, Day: 28}}
	for i := range 3 {
		r.Credentials = append(r.Credentials, access.Credential{
			ID: access.CredentialID(fmt.Sprintf("C-%d", i+1)), Person: access.PersonID(fmt.Sprintf("p-%d", i+1)), Format: "H10301", Card: hash(i + 1), State: access.Active,
		})
	}
	r.Credentials[1].Schedule = "office-hours"
	c.Permits = []ledger.Permit{{
		Permit: access.Permit{
			ID: "S2026-0001", Zone: "room", State: access.Permitted, Decided: day(1), Span: access.Span{From: day(2), Until: day(20)},
			Holders: []access.Holder{{Person: "p-3"}}, Purpose: true, Entries: 3,
		},
		Requested: day(1), RequestedBy: "p-2", Act: ledger.Act{Person: "p-1", Name: "市民 一郎", Post: access.SecurityOfficer, At: day(1)},
		Text: ledger.PermitText{Purpose: "点検", Visitors: []ledger.Visitor{{Person: "p-3", Name: "業者 三郎"}}},
	}}
	return c
}

func lost(sequence int64, ids ...access.CredentialID) bundle.Lost {
	l := bundle.Lost{Site: "maizuru", Sequence: sequence, Made: made}
	for _, id := range ids {
		l.Cards = append(l.Cards, bundle.Loss{Credential: id, To: "lost", Reason: "lost", Account: "night", At: made})
	}
	return l
}
