package shelf_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/archive/shelf/shelftest"
)

func open(t testing.TB, where string) *shelf.Shelf {
	t.Helper()
	s, err := shelf.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOpen(t *testing.T) {
	shelftest.Each(t, func(t *testing.T, where string) {
		began := time.Now()
		s := open(t, where)
		t.Log(time.Since(began))
		if got, want := s.Shared(), strings.HasPrefix(t.Name(), "TestOpen/postgres"); got != want {
			t.Errorf("shared: %t", got)
		}
		if js, err := s.Journals(t.Context()); err != nil || len(js) != 0 {
			t.Errorf("%v, %v", js, err)
		}
		r, err := shelf.OpenReader(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if err := shelf.Create(t.Context(), where); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Errorf("made once more: %v", err)
		}
	})
}
