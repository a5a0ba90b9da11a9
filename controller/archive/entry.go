package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
)

// numbered is a leaf with its place.
type numbered struct {
	origin   string
	sequence uint64
	shelf.Leaf
}

// parseTopic splits "kidoban/v1/<site>/<controller>/<rest>".
func parseTopic(topic string) (site, controller, rest string, ok bool) {
	p := strings.SplitN(topic, "/", 5)
	if len(p) != 5 || p[0] != "kidoban" || p[1] != "v1" {
		return "", "", "", false
	}
	return p[2], p[3], p[4], true
}

// parseEntry reads of an entry's bytes what says where it belongs. It believes none of it: only a checkpoint over the
// bytes makes an entry true.
func parseEntry(site, controller, class string, b []byte) (numbered, error) {
	var e struct {
		Spec     string `json:"specversion"`
		ID       string `json:"id"`
		Source   string `json:"source"`
		Type     string `json:"type"`
		Sequence string `json:"sequence"`
	}
	if len(b) > journal.MaxPayload {
		return numbered{}, fmt.Errorf("%w: an entry of %d bytes", errOversized, len(b))
	}
	if bytes.IndexByte(b, '\n') >= 0 {
		return numbered{}, fmt.Errorf("%w: an entry of more than one line", errMalformed)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return numbered{}, fmt.Errorf("%w: entry: %w", errMalformed, err)
	}
	p := strings.Split(e.ID, "/")
	seq, err := strconv.ParseUint(e.Sequence, 10, 63)
	typ, known := strings.CutPrefix(e.Type, "kidoban.")
	switch {
	case e.Spec != "1.0":
		return numbered{}, fmt.Errorf("%w: entry: its specversion is not 1.0", errVersion)
	case err != nil || len(e.Sequence) != 18 || len(p) != 3 || p[2] != e.Sequence || !journalID(p[1]):
		return numbered{}, fmt.Errorf("%w: entry: id and sequence do not agree", errMalformed)
	case e.Source != "kidoban/"+site+"/"+controller || p[0] != controller:
		return numbered{}, fmt.Errorf("%w: an entry", errForeign)
	case !known || class != "" && journal.Type(typ).Class() != class:
		return numbered{}, fmt.Errorf("%w: entry: its type is not the topic's", errMalformed)
	}
	return numbered{"kidoban/" + site + "/" + controller + "/" + p[1], seq, shelf.Leaf{Payload: b, Hash: journal.LeafHash(b)}}, nil
}

// journalID reports whether s has the form of a journal's id: eight hexadecimal digits.
func journalID(s string) bool {
	for i := range len(s) {
		if !(s[i] >= '0' && s[i] <= '9' || s[i] >= 'a' && s[i] <= 'f') {
			return false
		}
	}
	return len(s) == 8
}

// parseBatch reads the entries of a batch, one a line.
func parseBatch(site, controller string, b []byte) ([]numbered, error) {
	var out []numbered
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		n, err := parseEntry(site, controller, "", line)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// parseLeaves reads what is left of purged entries, one object a line. They name no journal: origin stays empty.
func parseLeaves(b []byte) ([]numbered, error) {
	var out []numbered
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		var l struct {
			Sequence *uint64    `json:"sequence"`
			Leaf     *tlog.Hash `json:"leaf"`
		}
		if err := json.Unmarshal(line, &l); err != nil || l.Sequence == nil || l.Leaf == nil || *l.Sequence > journal.MaxSequence {
			return nil, fmt.Errorf("%w: leaves", errMalformed)
		}
		out = append(out, numbered{"", *l.Sequence, shelf.Leaf{Hash: *l.Leaf}})
	}
	return out, nil
}
