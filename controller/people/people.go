// Package people reads rosters that people keep in files, CSV and TOML, and lays them over the roster that stands.
//
// Parse is a dry run: it lists every problem of a file by line and column with what to do about it, and changes nothing.
// An Import with problems is not to be merged. Merge computes the roster that would be true and what changes by it, and
// refuses with problems what cannot stand together with the rest: a card enrolled already, two holders of one post.
//
// What it promises:
//   - A card number is hashed at once and nowhere kept; no problem quotes it, "card number in line 12" is all that is
//     said. A PIN never comes in by a file and is refused with the reason.
//   - Nothing is guessed: a file is UTF-8 or, where it cannot be that, Windows' Shift_JIS; a card has its format; a day is
//     ISO, with slashes, or of an era in which it existed. A last day (満了日, until, valid_until) belongs to the span: the
//     right ends at 00:00 JST of the day after.
//   - A finding, a post or a duty is for staff alone: a contractor with a finding is refused, Article 20(1)(3).
//   - An import never makes a card better: lost, revoked and blocked stay so, and the PIN stays with an unchanged card.
//
// It does no I/O and belongs to nobody: an Import is a value.
package people

import (
	"bytes"
	_ "embed"
	"path"
	"strings"

	"kidoban/config/source"
	"kidoban/controller/access"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// Problem is one thing wrong, or worth a thought, at one place of the file.
type Problem = source.Problem

//go:embed testdata/demo.csv
var demo []byte

// Demo is a dozen people and cards that do not exist, for the demonstration site (facility 118, H10301).
func Demo() []byte { return bytes.Clone(demo) }

// Hash is the keyed hash of a card.
type Hash = func(device.Credential) access.Hash

// Import is a file's content. Where it comes from CSV, columns that the file does not have leave the roster as it is.
type Import struct {
	Roster   ledger.Roster
	Warnings []Problem // what is allowed but worth a thought

	file   string
	whole  bool // TOML: a person is stated in full
	has    [columns]bool
	places map[rowKey]source.Pos
	zones  []zoned
}

// rowKey names a row of the roster by its table and key.
type rowKey struct {
	table access.Table
	key   string
}

// Parse reads a roster: TOML where the name ends in .toml, else CSV. The problems are every one of the file, in order;
// with any the Import is empty but for its warnings.
func Parse(name string, data []byte, hash Hash) (Import, []Problem) {
	b := newBuilder(name, hash)
	if strings.EqualFold(path.Ext(name), ".toml") {
		b.toml(data)
	} else {
		b.csv(data)
	}
	return b.finish()
}

// text is data as UTF-8; Shift_JIS is taken where it is valid and UTF-8 is not.
func (b *builder) text(data []byte) ([]byte, bool) {
	out, bad := source.Text(b.file, data)
	if bad == nil {
		return out, true
	}
	if source.IsWide(data) {
		b.bad = append(b.bad, bad...)
		return nil, false
	}
	if source.IsEUC(data) {
		b.refuse(bad[0].Pos, "the file looks like EUC-JP; save it as UTF-8 or Shift_JIS")
		return nil, false
	}
	if sjis, ok := source.ShiftJIS(data); ok {
		return sjis, true
	}
	b.bad = append(b.bad, bad...)
	return nil, false
}
