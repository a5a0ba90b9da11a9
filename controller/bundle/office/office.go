// Package office makes what package bundle reads: of one file of people, for each controller what concerns its doors and
// nothing else, with cards hashed under that controller's key and parts that it alone can open.
//
// It works offline, on a machine that is not the broker's host. It writes no card number and no PIN, and never two bundles
// under one version: the state beside the key is durable before the first bundle of a version is.
package office

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"kidoban/config/source"
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
	"kidoban/controller/store"
)

// File is one that people keep.
type File struct {
	Name string
	Data []byte
}

// Sources are what a roster is made of.
type Sources struct {
	People  File
	Policy  File // schedules and holidays, TOML; may be empty
	Permits File // TOML; may be empty
}

// Making says how a bundle is made.
type Making struct {
	Version  int64
	Made     time.Time
	From     time.Time // not to be taken before
	Key      note.Signer
	Identity age.Identity // the office's: card keys are encrypted to it
}

// Made is a bundle, ready to be published.
type Made struct {
	Controller string
	Manifest   []byte
	Parts      map[string][]byte
	People     int
	Cards      int
	Permits    int
	Warnings   []source.Problem
}

// partPlain bounds the text of a part, so that it fits encrypted.
const partPlain = bundle.PartMost - 16<<10

// Make makes the bundle of one controller. Its error may be source.Problems: then nothing was made.
func Make(how Making, src Sources, door bundle.Enrolment) (Made, error) {
	out := Made{Controller: door.Controller, Parts: map[string][]byte{}}
	hash, err := hasher(door, how.Identity)
	if err != nil {
		return out, err
	}
	content, warnings, err := read(src, hash, door, how.Made)
	out.Warnings = warnings
	if err != nil {
		return out, err
	}
	out.People, out.Cards, out.Permits = len(content.Roster.People), len(content.Roster.Records.Credentials), len(content.Permits)
	plain, err := content.Encode()
	if err != nil {
		return out, err
	}
	if len(plain) == 0 {
		return out, fmt.Errorf("nobody of the file has a right at the doors of %s: an empty roster would lock everybody out; correct the file", door.Controller)
	}
	m := bundle.Manifest{
		Version: how.Version, Site: door.Site, Controller: door.Controller, Journal: door.Journal,
		Made: how.Made.UTC().Truncate(time.Second), From: how.From.UTC().Truncate(time.Second),
	}
	if m.Parts, err = encrypt(out.Parts, plain, door.Recipient); err != nil {
		return out, fmt.Errorf("bundle for %s: %w", door.Controller, err)
	}
	out.Manifest, err = m.Sign(how.Key)
	return out, err
}

// hasher is the keyed hash of the controller's cards.
func hasher(door bundle.Enrolment, id age.Identity) (people.Hash, error) {
	r, err := age.Decrypt(bytes.NewReader(door.CardKey), id)
	if err != nil {
		return nil, fmt.Errorf("the card key of %s does not open with this office's identity: enrol the door for it (kidoban roster enrol --for)", door.Controller)
	}
	var key [32]byte
	b, err := io.ReadAll(io.LimitReader(r, 33))
	if err != nil || copy(key[:], b) != len(key) || len(b) != len(key) {
		return nil, fmt.Errorf("the card key of %s is damaged: enrol the door again", door.Controller)
	}
	return store.HashWith(key), nil
}

// read makes of the files what concerns the controller.
func read(src Sources, hash people.Hash, door bundle.Enrolment, at time.Time) (c bundle.Content, warnings []source.Problem, err error) {
	var whole ledger.Roster
	for _, f := range []File{src.Policy, src.People} {
		if len(f.Data) == 0 {
			continue
		}
		imp, bad := people.Parse(f.Name, f.Data, hash)
		warnings = append(warnings, imp.Warnings...)
		if len(bad) == 0 {
			var sum people.Summary
			whole, sum = imp.Merge(whole, false)
			bad = sum.Problems
		}
		if len(bad) > 0 {
			return c, warnings, source.Problems(bad)
		}
	}
	permits, err := parsePermits(src.Permits, &whole)
	if err != nil {
		return c, warnings, err
	}
	if err := decided(permits, whole, door); err != nil {
		return c, warnings, err
	}
	c = only(whole, permits, door, at)
	rec := c.Roster.Records
	for _, p := range c.Roster.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	if _, bad := access.NewRoster(0, rec); len(bad) > 0 {
		return c, warnings, errors.New(bad[0].String())
	}
	return c, warnings, nil
}

// encrypt cuts the text at ends of lines and encrypts each piece to the controller alone.
func encrypt(parts map[string][]byte, plain []byte, recipient string) (list []bundle.Part, err error) {
	to, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return nil, fmt.Errorf("its recipient is none: %w", err)
	}
	for len(plain) > 0 {
		n := len(plain)
		if n > partPlain {
			if n = bytes.LastIndexByte(plain[:partPlain], '\n') + 1; n == 0 {
				return nil, errors.New("a row is too long")
			}
		}
		var b bytes.Buffer
		w, err := age.Encrypt(&b, to)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(plain[:n]); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b.Bytes())
		p := bundle.Part{Name: bundle.PartName(len(list)), Size: b.Len(), Digest: hex.EncodeToString(sum[:])}
		parts[p.Name] = b.Bytes()
		list, plain = append(list, p), plain[n:]
	}
	if len(list) > bundle.PartsMost {
		return nil, fmt.Errorf("it is too large: %d parts, at most %d", len(list), bundle.PartsMost)
	}
	return list, nil
}
