package shelf_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
	"kidoban/controller/journal"
)

// accept pins a journal of a controller.
func accept(t testing.TB, s *shelf.Shelf, controller string) {
	t.Helper()
	_, public, err := note.GenerateKey(rand.Reader, controller)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept(context.Background(), public, time.Now()); err != nil {
		t.Fatal(err)
	}
}

const long = time.Minute

func lease(t testing.TB, s *shelf.Shelf, me shelf.Instance) map[string]int64 {
	t.Helper()
	all, err := s.Lease(context.Background(), me, long)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, h := range all {
		out[h.Controller] = h.Token
	}
	return out
}

func enter(t testing.TB, s *shelf.Shelf, me shelf.Instance) {
	t.Helper()
	if err := s.Enter(context.Background(), me, long); err != nil {
		t.Fatal(err)
	}
}

func TestLeasesSpreadEvenly(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := open(t, where)
		for i := range 5 {
			accept(t, s, fmt.Sprintf("kidoban/maizuru/c%d", i))
		}
		a, b := shelf.Instance{Name: "a", Session: "1"}, shelf.Instance{Name: "b", Session: "1"}
		enter(t, s, a)
		if got := lease(t, s, a); len(got) != 6 || got[shelf.Strangers] == 0 {
			t.Fatalf("alone: %v", got)
		}
		enter(t, s, b)
		if got := lease(t, s, b); len(got) != 0 {
			t.Fatalf("before the other gave up: %v", got)
		}
		left := lease(t, s, a)
		got := lease(t, s, b)
		if len(left) != 3 || len(got) != 3 {
			t.Errorf("%v and %v", left, got)
		}
		for c, token := range got {
			if token != 2 || left[c] != 0 {
				t.Errorf("%s: %d", c, token)
			}
		}
		if err := s.Leave(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got := lease(t, s, a); len(got) != 6 {
			t.Errorf("after the other left: %v", got)
		}
	})
}

func TestTheOlderOfOneNameIsReplaced(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		s := open(t, where)
		old, young := shelf.Instance{Name: "a", Session: "1"}, shelf.Instance{Name: "a", Session: "2"}
		enter(t, s, old)
		was := lease(t, s, old)
		enter(t, s, young)
		if _, err := s.Lease(t.Context(), old, long); !errors.Is(err, shelf.ErrReplaced) {
			t.Errorf("the older goes on: %v", err)
		}
		if err := s.Leave(t.Context(), old); err != nil {
			t.Error(err)
		}
		if got := lease(t, s, young); len(got) != 1 || got[shelf.Strangers] <= was[shelf.Strangers] {
			t.Errorf("%v after %v", got, was)
		}
	})
}

// Whatever instances come, stall, die and leave: of all that ever held a controller, the last alone can write to it.
func TestOnlyTheLastHolderWrites(t *testing.T) {
	t.Parallel()
	s := open(t, shelftest.Postgres(t))
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		name := func(i int) string { return fmt.Sprintf("kidoban/maizuru/r%d-%d", round, i) }
		for i := range 3 {
			_, public, err := note.GenerateKey(rand.Reader, name(i))
			if err == nil {
				_, err = s.Accept(context.Background(), public, time.Now())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		writers{s, map[string]int64{}, map[string]int{}, nil, name, round}.play(t)
	})
}

// writers is the model: who was given what, and the highest token of each.
type writers struct {
	s       *shelf.Shelf
	last    map[string]int64
	session map[string]int
	given   []shelf.Hold
	name    func(int) string
	round   int
}

func (w writers) play(t *rapid.T) {
	ctx := context.Background()
	ids := map[string]int64{}
	js, err := w.s.Journals(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range js {
		ids[j.Controller()] = j.ID
	}
	me := func() shelf.Instance {
		n := fmt.Sprintf("i%d", rapid.IntRange(0, 2).Draw(t, "instance"))
		return shelf.Instance{Name: n, Session: fmt.Sprint(w.round, w.session[n])}
	}
	t.Repeat(map[string]func(*rapid.T){
		"start": func(t *rapid.T) {
			i := me()
			w.session[i.Name]++
			i.Session = fmt.Sprint(w.round, w.session[i.Name])
			if err := w.s.Enter(ctx, i, long); err != nil {
				t.Fatal(err)
			}
		},
		"lease": func(t *rapid.T) {
			lives := rapid.SampledFrom([]time.Duration{long, -time.Second}).Draw(t, "lives") // the latter stalls at once
			all, err := w.s.Lease(ctx, me(), lives)
			if errors.Is(err, shelf.ErrReplaced) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range all {
				if h.Token < w.last[h.Controller] {
					t.Fatalf("%s is given with token %d after %d", h.Controller, h.Token, w.last[h.Controller])
				}
				w.last[h.Controller] = h.Token
				w.given = append(w.given, h)
			}
		},
		"leave": func(t *rapid.T) {
			if err := w.s.Leave(ctx, me()); err != nil {
				t.Fatal(err)
			}
		},
		"write": func(t *rapid.T) {
			if len(w.given) == 0 {
				return
			}
			h := rapid.SampledFrom(w.given).Draw(t, "hold")
			if ids[h.Controller] == 0 {
				return
			}
			err := w.s.Discard(ctx, shelf.Journal{ID: ids[h.Controller], Hold: h})
			if h.Token < w.last[h.Controller] && !errors.Is(err, shelf.ErrNotHeld) || err != nil && !errors.Is(err, shelf.ErrNotHeld) {
				t.Fatalf("%s written with token %d of %d: %v", h.Controller, h.Token, w.last[h.Controller], err)
			}
		},
	})
}

// Who was taken for dead and goes on is refused.
func TestADeadHolderIsRefused(t *testing.T) {
	where := shelftest.Postgres(t)
	s := open(t, where)
	accept(t, s, "kidoban/maizuru/c0")
	a, b := shelf.Instance{Name: "a", Session: "1"}, shelf.Instance{Name: "b", Session: "1"}
	enter(t, s, a)
	token := lease(t, s, a)["kidoban/maizuru/c0"]
	js, err := s.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	js[0].Hold = shelf.Hold{Controller: "kidoban/maizuru/c0", Token: token}
	if err := s.Discard(t.Context(), js[0]); err != nil {
		t.Errorf("the holder is refused: %v", err)
	}
	if _, err := s.Append(t.Context(), shelf.Journal{ID: js[0].ID}, journal.Tree{}, nil, nil); !errors.Is(err, shelf.ErrNotHeld) {
		t.Errorf("written without a hold: %v", err)
	}
	if _, err := s.Lease(t.Context(), a, -time.Second); err != nil { // dead from now on
		t.Fatal(err)
	}
	enter(t, s, b)
	if got := lease(t, s, b); len(got) != 2 {
		t.Fatalf("%v", got)
	}
	if err := s.Discard(t.Context(), js[0]); !errors.Is(err, shelf.ErrNotHeld) {
		t.Errorf("written after another took over: %v", err)
	}
}
