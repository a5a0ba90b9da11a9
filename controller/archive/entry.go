package archive

import (
	"bytes"
	"encoding/json"
	"errors"
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

var errMessage = errors.New("not a message of the wire contract")

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
		ID       string `json:"id"`
		Source   string `json:"source"`
		Type     string `json:"type"`
		Sequence string `json:"sequence"`
	}
	if len(b) > journal.MaxPayload || bytes.IndexByte(b, '\n') >= 0 {
		return numbered{}, fmt.Errorf("%w: entry of more than 8 KiB or one line", errMessage)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return numbered{}, fmt.Errorf("%w: entry: %w", errMessage, err)
	}
	p := strings.Split(e.ID, "/")
	seq, err := strconv.ParseUint(e.Sequence, 10, 63)
	typ, known := strings.CutPrefix(e.Type, "kidoban.")
	switch {
	case err != nil || len(e.Sequence) != 18 || len(p) != 3 || p[0] != controller || p[2] != e.Sequence:
		return numbered{}, fmt.Errorf("%w: entry: id and sequence do not agree", errMessage)
	case e.Source != "kidoban/"+site+"/"+controller:
		return numbered{}, fmt.Errorf("%w: entry: its source is not the topic's", errMessage)
	case !known || class != "" && journal.Type(typ).Class() != class:
		return numbered{}, fmt.Errorf("%w: entry: its type is not the topic's", errMessage)
	}
	return numbered{"kidoban/" + site + "/" + controller + "/" + p[1], seq, shelf.Leaf{Payload: b, Hash: journal.LeafHash(b)}}, nil
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
			return nil, fmt.Errorf("%w: leaves", errMessage)
		}
		out = append(out, numbered{"", *l.Sequence, shelf.Leaf{Hash: *l.Leaf}})
	}
	return out, nil
}
