// Package witness is what a second, offline machine signs of the central log, and how it knows that it may.
//
// The head of a site is one signed note over the heads of all journals at a time: origin, size and root of each. A witness
// remembers the last head that it signed, and signs another only if every journal of that one goes on in it: none is
// missing, none is shorter, and the proofs that come along show that nothing earlier changed. So a central log that
// rewrites what it once showed is found out by whoever holds both signatures, though it holds every other key. A journal
// that is new to the witness it takes as it is.
//
// It is pure: keys, times and proofs are given.
package witness

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Head is one journal's.
type Head struct {
	Size uint64
	Root tlog.Hash
}

// Heads are those of all journals that a central log holds, by origin.
type Heads struct {
	Log  string // "kidoban/<site>/<name>"
	Time time.Time
	Of   map[string]Head
}

const title = " heads"

// Text is the body that is signed.
func (h Heads) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\ntime %s\n", h.Log, title, h.Time.UTC().Format(time.RFC3339))
	for _, origin := range slices.Sorted(maps.Keys(h.Of)) {
		head := h.Of[origin]
		fmt.Fprintf(&b, "%s %d %s\n", origin, head.Size, head.Root)
	}
	return b.String()
}

// Sign makes the signed note.
func (h Heads) Sign(by note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: h.Text()}, by)
	if err != nil {
		return nil, fmt.Errorf("sign heads: %w", err)
	}
	return msg, nil
}

var errForm = errors.New("not the heads of a central log")

// Open believes a note that all of the keys signed.
func Open(msg []byte, keys ...note.Verifier) (Heads, error) {
	n, err := note.Open(msg, note.VerifierList(keys...))
	if err != nil {
		return Heads{}, fmt.Errorf("open heads: %w", err)
	}
	for _, k := range keys {
		if !slices.ContainsFunc(n.Sigs, func(s note.Signature) bool { return s.Name == k.Name() && s.Hash == k.KeyHash() }) {
			return Heads{}, fmt.Errorf("open heads: the signature of %s is missing", k.Name())
		}
	}
	return parse(n.Text)
}

func parse(text string) (h Heads, err error) {
	line := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(line) < 2 {
		return h, errForm
	}
	log, ok := strings.CutSuffix(line[0], title)
	at, timed := strings.CutPrefix(line[1], "time ")
	h = Heads{Log: log, Of: map[string]Head{}}
	if h.Time, err = time.Parse(time.RFC3339, at); err != nil || !ok || !timed {
		return h, errForm
	}
	for _, l := range line[2:] {
		part := strings.Split(l, " ")
		if len(part) != 3 {
			return h, errForm
		}
		size, err := strconv.ParseUint(part[1], 10, 62)
		root, err2 := tlog.ParseHash(part[2])
		if err != nil || err2 != nil {
			return h, errForm
		}
		h.Of[part[0]] = Head{size, root}
	}
	if h.Text() != text {
		return h, errForm
	}
	return h, nil
}

// Request is what is carried to the witness: the signed heads, and what shows that each journal goes on from the head that
// the witness signed last.
type Request struct {
	Note   []byte
	Proofs map[string]tlog.TreeProof // by origin
}

const proofs = "\nproofs\n"

// Text is the request as it is carried.
func (r Request) Text() []byte {
	b := bytes.Clone(r.Note)
	b = append(b, proofs...)
	for _, origin := range slices.Sorted(maps.Keys(r.Proofs)) {
		b = append(b, origin...)
		for _, h := range r.Proofs[origin] {
			b = append(b, ' ')
			b = base64.StdEncoding.AppendEncode(b, h[:])
		}
		b = append(b, '\n')
	}
	return b
}

// ParseRequest reads what Text wrote.
func ParseRequest(text []byte) (Request, error) {
	msg, rest, ok := bytes.Cut(text, []byte(proofs))
	if !ok {
		return Request{}, errForm
	}
	r := Request{Note: msg, Proofs: map[string]tlog.TreeProof{}}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(rest), "\n"), "\n") {
		if line == "" {
			continue
		}
		part := strings.Split(line, " ")
		if len(part) > 130 {
			return Request{}, errForm
		}
		p := tlog.TreeProof{}
		for _, word := range part[1:] {
			h, err := tlog.ParseHash(word)
			if err != nil {
				return Request{}, errForm
			}
			p = append(p, h)
		}
		r.Proofs[part[0]] = p
	}
	return r, nil
}

// Follows says why heads do not go on from those that were signed last; nil if they do. fresh are the journals that are new.
func (h Heads) Follows(last Heads, proofs map[string]tlog.TreeProof) (fresh []string, err error) {
	if last.Log != "" && last.Log != h.Log {
		return nil, fmt.Errorf("these are the heads of %s, and those before of %s", h.Log, last.Log)
	}
	if h.Time.Before(last.Time) {
		return nil, fmt.Errorf("they are of %s, and those before of %s", h.Time.Format(time.RFC3339), last.Time.Format(time.RFC3339))
	}
	for origin, was := range last.Of {
		is, here := h.Of[origin]
		if !here {
			return nil, fmt.Errorf("%s is missing: its %d entries were there before", origin, was.Size)
		}
		if err := goesOn(was, is, proofs[origin]); err != nil {
			return nil, fmt.Errorf("%s: %w", origin, err)
		}
	}
	for origin := range h.Of {
		if _, known := last.Of[origin]; !known {
			fresh = append(fresh, origin)
		}
	}
	slices.Sort(fresh)
	return fresh, nil
}

func goesOn(was, is Head, proof tlog.TreeProof) error {
	switch {
	case is.Size < was.Size:
		return fmt.Errorf("it has %d entries, and had %d", is.Size, was.Size)
	case was.Size == 0:
		return nil
	case is.Size == was.Size && is.Root == was.Root:
		return nil
	case is.Size == was.Size:
		return fmt.Errorf("its %d entries are others than before", is.Size)
	}
	if err := tlog.CheckTree(proof, int64(is.Size), is.Root, int64(was.Size), was.Root); err != nil {
		return fmt.Errorf("nothing shows that its %d entries go on from the %d before: %w", is.Size, was.Size, err)
	}
	return nil
}
