package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/account"
	"kidoban/controller/console/web"
	"kidoban/controller/console/words"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
)

// entryView is one entry: in words, as it is stored, and proven.
type entryView struct {
	Tabs    []tab
	N       uint64
	Line    words.Line
	Bytes   string
	Hash    string
	Right   bool // the hash is that of these bytes
	Gone    bool
	Private bool
	Bound   string
	May     bool
	Words   []member // the private part
	Raw     string
	Binds   bool
	Why     string
	Proof   proven
	Before  string
	After   string
}

// member is one of the private part.
type member struct{ Name, Value string }

// proven is the proof of an entry, as this page has checked it.
type proven struct {
	There  bool
	OK     bool
	Why    string
	Size   uint64
	Root   string
	At     string
	Finger string
	Leaf   string
	Steps  []step
}

type step struct {
	N            int
	Beside, Node string
	Left         bool
	From, To     uint64
}

func entry(c *web.Call) (web.Answer, error) {
	v, err := entryOf(c)
	if err != nil {
		return nil, err
	}
	return web.Page{Name: "audit/entry", Data: v}, nil
}

func entryOf(c *web.Call) (*entryView, error) {
	q := url.Values{"n": {c.R.PathValue("n")}}
	var got desk.Stored
	if err := c.Get("journal/entry", q, &got); err != nil {
		return nil, err
	}
	v := &entryView{
		Tabs: tabs(c, "/audit/entries"), N: got.Sequence, Line: lineOf(c, got.Line), Bytes: string(got.Line), Hash: got.Leaf.Leaf,
		Gone: got.Purged, Private: got.Private, Bound: got.Bound, May: c.May(account.SearchRegister),
	}
	if v.Line.Sequence = got.Sequence; !v.Gone {
		v.Right = journal.LeafHash(got.Line).String() == got.Leaf.Leaf
		var err error
		if v.Proof, err = prove(c, q, &got); err != nil {
			return nil, err
		}
	}
	if got.Sequence > 0 {
		v.Before = fmt.Sprintf("/audit/entry/%d", got.Sequence-1)
	}
	if got.Sequence+1 < got.Size {
		v.After = fmt.Sprintf("/audit/entry/%d", got.Sequence+1)
	}
	return v, nil
}

// prove asks for the proof and checks it here.
func prove(c *web.Call, q url.Values, e *desk.Stored) (proven, error) {
	var got desk.Proof
	var h desk.Head
	if err := c.Get("journal/proof", q, &got); err != nil {
		return proven{}, err
	}
	if err := c.Get("journal/head", nil, &h); err != nil {
		return proven{}, err
	}
	return provenOf(got.Proof, h.Key, h.Fingerprint, e), nil
}

func provenOf(text []byte, key, finger string, e *desk.Stored) proven {
	p := proven{There: true, Finger: finger}
	by, err := note.NewVerifier(key)
	if err != nil {
		p.Why = err.Error()
		return p
	}
	parsed, err := journal.ParseProof(text)
	if err != nil {
		p.Why = err.Error()
		return p
	}
	sealed, cp, err := journal.CheckProof(text, by)
	switch {
	case err != nil:
		p.Why = err.Error()
	case sealed.Sequence != e.Sequence || string(parsed.Payload) != string(e.Line):
		p.Why = "it is of another entry"
	default:
		p.OK = true
	}
	p.Size, p.Root, p.At, p.Leaf = cp.Size, cp.Root.String(), words.Stamp(cp.Time), journal.LeafHash(parsed.Payload).String()
	for i, s := range parsed.Steps(e.Sequence, cp.Size) {
		p.Steps = append(p.Steps, step{i + 1, s.Beside.String(), s.Node.String(), s.Left, s.From, s.To - 1})
	}
	return p
}

// private shows the private part, once that is on record with its purpose.
func private(c *web.Call) (web.Answer, error) {
	v, err := entryOf(c)
	if err != nil {
		return nil, err
	}
	v.Why = c.Form.Need("why")
	if err := c.Form.Err(); err != nil {
		return web.Page{Name: "audit/entry", Data: v, Fault: err}, nil
	}
	var got desk.PrivatePart
	if err := c.Post("journal/private", desk.Private{Sequence: v.N, Purpose: v.Why}, &got); err != nil {
		return nil, err
	}
	v.Raw, v.Binds, v.Words = string(got.Bytes), got.Bound, members(got.Bytes)
	return web.Page{Name: "audit/entry", Data: v}, nil
}

// members are those of a private part, in order; its salt says nothing.
func members(private []byte) (out []member) {
	var all map[string]json.RawMessage
	if json.Unmarshal(private, &all) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name == "salt" {
			continue
		}
		value := string(all[name])
		var s string
		if json.Unmarshal(all[name], &s) == nil {
			value = s
		}
		out = append(out, member{name, value})
	}
	return out
}

// proofFile hands out a proof, for "kidoban journal prove --check".
func proofFile(c *web.Call) (web.Answer, error) {
	var got desk.Proof
	if err := c.Get("journal/proof", url.Values{"n": {c.R.PathValue("n")}}, &got); err != nil {
		return nil, err
	}
	return web.File{Name: "proof-" + c.R.PathValue("n") + ".txt", Type: "text/plain; charset=utf-8", Body: got.Proof}, nil
}

// lineFile hands out an entry's own bytes.
func lineFile(c *web.Call) (web.Answer, error) {
	var got desk.Stored
	if err := c.Get("journal/entry", url.Values{"n": {c.R.PathValue("n")}}, &got); err != nil {
		return nil, err
	}
	return web.File{Name: fmt.Sprintf("entry-%d.json", got.Sequence), Type: "application/json", Body: got.Line}, nil
}
