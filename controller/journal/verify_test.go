package journal_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"kidoban/controller/journal"
)

// book is a journal in memory, with the checkpoint of its whole.
type book struct {
	key    pair
	rows   []journal.Row
	hashes stored
	beside [][]byte
	known  [][]byte
}

func write(t testing.TB, n int) *book {
	t.Helper()
	b := &book{key: newKey(t, origin.KeyName())}
	for i := range n {
		b.append(t, i)
	}
	b.beside = [][]byte{b.sign(t, uint64(n))}
	return b
}

func (b *book) append(t testing.TB, i int) {
	e := sample(journal.AccessGranted)
	e.Data.Count = int64(i)
	if i%5 == 3 {
		e.Private = fmt.Appendf(nil, `{"salt":"%d","name":"木戸"}`, i)
	}
	b.put(t, e)
}

func (b *book) put(t testing.TB, e journal.Entry) {
	n := len(b.rows)
	p, err := e.Seal(nil, of(b.key), uint64(n), salt)
	if err != nil {
		t.Fatal(err)
	}
	all, err := tlog.StoredHashes(int64(n), p, &b.hashes)
	if err != nil {
		t.Fatal(err)
	}
	b.hashes.hashes = append(b.hashes.hashes, all...)
	b.rows = append(b.rows, journal.Row{Sequence: int64(n), Payload: p, Private: e.Private, Hashes: join(all)})
}

func join(hashes []tlog.Hash) (b []byte) {
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

func (b *book) sign(t testing.TB, size uint64) []byte {
	t.Helper()
	root, err := tlog.TreeHash(int64(size), &b.hashes)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := head(b.key, size, root).Sign(b.key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func (b *book) verify(t testing.TB) journal.Report {
	t.Helper()
	rows := func(yield func(journal.Row, error) bool) {
		for _, r := range b.rows {
			if !yield(r, nil) {
				return
			}
		}
	}
	leaves := func(from, to uint64) iter.Seq2[tlog.Hash, error] {
		return func(yield func(tlog.Hash, error) bool) {
			for _, r := range b.rows {
				if uint64(r.Sequence) >= from && uint64(r.Sequence) <= to && !yield(tlog.Hash(r.Hashes), nil) {
					return
				}
			}
		}
	}
	rep, err := journal.Verify(rows, journal.Against{Origin: of(b.key), Key: b.key.Verifier, Checkpoints: b.beside,
		Known: b.known, Leaves: leaves})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// rehash makes all hashes anew from the payloads, as one would who edits and has no key.
func (b *book) rehash() {
	var tree journal.Tree
	for i := range b.rows {
		b.rows[i].Sequence = int64(i)
		b.rows[i].Hashes = join(tree.Append(nil, journal.LeafHash(b.rows[i].Payload)))
	}
}

func edit(p []byte) []byte { return []byte(strings.Replace(string(p), "p-0012", "p-0013", 1)) }

func text(r journal.Report) string {
	var s []string
	for _, p := range r.Problems {
		s = append(s, p.String())
	}
	return strings.Join(s, "\n")
}

// What was done to a journal of 40 entries, and all that the report then says.
func TestVerifyNamesWhatIsWrongAndWhere(t *testing.T) {
	flip := func(n, hash int) func(testing.TB, *book) {
		return func(_ testing.TB, b *book) {
			h := slices.Clone(b.rows[n].Hashes)
			h[32*hash] ^= 1
			b.rows[n].Hashes = h
		}
	}
	for name, c := range map[string]struct {
		do   func(testing.TB, *book)
		want string
	}{
		"nothing":               {func(testing.TB, *book) {}, ""},
		"entry edited, even":    {func(_ testing.TB, b *book) { b.rows[16].Payload = edit(b.rows[16].Payload) }, "entry 16: edited, the bytes do not match their hash"},
		"entry edited, odd":     {func(_ testing.TB, b *book) { b.rows[17].Payload = edit(b.rows[17].Payload) }, "entry 17: edited, the bytes do not match their hash"},
		"first entry edited":    {func(_ testing.TB, b *book) { b.rows[0].Payload = edit(b.rows[0].Payload) }, "entry 0: edited, the bytes do not match their hash"},
		"last entry edited":     {func(_ testing.TB, b *book) { b.rows[39].Payload = edit(b.rows[39].Payload) }, "entry 39: edited, the bytes do not match their hash"},
		"entry made unreadable": {func(_ testing.TB, b *book) { b.rows[17].Payload = []byte("gone") }, "entry 17: edited, the bytes do not match their hash"},
		"two neighbours edited": {func(_ testing.TB, b *book) {
			b.rows[16].Payload, b.rows[17].Payload = edit(b.rows[16].Payload), edit(b.rows[17].Payload)
		}, "entry 16: edited, the bytes do not match their hash\nentry 17: edited, the bytes do not match their hash"},
		"leaf hash edited, even": {flip(16, 0), "entry 16: stored hash edited"},
		"leaf hash edited, odd":  {flip(17, 0), "entry 17: stored hash edited"},
		"hash above edited":      {flip(19, 1), "entry 19: stored hash edited: that over entries 18 to 19"},
		"high hash edited":       {flip(31, 4), "entry 31: stored hash edited: that over entries 16 to 31"},
		"last high hash edited":  {flip(31, 5), "entry 31: stored hash edited: that over entries 0 to 31"},
		"hash missing":           {func(_ testing.TB, b *book) { b.rows[19].Hashes = b.rows[19].Hashes[:32] }, "entry 19: stored hash edited: too many or too few"},
		"edited with its hash": {func(_ testing.TB, b *book) {
			b.rows[17].Payload = edit(b.rows[17].Payload)
			h := journal.LeafHash(b.rows[17].Payload)
			b.rows[17].Hashes = append(h[:], b.rows[17].Hashes[32:]...)
		}, "entries 16 to 17: edited together with its hash, the hash above does not fit"},
		"edited with all hashes": {func(_ testing.TB, b *book) { b.rows[17].Payload = edit(b.rows[17].Payload); b.rehash() },
			"checkpoint of 40 entries: not the entries that were signed: one of 0 to 39 is another, with all its hashes"},
		"edited after an earlier checkpoint": {func(t testing.TB, b *book) {
			b.known = [][]byte{b.sign(t, 20)}
			b.rows[25].Payload = edit(b.rows[25].Payload)
			b.rehash()
		}, "checkpoint of 40 entries: not the entries that were signed: one of 20 to 39 is another, with all its hashes"},
		"row deleted":   {func(_ testing.TB, b *book) { b.rows = slices.Delete(b.rows, 5, 6) }, "entry 5: deleted"},
		"rows deleted":  {func(_ testing.TB, b *book) { b.rows = slices.Delete(b.rows, 5, 15) }, "entries 5 to 14: deleted"},
		"first deleted": {func(_ testing.TB, b *book) { b.rows = b.rows[1:] }, "entry 0: deleted"},
		"deleted and renumbered": {func(_ testing.TB, b *book) { b.rows = slices.Delete(b.rows, 5, 6); b.rehash() },
			"entries 5 to 38: the number inside disagrees: the first says 6, as if 1 had been deleted before\ncheckpoint of 40 entries: the tail was cut off: 39 entries are there"},
		"row inserted": {func(_ testing.TB, b *book) {
			b.rows = slices.Insert(b.rows, 5, journal.Row{Sequence: -3, Payload: b.rows[4].Payload, Hashes: b.rows[4].Hashes})
		}, "entry 5: inserted: a row numbered -3"},
		"row inserted and the rest renumbered": {func(_ testing.TB, b *book) { b.rows = slices.Insert(b.rows, 5, b.rows[4]); b.rehash() },
			"checkpoint of 40 entries: not the entries that were signed: one of 0 to 39 is another, with all its hashes\nentries 5 to 40: the number inside disagrees: the first says 4, as if 1 had been inserted before"},
		"rows swapped": {func(_ testing.TB, b *book) {
			b.rows[10], b.rows[20] = b.rows[20], b.rows[10]
			b.rows[10].Sequence, b.rows[20].Sequence = 10, 20
		}, "entries 10 and 20: swapped"},
		"payloads swapped": {func(_ testing.TB, b *book) {
			b.rows[10].Payload, b.rows[11].Payload = b.rows[11].Payload, b.rows[10].Payload
		}, "entries 10 and 11: swapped"},
		"tail cut": {func(_ testing.TB, b *book) { b.rows = b.rows[:33] }, "checkpoint of 40 entries: the tail was cut off: 33 entries are there"},
		"rolled back": {func(t testing.TB, b *book) {
			b.known, b.rows = b.beside, b.rows[:33]
			b.beside = [][]byte{b.sign(t, 33)}
		}, "checkpoint of 40 entries: rolled back behind a known checkpoint: 33 entries are there"},
		"rolled back and gone on": {func(t testing.TB, b *book) {
			b.known, b.rows, b.hashes.hashes = b.beside, b.rows[:33], b.hashes.hashes[:tlog.StoredHashCount(33)]
			for i := range 20 {
				b.append(t, 1000+i)
			}
			b.beside = [][]byte{b.sign(t, 53)}
		}, "checkpoint of 40 entries: rolled back behind a known checkpoint: its entries are others"},
		"checkpoint by a stranger": {func(t testing.TB, b *book) {
			root, err := tlog.TreeHash(40, &b.hashes)
			if err != nil {
				t.Fatal(err)
			}
			msg, err := head(b.key, 40, root).Sign(newKey(t, origin.KeyName()).Signer)
			if err != nil {
				t.Fatal(err)
			}
			b.beside = [][]byte{msg}
		}, "checkpoint: not to be believed"},
		"checkpoint edited": {func(_ testing.TB, b *book) {
			b.beside = [][]byte{[]byte(strings.Replace(string(b.beside[0]), "\n40\n", "\n39\n", 1))}
		}, "checkpoint: not to be believed"},
		"another journal's entry": {func(t testing.TB, b *book) {
			o := of(b.key)
			o.Journal = "00000000"
			p, err := sample(journal.AccessGranted).Seal(nil, o, 7, salt)
			if err != nil {
				t.Fatal(err)
			}
			b.rows[7].Payload = p
		}, "entry 7: of another journal: kidoban/maizuru/main-ctl/00000000"},
		"private part edited":   {func(_ testing.TB, b *book) { b.rows[8].Private = []byte(`{"salt":"8","name":"別人"}`) }, "entry 8: private part edited"},
		"private part missing":  {func(_ testing.TB, b *book) { b.rows[8].Private = nil }, "entry 8: private part missing"},
		"private part inserted": {func(_ testing.TB, b *book) { b.rows[9].Private = []byte(`{}`) }, "entry 9: private part inserted"},
		"payload deleted":       {func(_ testing.TB, b *book) { b.rows[5].Payload = nil }, "entry 5: payload deleted without a journal.purged entry"},
		"payloads deleted": {func(_ testing.TB, b *book) {
			for i := 10; i < 15; i++ {
				b.rows[i].Payload, b.rows[i].Private = nil, nil
			}
		}, "entries 10 to 14: payload deleted without a journal.purged entry"},
		"purged":                  {func(t testing.TB, b *book) { purge(t, b, 10, 14, 10, 14) }, ""},
		"purged less than listed": {func(t testing.TB, b *book) { purge(t, b, 10, 14, 10, 20) }, ""},
		"purged more than listed": {func(t testing.TB, b *book) { purge(t, b, 10, 14, 11, 13) },
			"entry 10: payload deleted without a journal.purged entry\nentry 14: payload deleted without a journal.purged entry"},
		"purged with another digest": {func(t testing.TB, b *book) {
			purge(t, b, 10, 14, 10, 14)
			b.rows[12].Hashes = append(make([]byte, 32), b.rows[12].Hashes[32:]...)
		}, "entries 12 to 13: edited together with its hash, the hash above does not fit\nentry 40: lists as purged what is not so: digest"},
		"all gone": {func(_ testing.TB, b *book) { b.rows = nil }, "checkpoint of 40 entries: the tail was cut off: 0 entries are there"},
	} {
		t.Run(name, func(t *testing.T) {
			b := write(t, 40)
			c.do(t, b)
			r := b.verify(t)
			got := text(r)
			if c.want != "checkpoint: not to be believed" && got != c.want || !strings.HasPrefix(got, c.want) || r.OK() != (c.want == "") {
				t.Errorf("says\n%s\nwant\n%s", got, c.want)
			}
			if c.want == "" && r.Signed != 40 && r.Signed != 41 {
				t.Errorf("signed up to %d of %d", r.Signed, r.Size)
			}
		})
	}
}

// purge deletes payloads a to b and lists c to d.
func purge(t testing.TB, b *book, from, to, listFrom, listTo int) {
	t.Helper()
	sum := sha256.New()
	for i := listFrom; i <= listTo; i++ {
		sum.Write(b.rows[i].Hashes[:32])
	}
	e := sample(journal.JournalPurged)
	e.Data = journal.Data{Account: "auditor", Count: int64(listTo - listFrom + 1), Ranges: fmt.Sprintf("%d-%d", listFrom, listTo),
		Digest: hex.EncodeToString(sum.Sum(nil))}
	b.put(t, e)
	b.beside = [][]byte{b.sign(t, uint64(len(b.rows)))}
	for i := from; i <= to; i++ {
		b.rows[i].Payload, b.rows[i].Private = nil, nil
	}
}

// Whatever single thing is changed in a journal, the report is not OK, and whatever its size, an untouched one is.
func TestVerifyMissesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 70).Draw(rt, "size")
		b := write(t, n)
		if r := b.verify(t); !r.OK() || r.Signed != uint64(n) || r.Size != uint64(n) {
			rt.Fatalf("untouched: %s", text(r))
		}
		i := rapid.IntRange(0, n-1).Draw(rt, "entry")
		row := &b.rows[i]
		switch what := rapid.SampledFrom([]string{"payload", "hash", "delete", "payload and hash", "private", "all"}).Draw(rt, "what"); what {
		case "payload", "payload and hash", "all":
			p := slices.Clone(row.Payload)
			p[rapid.IntRange(0, len(p)-1).Draw(rt, "at")] ^= byte(1 << rapid.IntRange(0, 7).Draw(rt, "bit"))
			row.Payload = p
			if what == "payload and hash" {
				h := journal.LeafHash(p)
				row.Hashes = append(h[:], row.Hashes[32:]...)
			}
			if what == "all" {
				b.rehash()
			}
		case "hash":
			h := slices.Clone(row.Hashes)
			h[rapid.IntRange(0, len(h)-1).Draw(rt, "at")] ^= 1
			row.Hashes = h
		case "delete":
			b.rows = slices.Delete(b.rows, i, i+1)
		case "private":
			if row.Private == nil {
				row.Private = []byte("{}")
			} else {
				row.Private = nil
			}
		}
		if r := b.verify(t); r.OK() {
			rt.Fatal("nothing found")
		}
	})
}

func TestProof(t *testing.T) {
	b := write(t, 40)
	for _, n := range []uint64{0, 17, 39} {
		p, err := journal.Prove(n, b.rows[n].Payload, b.beside[0], &b.hashes)
		if err != nil {
			t.Fatal(err)
		}
		s, c, err := journal.CheckProof(p.Text(), b.key.Verifier)
		if err != nil || s.Sequence != n || c.Size != 40 {
			t.Errorf("entry %d: %+v, %v", n, s, err)
		}
		for name, bad := range map[string]string{
			"edited":      strings.Replace(string(p.Text()), "p-0012", "p-0013", 1),
			"renumbered":  strings.ReplaceAll(string(p.Text()), fmt.Sprintf("%018d", n), fmt.Sprintf("%018d", n+1)),
			"cut":         string(p.Text()[:300]),
			"other root":  strings.Replace(string(p.Text()), "\n40\n", "\n41\n", 1),
			"other title": "x" + string(p.Text()),
		} {
			if _, _, err := journal.CheckProof([]byte(bad), b.key.Verifier); err == nil {
				t.Errorf("entry %d: a proof that was %s is believed", n, name)
			}
		}
		if _, _, err := journal.CheckProof(p.Text(), newKey(t, origin.KeyName()).Verifier); err == nil {
			t.Error("believed with a stranger's key")
		}
	}
	if _, err := journal.Prove(40, b.rows[0].Payload, b.beside[0], &b.hashes); err == nil {
		t.Error("proved what the checkpoint does not cover")
	}
	if _, err := journal.Prove(3, nil, b.beside[0], &b.hashes); err == nil {
		t.Error("proved a purged entry")
	}
}

func FuzzProof(f *testing.F) {
	f.Add([]byte("kidoban proof of an entry\n{}\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nrest\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := journal.ParseProof(b); err == nil && string(p.Text()) != string(b) {
			t.Fatalf("%q reads back as %q", b, p.Text())
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	k := write(b, 4096)
	b.ResetTimer()
	for range b.N {
		if r := k.verify(b); !r.OK() {
			b.Fatal(text(r))
		}
	}
	b.ReportMetric(float64(b.N)*4096/b.Elapsed().Seconds(), "entries/s")
}
