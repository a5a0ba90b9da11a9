package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	if len(b) > journal.MaxPayload {
		return numbered{}, fmt.Errorf("%w: an entry of %d bytes", errOversized, len(b))
	}
	if bytes.IndexByte(b, '\n') >= 0 {
		return numbered{}, fmt.Errorf("%w: an entry of more than one line", errMalformed)
	}
	e, err := journal.Locate(b)
	if err != nil {
		return numbered{}, fmt.Errorf("%w: %w", errMalformed, err)
	}
	id, seq, whole := splitID(e.ID, controller)
	typ, known := bytes.CutPrefix(e.Type, []byte("kidoban."))
	switch {
	case string(e.Spec) != "1.0":
		return numbered{}, fmt.Errorf("%w: entry: its specversion is not 1.0", errVersion)
	case !isSource(e.Source, site, controller) || !whole && !bytes.HasPrefix(e.ID, []byte(controller+"/")):
		return numbered{}, fmt.Errorf("%w: an entry", errForeign)
	case !whole || !bytes.HasSuffix(e.ID, e.Sequence) || len(e.Sequence) != sequenceDigits:
		return numbered{}, fmt.Errorf("%w: entry: id and sequence do not agree", errMalformed)
	case !known || class != "" && journal.Type(typ).Class() != class:
		return numbered{}, fmt.Errorf("%w: entry: its type is not the topic's", errMalformed)
	}
	return numbered{"kidoban/" + site + "/" + controller + "/" + string(id), seq, shelf.Leaf{Payload: b, Hash: journal.LeafHash(b)}}, nil
}

const (
	idDigits       = 8
	sequenceDigits = 18
)

// splitID takes "<controller>/<journal>/<sequence>" apart; whole says that it is that.
func splitID(b []byte, controller string) (id []byte, seq uint64, whole bool) {
	n := len(controller)
	if len(b) != n+1+idDigits+1+sequenceDigits || string(b[:n]) != controller || b[n] != '/' || b[n+1+idDigits] != '/' {
		return nil, 0, false
	}
	for _, c := range b[n+idDigits+2:] {
		if c < '0' || c > '9' {
			return nil, 0, false
		}
		seq = seq*10 + uint64(c-'0')
	}
	id = b[n+1 : n+1+idDigits]
	return id, seq, journalID(string(id))
}

// isSource reports whether b is "kidoban/<site>/<controller>".
func isSource(b []byte, site, controller string) bool {
	const head = "kidoban/"
	n := len(head) + len(site)
	return len(b) == n+1+len(controller) && string(b[:len(head)]) == head && string(b[len(head):n]) == site && b[n] == '/' && string(b[n+1:]) == controller
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
