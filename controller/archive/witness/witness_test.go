package witness_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kidoban/controller/archive/witness"
)

const (
	door  = "kidoban/city/main-ctl/0a0b0c0d"
	other = "kidoban/city/back-ctl/0a0b0c0e"
	log   = "kidoban/city/central"
)

// tree is a journal's, all sizes of it.
type tree []tlog.Hash

func (t tree) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, i := range indexes {
		out = append(out, t[i])
	}
	return out, nil
}

func grow(seed string, n int64) (t tree) {
	for i := range n {
		hs, err := tlog.StoredHashes(i, fmt.Appendf(nil, "%s %d", seed, i), t)
		if err != nil {
			panic(err)
		}
		t = append(t, hs...)
	}
	return t
}

func (t tree) head(n int64) witness.Head {
	h, err := tlog.TreeHash(n, t)
	if err != nil {
		panic(err)
	}
	return witness.Head{Size: uint64(n), Root: h}
}

func key(t *testing.T, name string) (note.Signer, note.Verifier) {
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
	return s, v
}

var nine = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func TestFollows(t *testing.T) {
	a, forged := grow("a", 20), grow("b", 20)
	last := witness.Heads{Log: log, Time: nine, Of: map[string]witness.Head{door: a.head(7), other: {}}}
	prove := func(t tree, to int64) map[string]tlog.TreeProof {
		p, err := tlog.ProveTree(to, 7, t)
		if err != nil {
			panic(err)
		}
		return map[string]tlog.TreeProof{door: p}
	}
	for name, c := range map[string]struct {
		heads  map[string]witness.Head
		proofs map[string]tlog.TreeProof
		after  time.Duration
		want   string
	}{
		"goes on":          {map[string]witness.Head{door: a.head(20), other: a.head(3)}, prove(a, 20), time.Hour, ""},
		"nothing new":      {map[string]witness.Head{door: a.head(7), other: {}}, nil, time.Hour, ""},
		"shorter":          {map[string]witness.Head{door: a.head(6), other: {}}, nil, time.Hour, "it has 6 entries, and had 7"},
		"others":           {map[string]witness.Head{door: forged.head(7), other: {}}, nil, time.Hour, "others than before"},
		"another record":   {map[string]witness.Head{door: forged.head(20), other: {}}, prove(forged, 20), time.Hour, "nothing shows"},
		"no proof":         {map[string]witness.Head{door: a.head(20), other: {}}, nil, time.Hour, "nothing shows"},
		"proof of another": {map[string]witness.Head{door: a.head(20), other: {}}, prove(a, 19), time.Hour, "nothing shows"},
		"missing":          {map[string]witness.Head{other: {}}, nil, time.Hour, "is missing"},
		"older":            {map[string]witness.Head{door: a.head(7), other: {}}, nil, -time.Hour, "those before"},
	} {
		_, err := witness.Heads{Log: log, Time: nine.Add(c.after), Of: c.heads}.Follows(last, c.proofs)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	fresh, err := witness.Heads{Log: log, Time: nine, Of: map[string]witness.Head{door: a.head(7)}}.Follows(witness.Heads{}, nil)
	if err != nil || len(fresh) != 1 || fresh[0] != door {
		t.Error(fresh, err)
	}
}

func TestNotesAndRequests(t *testing.T) {
	central, pub := key(t, "kidobanlog")
	second, pub2 := key(t, "witness")
	a := grow("a", 9)
	h := witness.Heads{Log: log, Time: nine, Of: map[string]witness.Head{door: a.head(9), other: a.head(4)}}
	msg, err := h.Sign(central)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := witness.Open(msg, pub); err != nil || got.Text() != h.Text() {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := witness.Open(msg, pub, pub2); err == nil {
		t.Error("one signature counts as two")
	}
	if _, err := witness.Open([]byte(strings.Replace(string(msg), " 9 ", " 8 ", 1)), pub); err == nil {
		t.Error("an edited note is believed")
	}
	n, err := note.Open(msg, note.VerifierList(pub))
	if err != nil {
		t.Fatal(err)
	}
	both, err := note.Sign(n, second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := witness.Open(both, pub, pub2); err != nil {
		t.Error(err)
	}
	p, err := tlog.ProveTree(9, 4, a)
	if err != nil {
		t.Fatal(err)
	}
	r := witness.Request{Note: msg, Proofs: map[string]tlog.TreeProof{door: p, other: {}}}
	got, err := witness.ParseRequest(r.Text())
	if err != nil || string(got.Text()) != string(r.Text()) || len(got.Proofs[door]) != len(p) {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte("x\nproofs\nkidoban/city/a/0a0b0c0d AAAA\n"))
	f.Add([]byte("x\nproofs\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := witness.ParseRequest(b)
		if err != nil {
			return
		}
		if again, err := witness.ParseRequest(r.Text()); err != nil || string(again.Text()) != string(r.Text()) {
			t.Errorf("%q", b)
		}
	})
}
